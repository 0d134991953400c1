import { encodeCompactPass, toPresencePass } from "../compact.js";
import { openSurroundings, readClock } from "../device.js";
import { encodeHex } from "../encoding.js";
import { Journey } from "../journey.js";
import { isPassYoung } from "../spending.js";
import { askToPersist } from "../store.js";
import { act, drawQr, fetchOccasions, fill, get, language, pickTitle, readFacts, show, showAndLead, writeMoment, writeNumber, writeWait, } from "./page.js";
const facts = readFacts();
const FEW_CARDS = 10;
const SLOWEST_LOOK = 60;
const slip = get("slip");
let showing = null;
void start();
async function start() {
    registerServiceWorker();
    const surroundings = await openSurroundings(facts);
    const journey = new Journey(surroundings);
    const first = await journey.look();
    if (first.step === "no-card" || first.step === "codes-to-keep")
        return show(first.step);
    await showName(surroundings.store);
    void askToPersist();
    act("fetch-now", async () => showReport(await journey.fetchNow(showProgress), surroundings.store));
    act("hide-pass", () => {
        showing = null;
        show("member");
        void goOn(journey, surroundings.store);
    });
    act("ask-leave", () => showAndLead(["member", "leaving"]));
    act("stay", () => showAndLead("member"));
    act("leave", () => leave(journey));
    act("forget", async () => {
        await journey.forget();
        showAndLead("forgotten");
    });
    await goOn(journey, surroundings.store);
}
async function leave(journey) {
    const outcome = await journey.leave();
    showAndLead(outcome.kind === "done" ? "left" : ["member", "leaving", "leave-failed"]);
}
async function goOn(journey, store) {
    const report = await journey.advance(showProgress);
    if (showing !== null)
        return;
    await showReport(report, store);
    const wait = report.wakeAt === null ? SLOWEST_LOOK : report.wakeAt - readClock();
    setTimeout(() => {
        if (showing === null)
            void goOn(journey, store);
    }, Math.min(Math.max(wait, 1), SLOWEST_LOOK) * 1000);
}
async function showReport(report, store) {
    const { situation, hindrance } = report;
    if (situation.step !== "member") {
        show(["underway", ...(hindrance ? ["hindered", `hindered-${hindrance.code}`] : [])]);
        return;
    }
    const states = ["member"];
    if (situation.fetch && situation.fetch.fetchAt > readClock()) {
        states.push("waiting-for-wave");
        fill("fetch-at", writeWait(situation.fetch.fetchAt));
    }
    if (situation.lastWave && situation.lastWave.cardsAtMost < FEW_CARDS) {
        states.push("few-cards");
        fill("cards-at-most", writeNumber(situation.lastWave.cardsAtMost));
    }
    if (hindrance)
        states.push("hindered", `hindered-${hindrance.code}`);
    if (hindrance?.evidence)
        get("evidence").textContent = JSON.stringify(hindrance.evidence, null, 2);
    const isEmpty = (await showPasses(store)) === 0;
    if (isEmpty && !hindrance && states.length === 1)
        states.push("no-occasions");
    show(states);
}
async function showPasses(store) {
    const listed = await listOccasions();
    const passes = new Map((await store.listPasses()).map((pass) => [pass.occasion, pass]));
    const rows = listed.filter((occasion) => occasion.state !== "closed" || passes.has(occasion.occasion));
    slip.replaceChildren(...rows.map((occasion) => makeRow(occasion, passes.get(occasion.occasion) ?? null)));
    return rows.length;
}
async function listOccasions() {
    try {
        return (await fetchOccasions(facts)).sort((left, right) => left.opens_at - right.opens_at);
    }
    catch {
        return [];
    }
}
function makeRow(occasion, pass) {
    const content = get("slip-row").content.cloneNode(true);
    const row = content.firstElementChild;
    fill("title", pickTitle(occasion), row);
    fill("when", writeMoment(occasion.opens_at), row);
    show(pass ? `${occasion.kind}-ready` : "absent", row);
    const link = row.querySelector("[data-link]");
    if (link)
        link.href = `/${language()}/surveys/${occasion.occasion}/answer/`;
    const here = row.querySelector("[data-link-here]");
    if (here)
        here.href = `/${language()}/sessions/${occasion.occasion}/here/`;
    if (pass)
        act("show-pass", () => showPass(occasion, pass), row);
    return row;
}
async function showPass(occasion, pass) {
    showing = pass.occasion;
    fill("pass-title", pickTitle(occasion));
    await drawQr(get("pass-code"), encodeCompactPass(await toPresencePass(pass)));
    const isYoung = isPassYoung(pass, readClock());
    if (isYoung)
        fill("mature-at", writeWait(pass.matureAt));
    showAndLead(["showing-pass", ...(isYoung ? ["young"] : [])]);
}
async function showName(store) {
    const card = await store.read("card");
    if (card)
        fill("card-mark", encodeHex(card.publicKey.slice(0, 4))
            .toUpperCase()
            .replace(/(.{4})/, "$1-"));
}
function showProgress(done, of) {
    const bar = get("wave-progress");
    bar.max = of;
    bar.value = done;
    show("fetching-wave");
}
function registerServiceWorker() {
    void navigator.serviceWorker?.register("/worker.js", { scope: "/" }).catch(() => undefined);
}
