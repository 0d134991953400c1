/** What a device remembers of surveys, for itself alone: weights of what it sent, balls that were drawn, lots (spec/surveys.md 1.4, 1.6). It never keeps an answer, except one step that its member asked it to keep. */

import type { Randomness } from "../numbers.js";
import { STORE_NAME, type Store, type SurveyNotes } from "../store.js";
import {
  endOfDay,
  findRefusal,
  listRecent,
  type Meter,
  type Refusal,
  type Report,
  readMeter,
} from "./budget.js";
import { drawBelow } from "./drawing.js";

/** A ball that was drawn and not yet counted; it stands until its survey is over, so that nobody can draw until they like it. */
export interface DrawnBall extends Report {
  readonly occasion: string;
  readonly ball: number;
  /** The end of the day on which it was handed over without an answer; null before. */
  readonly perhapsSentAt: number | null;
}

const BLOCK_ONE_OF = 3;
const NOTHING: SurveyNotes = { sent: [], drawn: [], lots: {}, earlier: {} };

/** The notes as one survey reads and writes them. */
export class Notebook {
  readonly #store: Store;
  readonly #occasion: string;
  readonly #now: () => number;
  readonly #random: Randomness;

  constructor(store: Store, occasion: string, now: () => number, random: Randomness) {
    this.#store = store;
    this.#occasion = occasion;
    this.#now = now;
    this.#random = random;
  }

  /** Tells whether the lot asks this device the questions of a block; drawn once for the occasion (1.6). */
  async isBlockAsked(): Promise<boolean> {
    const { lots } = await this.#change((notes) => {
      const lot = notes.lots[this.#occasion] ?? drawBelow(BLOCK_ONE_OF, this.#random);
      return { ...notes, lots: { ...notes.lots, [this.#occasion]: lot } };
    });
    return lots[this.#occasion] === 0;
  }

  /** The ball that was drawn for a question here; it stands. */
  async findBall(question: string): Promise<number | null> {
    return this.#findBall(await this.#read(), question);
  }

  /** Why a question must not be asked; null when it may be. */
  async findRefusal(wanted: Report): Promise<Refusal | null> {
    return findRefusal(this.#listCounted(await this.#read()), wanted);
  }

  async readMeter(wanted: Report): Promise<Meter> {
    return readMeter(this.#listCounted(await this.#read()), wanted);
  }

  /** Draws and writes the ball down before anybody sees it; null when the budget says no. A second call gives the first ball. */
  async drawOnce(wanted: Report, draw: (random: Randomness) => number): Promise<number | null> {
    const { question, family, weight } = wanted;
    const notes = await this.#change((before) => {
      const isDrawn = this.#findBall(before, question) !== null;
      if (isDrawn || findRefusal(this.#listCounted(before), wanted) !== null) return before;
      const ball = draw(this.#random);
      const drawn = { occasion: this.#occasion, question, family, weight, ball, perhapsSentAt: null };
      return { ...before, drawn: [...before.drawn, drawn] };
    });
    return this.#findBall(notes, question);
  }

  /** From here on the server may have counted these questions, whatever is heard of it. */
  async markSending(questions: readonly string[]): Promise<void> {
    const at = endOfDay(this.#now());
    await this.#mark((ball) => (questions.includes(ball.question) ? at : ball.perhapsSentAt));
  }

  /** The server said that it stored nothing. */
  async markNotSent(): Promise<void> {
    await this.#mark(() => null);
  }

  /** It was counted: only the weights stay, and the steps that the member wants to be asked about again. */
  async recordSent(earlier: Readonly<Record<string, number | null>>): Promise<void> {
    await this.#change((notes) => settle(notes, (occasion) => occasion !== this.#occasion, earlier));
  }

  /** Takes out what is over; `isOpen` tells of an occasion whether this device can still answer it. */
  async forgetOld(isOpen: (occasion: string) => boolean): Promise<void> {
    await this.#change((notes) => settle(notes, isOpen, {}));
  }

  /** The step that the member asked this device to keep, for a question about change. */
  async findEarlier(question: string): Promise<number | null> {
    return (await this.#read()).earlier[question] ?? null;
  }

  #mark(when: (ball: DrawnBall) => number | null): Promise<SurveyNotes> {
    return this.#change((notes) => ({
      ...notes,
      drawn: notes.drawn.map((ball) =>
        ball.occasion === this.#occasion ? { ...ball, perhapsSentAt: when(ball) } : ball,
      ),
    }));
  }

  #findBall({ drawn }: SurveyNotes, question: string): number | null {
    const found = drawn.find((ball) => ball.occasion === this.#occasion && ball.question === question);
    return found?.ball ?? null;
  }

  /** What was drawn counts as well: it will be sent, here or in another survey that is open. */
  #listCounted({ sent, drawn }: SurveyNotes): Report[] {
    return [...listRecent(sent, this.#now()), ...drawn];
  }

  async #read(): Promise<SurveyNotes> {
    return (await this.#store.read("surveys")) ?? NOTHING;
  }

  #change(work: (notes: SurveyNotes) => SurveyNotes): Promise<SurveyNotes> {
    const change = async () => {
      const before = await this.#read();
      const after = work({ ...before, sent: listRecent(before.sent, this.#now()) });
      await this.#store.change({ put: { surveys: after } });
      return after;
    };
    // Two tabs at once must not draw twice for one question.
    const locks = globalThis.navigator?.locks;
    return locks ? locks.request(`${STORE_NAME} surveys`, change) : change();
  }
}

/** Keeps what belongs to open occasions; of the others only the weights of what may have been counted stay. */
function settle(
  notes: SurveyNotes,
  isOpen: (occasion: string) => boolean,
  earlier: Readonly<Record<string, number | null>>,
): SurveyNotes {
  const over = notes.drawn.filter(({ occasion }) => !isOpen(occasion));
  const sent = over.flatMap(({ family, question, weight, perhapsSentAt: at }) =>
    at === null ? [] : [{ family, question, weight, at }],
  );
  const kept = Object.entries({ ...notes.earlier, ...earlier }).filter(([, step]) => step !== null);
  return {
    sent: [...notes.sent, ...sent],
    drawn: notes.drawn.filter(({ occasion }) => isOpen(occasion)),
    lots: Object.fromEntries(Object.entries(notes.lots).filter(([occasion]) => isOpen(occasion))),
    earlier: Object.fromEntries(kept) as Record<string, number>,
  };
}
