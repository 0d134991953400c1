import assert from "node:assert/strict";
import { test } from "node:test";
import type { SeenCheckpoint } from "../src/checkpoints.js";
import { type Bytes, encodeBase64url, encodeUtf8, joinBytes } from "../src/encoding.js";
import { ClientError } from "../src/errors.js";
import { checkLog } from "../src/pages/log_checking.js";
import { encodeBundlePath, parseBundle } from "../src/public_log.js";
import { encodeBundle, MemoryLog, MemoryWitness, ORIGIN, treeHash } from "./support/log.js";

/** Two full bundles and eight entries of a third: tiles at two levels. */
const SIZE = 520;
const [FIRST, SECOND, LAST] = ["tile/entries/000", "tile/entries/001", "tile/entries/002.p/8"] as const;
const TILES = ["tile/0/000", "tile/0/001", "tile/0/002.p/8", "tile/1/000.p/2"] as const;

function makeLog(size = SIZE): MemoryLog {
  const log = new MemoryLog();
  while (log.leaves.length < size) log.add("log", "heartbeat", null, { entries: log.leaves.length });
  log.witnesses = ["cedar.example/w", "olive.example/w"].map((name) => new MemoryWitness(name));
  [log.least, log.seenAt] = [2, { "cedar.example/w": 1_763_900_000, "olive.example/w": 1_763_900_060 }];
  return log;
}

/** Everything that is served, as files that a test may spoil. */
class Served {
  readonly files = new Map<string, Bytes>();
  seen: SeenCheckpoint | null = null;
  vkey: string;

  constructor(readonly log: MemoryLog) {
    this.vkey = log.vkey;
    const size = log.leaves.length;
    const widths = Array.from({ length: Math.ceil(size / 256) }, (_, n) => Math.min(256, size - n * 256));
    const bundles = widths.map((width, number) => encodeBundlePath(number, width));
    for (const path of ["checkpoint", ...bundles, ...bundles.map((path) => path.replace("entries", "0"))])
      this.files.set(path, log.getFile(path) ?? new Uint8Array(0));
    const above = Math.floor(size / 256);
    if (above > 0) this.files.set(`tile/1/000.p/${above}`, log.tile(1, 0, above) ?? new Uint8Array(0));
  }

  get(path: string): Bytes {
    const file = this.files.get(path);
    if (!file) throw new Error(`nothing at ${path}`);
    return file;
  }

  change(path: string, change: (file: Bytes) => Bytes): void {
    this.files.set(path, change(this.get(path)));
  }

  entries(path: string, change: (entries: Bytes[]) => void): void {
    const entries = parseBundle(this.get(path));
    change(entries);
    this.files.set(path, encodeBundle(entries));
  }

  note(change: (note: string) => string): void {
    this.change("checkpoint", (file) => encodeUtf8(change(new TextDecoder().decode(file))));
  }

  swap(first: string, second: string): void {
    const [one, two] = [this.get(first), this.get(second)];
    this.files.set(first, two);
    this.files.set(second, one);
  }

  remember(log = this.log): void {
    this.seen = { size: log.leaves.length, root: treeHash(log.leaves), note: log.checkpoint() };
  }

  check(progress?: (done: number, of: number) => void) {
    const getFile = async (path: string) => this.files.get(path) ?? null;
    return checkLog({ ...this.log.policy, vkey: this.vkey, getFile }, this.seen, progress);
  }
}

const flip = (place: number) => (file: Bytes) => {
  const changed = file.slice();
  changed[place] = (changed[place] ?? 0) ^ 1;
  return changed;
};
const edit = (entries: Bytes[], place: number) => {
  const text = new TextDecoder().decode(entries[place]);
  entries[place] = encodeUtf8(text.replace(/"at":1/, '"at":2'));
};
const exchange = (entries: Bytes[], one: number, two: number) => {
  [entries[one], entries[two]] = [entries[two] as Bytes, entries[one] as Bytes];
};

