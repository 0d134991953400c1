/** Requests to the doors and the log: no cookies, no referrer, no content type, fixed sizes; it keeps nothing and retries nothing. */

import type { Bytes } from "./encoding.js";
import { ClientError } from "./errors.js";

/** Every reply a door can give; "unreachable" also stands for a reply of the wrong size. */
export type Outcome =
  | { readonly kind: "done"; readonly reply: Bytes }
  | { readonly kind: "refused" }
  | { readonly kind: "busy"; readonly retryAfter: number }
  | { readonly kind: "unreachable" };

export interface Network {
  post(url: string, body: Bytes, replyLength: number): Promise<Outcome>;
  /** Null when there is no such file. */
  getFile(url: string): Promise<Bytes | null>;
}

const TIMEOUT = 20_000;
const LONGEST_WAIT = 60;

export const network: Network = {
  async post(url, body, replyLength) {
    let response: Response;
    let reply: Bytes;
    try {
      response = await fetch(url, { ...makePrivate(), method: "POST", body });
      reply = new Uint8Array(await response.arrayBuffer());
    } catch {
      return { kind: "unreachable" };
    }
    if (response.status === 409) return { kind: "refused" };
    if (response.status === 503) return { kind: "busy", retryAfter: readRetryAfter(response) };
    const isWhole = response.status === 200 && reply.length === replyLength;
    return isWhole ? { kind: "done", reply } : { kind: "unreachable" };
  },

  async getFile(url) {
    try {
      const response = await fetch(url, makePrivate());
      if (response.status === 404) return null;
      if (response.status === 200) return new Uint8Array(await response.arrayBuffer());
    } catch {
      // Falls through: no answer and a wrong answer are the same to the member.
    }
    throw new ClientError("log-unreachable");
  },
};

function makePrivate(): RequestInit {
  return {
    cache: "no-store",
    credentials: "omit",
    mode: "cors",
    redirect: "error",
    referrerPolicy: "no-referrer",
    signal: AbortSignal.timeout(TIMEOUT),
  };
}

function readRetryAfter(response: Response): number {
  const seconds = Number(response.headers.get("Retry-After") ?? "1");
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 1), LONGEST_WAIT) : 1;
}
