/** What every page's script does with its page: read the facts, show one state, fill in a figure. It writes no words and makes no markup. */

import { readClock } from "../device.js";
import { ClientError } from "../errors.js";
import type { Facts } from "../journey.js";
import { encodeQr, type QrLevel, toSvgPath } from "../qr.js";

export interface PageFacts extends Facts {
  readonly pace: "calm" | "demo";
  readonly minimum_age: number;
  readonly urls: Facts["urls"] & { readonly programme: string };
}

export interface ListedOccasion {
  readonly occasion: string;
  readonly kind: "session" | "survey";
  readonly programme: string;
  readonly opens_at: number;
  readonly closes_at: number;
  readonly state: "planned" | "open" | "closing" | "closed";
  readonly titles: Readonly<Record<string, string>>;
}

const QUIET = 4;
const PIXELS_PER_MODULE = 6;

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

/** Shows the parts of `within` whose `data-state` names one of the states, hides those that name others. */
export function show(states: string | readonly string[], within: ParentNode = document): void {
  const shown = new Set(typeof states === "string" ? [states] : states);
  for (const part of within.querySelectorAll<HTMLElement>("[data-state]")) {
    const names = (part.dataset.state ?? "").split(" ");
    part.hidden = !names.some((name) => shown.has(name));
  }
}

/** Like `show`, and leads keyboard and screen reader to what has appeared. */
export function showAndLead(states: string | readonly string[], within: ParentNode = document): void {
  show(states, within);
  const part = within.querySelector<HTMLElement>(
    "[data-state]:not([hidden]) [data-lead], [data-state][data-lead]:not([hidden])",
  );
  part?.focus();
}

/** Puts text into every element with `data-fill`. */
export function fill(name: string, text: string, within: ParentNode = document): void {
  for (const part of within.querySelectorAll<HTMLElement>(`[data-fill="${name}"]`)) part.textContent = text;
}

/** Calls back for every button with `data-act`; the button rests until the work is done. */
export function act(name: string, work: () => void | Promise<void>, within: ParentNode = document): void {
  for (const button of within.querySelectorAll<HTMLButtonElement>(`[data-act="${name}"]`))
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        await work();
      } finally {
        button.disabled = false;
      }
    });
}

/** The page's language, for titles and times. */
export function language(): string {
  return document.documentElement.lang || "en";
}

export function pickTitle(occasion: ListedOccasion): string {
  return occasion.titles[language()] || occasion.titles.en || Object.values(occasion.titles)[0] || "";
}

/** A day and time as people here write them. */
export function writeMoment(seconds: number): string {
  const format = new Intl.DateTimeFormat(language(), {
    weekday: "long",
    day: "numeric",
    month: "long",
    hour: "2-digit",
    minute: "2-digit",
  });
  return format.format(new Date(seconds * 1000));
}

/** How long until a moment, in the largest unit that is not zero. */
export function writeWait(seconds: number): string {
  const left = Math.max(0, seconds - readClock());
  const format = new Intl.RelativeTimeFormat(language(), { numeric: "always" });
  if (left >= 172_800) return format.format(Math.round(left / 86_400), "day");
  if (left >= 7_200) return format.format(Math.round(left / 3_600), "hour");
  if (left >= 120) return format.format(Math.round(left / 60), "minute");
  return format.format(left, "second");
}

export function writeNumber(value: number): string {
  return new Intl.NumberFormat(language()).format(value);
}

/** The public list of occasions: everybody asks for the same bytes. */
export async function fetchOccasions(facts: PageFacts): Promise<ListedOccasion[]> {
  try {
    const options: RequestInit = { credentials: "omit", referrerPolicy: "no-referrer", cache: "no-cache" };
    const response = await fetch(`${facts.urls.programme}/occasions.json`, options);
    return ((await response.json()) as { occasions: ListedOccasion[] }).occasions;
  } catch {
    throw new ClientError("log-unreachable");
  }
}

/** Draws a code that only this device may know; paper white and black whatever the theme, or no camera reads it. */
export async function drawQr(
  canvas: HTMLCanvasElement,
  text: string,
  level: QrLevel = "medium",
): Promise<void> {
  const { path, size } = toSvgPath(await encodeQr(text, level), QUIET);
  canvas.width = size * PIXELS_PER_MODULE;
  canvas.height = size * PIXELS_PER_MODULE;
  const context = canvas.getContext("2d");
  if (!context) return;
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.scale(PIXELS_PER_MODULE, PIXELS_PER_MODULE);
  context.fillStyle = "#000000";
  context.fill(new Path2D(path));
}

export function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

/** The code after # in this page's address, taken out of the address so that no history or shoulder reads it again. */
export function takeFragment(): string {
  const text = decodeURIComponent(location.hash.slice(1));
  if (text) history.replaceState(null, "", location.pathname);
  return text;
}

/** The code of a foreseen failure; anything else is a mistake of this program and goes up. */
export function readErrorCode(error: unknown): string {
  if (error instanceof ClientError) return error.code;
  throw error;
}
