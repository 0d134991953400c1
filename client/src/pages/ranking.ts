/** Putting options in order by tapping them one after the other; a second tap takes one out again. It works by keyboard, because options are buttons. */

import { fill } from "./page.js";
import { writeNumber } from "./times.js";

export class Ranking {
  readonly #buttons: readonly HTMLButtonElement[];
  readonly #element: HTMLElement;
  #order: HTMLButtonElement[] = [];

  constructor(element: HTMLElement) {
    this.#element = element;
    this.#buttons = [...element.querySelectorAll<HTMLButtonElement>("[data-choice]")];
    for (const button of this.#buttons) button.addEventListener("click", () => this.#tap(button));
    element.closest("form")?.addEventListener("reset", () => this.clear());
    this.#write();
  }

  /** Codes, the first first; null where nothing was tapped. */
  read(): readonly string[] | null | "unfinished" {
    if (this.#order.length === 0) return null;
    if (this.#order.length < this.#buttons.length) return "unfinished";
    return this.#order.map((button) => button.dataset.choice ?? "");
  }

  describe(): string {
    const names = this.#order.map(
      (button) => button.querySelector("[data-option]")?.textContent?.trim() ?? "",
    );
    return names.map((name, place) => `${writeNumber(place + 1)}. ${name}`).join(" · ");
  }

  clear(): void {
    this.#order = [];
    this.#write();
  }

  #tap(button: HTMLButtonElement): void {
    const isOut = this.#order.includes(button);
    this.#order = isOut ? this.#order.filter((one) => one !== button) : [...this.#order, button];
    // Of two that are left the last one has only one place to go.
    const [last, ...more] = this.#buttons.filter((one) => !this.#order.includes(one));
    if (!isOut && last && more.length === 0) this.#order.push(last);
    this.#write();
  }

  #write(): void {
    for (const button of this.#buttons) {
      const place = this.#order.indexOf(button);
      button.setAttribute("aria-pressed", String(place >= 0));
      fill("place", place < 0 ? "" : writeNumber(place + 1), button);
    }
    fill("placed", writeNumber(this.#order.length), this.#element);
  }
}