interface Named {
  readonly code?: string;
  readonly broken?: string;
  readonly file?: string;
  readonly entry?: number;
  readonly witness?: string;
}

/** What somebody may do to a served log, and what the check must name. */
const SPOILED: Record<string, readonly [(served: Served) => void, Named]> = {
  "no checkpoint": [({ files }) => files.delete("checkpoint"), { code: "log-unreachable" }],
  "checkpoint cut off": [(s) => s.note((note) => note.slice(0, -1)), { broken: "checkpoint" }],
  "checkpoint without signatures": [
    (s) => s.note((note) => note.slice(0, note.indexOf("\u2014"))),
    { broken: "checkpoint" },
  ],
  "checkpoint of another log": [
    (s) => s.note((note) => note.replace(ORIGIN, "other.amanah/log")),
    { broken: "checkpoint" },
  ],
  "checkpoint that is no text": [
    (s) => s.change("checkpoint", (file) => joinBytes(file, Uint8Array.of(0xff, 10))),
    { broken: "checkpoint" },
  ],
  "page of an error in place of the checkpoint": [
    (s) => s.note(() => "<!doctype html>\n\n<p>Not found</p>\n"),
    { broken: "checkpoint" },
  ],
  "size changed": [(s) => s.note((note) => note.replace("\n520\n", "\n519\n")), { broken: "signature" }],
  "root changed": [
    (s) => s.note((note) => note.replace(/^[A-Za-z0-9+/]{4}(.*=)$/m, "AAAA$1")),
    { broken: "signature" },
  ],
  "log's line left out": [
    (s) => s.note((note) => note.replace(/\u2014 riverside.*\n/, "")),
    { broken: "signature" },
  ],
  "signed by nobody": [
    (s) => s.note((note) => note.replace(/(riverside.amanah\/log [A-Za-z0-9+/]{20})..../, "$1AAAA")),
    { broken: "signature" },
  ],
  "a key that cannot be read": [
    (s) => {
      s.vkey = "";
    },
    { broken: "policy" },
  ],
  "a forged cosignature": [
    (s) => s.note((note) => note.replace(/(olive.example\/w [A-Za-z0-9+/]{40})..../, "$1AAAA")),
    { broken: "cosignature", witness: "olive.example/w" },
  ],
  "one cosignature left out": [
    (s) => s.note((note) => note.replace(/\u2014 cedar.*\n/, "")),
    { code: "log-not-witnessed" },
  ],
  "first bundle deleted": [({ files }) => files.delete(FIRST), { broken: "bundle", file: FIRST }],
  "second bundle deleted": [({ files }) => files.delete(SECOND), { broken: "bundle", file: SECOND }],
  "last bundle deleted": [({ files }) => files.delete(LAST), { broken: "bundle", file: LAST }],
  "bundle cut off": [
    (s) => s.change(SECOND, (file) => file.slice(0, -1)),
    { broken: "bundle", file: SECOND },
  ],
  "bundle emptied": [(s) => s.files.set(FIRST, new Uint8Array(0)), { broken: "bundle", file: FIRST }],
  "bundle with another length": [(s) => s.change(SECOND, flip(0)), { broken: "bundle", file: SECOND }],
  "bundle of noise": [
    (s) => s.change(LAST, (file) => file.map((_, place) => place * 37)),
    { broken: "bundle", file: LAST },
  ],
  "entry deleted": [(s) => s.entries(FIRST, (own) => own.splice(100, 1)), { broken: "bundle", file: FIRST }],
  "last entry deleted": [(s) => s.entries(LAST, (own) => own.pop()), { broken: "bundle", file: LAST }],
  "entry added to a full bundle": [
    (s) => s.entries(FIRST, (own) => own.push(own[0] as Bytes)),
    { broken: "bundle", file: FIRST },
  ],
  "first entry edited": [(s) => s.entries(FIRST, (own) => edit(own, 0)), { broken: "changed", entry: 0 }],
  "entry 255 edited": [(s) => s.entries(FIRST, (own) => edit(own, 255)), { broken: "changed", entry: 255 }],
  "entry 256 edited": [(s) => s.entries(SECOND, (own) => edit(own, 0)), { broken: "changed", entry: 256 }],
  "last entry edited": [(s) => s.entries(LAST, (own) => edit(own, 7)), { broken: "changed", entry: 519 }],
  "entry emptied": [
    (s) =>
      s.entries(SECOND, (own) => {
        own[3] = new Uint8Array(0);
      }),
    { broken: "changed", entry: 259 },
  ],
  "neighbours exchanged": [
    (s) => s.entries(FIRST, (own) => exchange(own, 41, 42)),
    { broken: "changed", entry: 41 },
  ],
  "entries of two bundles exchanged": [
    (s) => {
      const [one, two] = [parseBundle(s.get(FIRST))[100], parseBundle(s.get(SECOND))[144]] as [Bytes, Bytes];
      s.entries(FIRST, (own) => own.splice(100, 1, two));
      s.entries(SECOND, (own) => own.splice(144, 1, one));
    },
    { broken: "changed", entry: 100 },
  ],
  "entry put in the place of the next": [
    (s) => s.entries(LAST, (own) => own.splice(5, 1, own[4] as Bytes)),
    { broken: "changed", entry: 517 },
  ],
  "order turned round": [(s) => s.entries(SECOND, (own) => own.reverse()), { broken: "changed", entry: 256 }],
  "bundles exchanged": [(s) => s.swap(FIRST, SECOND), { broken: "changed", entry: 0 }],
  "entry and its hash edited": [
    (s) => {
      s.entries(FIRST, (own) => edit(own, 9));
      s.change(TILES[0], flip(9 * 32));
    },
    { broken: "root" },
  ],
  "tile deleted": [({ files }) => files.delete(TILES[1]), { broken: "tile", file: TILES[1] }],
  "last tile deleted": [({ files }) => files.delete(TILES[2]), { broken: "tile", file: TILES[2] }],
  "upper tile deleted": [({ files }) => files.delete(TILES[3]), { broken: "tile", file: TILES[3] }],
  "tile edited": [(s) => s.change(TILES[0], flip(4000)), { broken: "tile", file: TILES[0] }],
  "upper tile edited": [(s) => s.change(TILES[3], flip(63)), { broken: "tile", file: TILES[3] }],
  "tile cut off": [
    (s) => s.change(TILES[1], (file) => file.slice(0, -32)),
    { broken: "tile", file: TILES[1] },
  ],
  "tile with a hash too many": [
    (s) => s.change(TILES[2], (file) => joinBytes(file, file.slice(0, 32))),
    { broken: "tile", file: TILES[2] },
  ],
  "tiles exchanged": [(s) => s.swap(TILES[0], TILES[1]), { broken: "tile", file: TILES[0] }],
  "hashes exchanged in a tile": [
    (s) => s.change(TILES[2], (file) => joinBytes(file.slice(32, 64), file.slice(0, 32), file.slice(64))),
    { broken: "tile", file: TILES[2] },
  ],
};

