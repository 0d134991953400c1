/** What a device draws before it reports: whole numbers and balls out of a bag (spec/surveys.md 1.1 to 1.3). It uses no fraction and never chooses its own randomness. */

import { ClientError } from "../errors.js";
import type { Randomness } from "../numbers.js";

const WORD = 4;
const WORD_LIMIT = 2 ** 32;
const LARGEST_BOUND = 2 ** 16;
const LIGHTEST = 2;
const HEAVIEST = 100;
const MOST_BALLS = 11;
const MOST_STEPS = 101;
const MOST_OPTIONS = 26;
const MOST_RANKED = 11;
/** A change is cut to this far either way. */
export const WIDEST_CHANGE = 2;

/** Uniform from 0 to bound - 1; what would make some numbers likelier is thrown away (1.1). */
export function drawBelow(bound: number, random: Randomness): number {
  requireWhole(bound, 2, LARGEST_BOUND);
  const fair = WORD_LIMIT - (WORD_LIMIT % bound);
  for (;;) {
    // Whole numbers up to 2^32 are exact here, and bitwise operators would make half of them negative.
    const number = random(WORD).reduce((value, byte) => value * 256 + byte, 0);
    if (number < fair) return number % bound;
  }
}

/** A ball from a bag with `weight` balls of the answer and one of each other kind (1.2). */
export function drawBall(answer: number, kinds: number, weight: number, random: Randomness): number {
  requireWhole(kinds, 2, MOST_BALLS);
  requireWhole(weight, LIGHTEST, HEAVIEST);
  requireWhole(answer, 0, kinds - 1);
  const drawn = drawBelow(weight + kinds - 1, random);
  if (drawn < weight) return answer;
  const other = drawn - weight;
  return other < answer ? other : other + 1;
}

/** Rounds a place on a scale by lot to low, middle or high, then draws a ball of the three (1.3, scale3). */
export function drawLevel(place: number, steps: number, weight: number, random: Randomness): number {
  requireWhole(steps, 2, MOST_STEPS);
  requireWhole(place, 0, steps - 1);
  const rest = (2 * place) % (steps - 1);
  const level = (2 * place - rest) / (steps - 1);
  const isLifted = rest > 0 && drawBelow(steps - 1, random) < rest;
  return drawBall(isLifted ? level + 1 : level, 3, weight, random);
}

/** Draws one option, then a ball that says whether it was chosen (1.3, one_of_many). */
export function drawOption(
  chosen: readonly number[],
  options: number,
  weight: number,
  random: Randomness,
): number {
  requireWhole(options, 2, MOST_OPTIONS);
  for (const option of chosen) requireWhole(option, 0, options - 1);
  const option = drawBelow(options, random);
  return 2 * option + drawBall(chosen.includes(option) ? 1 : 0, 2, weight, random);
}

/** Draws one pair, then a ball that says whether its first stands before its second (1.3, pair). */
export function drawPair(order: readonly number[], weight: number, random: Randomness): number {
  requireWhole(order.length, 2, MOST_RANKED);
  for (const option of order.keys()) if (!order.includes(option)) throw new ClientError("not-an-answer");
  const pairs = listPairs(order.length);
  const number = pairs.length > 1 ? drawBelow(pairs.length, random) : 0;
  const [first, second] = pairs[number] ?? [0, 1];
  const isFirst = order.indexOf(first) < order.indexOf(second);
  return 2 * number + drawBall(isFirst ? 1 : 0, 2, weight, random);
}

/** Cuts a change to -2..2 and reports it as a scale of five (1.3, change). */
export function drawChange(difference: number, weight: number, random: Randomness): number {
  return drawLevel(cutChange(difference) + WIDEST_CHANGE, 2 * WIDEST_CHANGE + 1, weight, random);
}

export function cutChange(difference: number): number {
  return Math.max(-WIDEST_CHANGE, Math.min(WIDEST_CHANGE, difference));
}

/** The pairs of a ranking in the order that numbers them. */
export function listPairs(options: number): [number, number][] {
  const places = [...Array(options).keys()];
  return places.flatMap((first) =>
    places.slice(first + 1).map((second): [number, number] => [first, second]),
  );
}

function requireWhole(value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) throw new ClientError("not-an-answer");
}
