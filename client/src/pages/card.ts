/** The member's card: fetches each wave by itself, shows passes, and lets the member leave (spec/passes.md 4, 6). */

import { encodeCompactPass, toPresencePass } from "../compact.js";
import { openSurroundings, readClock } from "../device.js";
import { encodeHex } from "../encoding.js";
import { Journey, type Report } from "../journey.js";
import { isPassYoung, type Pass } from "../spending.js";
import { askToPersist, type Store } from "../store.js";
import {
  act,
  drawQr,
  fetchOccasions,
  fill,
  get,
  type ListedOccasion,
  language,
  pickTitle,
  readFacts,
  show,
  showAndLead,
  writeMoment,
  writeNumber,
  writeWait,
} from "./page.js";

const facts = readFacts();
const FEW_CARDS = 10;
const SLOWEST_LOOK = 60;
const slip = get("slip");
let showing: string | null = null;

void start();

async function start(): Promise<void> {
  registerServiceWorker();
  const surroundings = await openSurroundings(facts);
  const journey = new Journey(surroundings);
  const first = await journey.look();
  if (first.step === "no-card" || first.step === "codes-to-keep") return show(first.step);
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

async function leave(journey: Journey): Promise<void> {
  const outcome = await journey.leave();
  showAndLead(outcome.kind === "done" ? "left" : ["member", "leaving", "leave-failed"]);
}

/** Looks again when the journey says so, at least once a minute while the page is open. */
async function goOn(journey: Journey, store: Store): Promise<void> {
  const report = await journey.advance(showProgress);
  if (showing !== null) return;
  await showReport(report, store);
  const wait = report.wakeAt === null ? SLOWEST_LOOK : report.wakeAt - readClock();
  setTimeout(
    () => {
      if (showing === null) void goOn(journey, store);
    },
    Math.min(Math.max(wait, 1), SLOWEST_LOOK) * 1000,
  );
}

async function showReport(report: Report, store: Store): Promise<void> {
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
  if (hindrance) states.push("hindered", `hindered-${hindrance.code}`);
  if (hindrance?.evidence) get("evidence").textContent = JSON.stringify(hindrance.evidence, null, 2);
  const isEmpty = (await showPasses(store)) === 0;
  if (isEmpty && !hindrance && states.length === 1) states.push("no-occasions");
  show(states);
}

/** One stamp place for every occasion of the wave: ready, used or not yet there. */
async function showPasses(store: Store): Promise<number> {
  const listed = await listOccasions();
  const passes = new Map((await store.listPasses()).map((pass) => [pass.occasion, pass]));
  const rows = listed.filter((occasion) => occasion.state !== "closed" || passes.has(occasion.occasion));
  slip.replaceChildren(...rows.map((occasion) => makeRow(occasion, passes.get(occasion.occasion) ?? null)));
  return rows.length;
}

async function listOccasions(): Promise<ListedOccasion[]> {
  try {
    return (await fetchOccasions(facts)).sort((left, right) => left.opens_at - right.opens_at);
  } catch {
    return [];
  }
}

function makeRow(occasion: ListedOccasion, pass: Pass | null): HTMLElement {
  const content = get<HTMLTemplateElement>("slip-row").content.cloneNode(true) as DocumentFragment;
  const row = content.firstElementChild as HTMLElement;
  fill("title", pickTitle(occasion), row);
  fill("when", writeMoment(occasion.opens_at), row);
  show(pass ? `${occasion.kind}-ready` : "absent", row);
  const link = row.querySelector<HTMLAnchorElement>("[data-link]");
  if (link) link.href = `/${language()}/surveys/${occasion.occasion}/answer/`;
  const here = row.querySelector<HTMLAnchorElement>("[data-link-here]");
  if (here) here.href = `/${language()}/sessions/${occasion.occasion}/here/`;
  if (pass) act("show-pass", () => showPass(occasion, pass), row);
  return row;
}

async function showPass(occasion: ListedOccasion, pass: Pass): Promise<void> {
  showing = pass.occasion;
  fill("pass-title", pickTitle(occasion));
  await drawQr(get<HTMLCanvasElement>("pass-code"), encodeCompactPass(await toPresencePass(pass)));
  const isYoung = isPassYoung(pass, readClock());
  if (isYoung) fill("mature-at", writeWait(pass.matureAt));
  showAndLead(["showing-pass", ...(isYoung ? ["young"] : [])]);
}

/** A short mark of the card, so that a member with two phones can tell them apart; it is the key's own beginning and names nobody. */
async function showName(store: Store): Promise<void> {
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
  show("fetching-wave");
}

/** Keeps the card's page usable without a connection; where the browser has no such thing, the page works with one. */
function registerServiceWorker(): void {
  void navigator.serviceWorker?.register("/worker.js", { scope: "/" }).catch(() => undefined);
}
