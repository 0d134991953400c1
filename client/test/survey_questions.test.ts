/** Who is asked which question. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Answers } from "../src/spending.js";
import { listAsked, type Question } from "../src/surveys/questions.js";

function ask(code: string, more: Partial<Question> = {}): Question {
  return {
    question: code,
    kind: "single",
    mechanism: "plain",
    weight: 0,
    family: "",
    choices: ["a", "b"],
    lowest: 0,
    highest: 0,
    isInBlock: false,
    isRequired: false,
    mayPreferNot: false,
    onlyIf: null,
    ...more,
  };
}

function list(questions: readonly Question[], answers: Answers, isBlockAsked = true): string {
  return listAsked(questions, answers, isBlockAsked)
    .map(({ question }) => question)
    .join(" ");
}

test("a branch is asked only after one of its choices, and nothing hangs on a question that was not asked", () => {
  const questions = [
    ask("q1"),
    ask("q2", { kind: "scale", lowest: 0, highest: 4, onlyIf: { code: "q1", choices: ["b"] } }),
    ask("q3", { onlyIf: { code: "q2", choices: ["0", "4"] } }),
    ask("q4", { kind: "multiple" }),
    ask("q5", { onlyIf: { code: "q4", choices: ["a"] } }),
  ];
  assert.equal(list(questions, {}), "q1 q4");
  assert.equal(list(questions, { q1: "a", q2: 4 }), "q1 q4", "q2 was answered before q1 was changed");
  assert.equal(list(questions, { q1: "b" }), "q1 q2 q4");
  assert.equal(list(questions, { q1: "b", q2: 3 }), "q1 q2 q4");
  assert.equal(list(questions, { q1: "b", q2: 0, q4: ["b", "a"] }), "q1 q2 q3 q4 q5");
});

test("the block is asked by lot alone", () => {
  const questions = [ask("q1"), ask("harm-1", { isInBlock: true }), ask("harm-2", { isInBlock: true })];
  assert.equal(list(questions, {}, false), "q1");
  assert.equal(list(questions, {}, true), "q1 harm-1 harm-2");
});
