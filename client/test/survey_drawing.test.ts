/** Drawing from a bag against the vectors that Python reads too, and the browser's own randomness against chance itself. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Bytes } from "../src/encoding.js";
import { drawBytes, type Randomness } from "../src/numbers.js";
import {
  drawBall,
  drawBelow,
  drawChange,
  drawLevel,
  drawOption,
  drawPair,
  listPairs,
} from "../src/surveys/drawing.js";
import { drawReport, type Question, readBall } from "../src/surveys/questions.js";
import { fromHex, readVectors } from "./support/vectors.js";

interface Draw {
  readonly random: string;
  readonly report: number;
}

interface Draws {
  readonly below: readonly (Draw & { readonly bound: number })[];
  readonly bag: readonly (Draw & {
    readonly answer: number;
    readonly kinds: number;
    readonly weight: number;
  })[];
  readonly scale3: readonly (Draw & {
    readonly place: number;
    readonly steps: number;
    readonly weight: number;
  })[];
  readonly one_of_many: readonly (Draw & {
    readonly chosen: readonly number[];
    readonly options: number;
    readonly weight: number;
  })[];
  readonly pair: readonly (Draw & { readonly order: readonly number[]; readonly weight: number })[];
  readonly change: readonly (Draw & { readonly difference: number; readonly weight: number })[];
}

const vectors = readVectors<Draws>("surveys/draws.json");

/** Hands out these bytes and no others, and tells whether all were taken. */
function play(hex: string): { random: Randomness; isUsedUp: () => boolean } {
  const bytes: Bytes = fromHex(hex);
  let place = 0;
  const random: Randomness = (length) => {
    assert.ok(place + length <= bytes.length, "more randomness was taken than the vector has");
    place += length;
    return bytes.slice(place - length, place);
  };
  return { random, isUsedUp: () => place === bytes.length };
}

function check<V extends Draw>(rows: readonly V[], draw: (row: V, random: Randomness) => number): void {
  assert.ok(rows.length > 0);
  for (const row of rows) {
    const { random, isUsedUp } = play(row.random);
    assert.equal(draw(row, random), row.report, JSON.stringify(row));
    assert.ok(isUsedUp(), JSON.stringify(row));
  }
}

test("every draw takes the bytes of the shared vectors and gives their report", () => {
  check(vectors.below, ({ bound }, random) => drawBelow(bound, random));
  check(vectors.bag, ({ answer, kinds, weight }, random) => drawBall(answer, kinds, weight, random));
  check(vectors.scale3, ({ place, steps, weight }, random) => drawLevel(place, steps, weight, random));
  check(vectors.one_of_many, ({ chosen, options, weight }, random) =>
    drawOption(chosen, options, weight, random),
  );
  check(vectors.pair, ({ order, weight }, random) => drawPair(order, weight, random));
  check(vectors.change, ({ difference, weight }, random) => drawChange(difference, weight, random));
});

const QUESTION: Question = {
  question: "q1",
  kind: "single",
  mechanism: "bag",
  weight: 7,
  family: "",
  choices: ["a", "b", "c"],
  lowest: 0,
  highest: 0,
  isInBlock: false,
  isRequired: false,
  mayPreferNot: false,
  onlyIf: null,
};

test("a plain answer of each kind is drawn by the mechanism of its question", () => {
  const first = "00000000";
  const of = (more: Partial<Question>): Question => ({ ...QUESTION, ...more });
  const draw = (question: Question, answer: never, hex: string) =>
    drawReport(question, answer, play(hex).random);
  assert.equal(draw(of({}), "b" as never, first), 1);
  const scale = of({ kind: "scale", mechanism: "scale3", choices: [], lowest: 1, highest: 5 });
  assert.equal(draw(scale, 5 as never, first), 2);
  const index = of({ kind: "index", mechanism: "scale3", choices: ["a", "b"], lowest: 1, highest: 5 });
  assert.equal(draw(index, 8 as never, first), 2);
  assert.equal(draw(index, 4 as never, first), 1);
  const many = of({ kind: "multiple", mechanism: "one_of_many" });
  assert.equal(draw(many, ["a", "c"] as never, first + first), 1);
  const ranking = of({ kind: "ranking", mechanism: "pair" });
  assert.equal(draw(ranking, ["c", "a", "b"] as never, `00000002${first}`), 4);
  const change = of({ kind: "change", mechanism: "change", choices: [], lowest: 0, highest: 4 });
  assert.equal(draw(change, -2 as never, first), 0);
});

