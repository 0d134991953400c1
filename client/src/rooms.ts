/** Room codes that prove presence (spec/passes.md 7.6); only the desk's browser ever holds a room secret. */

import { normaliseSymbols, writeSymbols } from "./codes.js";
import { type Bytes, encodeUtf8, inDomain } from "./encoding.js";
import { ClientError } from "./errors.js";

export type RoomSlot = "poster" | "scanner" | `screen:${number}`;

/** The slot that a screen shows in the minute of `now` (UTC seconds). */
export function screenSlot(now: number): RoomSlot {
  return `screen:${Math.floor(now / 60)}`;
}

export async function computeRoomCode(roomSecret: Bytes, slot: RoomSlot): Promise<string> {
  const scheme = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", roomSecret, scheme, false, ["sign"]);
  const message = inDomain("amanah/room/v1", encodeUtf8(slot));
  return writeSymbols(new Uint8Array(await crypto.subtle.sign("HMAC", key, message)), 8);
}

/** Reads a room code as a person types it. */
export function parseRoomCode(text: string): string {
  const symbols = normaliseSymbols(text);
  if (!/^[0-9A-HJKMNP-TV-Z]{8}$/.test(symbols)) throw new ClientError("not-a-code");
  return symbols;
}
