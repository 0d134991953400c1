import assert from "node:assert/strict";
import { test } from "node:test";
import { openCard, openSeed, signLeaveBody, signRegisterBody, signWaveBody } from "../src/cards.js";
import {
  type CodeContext,
  computeInvitationHash,
  computeRevocationHash,
  encodeCode,
  encodeSymbols,
  parseCode,
} from "../src/codes.js";
import { encodeHex, encodeUtf8, type Json, parseHex, sha256 } from "../src/encoding.js";
import { ClientError } from "../src/errors.js";
import { encodeJoinBody, encodeRevokeBody } from "../src/messages.js";
import { readNumber } from "../src/numbers.js";
import {
  computeChallengeDigest,
  computeOccasionHash,
  encodeChallenge,
  encodeDescriptor,
  parseDescriptor,
} from "../src/occasions.js";
import { encodeCompactPass } from "../src/pages/compact.js";
import { parseCompactPass, readCompactPass } from "../src/pages/compact_reading.js";
import { isTokenValid } from "../src/pages/token_check.js";
import { blindMessage, encodeTokenInput, finalizeToken, parsePassKey } from "../src/passes.js";
import { computeRoomCode, parseRoomCode, type RoomSlot, screenSlot } from "../src/rooms.js";
import { encodeAnswerSpend, encodePresenceSpend } from "../src/spending.js";
import { readVectors } from "./support/vectors.js";

interface Codes {
  codes: { code: string; context: CodeContext; secret: string; symbols: string }[];
  accepted: { context: CodeContext; secret: string; text: string }[];
  refused: { context: CodeContext; text: string }[];
  hashes: { invitation: { hash: string; secret: string }; revocation: { hash: string; slip: string } };
}

test("codes are written and read as the vectors say", async () => {
  const vectors = readVectors<Codes>("passes/codes.json");
  for (const { code, context, secret, symbols } of vectors.codes) {
    assert.equal(await encodeCode(context, parseHex(secret)), code);
    assert.equal(await encodeSymbols(context, parseHex(secret)), symbols);
    assert.equal(encodeHex(await parseCode(context, code)), secret);
  }
  for (const { context, secret, text } of vectors.accepted)
    assert.equal(encodeHex(await parseCode(context, text)), secret, JSON.stringify(text));
  for (const { context, text } of vectors.refused)
    await assert.rejects(parseCode(context, text), ClientError, JSON.stringify(text));
  const { invitation, revocation } = vectors.hashes;
  assert.equal(encodeHex(await computeInvitationHash(parseHex(invitation.secret))), invitation.hash);
  assert.equal(encodeHex(await computeRevocationHash(parseHex(revocation.slip))), revocation.hash);
});

interface Occasions {
  occasions: {
    challenge: string;
    challenge_digest: string;
    descriptor: Json;
    descriptor_bytes: string;
    hash: string;
    issuer_name: string;
  }[];
  refused: Json[];
}

test("descriptors, hashes and challenges are those of the vectors", async () => {
  const vectors = readVectors<Occasions>("passes/occasions.json");
  for (const vector of vectors.occasions) {
    const descriptor = parseDescriptor(vector.descriptor);
    const hash = await computeOccasionHash(descriptor);
    const challenge = encodeChallenge(encodeUtf8(vector.issuer_name), hash, new Uint8Array(0));
    assert.equal(new TextDecoder().decode(encodeDescriptor(descriptor)), vector.descriptor_bytes);
    assert.equal(encodeHex(hash), vector.hash);
    assert.equal(encodeHex(challenge), vector.challenge);
    assert.equal(encodeHex(await computeChallengeDigest(descriptor)), vector.challenge_digest);
  }
  for (const refused of vectors.refused)
    assert.throws(() => parseDescriptor(refused), ClientError, JSON.stringify(refused));
});

interface Rooms {
  secret: string;
  now: number;
  codes: { code: string; slot: RoomSlot }[];
}

test("room codes are those of the vectors", async () => {
  const { secret, now, codes } = readVectors<Rooms>("passes/rooms.json");
  for (const { code, slot } of codes) assert.equal(await computeRoomCode(parseHex(secret), slot), code);
  assert.equal(codes.at(-1)?.slot, screenSlot(now));
  assert.equal(parseRoomCode(" smay-1zxq "), "SMAY1ZXQ");
  for (const text of ["", "SMAY1ZX", "SMAY1ZXU"]) assert.throws(() => parseRoomCode(text), ClientError);
});

type Strings<K extends string> = Record<K, string>;

