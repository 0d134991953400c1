import { act, fill, show, showAndLead, writeNumber } from "./page.js";
export function walkQuestions(form, finish) {
    const screens = [...form.querySelectorAll("[data-question]")];
    let place = 0;
    const turn = (to) => {
        place = to;
        screens.forEach((screen, at) => {
            screen.hidden = at !== place;
        });
        const isReview = place >= screens.length;
        fill("question-number", writeNumber(Math.min(place + 1, screens.length)), form);
        const bar = form.querySelector("progress");
        if (bar)
            bar.value = place;
        if (isReview)
            fill("answered", writeNumber(Object.keys(collectAnswers(form)).length), form);
        showAndLead(isReview ? "review" : "asking", form);
        const screen = screens[place];
        (screen?.querySelector("input:checked") ?? screen?.querySelector("legend"))?.focus();
    };
    act("next", () => {
        const screen = screens[place];
        if (screen && isMissing(screen))
            return show(["asking", "missing"], form);
        turn(place + 1);
    }, form);
    act("back", () => turn(Math.max(0, place - 1)), form);
    form.addEventListener("submit", (event) => event.preventDefault());
    act("send", () => finish(collectAnswers(form)), form);
    form.reset();
    turn(0);
}
function isMissing(screen) {
    return screen.dataset.required === "yes" && !screen.querySelector("input:checked");
}
function collectAnswers(form) {
    const answers = {};
    for (const screen of form.querySelectorAll("[data-question]")) {
        const chosen = [...screen.querySelectorAll("input:checked")].map((input) => input.value);
        const question = screen.dataset.question ?? "";
        if (chosen.length === 0)
            continue;
        if (screen.dataset.kind === "multiple")
            answers[question] = chosen;
        else if (screen.dataset.kind === "scale")
            answers[question] = Number(chosen[0]);
        else
            answers[question] = chosen[0] ?? "";
    }
    return answers;
}
