/** The slip of the member's card: one place for every occasion, and what can be done now. It asks nobody anything. */

import type { Pass } from "../spending.js";
import { type ListedOccasion, pickTitle } from "./listing.js";
import { act, copyTemplate, fill, get, show } from "./page.js";
import { language, writeMoment } from "./times.js";

/** People gather before the doors open. */
const GATHERING_SECONDS = 1800;

export interface Place {
  readonly occasion: string;
  readonly kind: string;
  readonly title: string;
  readonly beginsAt: number;
  readonly mark: "ready" | "used" | "over" | "absent";
  readonly isNow: boolean;
  readonly pass: Pass | null;
}

/** Puts the public list and this device's passes together; a pass that the list does not name keeps its own facts. */
export function listPlaces(
  listed: readonly ListedOccasion[],
  passes: readonly Pass[],
  made: readonly string[],
  now: number,
): Place[] {
  const known = new Map(listed.map((occasion) => [occasion.occasion, occasion]));
  const unlisted = passes.filter((pass) => !known.has(pass.occasion));
  const places = [
    ...listed.map((occasion) => {
      const pass = passes.find((own) => own.occasion === occasion.occasion) ?? null;
      const isOver = occasion.state === "closed" || occasion.state === "closing" || now >= occasion.closes_at;
      return makePlace(occasion, pickTitle(occasion), pass, isOver, made, now);
    }),
    ...unlisted.map((pass) =>
      makePlace(
        { ...pass.descriptor, begins_at: pass.descriptor.opens_at },
        "",
        pass,
        now >= pass.descriptor.closes_at,
        made,
        now,
      ),
    ),
  ];
  return places
    .filter((place) => place.mark !== "over")
    .sort((left, right) => left.beginsAt - right.beginsAt);
}

interface Times {
  readonly occasion: string;
  readonly kind: string;
  readonly begins_at: number;
  readonly opens_at: number;
}

function makePlace(
  times: Times,
  title: string,
  pass: Pass | null,
  isOver: boolean,
  made: readonly string[],
  now: number,
): Place {
  const { occasion, kind, begins_at: beginsAt } = times;
  const mark = isOver ? "over" : pass ? "ready" : made.includes(occasion) ? "used" : "absent";
  const opensAt = times.opens_at - (kind === "session" ? GATHERING_SECONDS : 0);
  return { occasion, kind, title, beginsAt, mark, isNow: mark === "ready" && now >= opensAt, pass };
}

/** Draws all places; gives the states that the page is in with them. */
export function showPlaces(
  places: readonly Place[],
  showPass: (place: Place, pass: Pass) => unknown,
): string[] {
  get("slip").replaceChildren(...places.map(makeRow));
  const open = places.filter((place) => place.isNow);
  const next = places.find((place) => place.mark === "ready" && !place.isNow);
  get("now").replaceChildren(...open.map((place) => makeOpening(place, showPass)));
  if (next) {
    fill("next-title", next.title);
    fill("next-when", writeMoment(next.beginsAt));
  }
  if (open.length > 0) return ["now"];
  return [next ? "next" : places.length > 0 ? "nothing-now" : "no-occasions"];
}

function makeRow(place: Place): HTMLElement {
  const row = copyTemplate("slip-row");
  writeNames(place, row);
  show([place.mark, ...nameless(place)], row);
  return row;
}

function makeOpening(place: Place, showPass: (place: Place, pass: Pass) => unknown): HTMLElement {
  const part = copyTemplate("opening");
  writeNames(place, part);
  setLink(part, "here", `/${language()}/sessions/${place.occasion}/here/`);
  setLink(part, "answer", `/${language()}/surveys/${place.occasion}/answer/`);
  const { pass } = place;
  if (pass) act("show-pass", () => showPass(place, pass), part);
  show([place.kind, ...nameless(place)], part);
  return part;
}

function nameless(place: Place): string[] {
  return place.title ? [] : [`some-${place.kind}`];
}

function writeNames(place: Place, within: HTMLElement): void {
  fill("title", place.title, within);
  fill("when", writeMoment(place.beginsAt), within);
}

function setLink(within: HTMLElement, name: string, address: string): void {
  for (const link of within.querySelectorAll<HTMLAnchorElement>(`[data-link="${name}"]`)) link.href = address;
}
