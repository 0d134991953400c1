/** The member's card: fetches each wave by itself, shows passes, and lets the member leave (spec/passes.md 4, 6). */

import { openSurroundings, readClock } from "../device.js";
import { encodeHex } from "../encoding.js";
import { Journey, type Report } from "../journey.js";
import type { Pass } from "../spending.js";
import { askToPersist, type Store } from "../store.js";
import { encodeCompactPass, toPresencePass } from "./compact.js";
import { drawQr } from "./drawing.js";
import { fetchOccasions } from "./listing.js";
import { forgetOffline, keepOffline } from "./offline.js";
import {
  act,
  begin,
  fill,
  get,
  listHindranceStates,
  listWarningStates,
  offerEvidence,
  readFacts,
  show,
  showAndLead,
  sleep,
} from "./page.js";
import { listPlaces, type Place, showPlaces } from "./slip.js";
import { countDown, writeNumber, writeWait } from "./times.js";

const facts = readFacts();
const LOOK_AGAIN = facts.pace === "demo" ? 5 : 600;
let view: "card" | "pass" | "farewell" | "gone" = "card";
let round = 0;

begin(async () => {
  const surroundings = await openSurroundings(facts);
  const { store } = surroundings;
  const journey = new Journey(surroundings);
  const { step } = await journey.look();
  if (step === "no-card" || step === "codes-to-keep") return show(step);
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

/** Goes on by itself while the page is open, and looks for a new wave now and then. */
async function watch(journey: Journey, store: Store): Promise<void> {
  const own = ++round;
  const isOver = () => own !== round || view === "gone";
  while (!isOver()) {
    const report = await journey.advance(showProgress);
    if (isOver()) return;
    if (view === "card") await showReport(report, store);
    const next = readClock() + LOOK_AGAIN;
    const { wakeAt } = report;
    if (wakeAt !== null) await countDown(Math.min(wakeAt, next), () => writeCountdown(wakeAt), isOver);
    else await sleep(LOOK_AGAIN);
  }
}

function writeCountdown(moment: number): void {
  for (const name of ["fetch-at", "retry-at"]) fill(name, writeWait(moment));
}

async function goBack(journey: Journey, store: Store): Promise<void> {
  view = "card";
  void watch(journey, store);
  show("member");
  get("card").focus();
}

async function leave(journey: Journey): Promise<void> {
  const { kind } = await journey.leave();
  if (kind === "done") await sayFarewell("left");
  else showAndLead(["leaving", kind === "refused" ? "leave-refused" : "leave-failed"]);
}

async function sayFarewell(name: "left" | "forgotten"): Promise<void> {
  view = "gone";
  await forgetOffline();
  showAndLead(name);
}

async function showReport({ situation, hindrance }: Report, store: Store): Promise<void> {
  const hindered = listHindranceStates(hindrance);
  if (situation.step !== "member") return show(["underway", ...hindered]);
  const { fetch: plan, lastWave } = situation;
  const states = ["member", ...hindered];
  const isWaiting = plan !== null && plan.fetchAt > readClock();
  if (isWaiting) writeCountdown(plan.fetchAt);
  if (isWaiting && hindrance === null) states.push("waiting-for-wave");
  if (lastWave) fill("cards-at-most", writeNumber(lastWave.cardsAtMost));
  states.push(...listWarningStates({ matureAt: 0 }, 0, lastWave?.cardsAtMost));
  if (lastWave && lastWave.spoiled.length > 0) states.push("spoiled");
  const listed = await fetchOccasions(facts.urls.programme).catch(() => []);
  const places = listPlaces(listed, await store.listPasses(), lastWave?.made ?? [], readClock());
  const found = showPlaces(places, (place, pass) => showPass(place, pass, lastWave?.cardsAtMost));
  // While something else is said to be done or waited for, "nothing to do" would be wrong.
  states.push(...found.filter((name) => name !== "nothing-now" || states.length === 1));
  // The list may have come after the member went on to something else.
  if (view === "card") show(states);
}

async function showPass(place: Place, pass: Pass, cardsAtMost: number | undefined): Promise<void> {
  view = "pass";
  fill("pass-title", place.title);
  await drawQr(get<HTMLCanvasElement>("pass-picture"), encodeCompactPass(await toPresencePass(pass)));
  showAndLead(["showing-pass", ...listWarningStates(pass, readClock(), cardsAtMost)]);
}

/** A short mark of the card, to tell two phones apart; it is the key's own beginning and names nobody. */
async function showMark(store: Store): Promise<void> {
  const card = await store.read("card");
  if (card)
    fill(
      "card-mark",
      encodeHex(card.publicKey.slice(0, 4))
        .toUpperCase()
        .replace(/(.{4})/, "$1-"),
    );
}

function showProgress(done: number, of: number): void {
  const bar = get<HTMLProgressElement>("wave-progress");
  bar.max = of;
  bar.value = done;
  if (view === "card") show(["member", "fetching-wave"]);
}
