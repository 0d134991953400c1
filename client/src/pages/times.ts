/** Moments, waits and numbers as people of the page's language write them; it decides nothing by them. */

import { readClock } from "../device.js";

/** The page's language. */
export function language(): string {
  return document.documentElement.lang || "en";
}

/** Plain English would put the month before the day. */
function locale(): string {
  return language() === "en" ? "en-GB" : language();
}

/** A day and time. */
export function writeMoment(seconds: number): string {
  const format = new Intl.DateTimeFormat(locale(), {
    weekday: "long",
    day: "numeric",
    month: "long",
    hour: "2-digit",
    minute: "2-digit",
  });
  return format.format(new Date(seconds * 1000));
}

/** A day of an RFC 3339 time in UTC, with the time of day unless it is midnight. */
export function writeDay(time: string): string {
  const day = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" } as const;
  const clock = { hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "short" } as const;
  const parts = time.endsWith("T00:00:00Z") ? day : { ...day, ...clock };
  return new Intl.DateTimeFormat(locale(), parts).format(new Date(time));
}

/** How long until a moment, in the largest unit that tells something. */
export function writeWait(seconds: number): string {
  const left = Math.max(0, seconds - readClock());
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: "always" });
  if (left >= 172_800) return format.format(Math.round(left / 86_400), "day");
  if (left >= 7_200) return format.format(Math.round(left / 3_600), "hour");
  if (left >= 120) return format.format(Math.round(left / 60), "minute");
  return format.format(left, "second");
}

export function writeNumber(value: number): string {
  return new Intl.NumberFormat(locale()).format(value);
}

/** A number with its sign. */
export function writeDifference(value: number): string {
  return new Intl.NumberFormat(locale(), { signDisplay: "exceptZero" }).format(value);
}

/** Keeps a countdown right, second by second, until its moment or until `isOver`. */
export async function countDown(
  moment: number,
  write: (wait: string) => void,
  isOver: () => boolean,
): Promise<void> {
  while (readClock() < moment && !isOver()) {
    write(writeWait(moment));
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}
