import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Bytes,
  encodeBase64url,
  encodeCanonicalJson,
  encodeUtf8,
  type Json,
  parseBase64url,
  parseCanonicalJson,
  parseHex,
} from "../src/encoding.js";
import { ClientError } from "../src/errors.js";
import { encodeBase45, parseBase45 } from "../src/pages/base45.js";

const refuses = (code: string) => (error: unknown) => error instanceof ClientError && error.code === code;

test("canonical JSON sorts members and escapes as RFC 8785 does", () => {
  const value: Json = { b: [1, -0, true, null], a: 'é\u0000\u001f"\\/\u007f\u2028', B: { "": 2 } };
  const expected = '{"B":{"":2},"a":"é\\u0000\\u001f\\"\\\\/\u007f\u2028","b":[1,0,true,null]}';
  assert.equal(new TextDecoder().decode(encodeCanonicalJson(value)), expected);
});

test("what canonical JSON has no form for is not written", () => {
  const deep = Array.from({ length: 34 }).reduce<Json>((inner) => [inner], null);
  for (const value of [1.5, 2 ** 53, Number.NaN, "\ud800", { é: 1 }, deep])
    assert.throws(() => encodeCanonicalJson(value), refuses("not-canonical"));
});

test("a document that is not its own canonical form is refused", () => {
  const documents = [
    '{"a": 1}',
    '{"b":1,"a":2}',
    '{"a":1,"a":1}',
    "1.0",
    "-0",
    "1e3",
    '"\\u00e9"',
    "\ufeff1",
    "",
    "01",
  ];
  for (const text of documents)
    assert.throws(() => parseCanonicalJson(encodeUtf8(text)), refuses("not-canonical"), text);
  const broken: Bytes = Uint8Array.of(0x22, 0xff, 0x22);
  assert.throws(() => parseCanonicalJson(broken), refuses("not-canonical"));
});

test("a member named __proto__ is data like any other", () => {
  const text = '{"__proto__":{"a":1},"b":2}';
  assert.equal(new TextDecoder().decode(encodeCanonicalJson(parseCanonicalJson(encodeUtf8(text)))), text);
});

test("base64url has one spelling", () => {
  assert.equal(encodeBase64url(Uint8Array.of(251, 255)), "-_8");
  assert.deepEqual(parseBase64url("-_8"), Uint8Array.of(251, 255));
  for (const text of ["-_9", "-_8=", "+/8", "A", " "])
    assert.throws(() => parseBase64url(text), refuses("not-base64url"), text);
});

test("base45 is that of RFC 9285", () => {
  assert.equal(encodeBase45(encodeUtf8("AB")), "BB8");
  assert.equal(encodeBase45(encodeUtf8("Hello!!")), "%69 VD92EX0");
  assert.equal(encodeBase45(encodeUtf8("base-45")), "UJCLQE7W581");
  assert.equal(new TextDecoder().decode(parseBase45("QED8WEX0")), "ietf!");
  for (const text of ["GGW", "A", "::", "ab"])
    assert.throws(() => parseBase45(text), refuses("not-base45"), text);
});

test("hex is lower case and whole", () => {
  assert.deepEqual(parseHex("00ff"), Uint8Array.of(0, 255));
  for (const text of ["0", "0F", "zz"]) assert.throws(() => parseHex(text), refuses("not-hex"), text);
});
