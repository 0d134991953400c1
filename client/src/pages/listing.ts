/** The public list of occasions: everybody asks for the same bytes, so that asking tells nothing. */

import { ClientError } from "../errors.js";
import { language } from "./times.js";

export interface ListedOccasion {
  readonly occasion: string;
  readonly kind: "session" | "survey";
  /** When people say it begins; a session lets people in a little earlier, from `opens_at` on. */
  readonly begins_at: number;
  readonly opens_at: number;
  readonly closes_at: number;
  readonly state: "planned" | "open" | "closing" | "closed";
  readonly titles: Readonly<Record<string, string>>;
}

/** All occasions by their beginning. */
export async function fetchOccasions(programmeUrl: string): Promise<ListedOccasion[]> {
  try {
    const options: RequestInit = { credentials: "omit", referrerPolicy: "no-referrer", cache: "no-cache" };
    const response = await fetch(`${programmeUrl}/occasions.json`, options);
    const { occasions } = (await response.json()) as { occasions: ListedOccasion[] };
    return occasions.sort((left, right) => left.opens_at - right.opens_at);
  } catch {
    throw new ClientError("log-unreachable");
  }
}

export function pickTitle(occasion: ListedOccasion): string {
  const { titles } = occasion;
  return titles[language()] || titles.en || Object.values(titles)[0] || "";
}
