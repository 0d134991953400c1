/** Invitations as they are drawn in the organiser's browser and printed (spec/passes.md 3.1, 3.2); only their hashes may leave it. */

import { computeInvitationHash, encodeSymbols, SECRET_LENGTH } from "../codes.js";
import { type Bytes, encodeBase64url } from "../encoding.js";
import type { Randomness } from "../numbers.js";

export interface InvitationBatch {
  /** What is printed and then forgotten. */
  secrets: Bytes[];
  /** What the programme door may learn: base64url hashes, sorted as bytes. */
  hashes: string[];
}

/** Draws invitations in the organiser's browser (3.1, 3.2). */
export async function drawInvitations(count: number, random: Randomness): Promise<InvitationBatch> {
  const secrets = Array.from({ length: count }, () => random(SECRET_LENGTH));
  const hashes = await Promise.all(secrets.map(computeInvitationHash));
  return { secrets, hashes: hashes.sort(compareBytes).map(encodeBase64url) };
}

/** What an invitation's QR code holds; the fragment never reaches a server. */
export async function encodeInvitationUrl(programmeUrl: string, secret: Bytes): Promise<string> {
  return `${programmeUrl}/join/#${await encodeSymbols("invitation", secret)}`;
}

/** Compares as the wire sorts: byte by byte, shorter first. */
function compareBytes(first: Uint8Array, second: Uint8Array): number {
  for (let place = 0; place < Math.min(first.length, second.length); place++) {
    const difference = (first[place] ?? 0) - (second[place] ?? 0);
    if (difference !== 0) return difference;
  }
  return first.length - second.length;
}