test("a whole log holds, with and without something seen before, and says how far it is", async () => {
  for (const size of [4, 256, SIZE]) {
    const served = new Served(makeLog(size));
    const told: number[] = [];
    const view = await served.check((done, of) => told.push(done / of));
    assert.deepEqual([view.size, view.root], [size, treeHash(served.log.leaves)]);
    assert.deepEqual(told, [...told].sort(), "it never goes back");
    assert.equal(told.at(-1), 1);
    served.seen = { size: 4, root: treeHash(served.log.leaves.slice(0, 4)) };
    assert.equal((await served.check()).size, size);
  }
});

test("whatever somebody does to a served log, the check names what was broken, and where", async (t) => {
  assert.ok(Object.keys(SPOILED).length >= 30);
  const log = makeLog();
  for (const [name, [spoil, named]] of Object.entries(SPOILED))
    await t.test(name, async () => {
      const served = new Served(log);
      spoil(served);
      await assert.rejects(served.check(), (error) => {
        assert.ok(error instanceof ClientError, String(error));
        const { broken, file, entry, witness } = error.evidence ?? {};
        const found = { code: error.code, broken, file, entry, witness };
        const none = { broken: undefined, file: undefined, entry: undefined, witness: undefined };
        assert.deepEqual(found, { ...none, code: "log-not-valid", ...named });
        if (error.code !== "log-unreachable") assert.ok("checkpoint" in (error.evidence ?? {}));
        return true;
      });
    });
});

