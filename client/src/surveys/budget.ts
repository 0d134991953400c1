/** How much of somebody's truth a device has given away about one family of questions (spec/surveys.md 1.6). It counts in products of weights, so that nothing is rounded. */

/** Seven times seven times seven: three reports of weight 7. */
export const MOST_ODDS = 343;
export const SECONDS = 92 * 86_400;
const DAY = 86_400;

/** A randomised report as far as the budget is concerned; neither the answer nor the ball is in it. */
export interface Report {
  /** Questions about one truth; empty where a question is a family of its own. */
  readonly family: string;
  readonly question: string;
  readonly weight: number;
}

export interface SentReport extends Report {
  /** UTC seconds at the end of the day on which it was sent: whoever reads this device need not learn the hour. */
  readonly at: number;
}

/** What the meter shows: how many such answers were given, and how many of this weight could be given in all. */
export interface Meter {
  readonly given: number;
  readonly most: number;
}

export type Refusal = "same-question" | "family-spent";

export function endOfDay(now: number): number {
  return Math.ceil(now / DAY) * DAY;
}

/** What still counts. */
export function listRecent(sent: readonly SentReport[], now: number): SentReport[] {
  return sent.filter(({ at }) => now - at < SECONDS);
}

/** Why one more report must not be made beside these; null when it may be. */
export function findRefusal(counted: readonly Report[], wanted: Report): Refusal | null {
  if (counted.some(({ question }) => question === wanted.question)) return "same-question";
  return multiply(listFamily(counted, wanted)) * wanted.weight > MOST_ODDS ? "family-spent" : null;
}

/** How full the budget of a question's family is, in answers of this weight. */
export function readMeter(counted: readonly Report[], wanted: Report): Meter {
  const family = listFamily(counted, wanted);
  // A question without a family is asked once; there is no second one that could add to it.
  if (!wanted.family) return { given: family.length, most: 1 };
  let [odds, room] = [multiply(family) * wanted.weight, 0];
  while (odds <= MOST_ODDS) [odds, room] = [odds * wanted.weight, room + 1];
  return { given: family.length, most: family.length + room };
}

function listFamily(counted: readonly Report[], wanted: Report): Report[] {
  return counted.filter((report) => nameFamily(report) === nameFamily(wanted));
}

function nameFamily({ family, question }: Report): string {
  return family || question;
}

function multiply(reports: readonly Report[]): number {
  return reports.reduce((odds, { weight }) => odds * weight, 1);
}
