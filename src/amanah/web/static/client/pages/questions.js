import { act, copyTemplate, fill, show, showAndLead } from "./page.js";
import { writeNumber } from "./times.js";
export function walkQuestions(form, finish) {
    const screens = [...form.querySelectorAll("[data-question]")];
    const bar = form.querySelector("progress");
    let place = 0;
    const turn = (to) => {
        place = Math.max(0, to);
        screens.forEach((screen, at) => {
            screen.hidden = at !== place;
        });
        fill("question-number", writeNumber(Math.min(place + 1, screens.length)), form);
        if (bar)
            bar.value = place;
        if (place < screens.length) {
            show(place === 0 ? "asking" : ["asking", "not-first"], form);
            screens[place]?.querySelector("legend")?.focus();
        }
        else {
            listAnswers(form, screens, turn);
            showAndLead(isAnyChosen(form) ? "review" : ["review", "none"], form);
        }
    };
    act("next", () => {
        const screen = screens[place];
        if (screen?.dataset.required === "yes" && !isAnyChosen(screen))
            showAndLead(["asking", "missing"], form);
        else
            turn(place + 1);
    }, form);
    act("back", () => turn(place - 1), form);
    act("send", () => finish(collectAnswers(screens)), form);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.reset();
    turn(0);
}
function isAnyChosen(within) {
    return within.querySelector("input:checked") !== null;
}
function collectAnswers(screens) {
    const answers = {};
    for (const screen of screens) {
        const chosen = listChosen(screen).map((input) => input.value);
        const [first] = chosen;
        const { question = "", kind } = screen.dataset;
        if (first === undefined)
            continue;
        answers[question] = kind === "multiple" ? chosen : kind === "scale" ? Number(first) : first;
    }
    return answers;
}
function listChosen(screen) {
    return [...screen.querySelectorAll("input:checked")];
}
function listAnswers(form, screens, turn) {
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
