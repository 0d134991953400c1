/** A pile of typed sheets: what goes out tells nothing of the order in which it was typed, and nothing is lost without a connection. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Bytes } from "../src/encoding.js";
import { drawBytes } from "../src/numbers.js";
import { Pile } from "../src/pages/pile.js";

const SHEETS = 4;
const PILES = 4000;
/** Of 9 degrees of freedom: passed by chance once in a million. */
const CHI_SQUARE_LIMIT = 45.1;

function bodyOf(number: number): Bytes {
  return Uint8Array.of(number);
}

async function sendPile(): Promise<number[]> {
  const pile = new Pile(drawBytes);
  for (let number = 0; number < SHEETS; number++) pile.add(bodyOf(number), bodyOf(number));
  const sent: number[] = [];
  await pile.sendAll(async ([number = -1]) => {
    sent.push(number);
    return true;
  });
  return sent;
}

test("every sheet is as likely at every place, whenever it was typed", async () => {
  const counts = Array.from({ length: SHEETS }, () => new Array<number>(SHEETS).fill(0));
  for (let round = 0; round < PILES; round++)
    for (const [place, number] of (await sendPile()).entries()) {
      const row = counts[number];
      if (row) row[place] = (row[place] ?? 0) + 1;
    }
  const expected = PILES / SHEETS;
  const distance = counts.flat().reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  // Each sheet has exactly one place, so that the cells vary less than free ones would.
  const statistic = (distance * (SHEETS - 1)) / SHEETS;
  assert.ok(statistic < CHI_SQUARE_LIMIT, `chi-square ${statistic}`);
});

test("what is sent goes out once, and what nobody answered stays", async () => {
  const pile = new Pile(drawBytes);
  for (let number = 0; number < SHEETS; number++) pile.add(bodyOf(number), bodyOf(number));
  const sent: number[] = [];
  const takeTwo = async ([number = -1]: Bytes) => sent.length < 2 && sent.push(number) > 0;
  assert.equal(await pile.sendAll(takeTwo), false);
  assert.equal(pile.size, SHEETS - 2);
  const takeAll = async ([number = -1]: Bytes) => sent.push(number) > 0;
  assert.equal(await pile.sendAll(takeAll), true);
  assert.equal(pile.size, 0);
  assert.deepEqual([...sent].sort(), [0, 1, 2, 3]);
});

test("a pass that was typed is known again, also after it was sent, until all is forgotten", async () => {
  const pile = new Pile(drawBytes);
  pile.add(bodyOf(1), bodyOf(9));
  assert.ok(pile.has(bodyOf(1)));
  assert.ok(!pile.has(bodyOf(9)));
  await pile.sendAll(async () => true);
  assert.ok(pile.has(bodyOf(1)));
  pile.forget();
  assert.ok(!pile.has(bodyOf(1)));
});
