import assert from "node:assert/strict";
import { test } from "node:test";
import { RSABSSA } from "@cloudflare/blindrsa-ts";
import { publicVerif, TOKEN_TYPES, Token, TokenChallenge } from "@cloudflare/privacypass-ts";
import { openSeed } from "../src/cards.js";
import { type Bytes, parseHex, sha256 } from "../src/encoding.js";
import { drawBytes } from "../src/numbers.js";
import { computeChallengeDigest, computeOccasionHash, encodeChallenge } from "../src/occasions.js";
import { isTokenValid } from "../src/pages/token_check.js";
import {
  blindMessage,
  blindToken,
  drawBlinding,
  encodeTokenInput,
  finalizeMessage,
  finalizeToken,
  parsePassKey,
} from "../src/passes.js";
import { describe } from "./support/community.js";
import { openPublishedIssuers } from "./support/issuer.js";
import { readVectors } from "./support/vectors.js";

const DESCRIPTOR = describe("survey", "2222222222222222");
const SUITE = RSABSSA.SHA384.PSS.Deterministic({ supportsRSARAW: false });

/** A published key as the libraries take it. */
async function importPair(place: number): Promise<CryptoKeyPair> {
  const { keys } = readVectors<{ keys: { pkcs8: string; spki: string }[] }>("passes/keys.json");
  const scheme = { name: "RSA-PSS", hash: "SHA-384" };
  const pkcs8 = parseHex(keys[place]?.pkcs8 ?? "");
  const spki = publicVerif.convertRSASSAPSSToEnc(parseHex(keys[place]?.spki ?? ""));
  return {
    privateKey: await crypto.subtle.importKey("pkcs8", pkcs8, scheme, true, ["sign"]),
    publicKey: await crypto.subtle.importKey("spki", Uint8Array.from(spki), scheme, true, ["verify"]),
  };
}

const own = (data: Uint8Array): Bytes => Uint8Array.from(data);

test("what we blind, blindrsa-ts signs and verifies", async () => {
  const { privateKey, publicKey } = await importPair(1);
  const key = (await openPublishedIssuers())[1]?.key;
  assert.ok(key);
  const message = drawBytes(77);
  const pending = await blindMessage(key, message, drawBlinding(key, drawBytes));
  const signature = finalizeMessage(key, pending, own(await SUITE.blindSign(privateKey, pending.blinded)));
  assert.equal(await SUITE.verify(publicKey, signature, message), true);
  const theirs = await SUITE.finalize(
    publicKey,
    message,
    await SUITE.blindSign(privateKey, pending.blinded),
    pending.inverse,
  );
  assert.deepEqual(own(theirs), signature);
});

test("what blindrsa-ts blinds, our issuer signs and they accept", async () => {
  const { publicKey } = await importPair(1);
  const issuer = (await openPublishedIssuers())[1];
  assert.ok(issuer);
  const message = drawBytes(98);
  const { blindedMsg, inv } = await SUITE.blind(publicKey, message);
  const signature = await SUITE.finalize(publicKey, message, issuer.sign(own(blindedMsg)), inv);
  assert.equal(await SUITE.verify(publicKey, signature, message), true);
});

test("our key, challenge and pass are those of privacypass-ts", async () => {
  const pair = await importPair(2);
  const key = (await openPublishedIssuers())[2]?.key;
  assert.ok(key);
  const issuer = new publicVerif.Issuer(
    publicVerif.BlindRSAMode.PSS,
    "riverside.amanah",
    pair.privateKey,
    pair.publicKey,
    {
      supportsRSARAW: false,
    },
  );
  assert.deepEqual(own(await publicVerif.getPublicKeyBytes(pair.publicKey)), key.spki);
  assert.deepEqual(own(await issuer.tokenKeyID()), key.tokenKeyId);

  const context = await computeOccasionHash(DESCRIPTOR);
  const challenge = new TokenChallenge(TOKEN_TYPES.BLIND_RSA.value, "riverside.amanah", context, []);
  const ours = encodeChallenge(new TextEncoder().encode("riverside.amanah"), context, new Uint8Array(0));
  assert.deepEqual(own(challenge.serialize()), ours);

  const nonce = await sha256((await openSeed(drawBytes(32))).publicKey);
  const pending = await blindToken(key, nonce, await computeChallengeDigest(DESCRIPTOR), drawBytes);
  const truncated = key.tokenKeyId.at(-1) ?? 0;
  const request = new publicVerif.TokenRequest(truncated, pending.blinded, TOKEN_TYPES.BLIND_RSA);
  const response = await issuer.issue(request);
  const token = finalizeToken(key, pending, own(response.serialize()));
  const origin = new publicVerif.Origin(publicVerif.BlindRSAMode.PSS);
  const read = Token.deserialize(TOKEN_TYPES.BLIND_RSA, token);
  assert.equal(await origin.verify(read, pair.publicKey), true);
});

test("a pass that privacypass-ts makes is a valid pass here", async () => {
  const issuer = (await openPublishedIssuers())[2];
  assert.ok(issuer);
  const client = new publicVerif.Client(publicVerif.BlindRSAMode.PSS);
  const context = await computeOccasionHash(DESCRIPTOR);
  const challenge = new TokenChallenge(TOKEN_TYPES.BLIND_RSA.value, "riverside.amanah", context, []);
  const request = await client.createTokenRequest(challenge, issuer.key.spki);
  const reply = client.deserializeTokenResponse(issuer.sign(own(request.blindedMsg)));
  const token = own((await client.finalize(reply)).serialize());
  assert.equal(await isTokenValid(await parsePassKey(issuer.key.spki), token), true);
  const digest = await computeChallengeDigest(DESCRIPTOR);
  assert.deepEqual(token.slice(0, 98), encodeTokenInput(token.slice(2, 34), digest, issuer.key.tokenKeyId));
});
