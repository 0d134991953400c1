/** Typing paper sheets in: draws and signs with each sheet's own square, holds what is to be sent in memory alone and in no order, and sends it as one shuffled pile. It keeps no answer, no order and no time. */

import { findBrowserProblem } from "../cards.js";
import { readClock } from "../device.js";
import { type Bytes, type JsonObject, parseBase64url } from "../encoding.js";
import { ClientError } from "../errors.js";
import { PATHS, REPLY_LENGTH } from "../messages.js";
import { network } from "../network.js";
import { drawBytes } from "../numbers.js";
import { type OccasionDescriptor, parseDescriptor } from "../occasions.js";
import { type PassKey, parsePassKey } from "../passes.js";
import { encodeAnswerSpend } from "../spending.js";
import { Notebook } from "../surveys/notebook.js";
import { type Camera, openCamera } from "./camera.js";
import { parseCompactPass, readCompactPass } from "./compact_reading.js";
import {
  act,
  begin,
  copyTemplate,
  fill,
  get,
  onTyped,
  readBlock,
  readFacts,
  show,
  showAndLead,
  sleep,
} from "./page.js";
import { openPassingStore } from "./passing_store.js";
import { Pile } from "./pile.js";
import { walkQuestions } from "./questions.js";
import { writeNumber } from "./times.js";

interface KeyedFacts {
  readonly occasion: string;
  readonly descriptor: JsonObject;
  readonly spki: string;
}

interface Square {
  readonly token: Bytes;
  readonly seed: Bytes;
}

/** Whoever walks away leaves no sheet open; long enough to read a hard hand. */
const SECONDS_IDLE = 300;
/** The lot that asks the questions for one in three, and one that does not (spec/surveys.md 1.6); on paper the sheet is the lot. */
const LOTS = { a: 1, b: 0 } as const;
type Sheet = keyof typeof LOTS;

const facts = readFacts();
const keyed = readBlock<KeyedFacts>("amanah-key-in");
const place = get("sheet-place");
const typed = get<HTMLFormElement>("typed");
const pile = new Pile(drawBytes);
let excess = 0;
let camera: Camera | null = null;
let turn = 0;
let lastTouched = readClock();

begin(async () => {
  const problem = await findBrowserProblem();
  if (problem) throw new ClientError(problem);
  const descriptor = parseDescriptor(keyed.descriptor);
  const key = await parsePassKey(parseBase64url(keyed.spki));
  let sheet: Sheet = "b";
  const read = (text: string) => readText(text, sheet, descriptor, key);
  for (const name of ["a", "b"] as const)
    act(`sheet-${name}`, () => {
      sheet = name;
      return startReading(read);
    });
  onTyped(typed, async (text) => {
    await read(text.trim());
  });
  act("forget", () => rest());
  act("send-pile", sendPile);
  window.addEventListener("beforeunload", (event) => {
    if (pile.size > 0) event.preventDefault();
  });
  // The browser may keep a page that was left, to show it again as it was.
  window.addEventListener("pagehide", forgetEverything);
  for (const name of ["pointerdown", "keydown"])
    document.addEventListener(name, () => {
      lastTouched = readClock();
    });
  void forgetWhenLeft();
  rest();
});

/** Nothing of the sheet before is left; what waits to be sent stays. */
function rest(...news: readonly string[]): void {
  turn += 1;
  camera?.stop();
  camera = null;
  place.replaceChildren();
  typed.reset();
  fill("waiting", writeNumber(pile.size));
  fill("excess", writeNumber(excess));
  const states = ["idle", ...news];
  if (pile.size > 0) states.push("waiting");
  if (excess > 0) states.push("excess");
  showAndLead(states);
}

function forgetEverything(): void {
  pile.forget();
  excess = 0;
  rest();
}

async function startReading(read: (text: string) => Promise<boolean>): Promise<void> {
  rest();
  showAndLead("reading");
  const own = turn;
  const opened = await openCamera(read);
  if (own !== turn) opened?.stop();
  else if (opened) camera = opened;
  else {
    show(["reading", "no-camera"]);
    typed.querySelector("input")?.focus();
  }
}

/** Tells whether the camera is done with this sheet. */
async function readText(
  text: string,
  sheet: Sheet,
  descriptor: OccasionDescriptor,
  key: PassKey,
): Promise<boolean> {
  const own = turn;
  const square = await readSquare(text, descriptor, key);
  if (own !== turn) return true;
  if (typeof square === "string") {
    show(["reading", square]);
    return false;
  }
  if (pile.has(square.token)) rest("again");
  else await typeSheet(square, sheet, descriptor);
  return true;
}

async function readSquare(
  text: string,
  descriptor: OccasionDescriptor,
  key: PassKey,
): Promise<Square | "unread" | "other" | "not-paper"> {
  try {
    const compact = parseCompactPass(text);
    if (compact.occasion !== descriptor.occasion) return "other";
    const pass = await readCompactPass(compact, descriptor, key);
    if (!pass) return "unread";
    return pass.seed ? { token: pass.token, seed: pass.seed } : "not-paper";
  } catch (error) {
    if (error instanceof ClientError) return "unread";
    throw error;
  }
}

async function typeSheet(square: Square, sheet: Sheet, descriptor: OccasionDescriptor): Promise<void> {
  camera?.stop();
  const own = turn;
  const form = copyTemplate("sheet") as HTMLFormElement;
  place.replaceChildren(form);
  show("typing");
  const store = openPassingStore();
  const lots = { [keyed.occasion]: LOTS[sheet] };
  await store.change({ put: { surveys: { sent: [], drawn: [], lots, earlier: {} } } });
  const notebook = new Notebook(store, keyed.occasion, readClock, drawBytes);
  await walkQuestions(form, notebook, async ({ answers }) => {
    const body = await encodeAnswerSpend({ ...square, descriptor }, answers);
    await store.destroyEverything();
    if (own !== turn) return;
    pile.add(square.token, body);
    rest("kept");
  });
}

/** One after the other, but in an order in which nobody typed. */
async function sendPile(): Promise<void> {
  const isSent = await pile.sendAll(async (body) => {
    const { kind } = await network.post(facts.urls.spending + PATHS.spend, body, REPLY_LENGTH);
    if (kind === "refused") excess += 1;
    return kind === "done" || kind === "refused";
  });
  rest(isSent ? "delivered" : "not-delivered");
}

async function forgetWhenLeft(): Promise<void> {
  for (;;) {
    await sleep(1);
    if (readClock() - lastTouched < SECONDS_IDLE) continue;
    lastTouched = readClock();
    rest();
  }
}
