/** A shared device for people with a paper card: reads one pass, does the one thing, and forgets. It stores nothing at all. */

import { parseCompactPass, type ReadPass, readCompactPass } from "../compact.js";
import { readClock } from "../device.js";
import { ClientError } from "../errors.js";
import { PATHS, REPLY_LENGTH } from "../messages.js";
import { network } from "../network.js";
import { drawBytes } from "../numbers.js";
import { type OccasionDescriptor, parseDescriptor } from "../occasions.js";
import { parsePassKey } from "../passes.js";
import { readLog } from "../public_log.js";
import { parseRoomCode } from "../rooms.js";
import { type Answers, encodeAnswerSpend, encodePresenceSpend } from "../spending.js";
import { findKeyedOccasion } from "../waves.js";
import { type Camera, openCamera } from "./camera.js";
import { act, get, language, readFacts, show, showAndLead, sleep } from "./page.js";
import { walkQuestions } from "./questions.js";

const facts = readFacts();
const SECONDS_SHOWN = 6;
const SECONDS_IDLE = 90;
const room = get<HTMLFormElement>("room");
const place = get("survey-place");
let camera: Camera | null = null;
let lastTouched = readClock();

void start();

async function start(): Promise<void> {
  act("start", next);
  act("forget", next);
  for (const name of ["pointerdown", "keydown"])
    document.addEventListener(name, () => {
      lastTouched = readClock();
    });
  void forgetWhenLeft();
  show("idle");
}

/** Everything of the person before is gone: the page's memory is all there was. */
async function next(): Promise<void> {
  camera?.stop();
  place.replaceChildren();
  room.reset();
  show("reading");
  camera = await openCamera(get<HTMLVideoElement>("camera"), readText);
  if (!camera) show("no-camera");
}

async function readText(text: string): Promise<boolean> {
  try {
    const compact = parseCompactPass(text);
    const log = { ...facts.log, getFile: (path: string) => network.getFile(`${facts.urls.log}/${path}`) };
    const found = await findKeyedOccasion(await readLog(log, null), compact.occasion, facts.community);
    const descriptor = parseDescriptor(found.descriptor as never);
    const read = await readCompactPass(compact, descriptor, await parsePassKey(found.spki));
    if (!read?.seed) {
      show(["reading", "not-paper"]);
      return false;
    }
    await (descriptor.kind === "survey" ? ask(read, descriptor) : enter(read));
    return true;
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    show(["reading", error.code === "log-unreachable" ? "offline" : "unread"]);
    return false;
  }
}

async function enter(read: ReadPass): Promise<void> {
  showAndLead("room");
  room.onsubmit = async (event) => {
    event.preventDefault();
    try {
      const code = parseRoomCode(String(new FormData(room).get("code") ?? ""));
      await finish(
        await encodePresenceSpend({ token: read.token, seed: read.seed ?? drawBytes(32) }, code),
        "in",
      );
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      showAndLead(["room", "wrong-code"]);
    }
  };
}

/** The questions are the public page of the survey, the same for everybody. */
async function ask(read: ReadPass, descriptor: OccasionDescriptor): Promise<void> {
  const response = await fetch(`/${language()}/surveys/${descriptor.occasion}/answer/`, {
    credentials: "omit",
  });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const form = page.getElementById("survey");
  if (!(form instanceof HTMLFormElement)) throw new ClientError("log-unreachable");
  const own = document.importNode(form, true);
  place.replaceChildren(own);
  show("survey", document.body);
  walkQuestions(own, async (answers: Answers) => {
    const spendable = { token: read.token, seed: read.seed ?? drawBytes(32), descriptor };
    await finish(await encodeAnswerSpend(spendable, answers), "answered");
  });
}

async function finish(body: Uint8Array<ArrayBuffer>, done: "in" | "answered"): Promise<void> {
  const outcome = await network.post(facts.urls.spending + PATHS.spend, body, REPLY_LENGTH);
  place.replaceChildren();
  showAndLead(outcome.kind === "done" ? done : outcome.kind === "refused" ? "refused" : "offline");
  await sleep(SECONDS_SHOWN);
  await next();
}

/** Somebody who walks away leaves nothing for the next one to see. */
async function forgetWhenLeft(): Promise<void> {
  for (;;) {
    await sleep(5);
    if (readClock() - lastTouched > SECONDS_IDLE && place.childElementCount > 0) {
      lastTouched = readClock();
      await next();
    }
  }
}
