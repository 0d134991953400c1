import assert from "node:assert/strict";
import { test } from "node:test";
import { type Bytes, joinBytes, parseHex } from "../src/encoding.js";
import { ClientError } from "../src/errors.js";
import { drawBytes } from "../src/numbers.js";
import { isTokenValid } from "../src/pages/token_check.js";
import { blindToken, finalizeToken, parsePassKey } from "../src/passes.js";
import { openPublishedIssuers } from "./support/issuer.js";

const isUnfit = (error: unknown) => error instanceof ClientError && error.code === "key-not-fit";
const isUnsigned = (error: unknown) => error instanceof ClientError && error.code === "signature-not-valid";

function flip(data: Bytes, place: number, bits = 1): Bytes {
  const changed = data.slice();
  changed[place] = (changed[place] ?? 0) ^ bits;
  return changed;
}

test("only an odd modulus of exactly 2048 bits with e = 65537 in the one DER form is a key", async () => {
  const [issuer] = await openPublishedIssuers();
  const spki = issuer?.key.spki ?? new Uint8Array(0);
  await parsePassKey(spki);
  const even = flip(spki, spki.length - 6);
  const short = flip(spki, 81, 0x80);
  const otherExponent = flip(spki, spki.length - 1, 2);
  const otherSalt = flip(spki, 65);
  const longer = joinBytes(spki, Uint8Array.of(0));
  for (const bad of [even, short, otherExponent, otherSalt, longer, spki.slice(1), new Uint8Array(0)])
    await assert.rejects(parsePassKey(bad), isUnfit);
});

test("a wrong, short or too large blind signature gives no pass", async () => {
  const [issuer, other] = await openPublishedIssuers();
  assert.ok(issuer && other);
  const nonce = drawBytes(32);
  const pending = await blindToken(issuer.key, nonce, parseHex("00".repeat(32)), drawBytes);
  const signature = issuer.sign(pending.blinded);
  assert.equal(await isTokenValid(issuer.key, finalizeToken(issuer.key, pending, signature)), true);
  const bad = [
    flip(signature, 100),
    signature.slice(1),
    other.sign(pending.blinded),
    new Uint8Array(256).fill(255),
  ];
  for (const wrong of bad) assert.throws(() => finalizeToken(issuer.key, pending, wrong), isUnsigned);
});

test("a token holds only as it was signed and only under its own key", async () => {
  const [issuer, other] = await openPublishedIssuers();
  assert.ok(issuer && other);
  const pending = await blindToken(issuer.key, drawBytes(32), drawBytes(32), drawBytes);
  const token = finalizeToken(issuer.key, pending, issuer.sign(pending.blinded));
  assert.equal(await isTokenValid(other.key, token), false);
  for (const place of [1, 10, 40, 70, 200, 353])
    assert.equal(await isTokenValid(issuer.key, flip(token, place)), false, `byte ${place}`);
});

test("blinding the same token twice gives messages that share nothing", async () => {
  const [issuer] = await openPublishedIssuers();
  assert.ok(issuer);
  const [nonce, digest] = [drawBytes(32), drawBytes(32)];
  const first = await blindToken(issuer.key, nonce, digest, drawBytes);
  const second = await blindToken(issuer.key, nonce, digest, drawBytes);
  assert.notDeepEqual(first.blinded, second.blinded);
  assert.notDeepEqual(first.encoded, second.encoded);
});
