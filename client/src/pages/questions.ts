/** One question a screen: goes through a survey's form, has balls drawn for what is randomised, and shows all that would be sent. It sends nothing itself. */

import { type Answer, type Answers, encodeAnswerPayload } from "../spending.js";
import type { Notebook } from "../surveys/notebook.js";
import { drawReport, isRandomised, listAsked, readBall } from "../surveys/questions.js";
import { act, copyTemplate, fill, show, showAndLead } from "./page.js";
import { type Given, QuestionScreen, readShown } from "./question_screen.js";
import { offerReadingAloud, stopReading } from "./reading_aloud.js";
import { language, writeNumber } from "./times.js";

/** What the member says is to be sent. */
export interface Sheet {
  readonly answers: Answers;
  /** The questions whose balls are in it. */
  readonly drawn: readonly string[];
  /** Steps to keep until a question about change comes again; null where one is to be forgotten. */
  readonly earlier: Readonly<Record<string, number | null>>;
}

/** Walks through the questions of `form`; `finish` gets the sheet when the member says so. */
export async function walkQuestions(
  form: HTMLFormElement,
  notebook: Notebook,
  finish: (sheet: Sheet) => Promise<void>,
): Promise<void> {
  const walk = new Walk(form, notebook, finish);
  await walk.start();
}

class Walk {
  readonly #form: HTMLFormElement;
  readonly #notebook: Notebook;
  readonly #finish: (sheet: Sheet) => Promise<void>;
  readonly #screens: readonly QuestionScreen[];
  readonly #balls = new Map<string, number>();
  readonly #spent = new Set<string>();
  readonly #earlier = new Map<string, number | null>();
  #isBlockAsked = false;
  #current: QuestionScreen | null = null;

