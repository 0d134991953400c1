/** The private half of blind signing, for tests alone: with published keys, which protect nothing. */

import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { type Bytes, joinBytes, parseBase64url, parseHex } from "../../src/encoding.js";
import { computePower, readNumber, writeNumber } from "../../src/numbers.js";
import { type PassKey, parsePassKey } from "../../src/passes.js";
import { readVectors } from "./vectors.js";

const PREFIX = parseHex(
  "30820152303d06092a864886f70d01010a3030a00d300b0609608648016503040202a11a301806092a864886f70d010108300b0609608648016503040202a2030201300382010f003082010a0282010100",
);
const SUFFIX = parseHex("0203010001");

export interface Issuer {
  readonly key: PassKey;
  readonly sign: (blinded: Bytes) => Bytes;
}

/** The issuer of a PKCS#8 key. */
export async function openIssuer(pkcs8: Bytes): Promise<Issuer> {
  const jwk = createPrivateKey({ key: Buffer.from(pkcs8), format: "der", type: "pkcs8" }).export({
    format: "jwk",
  });
  const [modulus, exponent] = [parseBase64url(jwk.n), parseBase64url(jwk.d)];
  const n = readNumber(modulus);
  return {
    key: await parsePassKey(joinBytes(PREFIX, modulus, SUFFIX)),
    sign: (blinded) => writeNumber(computePower(readNumber(blinded), readNumber(exponent), n), 256),
  };
}

/** The three issuers whose private keys are published among the vectors. */
export function openPublishedIssuers(): Promise<Issuer[]> {
  const { keys } = readVectors<{ keys: { pkcs8: string }[] }>("passes/keys.json");
  return Promise.all(keys.map(({ pkcs8 }) => openIssuer(parseHex(pkcs8))));
}

/** The issuer of a key that nobody has seen before. */
export function openFreshIssuer(): Promise<Issuer> {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return openIssuer(Uint8Array.from(privateKey.export({ format: "der", type: "pkcs8" })));
}
