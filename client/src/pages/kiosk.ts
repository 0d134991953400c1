/** A shared device for people with a paper card: reads one pass, does the one thing, and forgets. It stores nothing at all. */

import { findBrowserProblem } from "../cards.js";
import { readClock } from "../device.js";
import type { Bytes } from "../encoding.js";
import { ClientError } from "../errors.js";
import { PATHS, REPLY_LENGTH } from "../messages.js";
import { network } from "../network.js";
import { drawBytes } from "../numbers.js";
import type { OccasionDescriptor } from "../occasions.js";
import { parsePassKey } from "../passes.js";
import { readLog } from "../public_log.js";
import { parseRoomCode } from "../rooms.js";
import { encodeAnswerSpend, encodePresenceSpend } from "../spending.js";
import { Notebook } from "../surveys/notebook.js";
import { findKeyedOccasion } from "../waves.js";
import { type Camera, openCamera } from "./camera.js";
import { parseCompactPass, type ReadPass, readCompactPass } from "./compact_reading.js";
import { act, begin, get, onTyped, readErrorCode, readFacts, show, showAndLead, sleep } from "./page.js";
import { openPassingStore } from "./passing_store.js";
import { walkQuestions } from "./questions.js";
import { language } from "./times.js";

const facts = readFacts();
const SECONDS_SHOWN = 6;
const SECONDS_IDLE = 90;
const room = get<HTMLFormElement>("room");
const place = get("survey-place");
let camera: Camera | null = null;
let entering: ((code: string) => Promise<void>) | null = null;
let lastTouched = readClock();
let turn = 0;

begin(async () => {
  const problem = await findBrowserProblem();
  if (problem) throw new ClientError(problem);
  act("start", startReading);
  act("forget", forget);
  onTyped(room, enterRoom);
  for (const name of ["pointerdown", "keydown"])
    document.addEventListener(name, () => {
      lastTouched = readClock();
    });
  // The browser may keep a page that was left to show it again as it was.
  window.addEventListener("pagehide", forget);
  void forgetWhenLeft();
  show("idle");
});

/** Everything of the person before is gone: the page's memory is all there was. */
function forget(): void {
  turn += 1;
  camera?.stop();
  camera = null;
  entering = null;
  place.replaceChildren();
  room.reset();
  showAndLead("idle");
}

async function startReading(): Promise<void> {
  forget();
  showAndLead("reading");
  const own = turn;
  const opened = await openCamera(readText);
  if (own !== turn) opened?.stop();
  else if (opened) camera = opened;
  else showAndLead(["idle", "no-camera"]);
}

/** Tells whether the text was a paper pass that can be used here. */
async function readText(text: string): Promise<boolean> {
  const own = turn;
  try {
    const compact = parseCompactPass(text);
    const getFile = (path: string) => network.getFile(`${facts.urls.log}/${path}`);
    const view = await readLog({ ...facts.log, getFile }, null);
    const { descriptor, spki } = await findKeyedOccasion(view, compact.occasion, facts.community);
    const pass = await readCompactPass(compact, descriptor, await parsePassKey(spki));
    if (own !== turn) return true;
    if (!pass?.seed) {
      show(["reading", pass ? "not-paper" : "unread"]);
      return false;
    }
    if (descriptor.kind === "survey") await ask({ ...pass, seed: pass.seed, descriptor });
    else enter({ ...pass, seed: pass.seed });
    return true;
  } catch (error) {
    show(["reading", readErrorCode(error) === "log-unreachable" ? "offline" : "unread"]);
    return false;
  }
}

interface PaperPass extends ReadPass {
  readonly seed: Bytes;
}

function enter(pass: PaperPass): void {
  entering = async (code) => finish(await encodePresenceSpend(pass, code), "in");
  showAndLead("room");
}

async function enterRoom(text: string): Promise<void> {
  try {
    await entering?.(parseRoomCode(text));
  } catch (error) {
    readErrorCode(error);
    showAndLead(["room", "wrong-code"]);
  }
}

async function ask(pass: PaperPass & { readonly descriptor: OccasionDescriptor }): Promise<void> {
  const own = turn;
  const form = await fetchQuestions(pass.occasion);
  if (own !== turn) return;
  place.replaceChildren(form);
  show("survey");
  // Whoever stands here takes no count along: what they answered elsewhere is not known to this device.
  const notebook = new Notebook(openPassingStore(), pass.occasion, readClock, drawBytes);
  await walkQuestions(form, notebook, async ({ answers }) =>
    finish(await encodeAnswerSpend(pass, answers), "answered"),
  );
}

/** The questions are the public page of the survey, the same for everybody; a request that gives a document runs nothing in it. */
function fetchQuestions(occasion: string): Promise<HTMLFormElement> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("GET", `/${language()}/surveys/${occasion}/answer/`);
    request.responseType = "document";
    request.onloadend = () => {
      const form = request.responseXML?.getElementById("survey");
      if (form) resolve(document.importNode(form, true) as HTMLFormElement);
      else reject(new ClientError("log-unreachable"));
    };
    request.send();
  });
}

async function finish(body: Bytes, done: "in" | "answered"): Promise<void> {
  const own = turn;
  const { kind } = await network.post(facts.urls.spending + PATHS.spend, body, REPLY_LENGTH);
  if (own !== turn) return;
  // Without an answer the person may try again; the paper stays theirs either way.
  if (kind !== "done" && kind !== "refused") return show([done === "in" ? "room" : "survey", "offline"]);
  place.replaceChildren();
  entering = null;
  showAndLead(kind === "done" ? done : "refused");
  await sleep(SECONDS_SHOWN);
  if (own === turn) forget();
}

/** Somebody who walks away leaves nothing for the next one to see. */
async function forgetWhenLeft(): Promise<void> {
  for (;;) {
    await sleep(1);
    if (readClock() - lastTouched < SECONDS_IDLE) continue;
    lastTouched = readClock();
    forget();
  }
}
