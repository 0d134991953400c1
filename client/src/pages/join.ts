/** The page where an invitation becomes a card (spec/passes.md 3, 4). The code is read here and nowhere else. */

import { findBrowserProblem } from "../cards.js";
import { normaliseSymbols, parseCode, readFragment } from "../codes.js";
import { openSurroundings } from "../device.js";
import type { Bytes } from "../encoding.js";
import { ClientError } from "../errors.js";
import { Journey, type Report, type Situation } from "../journey.js";
import { askToPersist } from "../store.js";
import { offerScanning } from "./camera.js";
import { drawQr } from "./drawing.js";
import {
  act,
  begin,
  fill,
  get,
  listHindranceStates,
  offerEvidence,
  onTyped,
  readErrorCode,
  readFacts,
  show,
  showAndLead,
  sleep,
  takeFragment,
} from "./page.js";
import { countDown } from "./times.js";

const facts = readFacts();
const PROOF_LENGTH = 4;
/** Seconds: a sheet can be in somebody's hand before the card door has read in the log that it was printed. */
const WAITS_WHEN_REFUSED = [2, 4, 8];
let backup = "";
let round = 0;

begin(async () => {
  const problem = await findBrowserProblem();
  if (problem) throw new ClientError(problem);
  const journey = new Journey(await openSurroundings(facts));
  const scanned = takeFragment();
  onTyped(get<HTMLFormElement>("invitation"), (text) => takeCode(journey, text));
  onTyped(get<HTMLFormElement>("kept"), (text) => confirm(journey, text));
  offerScanning(
    (text) => takeCode(journey, text),
    (name) => show(["ask", name]),
  );
  act("other", () => showAndLead("ask"));
  act("again", () => goOn(journey));
  act("print", () => window.print());
  offerEvidence();
  const situation = await journey.look();
  if (situation.step === "codes-to-keep") showCodes(situation);
  else if (situation.step === "member") showAndLead(scanned ? "already" : "joined");
  else if (scanned && situation.step !== "registering") await takeCode(journey, scanned);
  else if (situation.step === "no-card") show("ask");
  else await goOn(journey);
});

/** Tells whether the text was an invitation. */
async function takeCode(journey: Journey, text: string): Promise<boolean> {
  let invitation: Bytes;
  try {
    invitation = await parseCode("invitation", readFragment(text));
  } catch (error) {
    readErrorCode(error);
    show(["ask", "wrong-code"]);
    return false;
  }
  if ((await journey.look()).step === "joining") {
    await journey.useOtherInvitation(invitation);
    void goOn(journey);
  } else {
    await askToPersist();
    showCodes(await journey.begin(invitation));
  }
  return true;
}

function showCodes(situation: Situation): void {
  if (situation.step !== "codes-to-keep") return;
  backup = situation.backup;
  fill("backup", backup);
  fill("revocation", situation.revocation);
  const address = `${facts.urls.programme}/card/restore/#${normaliseSymbols(backup)}`;
  void drawQr(get<HTMLCanvasElement>("backup-picture"), address);
  showAndLead("codes");
}

/** Typing the last symbols shows that the code stands somewhere else than on this screen. */
async function confirm(journey: Journey, text: string): Promise<void> {
  if (normaliseSymbols(text) !== backup.slice(-PROOF_LENGTH)) return show(["codes", "not-the-ending"]);
  await journey.confirmCodes();
  backup = "";
  for (const name of ["backup", "revocation"]) fill(name, backup);
  await goOn(journey);
}

/** Goes on until there is a card; every step is taken up again after a reload. */
async function goOn(journey: Journey): Promise<void> {
  const own = ++round;
  const waits = [...WAITS_WHEN_REFUSED];
  showAndLead("joining");
  for (;;) {
    const report = await journey.advance();
    if (own !== round) return;
    if (report.situation.step === "member") return showAndLead("joined");
    const wait = report.hindrance?.code === "refused" ? waits.shift() : undefined;
    if (wait !== undefined) {
      await sleep(wait);
      continue;
    }
    showWait(report);
    if (report.wakeAt === null) return;
    const name = report.hindrance ? "retry-at" : "register-at";
    await countDown(
      report.wakeAt,
      (wait) => fill(name, wait),
      () => own !== round,
    );
  }
}

function showWait({ situation, hindrance }: Report): void {
  show([situation.step, ...listHindranceStates(hindrance)]);
}
