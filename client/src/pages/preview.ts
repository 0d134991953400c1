/** A survey as a member's phone shows it, for the organiser who writes it. It has no pass, asks no server for anything, and cannot send. */

import { readClock } from "../device.js";
import { drawBytes } from "../numbers.js";
import { Notebook } from "../surveys/notebook.js";
import { begin, get } from "./page.js";
import { openPassingStore } from "./passing_store.js";
import { walkQuestions } from "./questions.js";

const form = get<HTMLFormElement>("survey");
const occasion = form.dataset.occasion ?? "";

begin(async () => {
  const store = openPassingStore();
  // Whoever looks at the questions wants to see them all, so the lot of this page is always the one that asks.
  await store.change({ put: { surveys: { sent: [], drawn: [], lots: { [occasion]: 0 }, earlier: {} } } });
  await walkQuestions(form, new Notebook(store, occasion, readClock, drawBytes), async () => undefined);
});