test("a card is the same wherever it is made", async () => {
  type Cards = Strings<"code" | "public_key" | "revocation_hash" | "secret" | "slip">;
  const vectors = readVectors<Cards>("passes/cards.json");
  const card = await openCard(await parseCode("card", vectors.code), parseHex(vectors.slip));
  assert.equal(encodeHex(card.publicKey), vectors.public_key);
  assert.equal(encodeHex(card.revocationHash ?? new Uint8Array(0)), vectors.revocation_hash);
  assert.equal(card.signingKey.extractable, false);
});

interface Passes {
  passes: (Strings<
    | "blind_signature"
    | "blinded"
    | "encoded"
    | "inverse"
    | "one_time_public_key"
    | "one_time_seed"
    | "r"
    | "salt"
    | "spki"
    | "token"
    | "token_input"
  > & { compact: { bytes: string; text: string }[]; descriptor: Json })[];
}

test("whole passes come out byte for byte as in the vectors", async () => {
  for (const vector of readVectors<Passes>("passes/passes.json").passes) {
    const key = await parsePassKey(parseHex(vector.spki));
    const descriptor = parseDescriptor(vector.descriptor);
    const { publicKey } = await openSeed(parseHex(vector.one_time_seed));
    const digest = await computeChallengeDigest(descriptor);
    const input = encodeTokenInput(await sha256(publicKey), digest, key.tokenKeyId);
    const factor = readNumber(parseHex(vector.r));
    const pending = await blindMessage(key, input, { salt: parseHex(vector.salt), factor });
    assert.equal(encodeHex(publicKey), vector.one_time_public_key);
    assert.equal(encodeHex(input), vector.token_input);
    assert.equal(encodeHex(pending.encoded), vector.encoded);
    assert.equal(encodeHex(pending.inverse), vector.inverse);
    assert.equal(encodeHex(pending.blinded), vector.blinded);
    const token = finalizeToken(key, pending, parseHex(vector.blind_signature));
    assert.equal(encodeHex(token), vector.token);
    assert.equal(await isTokenValid(key, token), true);
    for (const { text } of vector.compact) {
      const compact = parseCompactPass(text);
      assert.equal(encodeCompactPass(compact), text);
      const read = await readCompactPass(compact, descriptor, key);
      assert.equal(encodeHex(read?.token ?? new Uint8Array(0)), vector.token);
      assert.equal(encodeHex(read?.publicKey ?? new Uint8Array(0)), vector.one_time_public_key);
    }
  }
});

type Body = Strings<"body">;
interface Messages {
  join: Body & Strings<"blinded" | "secret">;
  register: Body & Strings<"token">;
  revoke: Body & Strings<"slip">;
  leave: Body;
  wave: Body & { blinded: string[]; wave: string };
  spend_presence: Body & Strings<"payload" | "token">;
  spend_answer: Body & Strings<"payload" | "token" | "one_time_seed">;
}

test("every body that a device sends is that of the vectors", async () => {
  const vectors = readVectors<Messages>("passes/messages.json");
  const cards = readVectors<Strings<"secret" | "slip">>("passes/cards.json");
  const card = await openCard(parseHex(cards.secret), parseHex(cards.slip));
  const { join, register, revoke, leave, wave } = vectors;
  assert.equal(encodeHex(encodeJoinBody(parseHex(join.secret), parseHex(join.blinded))), join.body);
  assert.equal(encodeHex(await signRegisterBody(card, parseHex(register.token))), register.body);
  assert.equal(encodeHex(encodeRevokeBody(parseHex(revoke.slip))), revoke.body);
  assert.equal(encodeHex(await signLeaveBody(card)), leave.body);
  const blinded = wave.blinded.map((message) => parseHex(message));
  assert.equal(encodeHex(await signWaveBody(card, wave.wave, blinded)), wave.body);
});

test("both kinds of spending are those of the vectors", async () => {
  const { spend_presence, spend_answer } = readVectors<Messages>("passes/messages.json");
  const { occasions } = readVectors<Occasions>("passes/occasions.json");
  const seed = parseHex(spend_answer.one_time_seed);
  const presence = { token: parseHex(spend_presence.token), seed };
  assert.equal(encodeHex(await encodePresenceSpend(presence, spend_presence.payload)), spend_presence.body);
  const { answers, occasion } = JSON.parse(spend_answer.payload);
  const descriptor = occasions
    .map((vector) => parseDescriptor(vector.descriptor))
    .find((d) => d.occasion === occasion);
  assert.ok(descriptor);
  const answer = { token: parseHex(spend_answer.token), seed, descriptor };
  assert.equal(encodeHex(await encodeAnswerSpend(answer, answers)), spend_answer.body);
});
