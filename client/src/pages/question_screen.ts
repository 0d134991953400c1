/** One question as it stands in the page: its facts, what was chosen on it, and which part of it is shown. It sends and keeps nothing. */

import type { Answer } from "../spending.js";
import { cutChange } from "../surveys/drawing.js";
import type { Condition, Kind, Mechanism, Question } from "../surveys/questions.js";
import { fill, show } from "./page.js";
import { Ranking } from "./ranking.js";
import { writeDifference, writeNumber } from "./times.js";

/** What a member did with a question: an answer, nothing, or half of one. */
export type Given = Answer | null | "unfinished";

export class QuestionScreen {
  readonly element: HTMLElement;
  readonly question: Question;
  readonly #ranking: Ranking | null;

  constructor(element: HTMLElement) {
    this.element = element;
    this.question = readQuestion(element);
    this.#ranking = this.question.kind === "ranking" ? new Ranking(element) : null;
  }

  get code(): string {
    return this.question.question;
  }

  /** The question in the words of the page. */
  get wording(): string {
    return readShown(this.element.querySelector("legend"));
  }

  /** Nothing of what was chosen is left on the page. */
  clear(): void {
    for (const input of this.#listInputs()) input.checked = false;
    this.#ranking?.clear();
  }

  read(): Given {
    const { kind, lowest } = this.question;
    if (this.#ranking) return this.#ranking.read();
    const chosen = this.#listInputs().filter((input) => input.checked && input.name);
    const [first] = chosen;
    if (first === undefined) return null;
    if (kind === "multiple") return chosen.map(({ value }) => value);
    if (kind === "single") return first.value;
    if (kind === "scale") return Number(first.value);
    const groups = this.element.querySelectorAll("[data-item]");
    if (chosen.length < groups.length) return "unfinished";
    const steps = chosen.map(({ value }) => Number(value));
    if (kind === "index") return steps.reduce((sum, step) => sum + step - lowest, 0);
    const [before = 0, now = 0] = steps;
    return cutChange(now - before);
  }

  /** The answer in the words of the page; of an index its sum and of a change the difference, because no more is sent. */
  describe(): string {
    if (this.#ranking) return this.#ranking.describe();
    const told = this.element.querySelector<HTMLElement>("[data-part=told]");
    const given = this.read();
    if (told && typeof given === "number") {
      fill("told", this.question.kind === "change" ? writeDifference(given) : writeNumber(given), told);
      return readShown(told.firstElementChild);
    }
    const chosen = this.#listInputs().filter((input) => input.checked && input.name);
    return chosen.map((input) => readShown(input.closest("label"))).join(" · ");
  }

  /** The step of now in a question about change, where the member ticked that it be kept; null to forget it. */
  readKept(): number | null {
    const isWanted = this.element.querySelector<HTMLInputElement>("[data-keep]")?.checked ?? false;
    const now = this.element.querySelector<HTMLInputElement>('[data-item="now"] input:checked');
    return isWanted && now ? Number(now.value) : null;
  }

  /** Fills in what the member asked this device to keep the last time. */
  fillEarlier(step: number): void {
    const input = this.element.querySelector<HTMLInputElement>(`[data-item="before"] [value="${step}"]`);
    if (!input) return;
    input.checked = true;
    const keep = this.element.querySelector<HTMLInputElement>("[data-keep]");
    if (keep) keep.checked = true;
    for (const part of this.element.querySelectorAll<HTMLElement>("[data-part=earlier]")) part.hidden = false;
  }

  /** Shows one part of the screen and leads keyboard and screen reader to it. */
  turnTo(part: "answering" | "bag" | "ball" | "spent", ...more: readonly string[]): void {
    this.element.hidden = false;
    show([part, ...more], this.element);
    this.element.querySelector<HTMLElement>(`[data-state~="${part}"] [data-lead]`)?.focus();
  }

  /** Puts what a report says into words; ball and review show the same. */
  writeBall({ says, about }: { readonly says: number; readonly about: readonly number[] }): string {
    const words = this.element.querySelector<HTMLElement>("[data-part=says]");
    if (!words) return "";
    const [front = "", behind = ""] = this.#nameOptions(says === 1 ? about : [...about].reverse());
    fill("front", front, words);
    fill("behind", behind, words);
    for (const part of words.querySelectorAll<HTMLElement>("[data-ball]"))
      part.hidden = part.dataset.ball !== String(says);
    return readShown(words);
  }

  #nameOptions(places: readonly number[]): string[] {
    const names = [...this.element.querySelectorAll<HTMLElement>("[data-option]")];
    return places.map((place) => (names[place]?.textContent ?? "").trim());
  }

  #listInputs(): HTMLInputElement[] {
    return [...this.element.querySelectorAll("input")];
  }
}

function readQuestion({ dataset }: HTMLElement): Question {
  return {
    question: dataset.question ?? "",
    kind: (dataset.kind ?? "single") as Kind,
    mechanism: (dataset.mechanism ?? "plain") as Mechanism,
    weight: Number(dataset.weight ?? 0),
    family: dataset.family ?? "",
    choices: JSON.parse(dataset.choices ?? "[]") as string[],
    lowest: Number(dataset.lowest ?? 0),
    highest: Number(dataset.highest ?? 0),
    isInBlock: dataset.block === "yes",
    isRequired: dataset.required === "yes",
    mayPreferNot: dataset.prefer === "yes",
    onlyIf: JSON.parse(dataset.onlyIf ?? "null") as Condition | null,
  };
}

/** The text of a part without what is hidden, folded away or drawn. */
export function readShown(part: Element | null): string {
  if (!(part instanceof HTMLElement) || part.hidden || part.ariaHidden === "true") return "";
  const isFolded = part instanceof HTMLDetailsElement && !part.open;
  const nodes = isFolded ? [...part.querySelectorAll("summary")] : [...part.childNodes];
  const pieces = nodes.map((node) => (node instanceof Element ? readShown(node) : (node.textContent ?? "")));
  return pieces
    .join(" ")
    .replace(/\s+/g, " ")
    .replace(/ ([.,:;?!،؛؟])/g, "$1")
    .trim();
}
