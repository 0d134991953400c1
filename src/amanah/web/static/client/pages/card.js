import { encodeCompactPass, toPresencePass } from "../compact.js";
import { openSurroundings, readClock } from "../device.js";
import { encodeHex } from "../encoding.js";
import { Journey } from "../journey.js";
import { askToPersist } from "../store.js";
import { drawQr } from "./drawing.js";
import { fetchOccasions } from "./listing.js";
import { forgetOffline, keepOffline } from "./offline.js";
import { act, begin, fill, get, listHindranceStates, listWarningStates, offerEvidence, readFacts, show, showAndLead, sleep, } from "./page.js";
import { listPlaces, showPlaces } from "./slip.js";
import { countDown, writeNumber, writeWait } from "./times.js";
const facts = readFacts();
const LOOK_AGAIN = facts.pace === "demo" ? 5 : 600;
let view = "card";
let round = 0;
begin(async () => {
    const surroundings = await openSurroundings(facts);
    const { store } = surroundings;
    const journey = new Journey(surroundings);
    const { step } = await journey.look();
    if (step === "no-card" || step === "codes-to-keep")
        return show(step);
    keepOffline();
    void askToPersist();
    await showMark(store);
    offerEvidence();
    act("fetch-now", async () => showReport(await journey.fetchNow(showProgress), store));
    act("hide-pass", () => goBack(journey, store));
    act("ask-leave", () => {
        view = "farewell";
        showAndLead("leaving");
    });
    act("stay", () => goBack(journey, store));
    act("leave", () => leave(journey));
    act("forget", async () => {
        await journey.forget();
        await sayFarewell("forgotten");
    });
    await watch(journey, store);
});
async function watch(journey, store) {
    const own = ++round;
    const isOver = () => own !== round || view === "gone";
    while (!isOver()) {
        const report = await journey.advance(showProgress);
        if (isOver())
            return;
        if (view === "card")
            await showReport(report, store);
        const next = readClock() + LOOK_AGAIN;
        const { wakeAt } = report;
        if (wakeAt !== null)
            await countDown(Math.min(wakeAt, next), () => writeCountdown(wakeAt), isOver);
        else
            await sleep(LOOK_AGAIN);
    }
}
function writeCountdown(moment) {
    for (const name of ["fetch-at", "retry-at"])
        fill(name, writeWait(moment));
}
async function goBack(journey, store) {
    view = "card";
    void watch(journey, store);
    show("member");
    get("card").focus();
}
async function leave(journey) {
    const { kind } = await journey.leave();
    if (kind === "done")
        await sayFarewell("left");
    else
        showAndLead(["leaving", kind === "refused" ? "leave-refused" : "leave-failed"]);
}
async function sayFarewell(name) {
    view = "gone";
    await forgetOffline();
    showAndLead(name);
}
async function showReport({ situation, hindrance }, store) {
    const hindered = listHindranceStates(hindrance);
    if (situation.step !== "member")
        return show(["underway", ...hindered]);
    const { fetch: plan, lastWave } = situation;
    const states = ["member", ...hindered];
    const isWaiting = plan !== null && plan.fetchAt > readClock();
    if (isWaiting)
        writeCountdown(plan.fetchAt);
    if (isWaiting && hindrance === null)
        states.push("waiting-for-wave");
    if (lastWave)
        fill("cards-at-most", writeNumber(lastWave.cardsAtMost));
    states.push(...listWarningStates({ matureAt: 0 }, 0, lastWave?.cardsAtMost));
    if (lastWave && lastWave.spoiled.length > 0)
        states.push("spoiled");
    const listed = await fetchOccasions(facts.urls.programme).catch(() => []);
    const places = listPlaces(listed, await store.listPasses(), lastWave?.made ?? [], readClock());
    states.push(...showPlaces(places, (place, pass) => showPass(place, pass, lastWave?.cardsAtMost)));
    if (view === "card")
        show(states);
}
async function showPass(place, pass, cardsAtMost) {
    view = "pass";
    fill("pass-title", place.title);
    await drawQr(get("pass-picture"), encodeCompactPass(await toPresencePass(pass)));
    showAndLead(["showing-pass", ...listWarningStates(pass, readClock(), cardsAtMost)]);
}
async function showMark(store) {
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
    if (view === "card")
        show(["member", "fetching-wave"]);
}
