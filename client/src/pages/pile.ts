/** Typed sheets that wait to be sent, in memory alone: it knows neither in which order they were typed nor when. */

import { type Bytes, encodeBase64url } from "../encoding.js";
import type { Randomness } from "../numbers.js";
import { shuffle } from "./shuffling.js";

export class Pile {
  readonly #random: Randomness;
  /** Mixed again whenever one is added, so that not even memory has an order. */
  #waiting: readonly Bytes[] = [];
  /** The passes that were typed in here, sent or not, sorted by their bytes. */
  #used: readonly string[] = [];

  constructor(random: Randomness) {
    this.#random = random;
  }

  get size(): number {
    return this.#waiting.length;
  }

  /** Tells whether a sheet with this pass was typed in here before. */
  has(token: Bytes): boolean {
    return this.#used.includes(encodeBase64url(token));
  }

  add(token: Bytes, body: Bytes): void {
    this.#waiting = shuffle([...this.#waiting, body], this.#random);
    this.#used = [...this.#used, encodeBase64url(token)].sort();
  }

  /** Hands one after the other to `send` until it says that nobody answered; what was not sent stays. */
  async sendAll(send: (body: Bytes) => Promise<boolean>): Promise<boolean> {
    for (const body of shuffle(this.#waiting, this.#random)) {
      if (!(await send(body))) return false;
      this.#waiting = this.#waiting.filter((other) => other !== body);
    }
    return true;
  }

  forget(): void {
    [this.#waiting, this.#used] = [[], []];
  }
}
