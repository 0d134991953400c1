import assert from "node:assert/strict";
import { test } from "node:test";
import { isRawSignatureValid } from "../src/cards.js";
import { type LogPolicy, verifyCheckpoint } from "../src/checkpoints.js";
import { encodeBase64url, parseBase64url } from "../src/encoding.js";
import { ClientError } from "../src/errors.js";
import { isStale, parseEntry, readLog, requireFresh } from "../src/public_log.js";
import { MemoryLog, MemoryWitness, trustKey } from "./support/log.js";
import { readVectors } from "./support/vectors.js";

interface PolicyVector {
  name: string;
  log: string;
  witnesses: { name: string; vkey: string }[];
  groups: { name: string; least: number; members: string[] }[];
  quorum: string;
  least: number;
}
interface Witnessed {
  checkpoint: { origin: string; size: number; root: string };
  policies: PolicyVector[];
  checkpoints: {
    policy: string;
    note: string;
    seen_at: Record<string, number>;
    is_met: boolean;
    witnessed_at: number | null;
    why?: string;
  }[];
  refused: { why: string; policy: string; note: string; code: string }[];
  stale_after_seconds: number;
}
const VECTORS = readVectors<Witnessed>("public_log/witnessed.json");

function findPolicy(wanted: string): LogPolicy & { least: number } {
  const found = VECTORS.policies.find(({ name }) => name === wanted);
  if (!found) throw new Error(`no policy ${wanted}`);
  return {
    ...trustKey(VECTORS.checkpoint.origin, found.log),
    witnesses: found.witnesses.map(({ name, vkey }) => [name, vkey] as const),
    groups: found.groups.map(({ name, least, members }) => [name, least, members] as const),
    quorum: found.quorum,
    least: found.least,
  };
}

test("a checkpoint is witnessed exactly where the vectors say so, at the time that they say", async () => {
  let short = 0;
  for (const { note, policy: name, seen_at, is_met, witnessed_at, why } of VECTORS.checkpoints) {
    const policy = findPolicy(name);
    const words = `${name}: ${why ?? Object.keys(seen_at).join()}`;
    if (is_met) {
      const read = await verifyCheckpoint(note, policy);
      const { root, size } = VECTORS.checkpoint;
      assert.deepEqual([read.size, encodeBase64url(read.root)], [size, root], words);
      assert.deepEqual(Object.fromEntries(read.seenAt), seen_at, words);
      assert.deepEqual([read.needed, read.witnessedAt], [policy.least, witnessed_at], words);
    } else {
      short++;
      await assert.rejects(verifyCheckpoint(note, policy), (error) => {
        assert.ok(error instanceof ClientError && error.code === "log-not-witnessed", words);
        assert.deepEqual(error.evidence?.needed, policy.least, words);
        const witnessed = new Set(error.evidence?.witnessed as string[]);
        assert.deepEqual(witnessed, new Set(Object.keys(seen_at)));
        return true;
      });
    }
  }
  assert.ok(short > 4);
});

test("a checkpoint with a bad line by somebody known is refused, and the refusal names what was bad", async () => {
  const named: Record<string, string> = {
    "cosignature-wrong": "cosignature",
    "checkpoint-signature": "signature",
    "unreadable-checkpoint": "checkpoint",
  };
  assert.ok(VECTORS.refused.length > 12);
  for (const { why, policy, note, code } of VECTORS.refused)
    await assert.rejects(verifyCheckpoint(note, findPolicy(policy)), (error) => {
      assert.ok(error instanceof ClientError && error.code === "log-not-valid", why);
      assert.equal(error.evidence?.broken, named[code], why);
      if (code === "cosignature-wrong")
        assert.match(String(error.evidence?.witness), /^(cedar|quince)$/, why);
      return true;
    });
});

test("cosignatures that public witnesses made hold, each at the time that it states", async () => {
  interface Cosigned {
    checkpoints: { note: string; log: string | null; witnesses: { vkey: string; time: number }[] }[];
  }
  const { checkpoints } = readVectors<Cosigned>("public_log/third_party/cosignatures.json");
  let held = 0;
  for (const { note, log, witnesses } of checkpoints) {
    const known = witnesses.filter(({ vkey }) => Buffer.from(vkey.split("+")[2] ?? "", "base64")[0] === 4);
    if (!log || known.length === 0) continue;
    const names = known.map(({ vkey }) => [vkey.split("+")[0] ?? "", vkey] as const);
    const all = names.map(([name]) => name);
    const policy = { ...trustKey(note.split("\n")[0] ?? "", log), witnesses: names, quorum: "all" };
    const read = await verifyCheckpoint(note, { ...policy, groups: [["all", all.length, all]] });
    assert.deepEqual(
      [...read.seenAt],
      known.map(({ vkey, time }) => [vkey.split("+")[0], time]),
    );
    held += known.length;
    const [first] = all;
    const moved = note.replace(`\u2014 ${first} `, "\u2014 nobody.example ");
    await assert.rejects(
      verifyCheckpoint(moved, { ...policy, groups: [["all", all.length, all]] }),
      ClientError,
    );
  }
  assert.ok(held >= 4);
});

function makeLog(seenAt: Record<string, number>): MemoryLog {
  const log = new MemoryLog();
  log.witnesses = ["cedar.example/w", "olive.example/w", "quince.example/w"].map(
    (name) => new MemoryWitness(name),
  );
  [log.least, log.seenAt] = [2, seenAt];
  return log;
}

