/** Answering a survey on the member's own phone (spec/passes.md 7.4). Nothing is sent until the member says so. */

import { openSurroundings, readClock } from "../device.js";
import { Journey } from "../journey.js";
import { network } from "../network.js";
import { drawBytes } from "../numbers.js";
import { encodeAnswerSpend, spendPass } from "../spending.js";
import type { Store } from "../store.js";
import { Notebook } from "../surveys/notebook.js";
import { keepOffline } from "./offline.js";
import { begin, get, listWarningStates, readFacts, show, showAndLead } from "./page.js";
import { type Sheet, walkQuestions } from "./questions.js";

const facts = readFacts();
const form = get<HTMLFormElement>("survey");
const occasion = form.dataset.occasion ?? "";

begin(async () => {
  keepOffline();
  const surroundings = await openSurroundings(facts);
  const { store } = surroundings;
  if ((await new Journey(surroundings).look()).step !== "member") return show("no-card");
  const notebook = new Notebook(store, occasion, readClock, drawBytes);
  const open = new Set((await store.listPasses()).map((kept) => kept.occasion));
  await notebook.forgetOld((known) => open.has(known));
  // No wave is looked for here: a request to the card door now would tell it the moment of this answer.
  const pass = await store.findPass(occasion);
  if (!pass) return showAndLead("no-pass");
  const lastWave = await store.read("lastWave");
  const states = ["survey", ...listWarningStates(pass, readClock(), lastWave?.cardsAtMost)];
  show(states);
  await walkQuestions(form, notebook, (sheet) => send({ store, notebook }, sheet, states));
});

async function send(
  { store, notebook }: { readonly store: Store; readonly notebook: Notebook },
  sheet: Sheet,
  states: readonly string[],
): Promise<void> {
  // Read anew: an earlier try may have got through without an answer.
  const pass = await store.findPass(occasion);
  if (!pass) return showAndLead("no-pass");
  const body = await encodeAnswerSpend(pass, sheet.answers);
  await notebook.markSending(sheet.drawn);
  const { kind } = await spendPass({ store, network, spendingUrl: facts.urls.spending }, pass, body);
  if (kind === "done") {
    await notebook.recordSent(sheet.earlier);
    form.reset();
    return showAndLead("answered");
  }
  // An earlier try may have been counted, so only a first one that was refused is taken back.
  if (kind !== "unreachable" && !pass.isAttempted) await notebook.markNotSent();
  const trouble = kind !== "refused" ? "offline" : pass.isAttempted ? "perhaps-answered" : "refused";
  show([...states, trouble]);
}
