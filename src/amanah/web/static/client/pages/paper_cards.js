import { encodeCompactPass, toPaperPass } from "../compact.js";
import { openSurroundings } from "../device.js";
import { ClientError } from "../errors.js";
import { Journey } from "../journey.js";
import { openPassingStore } from "../store.js";
import { fetchOccasions, pickTitle } from "./listing.js";
import { sleep } from "./page.js";
import { writeMoment } from "./times.js";
const TRIES = 90;
export async function makePaperCard(facts, invitation) {
    const store = openPassingStore();
    const journey = new Journey(await openSurroundings({ ...facts, register_window: 0 }, store));
    const begun = await journey.begin(invitation);
    if (begun.step !== "codes-to-keep")
        throw new ClientError("wrong-step");
    await journey.confirmCodes();
    await goOnUntil(() => journey.advance(), ({ situation }) => situation.step === "member");
    await goOnUntil(() => journey.fetchNow(), ({ situation }) => situation.step === "member" && situation.passes > 0);
    const titles = await fetchOccasions(facts.urls.programme);
    const passes = (await store.listPasses()).sort(byOpening).map((pass) => describe(pass, titles));
    await store.destroyEverything();
    return { backup: begun.backup, revocation: begun.revocation, passes };
}
function byOpening(left, right) {
    return left.descriptor.opens_at - right.descriptor.opens_at;
}
function describe(pass, listed) {
    const occasion = listed.find((other) => other.occasion === pass.occasion);
    return {
        title: occasion ? pickTitle(occasion) : "",
        when: writeMoment(occasion?.begins_at ?? pass.descriptor.opens_at),
        text: encodeCompactPass(toPaperPass(pass)),
    };
}
async function goOnUntil(step, isReached) {
    for (let turn = 0; turn < TRIES; turn++) {
        if (isReached(await step()))
            return;
        await sleep(1);
    }
    throw new ClientError("log-unreachable");
}
