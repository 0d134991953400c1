import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { encodeBase64url, encodeHex, type JsonObject, parseHex } from "../src/encoding.js";
import { makeCanonizer } from "../src/giving/canonical.js";
import {
  deriveKeySeed,
  encodeBackup,
  findKeptKey,
  forgetKey,
  keepKey,
  openKey,
  parseBackup,
  provePossession,
} from "../src/giving/keys.js";
import { computeProofInput, encodeTime, SUITES, signDocument } from "../src/giving/proofs.js";
import { listUnsaid, listValues, nameIssuer, parseShown, writeShown } from "../src/giving/words.js";
import { readVectors } from "./support/vectors.js";

interface KeyVector {
  readonly code: string;
  readonly did: string;
  readonly link: string;
  readonly proof: string;
  readonly secret: string;
  readonly seed: string;
}

interface DocumentVector {
  readonly created: string;
  readonly did: string;
  readonly document: JsonObject;
  readonly inputs: Record<string, string>;
  readonly name: string;
  readonly secret: string;
  readonly signatures: Record<string, string>;
}

const root = new URL("../../../", import.meta.url);
const read = (path: string) => JSON.parse(readFileSync(new URL(path, root), "utf8"));
const vectors: { keys: KeyVector[]; documents: DocumentVector[] } = read(
  "spec/vectors/credentials/giving.json",
);
const shipped = "src/amanah/core/credentials/contexts/";
const canonize = makeCanonizer({
  "https://www.w3.org/ns/credentials/v2": read(`${shipped}credentials-v2.json`),
  "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json": read(`${shipped}open-badges-3.0.3.json`),
});
const find = (name: string) => vectors.documents.find((vector) => vector.name === name) as DocumentVector;

test("a key comes from its backup on paper alone, under the name that the core gives it", async () => {
  for (const vector of vectors.keys) {
    const secret = parseHex(vector.secret);
    assert.equal(await encodeBackup(secret), vector.code);
    assert.deepEqual(await parseBackup(vector.code.toLowerCase()), secret);
    assert.equal(encodeHex(await deriveKeySeed(secret)), vector.seed);
    const key = await openKey(secret);
    assert.equal(key.did, vector.did);
    assert.equal(encodeBase64url(await provePossession(key, vector.link)), vector.proof);
  }
});

test("the backup of a card is not taken for that of a giver's key", async () => {
  const { codes } = readVectors<{ codes: { code: string; context: string }[] }>("passes/codes.json");
  for (const { code, context } of codes)
    if (context === "giver") await parseBackup(code);
    else await assert.rejects(parseBackup(code), { code: "not-a-code" });
});

test("both suites sign byte for byte what the core signs", async () => {
  for (const { document, did, created, inputs, secret, signatures } of vectors.documents) {
    for (const suite of SUITES) {
      const input = await computeProofInput(document, suite, did, created, canonize);
      assert.equal(encodeHex(input), inputs[suite]);
    }
    const signed = await signDocument(document, await openKey(parseHex(secret)), created, canonize);
    for (const suite of SUITES) assert.equal(encodeBase64url(signed[suite]), signatures[suite]);
  }
});

test("a word that no context defines would not be signed, and so nothing is", async () => {
  const { document, did, created } = find("least");
  const changed = { ...document, mayDoAnything: "yes" };
  await assert.rejects(computeProofInput(changed, "eddsa-rdfc-2022", did, created, canonize));
});

test("a context that was not handed in is never fetched", async () => {
  const { document, did, created } = find("least");
  const changed = {
    ...document,
    "@context": ["https://www.w3.org/ns/credentials/v2", "https://example.org/x"],
  };
  await assert.rejects(computeProofInput(changed, "eddsa-rdfc-2022", did, created, canonize));
});

test("a key stays in this browser when its owner says so, cannot be taken out, and goes when they say so", async () => {
  const { secret, did } = vectors.keys[2] as KeyVector;
  assert.equal(await findKeptKey(), null);
  await keepKey(await openKey(parseHex(secret)));
  const kept = await findKeptKey();
  assert.equal(kept?.did, did);
  assert.equal(kept?.signingKey.extractable, false);
  await forgetKey();
  assert.equal(await findKeptKey(), null);
});

test("every value of a document is of the form, a name for machines, or has to be said", () => {
  const { document } = find("most");
  const unsaid = listUnsaid(document, new Set());
  assert.deepEqual([...unsaid].sort(), [
    "credentialSubject.achievement.achievementType",
    "credentialSubject.achievement.criteria.narrative",
    "credentialSubject.achievement.description",
    "credentialSubject.achievement.id",
    "credentialSubject.achievement.name",
    "credentialSubject.id",
    "evidence.0.name",
    "evidence.0.narrative",
    "evidence.1.name",
    "evidence.1.narrative",
    "issuer.name",
    "name",
    "relatedResource.id",
    "termsOfUse.0.id",
    "validFrom",
    "validUntil",
  ]);
  assert.deepEqual(listUnsaid(document, new Set(unsaid)), []);
});

test("what the form does not have is unsaid, wherever it is put and whatever it is", () => {
  const { document } = find("most");
  const said = new Set(listUnsaid(document, new Set()));
  const subject = document.credentialSubject as JsonObject;
  const changes: [string, JsonObject][] = [
    ["image", { ...document, image: "https://example.org/x.png" }],
    ["validUntil", { ...document, validUntil: 5 }],
    ["evidence", { ...document, evidence: [] }],
    ["type.2", { ...document, type: ["VerifiableCredential", "OpenBadgeCredential", "More"] }],
    ["type.1", { ...document, type: ["VerifiableCredential", "Licence"] }],
    ["credentialSubject.role", { ...document, credentialSubject: { ...subject, role: "judge" } }],
    [
      "termsOfUse.0.type",
      { ...document, termsOfUse: [{ id: "urn:uuid:x", type: "urn:amanah:WitnessedGrantOf" }] },
    ],
  ];
  for (const [place, changed] of changes) assert.ok(listUnsaid(changed, said).includes(place), place);
  assert.ok(listValues(document).every(([place]) => place !== ""));
});

test("a text that hides a member from whoever reads it as JSON is not read", () => {
  const { document } = find("least");
  const text = writeShown(document);
  assert.deepEqual(parseShown(text), document);
  const twice = text.replace(
    '"name": "Amina Invented"',
    '"name": "Somebody Else",\n    "name": "Amina Invented"',
  );
  assert.notEqual(twice, text);
  for (const changed of [twice, `${text} `, text.replace("{", "{ "), "[]", "null", "", "{"])
    assert.equal(parseShown(changed), null);
});

test("the key of whoever signs stands as the issuer, and no other key can", () => {
  const { document, did } = find("least");
  const other = (vectors.keys[0] as KeyVector).did;
  const open = { ...document, issuer: { ...(document.issuer as JsonObject), id: "" } };
  assert.deepEqual(nameIssuer(open, did), document);
  assert.deepEqual(nameIssuer(document, did), document);
  assert.equal(nameIssuer(document, other), null);
});

test("a time is written in whole seconds", () => {
  assert.equal(encodeTime(1_790_000_000_987), "2026-09-21T14:13:20Z");
});
