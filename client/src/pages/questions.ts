/** One question a screen: goes through a survey's form and collects what was chosen. It sends and keeps nothing. */

import type { Answer, Answers } from "../spending.js";
import { act, copyTemplate, fill, show, showAndLead } from "./page.js";
import { writeNumber } from "./times.js";

/** Starts a walk through the questions of `form`; `finish` gets the answers when the member says so. */
export function walkQuestions(form: HTMLFormElement, finish: (answers: Answers) => Promise<void>): void {
  const screens = [...form.querySelectorAll<HTMLElement>("[data-question]")];
  const bar = form.querySelector("progress");
  let place = 0;
  const turn = (to: number) => {
    place = Math.max(0, to);
    screens.forEach((screen, at) => {
      screen.hidden = at !== place;
    });
    fill("question-number", writeNumber(Math.min(place + 1, screens.length)), form);
    if (bar) bar.value = place;
    if (place < screens.length) {
      show(place === 0 ? "asking" : ["asking", "not-first"], form);
      screens[place]?.querySelector<HTMLElement>("legend")?.focus();
    } else {
      listAnswers(form, screens, turn);
      showAndLead(isAnyChosen(form) ? "review" : ["review", "none"], form);
    }
  };
  act(
    "next",
    () => {
      const screen = screens[place];
      if (screen?.dataset.required === "yes" && !isAnyChosen(screen))
        showAndLead(["asking", "missing"], form);
      else turn(place + 1);
    },
    form,
  );
  act("back", () => turn(place - 1), form);
  act("send", () => finish(collectAnswers(screens)), form);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.reset();
  turn(0);
}

function isAnyChosen(within: HTMLElement): boolean {
  return within.querySelector("input:checked") !== null;
}

/** Answers by question id; a question that was left out has none. */
function collectAnswers(screens: readonly HTMLElement[]): Answers {
  const answers: Record<string, Answer> = {};
  for (const screen of screens) {
    const chosen = listChosen(screen).map((input) => input.value);
    const [first] = chosen;
    const { question = "", kind } = screen.dataset;
    if (first === undefined) continue;
    answers[question] = kind === "multiple" ? chosen : kind === "scale" ? Number(first) : first;
  }
  return answers;
}

function listChosen(screen: HTMLElement): HTMLInputElement[] {
  return [...screen.querySelectorAll<HTMLInputElement>("input:checked")];
}

/** Everything that would be sent, each with a way back to its question. */
function listAnswers(form: HTMLElement, screens: readonly HTMLElement[], turn: (to: number) => void): void {
  const rows = screens.map((screen, at) => {
    const row = copyTemplate("answer-row");
    const chosen = listChosen(screen).map((input) => input.closest("label")?.textContent?.trim() ?? "");
    fill("question", screen.querySelector("legend")?.textContent?.trim() ?? "", row);
    fill("answer", chosen.join(" · "), row);
    show(chosen.length > 0 ? "answered" : "left-out", row);
    act("change", () => turn(at), row);
    return row;
  });
  form.querySelector("[data-list=answers]")?.replaceChildren(...rows);
}
