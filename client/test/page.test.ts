import assert from "node:assert/strict";
import { test } from "node:test";
import type { Hindrance } from "../src/journey.js";
import { listHindranceStates } from "../src/pages/page.js";

// The states are told apart from the page that shows them: nothing here is filled in.
const page = { documentElement: { lang: "en" }, querySelectorAll: () => [] };
Object.assign(globalThis, { document: page });

const hindered = (code: Hindrance["code"], retryAt: number | null): Hindrance => ({
  code,
  retryAt,
  evidence: { checkpoint: "note" },
});

test("a log that waits for its witnesses is a case for evidence only when it stays so", () => {
  const waiting = hindered("log-not-witnessed", 1_763_800_030);
  const first = ["hindered", "hindered-log-not-witnessed", "retrying"];
  assert.deepEqual(listHindranceStates(waiting), first);
  assert.deepEqual(listHindranceStates(waiting), [...first, "evidence"]);
  assert.deepEqual(listHindranceStates(null), []);
  assert.deepEqual(listHindranceStates(waiting), first, "it went on in between");
});

test("a log that forked is shown with its evidence at once", () => {
  const states = ["hindered", "hindered-log-rewritten", "evidence"];
  assert.deepEqual(listHindranceStates(hindered("log-rewritten", null)), states);
});
