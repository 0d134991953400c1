import assert from "node:assert/strict";
import { test } from "node:test";
import { verifyCheckpoint } from "../src/checkpoints.js";
import type { Bytes } from "../src/encoding.js";
import { ClientError } from "../src/errors.js";
import { computeLeafHash, computeRoot, encodeBundlePath, readLog } from "../src/public_log.js";
import { MemoryLog, ORIGIN, treeHash, trustKey } from "./support/log.js";

const refuses = (code: string) => (error: unknown) => error instanceof ClientError && error.code === code;

function makeLog(heartbeats: number): MemoryLog {
  const log = new MemoryLog();
  while (log.leaves.length < heartbeats) log.add("log", "heartbeat", null, { entries: log.leaves.length });
  return log;
}

test("roots are those of RFC 6962 for every size up to 40", async () => {
  const { leaves } = makeLog(40);
  const hashes = await Promise.all(leaves.map(computeLeafHash));
  for (let size = 0; size <= 40; size++)
    assert.deepEqual(await computeRoot(hashes.slice(0, size)), treeHash(leaves.slice(0, size)));
});

test("bundle paths are those of tlog-tiles", () => {
  assert.equal(encodeBundlePath(0, 256), "tile/entries/000");
  assert.equal(encodeBundlePath(7, 5), "tile/entries/007.p/5");
  assert.equal(encodeBundlePath(1_234_067, 256), "tile/entries/x001/x234/067");
  assert.equal(encodeBundlePath(1000, 256), "tile/entries/x001/000");
});

test("a log is read whole, over full and partial bundles", async () => {
  for (const size of [4, 255, 256, 257, 520]) {
    const log = makeLog(size);
    const view = await readLog(log.source(), null);
    assert.equal(view.entries.length, size);
    assert.deepEqual(view.root, treeHash(log.leaves));
    assert.equal(view.entries.at(-1)?.index, size - 1);
  }
});

test("a partial bundle that was replaced by the full one is taken from there", async () => {
  const log = makeLog(256);
  const old = log.checkpoint(200);
  const source = log.source();
  const getFile = async (path: string) =>
    path === "checkpoint" ? (new TextEncoder().encode(old) as Bytes) : source.getFile(path);
  assert.equal((await readLog({ ...source, getFile }, null)).entries.length, 200);
});

test("a bundle that vanished between two requests is asked for again under a new checkpoint", async () => {
  const log = makeLog(20);
  const source = log.source();
  let asked = 0;
  const getFile = async (path: string) => {
    if (path === "checkpoint" && ++asked === 1) {
      const file = await source.getFile(path);
      log.add("log", "heartbeat", null, { entries: 20 });
      return file;
    }
    return source.getFile(path);
  };
  assert.equal((await readLog({ ...source, getFile }, null)).size, 21);
});

test("a log that goes on from what was seen is accepted, one that shrank or was rewritten is not", async () => {
  const log = makeLog(30);
  const seen = await readLog(log.source(), null);
  log.add("log", "heartbeat", null, { entries: 30 });
  assert.equal((await readLog(log.source(), seen)).size, 31);
  const shorter = makeLog(29);
  await assert.rejects(readLog(shorter.source(), seen), refuses("log-shrank"));
  const fork = makeLog(10);
  while (fork.leaves.length < 40) fork.add("log", "heartbeat", null, { entries: 0 });
  await assert.rejects(readLog(fork.source(), seen), (error) => {
    assert.ok(error instanceof ClientError);
    assert.equal(error.code, "log-rewritten");
    assert.ok(String(error.evidence?.checkpoint).startsWith(ORIGIN));
    return true;
  });
});

test("a changed entry, a foreign signature and an office that was not admitted are all refused", async () => {
  const changed = makeLog(10);
  const source = changed.source();
  const served = source.getFile("tile/entries/000.p/10");
  const tampered = async (path: string) => {
    const file = path === "checkpoint" ? await source.getFile(path) : (await served)?.slice();
    if (file && path !== "checkpoint") file[50] = (file[50] ?? 0) ^ 1;
    return file ?? null;
  };
  await assert.rejects(readLog({ ...source, getFile: tampered }, null), refuses("log-not-valid"));

  const foreign = makeLog(5);
  foreign.add("card-door", "door_started", null, { version: "1", client: null }, "programme-door");
  await assert.rejects(readLog(foreign.source(), null), refuses("log-not-valid"));

  const unknown = makeLog(5);
  unknown.leaves.splice(1, 1);
  unknown.add("card-door", "door_started", null, { version: "1", client: null });
  await assert.rejects(readLog(unknown.source(), null), refuses("log-not-valid"));
});

test("an entry of a kind that nobody knows yet is kept", async () => {
  const log = makeLog(5);
  log.add("programme-door", "something_new", null, { anything: ["goes"] });
  assert.equal((await readLog(log.source(), null)).entries.at(-1)?.kind, "something_new");
});

test("a door's later key is used from its admission on", async () => {
  const log = makeLog(5);
  const [card, programme] = [log.offices["card-door"], log.offices["programme-door"]];
  assert.ok(card && programme);
  log.add("card-door", "door_started", null, { version: "1", client: null });
  log.offices["card-door"] = programme;
  log.admit("card-door");
  log.add("card-door", "door_started", null, { version: "2", client: null });
  assert.equal((await readLog(log.source(), null)).entries.length, 8);
  log.offices["card-door"] = card;
  log.add("card-door", "door_started", null, { version: "3", client: null });
  await assert.rejects(readLog(log.source(), null), refuses("log-not-valid"));
});

test("a checkpoint needs the signature of the key that this device was given", async () => {
  const log = makeLog(4);
  const [note, vkey] = [log.checkpoint(), log.vkey];
  const trusted = trustKey(ORIGIN, vkey);
  assert.equal((await verifyCheckpoint(note, trusted)).size, 4);
  const witness = `${note}\u2014 witness.example ${Buffer.alloc(76, 7).toString("base64")}\n`;
  assert.equal((await verifyCheckpoint(witness, trusted)).size, 4);
  const bad = [
    note.replace("\n4\n", "\n5\n"),
    note.replace("\n4\n", "\n04\n"),
    note.slice(0, -1),
    note.slice(0, note.indexOf("\u2014")),
    `${note}${note.slice(note.indexOf("\u2014")).replace(/.{8}\n$/, "AAAAAAA=\n")}`,
    "",
  ];
  for (const wrong of bad) await assert.rejects(verifyCheckpoint(wrong, trusted), refuses("log-not-valid"));
  await assert.rejects(verifyCheckpoint(note, trustKey("other.amanah/log", vkey)), refuses("log-not-valid"));
  await assert.rejects(verifyCheckpoint(note, trustKey(ORIGIN, vkey.replace(/\+[0-9a-f]{8}/, "+00000000"))));
});

test("a log that cannot be reached is told apart from one that is wrong", async () => {
  const source = { ...makeLog(4).source(), getFile: async () => null };
  await assert.rejects(readLog(source, null), refuses("log-unreachable"));
});
