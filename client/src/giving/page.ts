/** The page behind a giver's one-time address: make a key or bring one, read what is to be signed, sign it, hand it over (spec/credentials.md 10). The key never leaves this device. */

import { findBrowserProblem } from "../cards.js";
import { encodeBase64url, type JsonObject } from "../encoding.js";
import { ClientError } from "../errors.js";
import { act, begin, fill, get, onTyped, readErrorCode, show, showAndLead } from "../pages/page.js";
import {
  drawKeySecret,
  encodeBackup,
  findKeptKey,
  forgetKey,
  type GiverKey,
  keepKey,
  openKey,
  parseBackup,
  provePossession,
} from "./keys.js";
import { type Canonize, encodeTime, signDocument } from "./proofs.js";
import { isPageTrue } from "./saying.js";
import { nameIssuer, parseShown, writeShown } from "./words.js";

const section = get("giving");
const shown = document.getElementById("document");
const backup = get<HTMLFormElement>("backup");
const kept = get<HTMLFormElement>("kept");
// What signs the linked-data suite is large; it is on its way while the page is read, and only where it is needed.
const library = shown ? import("./library.js").catch(() => null) : null;

let made: { code: string; secret: ReturnType<typeof drawKeySecret> } | null = null;
let key: GiverKey | null = null;

begin(async () => {
  const problem = await findBrowserProblem();
  if (problem) throw new ClientError(problem);
  if (shown && !isPageTrue(readDocument(), document)) return show("untrue");
  act("make", offerCode);
  act("type", () => showAndLead("type"));
  act("choose", choose);
  act("print", () => window.print());
  act("use-kept", async () => useKey(await findKeptKey()));
  act("forget", async () => {
    await forgetKey();
    await choose();
  });
  act("sign", handOver);
  onTyped(kept, confirmCode);
  onTyped(backup, bring);
  await choose();
});

async function choose(): Promise<void> {
  const own = await findKeptKey();
  if (own) fill("kept-did", own.did);
  showAndLead(own ? ["choose", "has-kept"] : "choose");
}

async function offerCode(): Promise<void> {
  const secret = drawKeySecret();
  made = { secret, code: await encodeBackup(secret) };
  fill("code", made.code);
  fill("made-did", (await openKey(secret)).did);
  showAndLead("code");
}

/** Goes on only when the paper has been read again: a key that is lost ends what was given by it. */
async function confirmCode(typed: string): Promise<void> {
  const ending = typed.replace(/[^0-9A-Za-z]/g, "").toUpperCase();
  if (made === null || ending.length < 4 || !made.code.replaceAll("-", "").endsWith(ending))
    return show(["code", "not-the-ending"]);
  const { secret } = made;
  const isToBeKept = get<HTMLInputElement>("field-keep-made").checked;
  made = null;
  fill("code", "");
  kept.reset();
  await useKey(await openKey(secret), isToBeKept);
}

async function bring(typed: string): Promise<void> {
  try {
    const own = await openKey(await parseBackup(typed));
    const isToBeKept = get<HTMLInputElement>("field-keep-typed").checked;
    backup.reset();
    await useKey(own, isToBeKept);
  } catch (error) {
    const code = readErrorCode(error);
    show(["type", code === "not-a-code" ? "wrong-code" : `hindered-${code}`]);
  }
}

async function useKey(own: GiverKey | null, isToBeKept = false): Promise<void> {
  if (own === null) return choose();
  if (isToBeKept) await keepKey(own);
  key = own;
  fill("did", own.did);
  if (shown) {
    const named = nameIssuer(readDocument(), own.did);
    if (named === null) return showAndLead("other-key");
    fill("whole", writeShown(named));
  }
  showAndLead("ready");
}

async function handOver(): Promise<void> {
  if (key === null) return choose();
  if (!shown) return showAndLead(await post(await proveKey(key)));
  const signing = (await library)?.canonize;
  // Nothing went out yet, and the rest of this program did not come.
  if (signing === undefined) return show(["ready", "unreachable"]);
  const body = await signShown(key, signing);
  showAndLead(body === null ? "untrue" : await post(body));
}

/** Signs what stands on the page, read again at this moment. */
async function signShown(own: GiverKey, canonize: Canonize): Promise<object | null> {
  const read = readDocument();
  const named = isPageTrue(read, document) ? nameIssuer(read, own.did) : null;
  if (named === null) return null;
  const created = encodeTime(Date.now());
  const signatures = Object.entries(await signDocument(named, own, created, canonize));
  const encoded = signatures.map(([suite, signature]) => [suite, encodeBase64url(signature)]);
  return { did: own.did, created, signatures: Object.fromEntries(encoded) };
}

async function proveKey(own: GiverKey): Promise<object> {
  const proof = await provePossession(own, section.dataset.secret ?? "");
  return { did: own.did, proof: encodeBase64url(proof) };
}

/** Gives the states that say how it went. */
async function post(body: object): Promise<string[]> {
  let answer: { words?: string; document?: string };
  try {
    const response = await fetch(section.dataset.answer ?? "", {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json" },
      credentials: "omit",
      cache: "no-store",
      redirect: "error",
    });
    answer = await response.json();
  } catch {
    return ["ready", "unreachable"];
  }
  if (answer.document === undefined) {
    fill("refusal", answer.words ?? "");
    return ["ready", "refused"];
  }
  fill("fingerprint", answer.document);
  const file = document.getElementById("file");
  if (file instanceof HTMLAnchorElement) file.href = `${section.dataset.file}${answer.document}.json`;
  return ["done"];
}

function readDocument(): JsonObject {
  return parseShown(shown?.textContent ?? "") ?? {};
}