test("a log whose quorum is missing is refused with the note and with what was seen before, and then read on", async () => {
  const log = makeLog({ "cedar.example/w": 100, "olive.example/w": 200 });
  const seen = await readLog(log.source(), null);
  assert.equal(seen.aliveAt, 100);
  log.add("log", "heartbeat", null, { entries: log.leaves.length });
  log.seenAt = { "quince.example/w": 300 };
  await assert.rejects(readLog(log.source(), seen), (error) => {
    assert.ok(error instanceof ClientError && error.code === "log-not-witnessed");
    assert.deepEqual(error.evidence, {
      witnessed: ["quince.example/w"],
      needed: 2,
      checkpoint: log.checkpoint(),
      seen: { size: seen.size, root: encodeBase64url(seen.root), note: seen.note },
    });
    return true;
  });
  log.seenAt = { "quince.example/w": 300, "cedar.example/w": 250 };
  const view = await readLog(log.source(), seen);
  assert.deepEqual([view.size, view.aliveAt], [seen.size + 1, 250]);
});

test("a log is stale once enough witnesses have been silent for longer than 26 hours", async () => {
  const log = makeLog({ "cedar.example/w": 2_000_000_000, "olive.example/w": 1_900_000_000 });
  const view = await readLog(log.source(), null);
  const late = 1_900_000_000 + VECTORS.stale_after_seconds;
  assert.deepEqual([isStale(view, late), isStale(view, late + 1)], [false, true]);
  requireFresh(view, late);
  assert.throws(
    () => requireFresh(view, late + 1),
    (error) => error instanceof ClientError && error.code === "log-stale" && error.evidence !== null,
  );
  // Without witnesses the log's own last word counts.
  const alone = new MemoryLog();
  const last = await readLog(alone.source(), null);
  assert.equal(last.aliveAt, last.entries.at(-1)?.at);
});

interface EntryVectors {
  accepted: { by: string; entry: string; kind: string }[];
  party_keys: Record<string, string>;
  refused: { entry: string; why: string }[];
}

test("entries are accepted and refused as the vectors say", async () => {
  const { accepted, party_keys, refused } = readVectors<EntryVectors>("public_log/entries.json");
  const isSigned = async (leaf: string) => {
    const { entry, signature, signed } = parseEntry(parseBase64url(leaf), 0);
    return isRawSignatureValid(parseBase64url(party_keys[entry.by]), signed, signature);
  };
  for (const { by, entry: leaf, kind } of accepted) {
    const { entry } = parseEntry(parseBase64url(leaf), 7);
    assert.deepEqual([entry.by, entry.kind, entry.index], [by, kind, 7]);
    assert.equal(await isSigned(leaf), true, kind);
  }
  const kinds = new Set(accepted.map(({ kind }) => kind));
  for (const kind of ["policy_stated", "rules_stated", "programme_stated", "heartbeat"])
    assert.ok(kinds.has(kind), kind);
  let unsigned = 0;
  for (const { entry, why } of refused) {
    // The log service refuses what it does not know; a reader keeps it.
    if (why === "unknown kind") continue;
    const isWrong = await isSigned(entry).then(
      (isRight) => !isRight,
      (error) => {
        assert.ok(error instanceof ClientError, why);
        assert.deepEqual(error.evidence, { broken: "entry", entry: 0 }, why);
        return true;
      },
    );
    assert.ok(isWrong, why);
    unsigned++;
  }
  assert.ok(unsigned > 10);
});

test("only the parties that may write a kind do, and nothing stands beside what it has room for", () => {
  const log = new MemoryLog();
  const hash = "0".repeat(64);
  const rules = { fetch_window: 1, minimum_age: 0, pace: "calm", register_window: 9 };
  const right: [string, string, string | null, Record<string, string | number | null>][] = [
    ["log", "policy_stated", null, { policy: hash, witnesses: 3, least: 2 }],
    ["programme-door", "rules_stated", null, rules],
    ["programme-door", "programme_stated", "evening-class", { facts: hash }],
    ["programme-door", "programme_stated", "evening-class", { facts: null }],
    ["log", "door_started", null, { client: null, version: "1" }],
  ];
  const wrong: typeof right = [
    ["card-door", "policy_stated", null, { policy: hash, witnesses: 3, least: 2 }],
    ["log", "policy_stated", null, { policy: hash, witnesses: -1, least: 2 }],
    ["log", "policy_stated", null, { policy: hash.slice(1), witnesses: 3, least: 2 }],
    ["log", "policy_stated", null, { policy: hash, witnesses: 3 }],
    ["programme-door", "rules_stated", null, { ...rules, pace: "hasty" }],
    ["programme-door", "rules_stated", null, { ...rules, note: "x" }],
    ["log", "rules_stated", null, rules],
    ["programme-door", "programme_stated", null, { facts: hash }],
    ["programme-door", "programme_stated", "Evening Class", { facts: hash }],
    ["programme-door", "programme_stated", "evening-class", { facts: "" }],
    ["log", "door_started", "x", { client: null, version: "1" }],
  ];
  const readLast = () => parseEntry(log.leaves.at(-1) ?? new Uint8Array(0), 0);
  for (const [by, kind, ref, body] of right) {
    log.add(by, kind, ref, body);
    assert.equal(readLast().entry.kind, kind);
  }
  for (const [by, kind, ref, body] of wrong) {
    log.add(by, kind, ref, body);
    assert.throws(readLast, ClientError, `${by} ${kind}`);
  }
});
