import assert from "node:assert/strict";
import { test } from "node:test";
import { type Bytes, encodeBase64url, parseBase64url } from "../src/encoding.js";
import { ClientError } from "../src/errors.js";
import { computeLeafHash, computeRoot, encodeBundlePath, readLog } from "../src/public_log.js";
import { trustKey } from "./support/log.js";
import { readVectors } from "./support/vectors.js";

interface LogCase {
  bundles: string[];
  checkpoint: string;
}
interface LogVectors {
  origin: string;
  vkey: string;
  accepted: (LogCase & {
    bundle_paths: string[];
    kinds: string[];
    name: string;
    root: string;
    size: number;
  })[];
  refused: (LogCase & { seen: { root: string; size: number } | null; why: string })[];
}

/** Serves the bundles of a case in their order, whatever partial width the reader asks for. */
function serve(vectors: LogVectors, { bundles, checkpoint }: LogCase, asked: string[] = []) {
  const getFile = async (path: string): Promise<Bytes | null> => {
    if (path === "checkpoint") return parseBase64url(checkpoint);
    asked.push(path);
    const number = Number(/^tile\/entries\/(\d{3})/.exec(path)?.[1]);
    const bundle = bundles[number];
    return bundle === undefined ? null : parseBase64url(bundle);
  };
  return { ...trustKey(vectors.origin, vectors.vkey), getFile };
}

test("every log of the vectors is read, with its root and its kinds", async () => {
  const vectors = readVectors<LogVectors>("public_log/log.json");
  for (const vector of vectors.accepted) {
    const asked: string[] = [];
    const view = await readLog(serve(vectors, vector, asked), null);
    assert.equal(view.size, vector.size, vector.name);
    assert.equal(encodeBase64url(view.root), vector.root);
    assert.deepEqual(
      view.entries.map((entry) => entry.kind),
      vector.kinds,
    );
    assert.deepEqual(asked, vector.bundle_paths);
  }
});

test("every false log of the vectors is refused", async () => {
  const vectors = readVectors<LogVectors>("public_log/log.json");
  assert.ok(vectors.refused.length > 5);
  for (const vector of vectors.refused) {
    const seen = vector.seen && { size: vector.seen.size, root: parseBase64url(vector.seen.root) };
    await assert.rejects(readLog(serve(vectors, vector), seen), ClientError, vector.why);
  }
});

interface MerkleVectors {
  leaves: string[];
  leaf_hashes: string[];
  roots: string[];
  paths: { level: number | "entries"; number: number; path: string; width: number }[];
}

test("leaf hashes, roots and bundle paths are those of the vectors", async () => {
  const vectors = readVectors<MerkleVectors>("public_log/merkle.json");
  const hashes = await Promise.all(vectors.leaves.map((leaf) => computeLeafHash(parseBase64url(leaf))));
  assert.deepEqual(hashes.map(encodeBase64url), vectors.leaf_hashes);
  for (const [size, root] of vectors.roots.entries())
    assert.equal(encodeBase64url(await computeRoot(hashes.slice(0, size))), root);
  for (const { level, number, path, width } of vectors.paths)
    if (level === "entries") assert.equal(encodeBundlePath(number, width), path);
});
