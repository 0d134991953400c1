/** Checks the whole public log in the reader's own browser (spec/public_log.md 4) and says in the page's words what was found, and where. */

import { findBrowserProblem } from "../cards.js";
import type { SeenCheckpoint } from "../checkpoints.js";
import { readClock } from "../device.js";
import { ClientError } from "../errors.js";
import { network } from "../network.js";
import { isStale, type LogView } from "../public_log.js";
import { holdDevice, openStore, STORE_NAME, type Store } from "../store.js";
import { checkLog } from "./log_checking.js";
import { act, begin, fill, get, readFacts, show } from "./page.js";
import { writeMoment, writeNumber } from "./times.js";

/*
What the page that loads this script must hold. Words stand in the page alone; this script shows one state at a time
(`data-state`), and puts figures into `data-fill`. A state's element may stand anywhere inside the section, more than once.

  <script type="application/json" id="amanah-facts">{{ facts() }}</script>
  <script type="module" src="{{ static("client/pages/log_check.js") }}"></script>

  <section id="log-check" data-states hidden>          shown by this script: without it there is no button that does nothing
    <button type="button" id="log-check-start">        begins; rests while the check runs; may be pressed again
    <progress id="log-check-progress" hidden aria-label="…"></progress>
    <div id="log-check-result" role="status">          everything below; what appears here is read out
      data-state="checking"                            the check runs; how far it is, the progress element says

      data-state="valid"                               everything holds. Fills: size, root, witnessed (cosignatures by known
                                                       witnesses), needed (how many the policy asks for), alive-at (a moment)
      data-state="unwitnessed"                         beside "valid": the policy asks for no witness
      data-state="first"                               beside "valid": this device remembers nothing to compare with
      data-state="continued"                           beside "valid": the log begins with what this device saw. Fill: seen-size
      data-state="stale"                               beside "valid": no sign of life for 26 hours; an old copy? Fill: alive-at

      data-state="log-unreachable"                     no answer, or files that vanish again and again
      data-state="connection-not-secure"               the browser lends its arithmetic to no page without https
      data-state="browser-too-old"                     the browser cannot check Ed25519 signatures
      data-state="log-not-valid"                       something is broken; one of the `broken-…` below says what
      data-state="log-shrank"                          smaller than what this device saw. Fills: seen-size, seen-root, size, root
      data-state="log-rewritten"                       another past than this device saw (a fork). Fills: the same four
      data-state="log-not-witnessed"                   too few cosignatures. Fills: witnessed, needed, size, root

      data-state="at-file"                             beside a failure: where. Fill: file (a path below the log's address)
      data-state="at-entry"                            beside a failure: where. Fill: entry (its index, counted from 0)
      data-state="broken-checkpoint"                   the checkpoint cannot be read, or is of another log
      data-state="broken-policy"                       this page named no key of the log, or one that cannot be read
      data-state="broken-signature"                    the log's signature under the checkpoint is missing or wrong
      data-state="broken-cosignature"                  a known witness's line is wrong. Fill: witness (its name)
      data-state="broken-bundle"                       a file of entries is missing, cut off or too short
      data-state="broken-tile"                         a hash tile is missing, or differs from the entries that the log signed
      data-state="broken-root"                         the entries do not have the root that the log signed
      data-state="broken-changed"                      an entry is not the one that the log signed: changed, moved or left out
      data-state="broken-entry"                        an entry is not of the one form that it may have
      data-state="broken-office"                       an entry is by an office that was not admitted before
      data-state="broken-entry-signature"              an entry was not signed by the office that it names

      data-state="evidence"                            public material that shows it. Fill: evidence, in <pre dir="ltr" tabindex="0">
        <button type="button" data-act="copy-evidence">   and a state "copied" beside it, shown once it is on the clipboard

Roots and paths are the same in every language: let their elements have dir="ltr".
*/

const facts = readFacts();
const section = get("log-check");
const start = get<HTMLButtonElement>("log-check-start");
const bar = get<HTMLProgressElement>("log-check-progress");

section.hidden = false;
start.addEventListener("click", () => begin(run));
act("copy-evidence", copyEvidence, section);

async function run(): Promise<void> {
  start.disabled = true;
  bar.hidden = false;
  bar.removeAttribute("value");
  show("checking", section);
  try {
    show(await check(), section);
  } finally {
    start.disabled = false;
    bar.hidden = true;
  }
}

