import { findBrowserProblem } from "../cards.js";
import { parseCode, readFragment } from "../codes.js";
import { openSurroundings } from "../device.js";
import { ClientError } from "../errors.js";
import { Journey, revokeCard } from "../journey.js";
import { network } from "../network.js";
import { askToPersist } from "../store.js";
import { offerScanning } from "./camera.js";
import { begin, get, onTyped, readErrorCode, readFacts, show, showAndLead, takeFragment } from "./page.js";
const facts = readFacts();
const slip = get("revocation");
begin(async () => {
    const scanned = takeFragment();
    onTyped(slip, revoke);
    show("ending", slip);
    const problem = await findBrowserProblem();
    if (problem)
        throw new ClientError(problem);
    const journey = new Journey(await openSurroundings(facts));
    const { step } = await journey.look();
    if (step !== "no-card")
        return show("occupied");
    onTyped(get("backup"), (text) => restore(journey, text));
    offerScanning((text) => restore(journey, text), (name) => show(["ask", name]));
    show("ask");
    if (scanned)
        await restore(journey, scanned);
});
async function restore(journey, text) {
    try {
        await journey.restore(await parseCode("card", readFragment(text)));
    }
    catch (error) {
        const code = readErrorCode(error);
        showAndLead(["ask", code === "not-a-code" ? "wrong-code" : `hindered-${code}`]);
        return false;
    }
    await askToPersist();
    showAndLead("restored");
    return true;
}
async function revoke(text) {
    let secret;
    try {
        secret = await parseCode("revocation", text);
    }
    catch (error) {
        readErrorCode(error);
        return show(["ending", "wrong-slip"], slip);
    }
    const outcome = await revokeCard(network, facts.urls.card, secret);
    if (outcome.kind === "done")
        slip.reset();
    const states = { done: "ended", refused: "not-ended", busy: "offline", unreachable: "offline" };
    show([...(outcome.kind === "done" ? [] : ["ending"]), states[outcome.kind]], slip);
}
