/** Answering a survey on the member's own phone (spec/passes.md 7.4). Nothing is sent until the member says so. */

import { openSurroundings, readClock } from "../device.js";
import { Journey } from "../journey.js";
import { network } from "../network.js";
import { type Answers, encodeAnswerSpend, spendPass } from "../spending.js";
import type { Store } from "../store.js";
import { keepOffline } from "./offline.js";
import { begin, get, listWarningStates, readFacts, show, showAndLead } from "./page.js";
import { walkQuestions } from "./questions.js";

const facts = readFacts();
const form = get<HTMLFormElement>("survey");
const occasion = form.dataset.occasion ?? "";

begin(async () => {
  keepOffline();
  const surroundings = await openSurroundings(facts);
  const { store } = surroundings;
  if ((await new Journey(surroundings).look()).step !== "member") return show("no-card");
  // No wave is looked for here: a request to the card door now would tell it the moment of this answer.
  const pass = await store.findPass(occasion);
  if (!pass) return showAndLead("no-pass");
  const lastWave = await store.read("lastWave");
  const states = ["survey", ...listWarningStates(pass, readClock(), lastWave?.cardsAtMost)];
  show(states);
  walkQuestions(form, (answers) => send(store, answers, states));
});

async function send(store: Store, answers: Answers, states: readonly string[]): Promise<void> {
  // Read anew: an earlier try may have got through without an answer.
  const pass = await store.findPass(occasion);
  if (!pass) return showAndLead("no-pass");
  const body = await encodeAnswerSpend(pass, answers);
  const { kind } = await spendPass({ store, network, spendingUrl: facts.urls.spending }, pass, body);
  if (kind === "done") {
    form.reset();
    return showAndLead("answered");
  }
  const trouble = kind !== "refused" ? "offline" : pass.isAttempted ? "perhaps-answered" : "refused";
  show([...states, trouble]);
}
