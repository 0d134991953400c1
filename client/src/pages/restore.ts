/** Bringing a card back from its backup, and ending a lost one with its slip (spec/passes.md 4.1, 4.6). */

import { findBrowserProblem } from "../cards.js";
import { parseCode, readFragment } from "../codes.js";
import { openSurroundings } from "../device.js";
import type { Bytes } from "../encoding.js";
import { ClientError } from "../errors.js";
import { Journey, revokeCard } from "../journey.js";
import { network } from "../network.js";
import { askToPersist } from "../store.js";
import { offerScanning } from "./camera.js";
import { begin, get, onTyped, readErrorCode, readFacts, show, showAndLead, takeFragment } from "./page.js";

const facts = readFacts();
const slip = get<HTMLFormElement>("revocation");

begin(async () => {
  const scanned = takeFragment();
  // A lost card can be ended from any device, also from one that cannot hold a card.
  onTyped(slip, revoke);
  show("ending", slip);
  const problem = await findBrowserProblem();
  if (problem) throw new ClientError(problem);
  const journey = new Journey(await openSurroundings(facts));
  const { step } = await journey.look();
  if (step !== "no-card") return show("occupied");
  onTyped(get<HTMLFormElement>("backup"), (text) => restore(journey, text));
  offerScanning(
    (text) => restore(journey, text),
    (name) => show(["ask", name]),
  );
  show("ask");
  if (scanned) await restore(journey, scanned);
});

/** Tells whether the text was a backup. */
async function restore(journey: Journey, text: string): Promise<boolean> {
  try {
    await journey.restore(await parseCode("card", readFragment(text)));
  } catch (error) {
    const code = readErrorCode(error);
    showAndLead(["ask", code === "not-a-code" ? "wrong-code" : `hindered-${code}`]);
    return false;
  }
  await askToPersist();
  showAndLead("restored");
  return true;
}

async function revoke(text: string): Promise<void> {
  let secret: Bytes;
  try {
    secret = await parseCode("revocation", text);
  } catch (error) {
    readErrorCode(error);
    return show(["ending", "wrong-slip"], slip);
  }
  const outcome = await revokeCard(network, facts.urls.card, secret);
  if (outcome.kind === "done") slip.reset();
  const states = { done: "ended", refused: "not-ended", busy: "offline", unreachable: "offline" } as const;
  show([...(outcome.kind === "done" ? [] : ["ending"]), states[outcome.kind]], slip);
}
