/** What every page's script does with its page: read the facts, show one state, fill in a figure. It writes no words and makes no markup. */

import { ClientError } from "../errors.js";
import type { Facts, Hindrance } from "../journey.js";
import { writeWait } from "./times.js";

export interface PageFacts extends Facts {
  readonly pace: "calm" | "demo";
  readonly minimum_age: number;
  readonly urls: Facts["urls"] & { readonly programme: string };
}

export type States = string | readonly string[];

const FEW_CARDS = 10;
let lastHindrance: string | null = null;

/** Reads a data block of the page. */
export function readBlock<T>(id: string): T {
  return JSON.parse(get(id).textContent ?? "") as T;
}

export function readFacts(): PageFacts {
  return readBlock<PageFacts>("amanah-facts");
}

/** The element with this id; a page without it is not the page of this script. */
export function get<E extends HTMLElement = HTMLElement>(id: string): E {
  const found = document.getElementById(id);
  if (!found) throw new Error(`This page has no ${id}.`);
  return found as E;
}

/** Shows the parts whose `data-state` names one of the states and hides the others; a `data-states` element keeps its own. */
export function show(states: States, within: HTMLElement | null = null): void {
  const shown = new Set(typeof states === "string" ? [states] : states);
  for (const part of (within ?? document).querySelectorAll<HTMLElement>("[data-state]")) {
    const owner = part.parentElement?.closest<HTMLElement>("[data-states]") ?? null;
    const names = (part.dataset.state ?? "").split(" ");
    if (owner === within) part.hidden = !names.some((name) => shown.has(name));
  }
}

/** Like `show`, and leads keyboard and screen reader to what has appeared. */
export function showAndLead(states: States, within: HTMLElement | null = null): void {
  show(states, within);
  const leads = (within ?? document).querySelectorAll<HTMLElement>("[data-lead]");
  [...leads].find((part) => part.getClientRects().length > 0)?.focus();
}

/** Puts text into every element with `data-fill`. */
export function fill(name: string, text: string, within: ParentNode = document): void {
  for (const part of within.querySelectorAll<HTMLElement>(`[data-fill="${name}"]`)) part.textContent = text;
}

/** A copy of the one element in a <template>. */
export function copyTemplate(id: string): HTMLElement {
  const content = get<HTMLTemplateElement>(id).content.cloneNode(true) as DocumentFragment;
  return content.firstElementChild as HTMLElement;
}

/** Runs a page; a foreseen failure is said in the page's words, anything else is a mistake of this program and goes up. */
export function begin(work: () => Promise<void>): void {
  work().catch((error: unknown) => {
    if (!(error instanceof ClientError)) throw error;
    show(listHindranceStates({ code: error.code, retryAt: null, evidence: error.evidence }));
  });
}

/** Calls back for every button with `data-act`; the button rests until the work is done. */
export function act(name: string, work: () => unknown, within: ParentNode = document): void {
  for (const button of within.querySelectorAll<HTMLButtonElement>(`[data-act="${name}"]`))
    button.addEventListener("click", () =>
      begin(async () => {
        button.disabled = true;
        try {
          await work();
        } finally {
          button.disabled = false;
        }
      }),
    );
}

/** Calls back with what was typed into the form's one field. */
export function onTyped(form: HTMLFormElement, work: (text: string) => unknown): void {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    begin(async () => {
      await work(form.querySelector("input")?.value ?? "");
    });
  });
}

/** The states that say in words why it does not go on. */
export function listHindranceStates(hindrance: Hindrance | null): string[] {
  const hasStayed = hindrance?.code === lastHindrance;
  lastHindrance = hindrance?.code ?? null;
  if (hindrance === null) return [];
  const { code, retryAt } = hindrance;
  // A log that its witnesses are just about to see is no case for evidence yet.
  const evidence = code === "log-not-witnessed" && !hasStayed ? null : hindrance.evidence;
  if (retryAt !== null) fill("retry-at", writeWait(retryAt));
  if (evidence !== null) fill("evidence", JSON.stringify(evidence, null, 2));
  return [
    "hindered",
    `hindered-${code}`,
    ...(retryAt === null ? [] : ["retrying"]),
    ...(evidence === null ? [] : ["evidence"]),
  ];
}

/** Lets the member keep the public material that shows what went wrong, to hand it to somebody they trust. */
export function offerEvidence(): void {
  act("save-evidence", () => {
    const text = document.querySelector('[data-fill="evidence"]')?.textContent ?? "";
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = "amanah-evidence.json";
    link.click();
    URL.revokeObjectURL(link.href);
  });
}

/** What a member must be told before a pass is used (7.7). */
export function listWarningStates(
  pass: { readonly matureAt: number },
  now: number,
  cardsAtMost: number | undefined,
): string[] {
  const isYoung = now < pass.matureAt;
  if (isYoung) fill("mature-at", writeWait(pass.matureAt));
  return [
    ...(isYoung ? ["young"] : []),
    ...(cardsAtMost !== undefined && cardsAtMost < FEW_CARDS ? ["few"] : []),
  ];
}

export function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

/** The code after # in this page's address, taken out of the address so that no history or shoulder reads it again. */
export function takeFragment(): string {
  // A code that is scanned while the page is open changes only what stands after #.
  window.addEventListener("hashchange", () => location.reload());
  const text = location.hash.slice(1);
  if (text) history.replaceState(null, "", location.pathname);
  return text;
}

/** The code of a foreseen failure; anything else is a mistake of this program and goes up. */
export function readErrorCode(error: unknown): string {
  if (error instanceof ClientError) return error.code;
  throw error;
}
