/** A survey's questions by their codes, who is asked which, and what is sent for an answer (spec/surveys.md 1.3, 8). It holds no words. */

import type { Randomness } from "../numbers.js";
import type { Answer, Answers } from "../spending.js";
import type { Report } from "./budget.js";
import { drawBall, drawChange, drawLevel, drawOption, drawPair, listPairs } from "./drawing.js";

export type Kind = "single" | "multiple" | "scale" | "ranking" | "index" | "change";
export type Mechanism = "plain" | "bag" | "scale3" | "one_of_many" | "pair" | "change";

/** Ask only where an earlier question was answered with one of these; steps are written as numbers. */
export interface Condition {
  readonly code: string;
  readonly choices: readonly string[];
}

export interface Question extends Report {
  readonly kind: Kind;
  readonly mechanism: Mechanism;
  /** Of an index these are the items. */
  readonly choices: readonly string[];
  readonly lowest: number;
  readonly highest: number;
  readonly isInBlock: boolean;
  readonly isRequired: boolean;
  readonly mayPreferNot: boolean;
  readonly onlyIf: Condition | null;
}

/** What a report says, by places in the question's own lists. */
export interface Ball {
  /** The choice, the level (0 low, 1 middle, 2 high), or 1 for yes and 0 for no. */
  readonly says: number;
  /** The option, or the two of a ranking, that the lot picked first. */
  readonly about: readonly number[];
}

export function isRandomised(question: Question): boolean {
  return question.mechanism !== "plain";
}

/** The questions that somebody with these plain answers is asked; the lot decides alone about the block. */
export function listAsked(
  questions: readonly Question[],
  answers: Answers,
  isBlockAsked: boolean,
): Question[] {
  const asked: Question[] = [];
  for (const question of questions) {
    const isOut = question.isInBlock && !isBlockAsked;
    if (!isOut && isMet(question.onlyIf, asked, answers)) asked.push(question);
  }
  return asked;
}

function isMet(condition: Condition | null, asked: readonly Question[], answers: Answers): boolean {
  if (condition === null) return true;
  if (!asked.some(({ question }) => question === condition.code)) return false;
  const answer = answers[condition.code];
  const given = typeof answer === "object" ? answer : answer === undefined ? [] : [String(answer)];
  return given.some((choice) => condition.choices.includes(choice));
}

/** Draws what is sent instead of a plain answer (1.3). */
export function drawReport(question: Question, answer: Answer, random: Randomness): number {
  const { mechanism, weight, choices, lowest, highest } = question;
  const places = (typeof answer === "object" ? answer : [answer]).map((one) => choices.indexOf(String(one)));
  switch (mechanism) {
    case "bag":
      return drawBall(places[0] ?? -1, choices.length, weight, random);
    case "one_of_many":
      return drawOption(places, choices.length, weight, random);
    case "pair":
      return drawPair(places, weight, random);
    case "change":
      return drawChange(Number(answer), weight, random);
    default: {
      const isIndex = question.kind === "index";
      const steps = 1 + (isIndex ? choices.length : 1) * (highest - lowest);
      return drawLevel(Number(answer) - (isIndex ? 0 : lowest), steps, weight, random);
    }
  }
}

/** Takes a report apart (8.4). */
export function readBall(question: Question, report: number): Ball {
  const { mechanism, choices } = question;
  if (mechanism !== "one_of_many" && mechanism !== "pair") return { says: report, about: [] };
  const [says, number] = [report % 2, Math.trunc(report / 2)];
  return { says, about: mechanism === "pair" ? (listPairs(choices.length)[number] ?? []) : [number] };
}