/** A log that its own keeper has signed, and that is wrong all the same. */
const SIGNED: Record<string, readonly [(log: MemoryLog) => void, Named]> = {
  "text that is not canonical": [
    ({ leaves }) => leaves.push(encodeUtf8(`${new TextDecoder().decode(leaves[4])} `)),
    { broken: "entry", entry: 30 },
  ],
  "no JSON at all": [({ leaves }) => leaves.push(encodeUtf8("hello")), { broken: "entry", entry: 30 }],
  "free text": [
    (log) => log.add("programme-door", "programme_stated", "ask for Mona", { facts: null }),
    { broken: "entry", entry: 30 },
  ],
  "a kind written by the wrong office": [
    (log) => log.add("card-door", "heartbeat", null, { entries: 30 }),
    { broken: "entry", entry: 30 },
  ],
  "an office that nobody admitted": [
    (log) => log.leaves.splice(2, 1) && log.add("programme-door", "programme_stated", "a", { facts: null }),
    { broken: "office", entry: 29 },
  ],
  "an entry signed by another office": [
    (log) => log.add("card-door", "door_started", null, { version: "1", client: null }, "programme-door"),
    { broken: "entry-signature", entry: 30 },
  ],
  "a log that does not begin with its own key": [(log) => log.leaves.shift(), { broken: "office", entry: 0 }],
};

test("what the log itself has signed wrongly is named by the entry's index", async (t) => {
  for (const [name, [spoil, named]] of Object.entries(SIGNED))
    await t.test(name, async () => {
      const log = makeLog(30);
      spoil(log);
      await assert.rejects(new Served(log).check(), (error) => {
        assert.ok(error instanceof ClientError && error.code === "log-not-valid", String(error));
        assert.deepEqual([error.evidence?.broken, error.evidence?.entry], [named.broken, named.entry]);
        return true;
      });
    });
});

test("a log that forked or shrank is shown with both roots", async (t) => {
  const before = makeLog(30);
  const root = encodeBase64url(treeHash(before.leaves));
  const forks: Record<string, readonly [MemoryLog, string]> = {
    "another entry in the middle": [makeLog(40), "log-rewritten"],
    "the same size with another end": [makeLog(30), "log-rewritten"],
    "one entry less": [makeLog(29), "log-shrank"],
    "an empty log": [new MemoryLog(), "log-shrank"],
  };
  forks["another entry in the middle"]?.[0].leaves.splice(12, 1);
  forks["the same size with another end"]?.[0].leaves.pop();
  forks["the same size with another end"]?.[0].add("log", "heartbeat", null, { entries: 0 });
  forks["an empty log"]?.[0].leaves.splice(0);
  for (const [name, [log, code]] of Object.entries(forks))
    await t.test(name, async () => {
      const served = new Served(log);
      served.remember(before);
      await assert.rejects(served.check(), (error) => {
        assert.ok(error instanceof ClientError, String(error));
        assert.equal(error.code, code);
        assert.equal(error.evidence?.checkpoint, log.checkpoint());
        assert.deepEqual(error.evidence?.seen, { size: 30, root, note: before.checkpoint() });
        return true;
      });
    });
});
