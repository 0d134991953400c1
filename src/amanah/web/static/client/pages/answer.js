import { openSurroundings, readClock } from "../device.js";
import { Journey } from "../journey.js";
import { network } from "../network.js";
import { encodeAnswerSpend, isPassYoung, spendPass } from "../spending.js";
import { fill, get, readFacts, show, showAndLead, writeWait } from "./page.js";
import { walkQuestions } from "./questions.js";
const facts = readFacts();
const page = get("survey-page");
const form = get("survey");
const occasion = form.dataset.occasion ?? "";
void start();
async function start() {
    const surroundings = await openSurroundings(facts);
    const journey = new Journey(surroundings);
    if ((await journey.look()).step !== "member")
        return show("no-card", page);
    await journey.advance();
    const pass = await surroundings.store.findPass(occasion);
    if (!pass)
        return showAndLead("no-pass", page);
    const isYoung = isPassYoung(pass, readClock());
    if (isYoung)
        fill("mature-at", writeWait(pass.matureAt));
    const states = ["survey", ...(isYoung ? ["young"] : [])];
    show(states, page);
    walkQuestions(form, (answers) => send(surroundings.store, pass, answers, states));
}
async function send(store, pass, answers, states) {
    const body = await encodeAnswerSpend(pass, answers);
    const outcome = await spendPass({ store, network, spendingUrl: facts.urls.spending }, pass, body);
    if (outcome.kind === "done") {
        form.reset();
        return showAndLead("answered", page);
    }
    const trouble = outcome.kind === "refused" ? (pass.isAttempted ? "perhaps-answered" : "refused") : "offline";
    show([...states, trouble, "review"], page);
}
