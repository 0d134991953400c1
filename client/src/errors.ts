/** The foreseen failures on a device, each with a code that a page can put into words; no message holds a code, key, pass or answer. */

export type ErrorCode =
  | "not-canonical"
  | "not-base64url"
  | "not-base45"
  | "not-hex"
  | "not-a-code"
  | "not-a-compact-pass"
  | "not-an-occasion"
  | "not-an-answer"
  | "key-not-fit"
  | "signature-not-valid"
  | "browser-too-old"
  | "connection-not-secure"
  | "storage-unavailable"
  | "log-unreachable"
  | "log-not-valid"
  | "log-shrank"
  | "log-rewritten"
  | "log-not-witnessed"
  | "log-stale"
  | "wave-not-unique"
  | "no-join-key"
  | "wrong-step";

/** A rule of the protocol does not hold; `evidence` is public material that a member may show to others. */
export class ClientError extends Error {
  readonly code: ErrorCode;
  readonly evidence: Readonly<Record<string, unknown>> | null;

  constructor(code: ErrorCode, evidence: Readonly<Record<string, unknown>> | null = null) {
    super(code);
    this.name = "ClientError";
    this.code = code;
    this.evidence = evidence;
  }
}
