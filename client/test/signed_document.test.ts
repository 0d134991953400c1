import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeBase64url, encodeCanonicalJson, type Json } from "../src/encoding.js";
import { computeChallenge } from "../src/pages/signed_document.js";
import { readVectors } from "./support/vectors.js";

interface Vectors {
  readonly documents: Record<string, { readonly document: Json; readonly challenge: string }>;
}

const { documents } = readVectors<Vectors>("data_requests/approvals.json");

test("the browser signs the bytes that stand on the page, as whoever checks them computes it", async () => {
  for (const { document, challenge } of Object.values(documents)) {
    const text = new TextDecoder().decode(encodeCanonicalJson(document));
    assert.equal(encodeBase64url(await computeChallenge(text)), challenge);
    assert.notEqual(encodeBase64url(await computeChallenge(`${text} `)), challenge);
  }
});
