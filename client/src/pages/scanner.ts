/** The organiser's scanner: reads passes from the camera, decides on this device, and later sends one shuffled batch. It keeps no time and no order. */

import { parseCompactPass, type ReadPass, readCompactPass } from "../compact.js";
import { type Bytes, encodeBase64url, joinBytes, parseBase64url } from "../encoding.js";
import { ClientError } from "../errors.js";
import { PATHS, REPLY_LENGTH } from "../messages.js";
import { network } from "../network.js";
import { drawBytes, shuffle } from "../numbers.js";
import { type OccasionDescriptor, parseDescriptor } from "../occasions.js";
import { type PassKey, parsePassKey, TOKEN_LENGTH } from "../passes.js";
import { parseRoomCode } from "../rooms.js";
import { encodeShownPresenceSpend } from "../spending.js";
import { openCamera } from "./camera.js";
import { get, readBlock, readFacts, show, writeNumber } from "./page.js";

interface ScannerFacts {
  readonly occasion: string;
  readonly descriptor: string;
  readonly spki: string;
  readonly room_code: string;
}

/** What survives a reload: passes sorted by their bytes, so that the order of arrival is gone. */
interface Kept {
  unsent: string[];
  sent: string[];
  excess: number;
}

const VERDICT_SECONDS = 2.5;
const facts = readFacts();
const scanner = readBlock<ScannerFacts>("amanah-scanner");
const storageName = `amanah-scanner-${scanner.occasion}`;
const verdict = get("verdict");
const typed = get<HTMLFormElement>("typed");
const kept: Kept = readKept();
let latest: string | null = null;
let lastText = "";
let isSending = false;

void start();

async function start(): Promise<void> {
  const descriptor = parseDescriptor(JSON.parse(scanner.descriptor));
  const key = await parsePassKey(parseBase64url(scanner.spki));
  const check = (text: string) => checkText(text, descriptor, key);
  get("undo").addEventListener("click", undo);
  get("send").addEventListener("click", () => void sendBatch());
  get("type-code").addEventListener("click", () => {
    typed.hidden = !typed.hidden;
    if (!typed.hidden) typed.querySelector("input")?.focus();
  });
  typed.addEventListener("submit", async (event) => {
    event.preventDefault();
    const input = typed.querySelector("input");
    lastText = "";
    if (input) await check(input.value.trim());
    if (input) input.value = "";
  });
  for (const name of ["online", "offline"]) window.addEventListener(name, showFigures);
  showFigures();
  const camera = await openCamera(get<HTMLVideoElement>("camera"), async (text) => {
    await check(text);
    return false;
  });
  showVerdict(camera ? "ready" : "no-camera");
}

/** The same picture stays before the camera for a while; only a new one counts. */
async function checkText(text: string, descriptor: OccasionDescriptor, key: PassKey): Promise<void> {
  if (text === lastText) return;
  lastText = text;
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
): Promise<ReadPass | string> {
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
  if (latest === null || !kept.unsent.includes(latest)) return;
  kept.unsent = kept.unsent.filter((entry) => entry !== latest);
  latest = null;
  lastText = "";
  writeKept();
  showVerdict("undone");
}

/** One by one over the network, but in an order that nobody came in. */
async function sendBatch(): Promise<void> {
  if (isSending) return;
  isSending = true;
  latest = null;
  for (const entry of shuffle(kept.unsent, drawBytes)) {
    const outcome = await network.post(facts.urls.spending + PATHS.spend, encodeEntry(entry), REPLY_LENGTH);
    if (outcome.kind !== "done" && outcome.kind !== "refused") break;
    if (outcome.kind === "refused") kept.excess += 1;
    kept.unsent = kept.unsent.filter((other) => other !== entry);
    kept.sent.push(entry);
    writeKept();
  }
  isSending = false;
  showFigures();
}

function encodeEntry(entry: string): Bytes {
  const data = parseBase64url(entry);
  const shown = { token: data.slice(0, TOKEN_LENGTH), publicKey: data.slice(TOKEN_LENGTH) };
  return encodeShownPresenceSpend(shown, parseRoomCode(scanner.room_code));
}

function showVerdict(name: string): void {
  show(name, verdict);
  document.body.dataset.verdict = name;
  if (name === "ready" || name === "no-camera") return;
  setTimeout(() => {
    if (document.body.dataset.verdict === name) showVerdict("ready");
  }, VERDICT_SECONDS * 1000);
}

function showFigures(): void {
  const states = [navigator.onLine ? "online" : "offline"];
  if (kept.unsent.length > 0) states.push("unsent");
  if (kept.excess > 0) states.push("excess");
  show(states, get("connection"));
  get("unsent").textContent = writeNumber(kept.unsent.length);
  get("excess").textContent = writeNumber(kept.excess);
  get("counted").textContent = writeNumber(kept.unsent.length + kept.sent.length - kept.excess);
  get<HTMLButtonElement>("undo").disabled = latest === null;
  get<HTMLButtonElement>("send").disabled = kept.unsent.length === 0 || isSending;
}

function readKept(): Kept {
  const text = localStorage.getItem(storageName);
  return text ? (JSON.parse(text) as Kept) : { unsent: [], sent: [], excess: 0 };
}

function writeKept(): void {
  kept.unsent.sort();
  kept.sent.sort();
  localStorage.setItem(storageName, JSON.stringify(kept));
  showFigures();
}
