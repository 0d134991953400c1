/** Compares the elements of the page that say what is signed with the document (spec/credentials.md 10.3): `data-of` names the places, `data-absent` what is not there. */

import type { Json, JsonObject } from "../encoding.js";
import { writeDay } from "../pages/times.js";
import { listUnsaid, listValues } from "./words.js";

/** Tells whether the page says all that the document says and nothing else; of alternatives it leaves the right one on show. */
export function isPageTrue(document: JsonObject, page: ParentNode): boolean {
  const values = new Map(listValues(document));
  const said = new Set<string>();
  for (const part of page.querySelectorAll<HTMLElement>("[data-of]")) {
    const places = (part.dataset.of ?? "").split(" ");
    const isRight = places.every((place) => isSaying(part, values.get(place)));
    const isAlternative = part.dataset.value !== undefined;
    if (isAlternative) part.hidden = !isRight;
    else if (!isRight) return false;
    if (isRight) for (const place of places) said.add(place);
  }
  const absent = [...page.querySelectorAll<HTMLElement>("[data-absent]")];
  if (absent.some((part) => Object.hasOwn(document, part.dataset.absent ?? ""))) return false;
  return listUnsaid(document, said).length === 0;
}

function isSaying(part: HTMLElement, value: Json | undefined): boolean {
  if (typeof value !== "string") return false;
  if (part.dataset.value !== undefined) return part.dataset.value === value;
  if (!(part instanceof HTMLTimeElement)) return `${part.dataset.before ?? ""}${part.textContent}` === value;
  if (part.dateTime !== value) return false;
  part.textContent = writeDay(value);
  return true;
}
