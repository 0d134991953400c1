/** Checking in to a session with the code in the room (spec/passes.md 7.3). */

import { openSurroundings, readClock } from "../device.js";
import { Journey } from "../journey.js";
import { network } from "../network.js";
import { parseRoomCode } from "../rooms.js";
import { encodePresenceSpend, isPassYoung, type Pass, spendPass } from "../spending.js";
import type { Store } from "../store.js";
import {
  act,
  fill,
  get,
  readErrorCode,
  readFacts,
  show,
  showAndLead,
  takeFragment,
  writeWait,
} from "./page.js";

const facts = readFacts();
const form = get<HTMLFormElement>("room");
const occasion = form.dataset.occasion ?? "";

void start();

async function start(): Promise<void> {
  const surroundings = await openSurroundings(facts);
  const journey = new Journey(surroundings);
  const seen = takeFragment();
  if ((await journey.look()).step !== "member") return show("no-card");
  await journey.advance();
  const pass = await surroundings.store.findPass(occasion);
  if (!pass) return showAndLead("no-pass");
  const isYoung = isPassYoung(pass, readClock());
  if (isYoung) fill("mature-at", writeWait(pass.matureAt));
  const ready = ["ready", ...(isYoung ? ["young"] : [])];
  const input = form.querySelector("input");
  if (input && seen) input.value = seen;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void checkIn(surroundings.store, pass, ready);
  });
  act("again", () => showAndLead(ready));
  showAndLead(ready);
  // A code from the wall is the member's wish to come in; a young pass waits for a second word.
  if (seen && !isYoung) await checkIn(surroundings.store, pass, ready);
}

async function checkIn(store: Store, pass: Pass, ready: readonly string[]): Promise<void> {
  let code: string;
  try {
    code = parseRoomCode(String(new FormData(form).get("code") ?? ""));
  } catch (error) {
    readErrorCode(error);
    return showAndLead([...ready, "wrong-code"]);
  }
  show("sending");
  const body = await encodePresenceSpend(pass, code);
  const outcome = await spendPass({ store, network, spendingUrl: facts.urls.spending }, pass, body);
  if (outcome.kind === "done") return showAndLead("in");
  if (outcome.kind === "refused") return showAndLead(pass.isAttempted ? "perhaps-in" : [...ready, "refused"]);
  showAndLead([...ready, "offline"]);
}