/** The states that say in words what was found. */
async function check(): Promise<string[]> {
  const problem = await findBrowserProblem();
  // A log can be read without a place to keep anything.
  if (problem && problem !== "storage-unavailable") return [problem];
  const store = await findCardStore();
  const seen = (await store?.read("seen")) ?? null;
  const getFile = (path: string) => network.getFile(`${facts.urls.log}/${path}`);
  try {
    const view = await checkLog({ ...facts.log, getFile }, seen, showProgress);
    if (store) await remember(store, view);
    return describeWhole(view, seen);
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    return describeFailure(error);
  }
}

function showProgress(done: number, of: number): void {
  bar.max = of;
  bar.value = done;
}

/** The store of this device's card; opening one where there is none would leave a trace of this visit. */
async function findCardStore(): Promise<Store | null> {
  try {
    const known = await indexedDB.databases();
    if (!known.some(({ name }) => name === STORE_NAME)) return null;
    const store = await openStore();
    return (await store.read("card")) && store;
  } catch {
    // No store, or none that may be used here: the log is checked without a memory.
    return null;
  }
}

/** What was checked as a whole is from now on what this device has seen. */
function remember(store: Store, { size, root, note }: LogView): Promise<void> {
  return holdDevice(async () => {
    const known = await store.read("seen");
    if (!known || known.size < size) await store.change({ put: { seen: { size, root, note } } });
  });
}

function describeWhole(view: LogView, seen: SeenCheckpoint | null): string[] {
  fillCheckpoint(view.note);
  fill("witnessed", writeNumber(view.seenAt.size), section);
  fill("needed", writeNumber(view.needed), section);
  fill("alive-at", writeMoment(view.aliveAt), section);
  if (seen) fill("seen-size", writeNumber(seen.size), section);
  return [
    "valid",
    seen ? "continued" : "first",
    ...(view.needed === 0 ? ["unwitnessed"] : []),
    ...(isStale(view, readClock()) ? ["stale"] : []),
  ];
}

function describeFailure({ code, evidence }: ClientError): string[] {
  if (!evidence) return [code];
  const { broken, file, entry, witness, witnessed, needed, checkpoint, seen } = evidence;
  const before = seen as { size: number; root: string } | null | undefined;
  if (typeof checkpoint === "string") fillCheckpoint(checkpoint);
  if (before) {
    fill("seen-size", writeNumber(before.size), section);
    fill("seen-root", writeRoot(before.root), section);
  }
  if (typeof file === "string") fill("file", file, section);
  if (typeof entry === "number") fill("entry", writeNumber(entry), section);
  if (typeof witness === "string") fill("witness", witness, section);
  if (Array.isArray(witnessed)) fill("witnessed", writeNumber(witnessed.length), section);
  if (typeof needed === "number") fill("needed", writeNumber(needed), section);
  fill("evidence", JSON.stringify(evidence, null, 2), section);
  return [
    code,
    "evidence",
    ...(broken === undefined ? [] : [`broken-${broken}`]),
    ...(file === undefined ? [] : ["at-file"]),
    ...(entry === undefined ? [] : ["at-entry"]),
  ];
}

/** Size and root as the note gives them, so that they can be compared letter by letter. */
function fillCheckpoint(note: string): void {
  const [, size = "", root = ""] = note.split("\n");
  fill("size", /^\d+$/.test(size) ? writeNumber(Number(size)) : size, section);
  fill("root", root, section);
}

/** base64url without padding in the spelling of a checkpoint. */
function writeRoot(text: string): string {
  const plain = text.replaceAll("-", "+").replaceAll("_", "/");
  return plain.padEnd(Math.ceil(plain.length / 4) * 4, "=");
}

async function copyEvidence(): Promise<void> {
  const text = section.querySelector<HTMLElement>('[data-fill="evidence"]');
  if (!text) return;
  try {
    await navigator.clipboard.writeText(text.textContent ?? "");
  } catch {
    // Where a page may not write there, what is selected can still be copied by hand.
    getSelection()?.selectAllChildren(text);
    return;
  }
  for (const part of section.querySelectorAll<HTMLElement>('[data-state="copied"]')) part.hidden = false;
}
