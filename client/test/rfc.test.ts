import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeHex, parseHex, sha256 } from "../src/encoding.js";
import { computeInverse, readNumber } from "../src/numbers.js";
import { isTokenValid } from "../src/pages/token_check.js";
import { parseToken } from "../src/pages/tokens.js";
import {
  blindMessage,
  encodeTokenInput,
  finalizeMessage,
  finalizeToken,
  parsePassKey,
} from "../src/passes.js";
import { readVectors } from "./support/vectors.js";

type Strings<K extends string> = Record<K, string>;

interface Rfc9474 {
  vectors: Strings<
    | "name"
    | "n"
    | "e"
    | "msg"
    | "msg_prefix"
    | "prepared_msg"
    | "salt"
    | "inv"
    | "encoded_msg"
    | "blinded_msg"
    | "blind_sig"
    | "sig"
  >[];
}

test("blinding and finalising are those of RFC 9474", async () => {
  const { vectors } = readVectors<Rfc9474>("passes/rfc9474.json");
  assert.equal(new Set(vectors.map(({ name }) => name)).size, 4);
  for (const vector of vectors) {
    const modulus = readNumber(parseHex(vector.n));
    const key = { modulus, exponent: readNumber(parseHex(vector.e)), length: vector.n.length / 2 };
    const factor = computeInverse(readNumber(parseHex(vector.inv)), modulus);
    const prepared = parseHex(vector.prepared_msg);
    const pending = await blindMessage(key, prepared, { salt: parseHex(vector.salt), factor });
    assert.equal(vector.prepared_msg, vector.msg_prefix + vector.msg);
    assert.equal(encodeHex(pending.encoded), vector.encoded_msg);
    assert.equal(encodeHex(pending.inverse), vector.inv);
    assert.equal(encodeHex(pending.blinded), vector.blinded_msg);
    assert.equal(encodeHex(finalizeMessage(key, pending, parseHex(vector.blind_sig))), vector.sig);
  }
});

interface Rfc9578 {
  vectors: Strings<
    "pkS" | "token_challenge" | "nonce" | "blind" | "salt" | "token_request" | "token_response" | "token"
  >[];
}

test("requests and tokens of type 0x0002 are those of RFC 9578", async () => {
  const { vectors } = readVectors<Rfc9578>("passes/rfc9578.json");
  assert.equal(vectors.length, 5);
  for (const vector of vectors) {
    const key = await parsePassKey(parseHex(vector.pkS));
    const digest = await sha256(parseHex(vector.token_challenge));
    const input = encodeTokenInput(parseHex(vector.nonce), digest, key.tokenKeyId);
    const blinding = { salt: parseHex(vector.salt), factor: readNumber(parseHex(vector.blind)) };
    const pending = await blindMessage(key, input, blinding);
    const truncated = encodeHex(key.tokenKeyId.slice(-1));
    assert.equal(`0002${truncated}${encodeHex(pending.blinded)}`, vector.token_request);
    const token = finalizeToken(key, pending, parseHex(vector.token_response));
    assert.equal(encodeHex(token), vector.token);
    const parts = parseToken(token);
    assert.deepEqual([parts.challengeDigest, parts.tokenKeyId], [digest, await sha256(key.spki)]);
    assert.equal(await isTokenValid(key, token), true);
  }
});
