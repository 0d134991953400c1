/** What a trustee's passkey signs for a decision that stands on the page (`spec/data_requests.md` 6.3). */

import { joinBytes, sha256 } from "../encoding.js";

const DOMAIN = "amanah/decision/v1";

/** Gives the challenge for the bytes of a decision, as they are read on the page. */
export async function computeChallenge(text: string): Promise<Uint8Array> {
  const bytes = new TextEncoder();
  return sha256(joinBytes(bytes.encode(DOMAIN), new Uint8Array(1), bytes.encode(text)));
}
