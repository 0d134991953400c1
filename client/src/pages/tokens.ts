/** A whole token taken apart (spec/passes.md 5.2, 5.5). */

import type { Bytes } from "../encoding.js";
import { ClientError } from "../errors.js";
import { TOKEN_TYPE } from "../occasions.js";
import { TOKEN_LENGTH } from "../passes.js";

export interface Token {
  readonly nonce: Bytes;
  readonly challengeDigest: Bytes;
  readonly tokenKeyId: Bytes;
  readonly authenticator: Bytes;
}

export function parseToken(token: Bytes): Token {
  if (token.length !== TOKEN_LENGTH || token[0] !== 0 || token[1] !== TOKEN_TYPE)
    throw new ClientError("signature-not-valid");
  return {
    nonce: token.slice(2, 34),
    challengeDigest: token.slice(34, 66),
    tokenKeyId: token.slice(66, 98),
    authenticator: token.slice(98),
  };
}
