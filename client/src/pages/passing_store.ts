/** A store that is gone with the page: for paper cards, kiosks and keyed-in answers (spec/passes.md 8.4); no member's own page loads it. */

import type { Pass } from "../spending.js";
import type { RecordName, Records, Store } from "../store.js";

export function openPassingStore(): Store {
  const records = new Map<string, unknown>();
  const passes = new Map<string, Pass>();
  return {
    read: async <N extends RecordName>(name: N) => (records.get(name) as Records[N] | undefined) ?? null,
    findPass: async (occasion) => passes.get(occasion) ?? null,
    listPasses: async () => [...passes.values()],
    change: async (change) => {
      for (const [name, value] of Object.entries(change.put ?? {})) records.set(name, value);
      for (const name of change.remove ?? []) records.delete(name);
      for (const pass of change.addPasses ?? []) passes.set(pass.occasion, pass);
      for (const occasion of change.removePasses ?? []) passes.delete(occasion);
    },
    destroyEverything: async () => {
      records.clear();
      passes.clear();
    },
  };
}