  constructor(form: HTMLFormElement, notebook: Notebook, finish: (sheet: Sheet) => Promise<void>) {
    this.#form = form;
    this.#notebook = notebook;
    this.#finish = finish;
    this.#screens = [...form.querySelectorAll<HTMLElement>("[data-question]")].map(
      (element) => new QuestionScreen(element),
    );
  }

  async start(): Promise<void> {
    this.#form.reset();
    this.#form.addEventListener("submit", (event) => event.preventDefault());
    this.#isBlockAsked = this.#hasBlock() && (await this.#notebook.isBlockAsked());
    for (const { code } of this.#screens) {
      const ball = await this.#notebook.findBall(code);
      if (ball !== null) this.#balls.set(code, ball);
    }
    await this.#fillEarlier();
    act("next", () => this.#goOn(), this.#form);
    act("decline", () => this.#leaveOut(), this.#form);
    act("draw", () => this.#draw(), this.#form);
    act("back", () => this.#goBack(), this.#form);
    act("send", () => this.#finish(this.#collect()), this.#form);
    const place = this.#form.querySelector<HTMLElement>("[data-part=read-aloud]");
    if (place) offerReadingAloud(place, () => this.#findSpoken());
    await this.#turn(this.#listAsked()[0] ?? null);
  }

  #hasBlock(): boolean {
    return this.#screens.some(({ question }) => question.isInBlock);
  }

  async #fillEarlier(): Promise<void> {
    for (const screen of this.#screens.filter(({ question }) => question.kind === "change")) {
      const step = await this.#notebook.findEarlier(screen.code);
      if (step !== null) screen.fillEarlier(step);
    }
  }

  #listAsked(): QuestionScreen[] {
    const plain: Record<string, Answer> = {};
    for (const screen of this.#screens) {
      const given = isRandomised(screen.question) ? null : screen.read();
      if (given !== null && given !== "unfinished") plain[screen.code] = given;
    }
    const questions = this.#screens.map(({ question }) => question);
    const asked = new Set(listAsked(questions, plain, this.#isBlockAsked));
    return this.#screens.filter(({ question }) => asked.has(question));
  }

  /** Shows a question, or the review where there is none left. */
  async #turn(screen: QuestionScreen | null): Promise<void> {
    stopReading();
    this.#current = screen;
    const asked = this.#listAsked();
    const place = screen ? asked.indexOf(screen) : asked.length;
    for (const other of this.#screens) other.element.hidden = other !== screen;
    fill("question-number", writeNumber(Math.min(place + 1, asked.length)), this.#form);
    fill("question-count", writeNumber(asked.length), this.#form);
    const bar = this.#form.querySelector("progress");
    if (bar) [bar.max, bar.value] = [Math.max(1, asked.length), place];
    // What must be known before and while there is still time; in between it would only stand in the way.
    const opening = this.#form.parentElement?.querySelector<HTMLElement>("[data-part=opening]");
    if (opening) opening.hidden = place > 0 && place < asked.length;
    if (screen) await this.#open(screen);
    else await this.#review(asked);
  }

  async #open(screen: QuestionScreen): Promise<void> {
    const { code, question } = screen;
    if (this.#balls.has(code)) return this.#showBall(screen);
    const refusal = isRandomised(question) ? await this.#notebook.findRefusal(question) : null;
    if (refusal === null) {
      this.#spent.delete(code);
      return this.#showAnswering(screen);
    }
    this.#show("asking");
    screen.clear();
    this.#spent.add(code);
    await this.#writeMeter(screen);
    screen.turnTo("spent", refusal);
  }

  async #goOn(): Promise<void> {
    const screen = this.#current;
    if (!screen) return;
    const isAnswerable = !this.#balls.has(screen.code) && !this.#spent.has(screen.code);
    const given: Given = isAnswerable ? screen.read() : null;
    if (given === "unfinished") return this.#showAnswering(screen, "unfinished");
    if (isAnswerable && given === null && screen.question.isRequired)
      return this.#showAnswering(screen, "missing");
    if (given !== null && isRandomised(screen.question)) return this.#openBag(screen);
    await this.#turnFrom(screen);
  }

  async #turnFrom(screen: QuestionScreen): Promise<void> {
    const asked = this.#listAsked();
    await this.#turn(asked[asked.indexOf(screen) + 1] ?? null);
  }

  async #leaveOut(): Promise<void> {
    const screen = this.#current;
    if (!screen) return;
    screen.clear();
    await this.#turnFrom(screen);
  }

  async #goBack(): Promise<void> {
    const screen = this.#current;
    const asked = this.#listAsked();
    if (screen && this.#isBagOpen(screen)) return this.#turn(screen);
    const place = screen ? asked.indexOf(screen) : asked.length;
    await this.#turn(asked[Math.max(0, place - 1)] ?? null);
  }

  #isBagOpen({ element }: QuestionScreen): boolean {
    return element.querySelector<HTMLElement>('[data-state="bag"]')?.hidden === false;
  }

  /** The bag is shown before anything is drawn from it. */
  async #openBag(screen: QuestionScreen): Promise<void> {
    fill("own-answer", screen.describe(), screen.element);
    await this.#writeMeter(screen);
    this.#show("drawing");
    screen.turnTo("bag");
  }

  async #draw(): Promise<void> {
    const screen = this.#current;
    const given = screen?.read() ?? null;
    if (!screen || given === null || given === "unfinished") return;
    const { question } = screen;
    const ball = await this.#notebook.drawOnce(question, (random) => drawReport(question, given, random));
    if (question.kind === "change") this.#earlier.set(screen.code, screen.readKept());
    // From here on the answer is nowhere: what stays is the ball.
    screen.clear();
    if (ball !== null) this.#balls.set(screen.code, ball);
    await this.#open(screen);
  }

  async #showBall(screen: QuestionScreen): Promise<void> {
    screen.writeBall(readBall(screen.question, this.#balls.get(screen.code) ?? 0));
    await this.#writeMeter(screen);
    this.#show("asking");
    const isKept = (this.#earlier.get(screen.code) ?? null) !== null;
    screen.turnTo("ball", isKept ? "kept" : "not-kept");
  }

  async #writeMeter({ question, element }: QuestionScreen): Promise<void> {
    const { given, most } = await this.#notebook.readMeter(question);
    fill("given", writeNumber(given), element);
    fill("most", writeNumber(most), element);
    const balls = Array.from({ length: most }, (_, place) =>
      copyTemplate(place < given ? "meter-full" : "meter-empty"),
    );
    for (const row of element.querySelectorAll("[data-list=meter]"))
      row.replaceChildren(...balls.map((ball) => ball.cloneNode(true)));
  }

  #show(part: "asking" | "drawing", ...more: readonly string[]): void {
    const isFirst = this.#listAsked()[0] === this.#current && part === "asking";
    show([part, ...(isFirst ? [] : ["not-first"]), ...more], this.#form);
  }

  #showAnswering(screen: QuestionScreen, ...more: readonly string[]): void {
    const { mayPreferNot, isRequired } = screen.question;
    const way = mayPreferNot ? ["may-prefer-not"] : isRequired ? [] : ["may-leave-out"];
    this.#show("asking", ...way, ...more);
    screen.turnTo("answering");
  }

  /** Everything that would be sent, each with a way back to its question; of a drawn ball there is none. */
  async #review(asked: readonly QuestionScreen[]): Promise<void> {
    const sheet = this.#collect();
    const rows = asked.map((screen) => this.#writeRow(screen, sheet));
    this.#form.querySelector("[data-list=answers]")?.replaceChildren(...rows);
    const payload = encodeAnswerPayload(this.#form.dataset.occasion ?? "", sheet.answers);
    fill("payload", new TextDecoder().decode(payload), this.#form);
    const isNone = Object.keys(sheet.answers).length === 0;
    const isLeftOut = this.#hasBlock() && !this.#isBlockAsked;
    showAndLead(["review", ...(isNone ? ["none"] : []), ...(isLeftOut ? ["lot-out"] : [])], this.#form);
  }

  #writeRow(screen: QuestionScreen, { answers, drawn }: Sheet): HTMLElement {
    const row = copyTemplate("answer-row");
    const isDrawn = drawn.includes(screen.code);
    const ball = isDrawn && screen.writeBall(readBall(screen.question, this.#balls.get(screen.code) ?? 0));
    fill("question", screen.wording, row);
    fill("answer", ball || screen.describe(), row);
    const isGiven = answers[screen.code] !== undefined;
    const isSpent = this.#spent.has(screen.code);
    show(isDrawn ? "drawn" : isSpent ? "spent" : isGiven ? ["answered", "open"] : ["left-out", "open"], row);
    act("change", () => this.#turn(screen), row);
    return row;
  }

  #collect(): Sheet {
    const answers: Record<string, Answer> = {};
    const drawn: string[] = [];
    const earlier: Record<string, number | null> = Object.fromEntries(this.#earlier);
    for (const screen of this.#listAsked()) {
      const ball = this.#balls.get(screen.code);
      const given = ball ?? (isRandomised(screen.question) ? null : screen.read());
      const isPlainChange = screen.question.kind === "change" && !isRandomised(screen.question);
      if (isPlainChange) earlier[screen.code] = screen.readKept();
      if (given === null || given === "unfinished") continue;
      answers[screen.code] = given;
      if (ball !== undefined) drawn.push(screen.code);
    }
    return { answers, drawn, earlier };
  }

  #findSpoken(): { text: string; language: string } {
    const part = this.#current?.element ?? this.#form.querySelector<HTMLElement>('[data-state="review"]');
    const marked = part?.querySelector<HTMLElement>("legend [lang]");
    return { text: readShown(part), language: marked?.lang ?? language() };
  }
}
