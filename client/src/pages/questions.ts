/** One question a screen: goes through a survey's form and collects what was chosen. It sends nothing. */

import type { Answer, Answers } from "../spending.js";
import { act, fill, show, showAndLead, writeNumber } from "./page.js";

/** Starts a walk through the questions inside `form`; `finish` gets the answers when the member says so. */
export function walkQuestions(form: HTMLFormElement, finish: (answers: Answers) => Promise<void>): void {
  const screens = [...form.querySelectorAll<HTMLElement>("[data-question]")];
  let place = 0;
  const turn = (to: number) => {
    place = to;
    screens.forEach((screen, at) => {
      screen.hidden = at !== place;
    });
    const isReview = place >= screens.length;
    fill("question-number", writeNumber(Math.min(place + 1, screens.length)), form);
    const bar = form.querySelector("progress");
    if (bar) bar.value = place;
    if (isReview) fill("answered", writeNumber(Object.keys(collectAnswers(form)).length), form);
    showAndLead(isReview ? "review" : "asking", form);
    const screen = screens[place];
    (
      screen?.querySelector<HTMLElement>("input:checked") ?? screen?.querySelector<HTMLElement>("legend")
    )?.focus();
  };
  act(
    "next",
    () => {
      const screen = screens[place];
      if (screen && isMissing(screen)) return show(["asking", "missing"], form);
      turn(place + 1);
    },
    form,
  );
  act("back", () => turn(Math.max(0, place - 1)), form);
  form.addEventListener("submit", (event) => event.preventDefault());
  act("send", () => finish(collectAnswers(form)), form);
  form.reset();
  turn(0);
}

function isMissing(screen: HTMLElement): boolean {
  return screen.dataset.required === "yes" && !screen.querySelector("input:checked");
}

/** Answers by question id; a question that was left out has none. */
function collectAnswers(form: HTMLFormElement): Answers {
  const answers: Record<string, Answer> = {};
  for (const screen of form.querySelectorAll<HTMLElement>("[data-question]")) {
    const chosen = [...screen.querySelectorAll<HTMLInputElement>("input:checked")].map(
      (input) => input.value,
    );
    const question = screen.dataset.question ?? "";
    if (chosen.length === 0) continue;
    if (screen.dataset.kind === "multiple") answers[question] = chosen;
    else if (screen.dataset.kind === "scale") answers[question] = Number(chosen[0]);
    else answers[question] = chosen[0] ?? "";
  }
  return answers;
}
