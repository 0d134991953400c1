/** Checking in to a session with the code in the room (spec/passes.md 7.3). */

import { openSurroundings, readClock } from "../device.js";
import { Journey } from "../journey.js";
import { network } from "../network.js";
import { parseRoomCode } from "../rooms.js";
import { encodePresenceSpend, spendPass } from "../spending.js";
import type { Store } from "../store.js";
import { keepOffline } from "./offline.js";
import {
  begin,
  get,
  listWarningStates,
  onTyped,
  readErrorCode,
  readFacts,
  show,
  showAndLead,
  takeFragment,
} from "./page.js";

const facts = readFacts();
const form = get<HTMLFormElement>("room");
const occasion = form.dataset.occasion ?? "";

begin(async () => {
  keepOffline();
  const surroundings = await openSurroundings(facts);
  const { store } = surroundings;
  const seen = takeFragment();
  if ((await new Journey(surroundings).look()).step !== "member") return show("no-card");
  // No wave is looked for here: a request to the card door now would tell it the moment of this check-in.
  const pass = await store.findPass(occasion);
  if (!pass) return showAndLead("no-pass");
  const lastWave = await store.read("lastWave");
  const warnings = listWarningStates(pass, readClock(), lastWave?.cardsAtMost);
  const input = form.querySelector("input");
  if (input) input.value = seen;
  onTyped(form, (text) => checkIn(store, text, warnings));
  showAndLead(["ready", ...warnings]);
  // A code from the wall is the member's wish to come in; what must be warned of waits for a second word.
  if (seen && warnings.length === 0) await checkIn(store, seen, warnings);
});

async function checkIn(store: Store, text: string, warnings: readonly string[]): Promise<void> {
  let code: string;
  try {
    code = parseRoomCode(text);
  } catch (error) {
    readErrorCode(error);
    return showAndLead(["ready", ...warnings, "wrong-code"]);
  }
  // Read anew: an earlier try may have got through without an answer.
  const pass = await store.findPass(occasion);
  if (!pass) return showAndLead("no-pass");
  show("sending");
  const body = await encodePresenceSpend(pass, code);
  const { kind } = await spendPass({ store, network, spendingUrl: facts.urls.spending }, pass, body);
  if (kind === "done") return showAndLead("in");
  const trouble = kind !== "refused" ? "offline" : pass.isAttempted ? "perhaps-in" : "refused";
  showAndLead(["ready", ...warnings, trouble]);
}
