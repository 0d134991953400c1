/** The page where an invitation becomes a card (spec/passes.md 3, 4). The code is read here and nowhere else. */

import { isBrowserFit } from "../cards.js";
import { parseCode, readFragment } from "../codes.js";
import { openSurroundings } from "../device.js";
import type { Bytes } from "../encoding.js";
import { Journey, type Report, type Situation } from "../journey.js";
import { askToPersist } from "../store.js";
import { openCamera } from "./camera.js";
import {
  act,
  drawQr,
  fill,
  get,
  readErrorCode,
  readFacts,
  show,
  showAndLead,
  sleep,
  takeFragment,
  writeWait,
} from "./page.js";

const facts = readFacts();
const form = get<HTMLFormElement>("invitation");
const proof = get<HTMLFormElement>("kept");

void start();

async function start(): Promise<void> {
  if (!(await isBrowserFit())) return show("unfit");
  const journey = new Journey(await openSurroundings(facts));
  const scanned = takeFragment();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void begin(journey, String(new FormData(form).get("code") ?? ""));
  });
  proof.addEventListener("submit", (event) => {
    event.preventDefault();
    void confirm(journey);
  });
  act("scan", () => scan(journey));
  act("other", () => showAndLead("ask"));
  act("print", () => window.print());
  const situation = await journey.look();
  if (situation.step === "codes-to-keep") return showCodes(situation);
  if (situation.step === "joining" && scanned) {
    await begin(journey, scanned);
    return;
  }
  if (situation.step === "joining" || situation.step === "registering") return goOn(journey);
  if (situation.step === "member") return showAndLead("already");
  show("ask");
  if (scanned) await begin(journey, scanned);
}

async function scan(journey: Journey): Promise<void> {
  const camera = await openCamera(get<HTMLVideoElement>("camera"), async (text) => begin(journey, text));
  if (!camera) show(["ask", "no-camera"]);
}

/** True when the code was one. */
async function begin(journey: Journey, text: string): Promise<boolean> {
  let secret: Bytes;
  try {
    secret = await parseCode("invitation", readFragment(text));
  } catch (error) {
    readErrorCode(error);
    showAndLead(["ask", "wrong-code"]);
    return false;
  }
  if ((await journey.look()).step === "joining") {
    await journey.useOtherInvitation(secret);
    await goOn(journey);
    return true;
  }
  await askToPersist();
  showCodes(await journey.begin(secret));
  return true;
}

function showCodes(situation: Situation): void {
  if (situation.step !== "codes-to-keep") return;
  fill("backup", situation.backup);
  fill("revocation", situation.revocation);
  const address = `${facts.urls.programme}/card/restore/#${situation.backup.replaceAll("-", "")}`;
  void drawQr(get<HTMLCanvasElement>("backup-code"), address);
  proof.dataset.ending = situation.backup.slice(-4);
  showAndLead("codes");
}

/** Typing the last four symbols shows that the code stands somewhere else than on this screen. */
async function confirm(journey: Journey): Promise<void> {
  const given = String(new FormData(proof).get("ending") ?? "")
    .trim()
    .toUpperCase();
  if (given !== proof.dataset.ending) return show(["codes", "not-the-ending"]);
  await journey.confirmCodes();
  for (const name of ["backup", "revocation"]) fill(name, "");
  await goOn(journey);
}

async function goOn(journey: Journey): Promise<void> {
  showAndLead("joining");
  for (;;) {
    const report = await journey.advance();
    if (report.situation.step === "member") return showAndLead("joined");
    showWait(report);
    if (report.wakeAt === null) return;
    await sleep(Math.max(1, Math.min(30, report.wakeAt - Date.now() / 1000)));
  }
}

function showWait(report: Report): void {
  const states: string[] = [report.situation.step];
  if (report.hindrance) states.push(`hindered-${report.hindrance.code}`, "hindered");
  if (report.situation.step === "registering") fill("register-at", writeWait(report.situation.registerAt));
  show(states);
}
