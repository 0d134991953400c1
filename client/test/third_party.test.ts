import assert from "node:assert/strict";
import { test } from "node:test";
import { verifyCheckpoint } from "../src/checkpoints.js";
import { type Bytes, encodeHex, joinBytes } from "../src/encoding.js";
import { ClientError } from "../src/errors.js";
import { computeLeafHash, computeRoot, parseBundle } from "../src/public_log.js";
import { trustKey } from "./support/log.js";
import { readVectors } from "./support/vectors.js";

const FOLDER = "public_log/third_party";
const parseBase64 = (text: string): Bytes => Uint8Array.from(Buffer.from(text, "base64"));

interface TesseraLog {
  origin: string;
  vkey: string;
  checkpoints: string[];
  files: Record<string, string>;
}

test("a log that Tessera wrote has the checkpoints and the hashes that this device computes", async () => {
  const { origin, vkey, checkpoints, files } = readVectors<TesseraLog>(`${FOLDER}/tessera_log.json`);
  const last = checkpoints.length - 1;
  const entries = parseBundle(parseBase64(files[`tile/entries/000.p/${last}`] ?? ""));
  const hashes = await Promise.all(entries.map(computeLeafHash));
  assert.equal(encodeHex(joinBytes(...hashes)), encodeHex(parseBase64(files[`tile/0/000.p/${last}`] ?? "")));
  for (const [size, note] of checkpoints.entries()) {
    const { size: found, root } = await verifyCheckpoint(note, trustKey(origin, vkey));
    assert.equal(found, size);
    assert.deepEqual(root, await computeRoot(hashes.slice(0, size)));
  }
});

interface Notes {
  accepted: { source: string; note: string; keys: string[] }[];
  refused: { why: string; note: string; keys: string[] }[];
  refused_keys: { why: string; vkey: string }[];
}
interface Cosigned {
  checkpoints: { note: string; log: string | null }[];
}

test("checkpoints of real logs hold, among cosignatures by keys that this device does not know", async () => {
  const sumdb = readVectors<Notes>(`${FOLDER}/notes.json`).accepted.find(
    ({ source }) => source === "torchwood",
  );
  const { checkpoints } = readVectors<Cosigned>(`${FOLDER}/cosignatures.json`);
  const notes = [
    ...checkpoints.map(({ note, log }) => ({ note, vkey: log })),
    { note: sumdb?.note ?? "", vkey: sumdb?.keys[0] },
  ];
  let held = 0;
  for (const { note, vkey } of notes) {
    if (!vkey) continue;
    const [origin = "", size] = note.split("\n");
    assert.equal((await verifyCheckpoint(note, trustKey(origin, vkey))).size, Number(size));
    await assert.rejects(verifyCheckpoint(note, trustKey(`${origin}x`, vkey)), ClientError);
    await assert.rejects(
      verifyCheckpoint(note.replace(`\n${size}\n`, "\n7\n"), trustKey(origin, vkey)),
      ClientError,
    );
    held++;
  }
  assert.equal(held, 2);
});

test("no note and no key that others refuse is taken for a checkpoint", async () => {
  const { accepted, refused, refused_keys } = readVectors<Notes>(`${FOLDER}/notes.json`);
  const [
    {
      note: whole,
      keys: [known = ""],
    } = { note: "", keys: [] },
  ] = accepted;
  const origin = whole.split("\n")[0] ?? "";
  for (const { note, keys, why } of refused)
    await assert.rejects(
      verifyCheckpoint(note, trustKey(note.split("\n")[0] ?? "", keys[0] ?? "")),
      ClientError,
      why,
    );
  for (const { vkey, why } of refused_keys)
    await assert.rejects(verifyCheckpoint(whole, trustKey(origin, vkey)), ClientError, why);
  // A signed text that is no checkpoint is refused too, although its signature holds.
  await assert.rejects(verifyCheckpoint(whole, trustKey(origin, known)), ClientError);
});