test("an answer that is none of the question's is refused before anything is drawn", () => {
  const never: Randomness = () => assert.fail("randomness was taken");
  assert.throws(() => drawReport(QUESTION, "z", never));
  assert.throws(() => drawReport({ ...QUESTION, weight: 1 }, "a", never));
  assert.throws(() => drawReport({ ...QUESTION, weight: 101 }, "a", never));
  assert.throws(() => drawPair([0, 0], 7, never));
  assert.throws(() => drawLevel(5, 5, 7, never));
  assert.throws(() => drawBelow(1, never));
});

test("a report is taken apart into what the ball says and what it is about", () => {
  assert.deepEqual(readBall(QUESTION, 2), { says: 2, about: [] });
  assert.deepEqual(readBall({ ...QUESTION, mechanism: "one_of_many" }, 5), { says: 1, about: [2] });
  assert.deepEqual(readBall({ ...QUESTION, mechanism: "pair" }, 4), { says: 0, about: [1, 2] });
  assert.deepEqual(listPairs(3), [
    [0, 1],
    [0, 2],
    [1, 2],
  ]);
});

const DRAWS = 200_000;
// Of a fair source one run in about a hundred thousand lies above: mean + 6 standard deviations of chi-square.
const allow = (degrees: number) => degrees + 6 * Math.sqrt(2 * degrees);

/** Pearson's chi-square of counts against shares, in whole weights. */
function computeChiSquare(counts: readonly number[], shares: readonly number[]): number {
  const total = shares.reduce((sum, share) => sum + share, 0);
  const drawn = counts.reduce((sum, count) => sum + count, 0);
  return counts.reduce((sum, count, place) => {
    const expected = (drawn * (shares[place] ?? 0)) / total;
    return sum + (count - expected) ** 2 / expected;
  }, 0);
}

function countDraws(kinds: number, draw: () => number): number[] {
  const counts = Array<number>(kinds).fill(0);
  for (let i = 0; i < DRAWS; i += 1) {
    const drawn = draw();
    counts[drawn] = (counts[drawn] ?? 0) + 1;
  }
  assert.equal(counts.length, kinds, "something else was drawn");
  return counts;
}

for (const bound of [2, 7, 8, 11, 100]) {
  test(`WebCrypto's whole numbers below ${bound} are as likely as each other`, () => {
    const counts = countDraws(bound, () => drawBelow(bound, drawBytes));
    assert.ok(computeChiSquare(counts, Array<number>(bound).fill(1)) < allow(bound - 1), counts.join(" "));
  });
}

test("balls out of real bags come as often as the bag says", () => {
  const bag = countDraws(5, () => drawBall(3, 5, 7, drawBytes));
  assert.ok(computeChiSquare(bag, [1, 1, 1, 7, 1]) < allow(4), bag.join(" "));
  // Place 1 of 5: low and middle as likely as each other, then 7 of 9.
  const level = countDraws(3, () => drawLevel(1, 5, 7, drawBytes));
  assert.ok(computeChiSquare(level, [8, 8, 2]) < allow(2), level.join(" "));
  const option = countDraws(6, () => drawOption([0, 2], 3, 7, drawBytes));
  assert.ok(computeChiSquare(option, [1, 7, 7, 1, 1, 7]) < allow(5), option.join(" "));
  const pair = countDraws(6, () => drawPair([2, 0, 1], 7, drawBytes));
  assert.ok(computeChiSquare(pair, [1, 7, 7, 1, 7, 1]) < allow(5), pair.join(" "));
});

test("the measure sees a remainder of single bytes, the mistake that rejection is there for", () => {
  const counts = countDraws(100, () => (drawBytes(1)[0] ?? 0) % 100);
  assert.ok(computeChiSquare(counts, Array<number>(100).fill(1)) > allow(99));
});
