/** The organiser's scanner: reads passes from the camera, decides on this device, and later sends one shuffled batch. It keeps no time and no order. */

import { readClock } from "../device.js";
import { type Bytes, encodeBase64url, type JsonObject, joinBytes, parseBase64url } from "../encoding.js";
import { ClientError } from "../errors.js";
import { PATHS, REPLY_LENGTH } from "../messages.js";
import { network } from "../network.js";
import { drawBytes } from "../numbers.js";
import { type OccasionDescriptor, parseDescriptor } from "../occasions.js";
import { type PassKey, parsePassKey, TOKEN_LENGTH } from "../passes.js";
import { parseRoomCode } from "../rooms.js";
import { encodeShownPresenceSpend } from "../spending.js";
import { openCamera } from "./camera.js";
import { parseCompactPass, type ReadPass, readCompactPass } from "./compact_reading.js";
import { keepOffline } from "./offline.js";
import { act, begin, fill, get, onTyped, readBlock, readFacts, show } from "./page.js";
import { shuffle } from "./shuffling.js";
import { writeNumber } from "./times.js";

interface ScannerFacts {
  readonly occasion: string;
  readonly descriptor: JsonObject;
  readonly spki: string;
  readonly room_code: string;
}

/** What survives a reload: passes sorted by their bytes, so that the order of arrival is gone. */
interface Kept {
  unsent: string[];
  sent: string[];
  excess: number;
}

type Verdict = "ready" | "yes" | "again" | "other" | "no" | "unread" | "no-camera" | "undone";

const VERDICT_SECONDS = 2.5;
/** A picture that was away from the camera for this long was shown again, and is judged again. */
const AWAY_SECONDS = 3;
const PREFIX = "amanah-scanner-";
const facts = readFacts();
const scanner = readBlock<ScannerFacts>("amanah-scanner");
const verdict = get("verdict");
const typed = get<HTMLFormElement>("typed");
const kept: Kept = readKept(scanner.occasion);
let latest: string | null = null;
let seen = { text: "", at: 0 };
let isSending = false;
let shownVerdicts = 0;
let atRest: "ready" | "no-camera" = "ready";

begin(async () => {
  keepOffline();
  forgetSent();
  const descriptor = parseDescriptor(scanner.descriptor);
  const key = await parsePassKey(parseBase64url(scanner.spki));
  const check = (text: string) => checkText(text, descriptor, key);
  act("undo", undo);
  act("send", sendBatch);
  act("type", () => {
    typed.hidden = !typed.hidden;
    if (!typed.hidden) typed.querySelector("input")?.focus();
  });
  onTyped(typed, async (text) => {
    await check(text.trim());
    typed.reset();
  });
  for (const name of ["online", "offline"]) window.addEventListener(name, showFigures);
  showFigures();
  const camera = await openCamera(async (text) => {
    if (isNewBeforeCamera(text)) await check(text);
    return false;
  });
  if (camera === null) atRest = "no-camera";
  showVerdict(atRest);
});

/** The same picture stays before the camera for a while and counts once. */
function isNewBeforeCamera(text: string): boolean {
  const isSame = text === seen.text && readClock() - seen.at < AWAY_SECONDS;
  seen = { text, at: readClock() };
  return !isSame;
}

async function checkText(text: string, descriptor: OccasionDescriptor, key: PassKey): Promise<void> {
  const read = await readText(text, descriptor, key);
  if (typeof read === "string") return showVerdict(read);
  const entry = encodeBase64url(joinBytes(read.token, read.publicKey));
  if (kept.unsent.includes(entry) || kept.sent.includes(entry)) return showVerdict("again");
  latest = entry;
  kept.unsent.push(entry);
  writeKept();
  showVerdict("yes");
}

async function readText(
  text: string,
  descriptor: OccasionDescriptor,
  key: PassKey,
): Promise<ReadPass | Verdict> {
  try {
    const compact = parseCompactPass(text);
    if (compact.occasion !== descriptor.occasion) return "other";
    return (await readCompactPass(compact, descriptor, key)) ?? "no";
  } catch (error) {
    if (error instanceof ClientError) return "unread";
    throw error;
  }
}

function undo(): void {
  if (latest === null) return;
  kept.unsent = kept.unsent.filter((entry) => entry !== latest);
  latest = null;
  seen = { text: "", at: 0 };
  writeKept();
  showVerdict("undone");
}

/** One after the other, but in an order that nobody came in. */
async function sendBatch(): Promise<void> {
  if (isSending) return;
  isSending = true;
  latest = null;
  showFigures();
  let isReached = true;
  for (const entry of shuffle(kept.unsent, drawBytes)) {
    const { kind } = await network.post(facts.urls.spending + PATHS.spend, encodeEntry(entry), REPLY_LENGTH);
    isReached = kind === "done" || kind === "refused";
    if (!isReached) break;
    if (kind === "refused") kept.excess += 1;
    kept.unsent = kept.unsent.filter((other) => other !== entry);
    kept.sent.push(entry);
    writeKept();
  }
  isSending = false;
  showFigures(isReached ? ["delivered"] : ["not-delivered"]);
}

function encodeEntry(entry: string): Bytes {
  const data = parseBase64url(entry);
  const shown = { token: data.slice(0, TOKEN_LENGTH), publicKey: data.slice(TOKEN_LENGTH) };
  return encodeShownPresenceSpend(shown, parseRoomCode(scanner.room_code));
}

function showVerdict(name: Verdict): void {
  const own = ++shownVerdicts;
  show(name, verdict);
  document.body.dataset.verdict = name;
  showFigures();
  const isJudging = name !== atRest;
  document.body.classList.toggle("judging", isJudging);
  if (!isJudging) return;
  setTimeout(() => {
    if (own === shownVerdicts) showVerdict(atRest);
  }, VERDICT_SECONDS * 1000);
}

function showFigures(news: readonly string[] | Event = []): void {
  const states = [navigator.onLine ? "online" : "offline", ...(Array.isArray(news) ? news : [])];
  if (kept.unsent.length > 0) states.push("unsent");
  if (kept.excess > 0) states.push("excess");
  show(states, get("connection"));
  fill("unsent", writeNumber(kept.unsent.length));
  fill("excess", writeNumber(kept.excess));
  fill("counted", writeNumber(kept.unsent.length + kept.sent.length - kept.excess));
  get<HTMLButtonElement>("undo").disabled = latest === null;
  get<HTMLButtonElement>("send").disabled = kept.unsent.length === 0 || isSending;
}

function readKept(occasion: string): Kept {
  const text = localStorage.getItem(PREFIX + occasion);
  return text ? (JSON.parse(text) as Kept) : { unsent: [], sent: [], excess: 0 };
}

function writeKept(): void {
  kept.unsent.sort();
  kept.sent.sort();
  localStorage.setItem(PREFIX + scanner.occasion, JSON.stringify(kept));
}

/** Passes of other sessions were kept to notice a second showing; once all are sent that is over. */
function forgetSent(): void {
  for (const name of Object.keys(localStorage)) {
    const occasion = name.slice(PREFIX.length);
    if (!name.startsWith(PREFIX) || occasion === scanner.occasion) continue;
    if (readKept(occasion).unsent.length === 0) localStorage.removeItem(name);
  }
}
