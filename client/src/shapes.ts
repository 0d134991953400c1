/** Checks of the form of a JSON value (spec/public_log.md 1, spec/passes.md 1.1): what nobody named is refused. */

import { isObject, type Json, type JsonObject, parseBase64url } from "./encoding.js";

export type Check = (value: Json | undefined) => boolean;

export const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;

export const isInteger: Check = (value) => Number.isSafeInteger(value);

export function isText(pattern: RegExp): Check {
  return (value) => typeof value === "string" && value.length <= 64 && pattern.test(value);
}

export function isOneOf(...choices: readonly Json[]): Check {
  return (value = "") => choices.includes(value);
}

export function isEither(...checks: readonly Check[]): Check {
  return (value) => checks.some((check) => check(value));
}

export function isBytes(least: number, most = least): Check {
  return (value) => {
    try {
      const { length } = parseBase64url(value);
      return least <= length && length <= most;
    } catch {
      return false;
    }
  };
}

/** A sorted list is strictly ascending, so that nothing stands in it twice. */
export function isList(item: Check, most: number, isSorted = false): Check {
  return (value) =>
    Array.isArray(value) &&
    value.length <= most &&
    value.every(
      (entry, place) => item(entry) && (!isSorted || !place || isBefore(value[place - 1] ?? null, entry)),
    );
}

function isBefore(first: Json, second: Json): boolean {
  if (!Array.isArray(first) || !Array.isArray(second)) return String(first) < String(second);
  const place = first.findIndex((part, index) => part !== second[index]);
  return place >= 0 && String(first[place]) < String(second[place]);
}

export function isRow(...items: readonly Check[]): Check {
  return (value) =>
    Array.isArray(value) && value.length === items.length && items.every((item, place) => item(value[place]));
}

/** An object with exactly these members; one that is not there is undefined, which no check admits. */
export function isExactly(members: Readonly<Record<string, Check>>) {
  return (value: Json | undefined): value is JsonObject =>
    isObject(value) &&
    Object.keys(value).length === Object.keys(members).length &&
    Object.entries(members).every(([name, check]) => check(value[name]));
}

export const isNull = isOneOf(null);
export const isId = isText(/^[0-9a-f]{16}$/);
export const isSlug = isText(/^[a-z0-9]+(-[a-z0-9]+)*$/);
