import { isBrowserFit } from "../cards.js";
import { parseCode, readFragment } from "../codes.js";
import { openSurroundings } from "../device.js";
import { Journey, revokeCard } from "../journey.js";
import { network } from "../network.js";
import { askToPersist } from "../store.js";
import { openCamera } from "./camera.js";
import { act, get, readErrorCode, readFacts, show, showAndLead, takeFragment } from "./page.js";
const facts = readFacts();
const backup = get("backup");
const revocation = get("revocation");
void start();
async function start() {
    if (!(await isBrowserFit()))
        return show("unfit");
    const journey = new Journey(await openSurroundings(facts));
    const scanned = takeFragment();
    backup.addEventListener("submit", (event) => {
        event.preventDefault();
        void restore(journey, String(new FormData(backup).get("code") ?? ""));
    });
    revocation.addEventListener("submit", (event) => {
        event.preventDefault();
        void revoke(String(new FormData(revocation).get("slip") ?? ""));
    });
    act("scan", async () => {
        const camera = await openCamera(get("camera"), (text) => restore(journey, text));
        if (!camera)
            show(["ask", "no-camera"]);
    });
    const { step } = await journey.look();
    show(step === "no-card" ? "ask" : "occupied");
    if (step === "no-card" && scanned)
        await restore(journey, scanned);
}
async function restore(journey, text) {
    try {
        await journey.restore(await parseCode("card", readFragment(text)));
    }
    catch (error) {
        showAndLead(["ask", readErrorCode(error) === "not-a-code" ? "wrong-code" : "failed"]);
        return false;
    }
    await askToPersist();
    showAndLead("restored");
    return true;
}
async function revoke(text) {
    let slip;
    try {
        slip = await parseCode("revocation", text);
    }
    catch (error) {
        readErrorCode(error);
        return showAndLead(["ask", "wrong-slip"]);
    }
    const outcome = await revokeCard(network, facts.urls.card, slip);
    const states = {
        done: "revoked",
        refused: "not-revoked",
        busy: "offline",
        unreachable: "offline",
    };
    showAndLead(["ask", states[outcome.kind]]);
}
