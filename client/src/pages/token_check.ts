/** Whether a token that somebody shows is valid (spec/passes.md 5.5), by the browser's own RSA-PSS. */

import { areBytesEqual, type Bytes, joinBytes, parseHex } from "../encoding.js";
import { type PassKey, PSS_PREFIX, SALT_LENGTH, TOKEN_INPUT_LENGTH, TOKEN_LENGTH } from "../passes.js";

// Browsers other than Firefox import an RSA key only in this form.
const RSA_PREFIX = parseHex("30820122300d06092a864886f70d01010105000382010f003082010a0282010100");

/** Tells whether a token's authenticator verifies, by the browser's own RSA-PSS. */
export async function isTokenValid(key: PassKey, token: Bytes): Promise<boolean> {
  if (token.length !== TOKEN_LENGTH) return false;
  const input = token.slice(0, TOKEN_INPUT_LENGTH);
  const isForKey = areBytesEqual(token.subarray(66, 98), key.tokenKeyId);
  const verifier = await importVerifier(key);
  const scheme = { name: "RSA-PSS", saltLength: SALT_LENGTH };
  return isForKey && crypto.subtle.verify(scheme, verifier, token.slice(TOKEN_INPUT_LENGTH), input);
}

function importVerifier(key: PassKey): Promise<CryptoKey> {
  const plain = joinBytes(RSA_PREFIX, key.spki.subarray(PSS_PREFIX.length));
  return crypto.subtle.importKey("spki", plain, { name: "RSA-PSS", hash: "SHA-384" }, false, ["verify"]);
}
