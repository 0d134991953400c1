/** The closed schema of every known kind of log entry (spec/public_log.md 1.4); kinds that nobody knows yet are kept unread. */

import type { Json } from "./encoding.js";
import { isDescriptor } from "./occasions.js";
import {
  type Check,
  isBytes,
  isCount,
  isEither,
  isExactly,
  isId,
  isInteger,
  isList,
  isNull,
  isOneOf,
  isRow,
  isSlug,
  isText,
} from "./shapes.js";

const [LOG, CARD, PROGRAMME, REQUEST] = ["log", "card-door", "programme-door", "request-door"] as const;

export const isParty = isOneOf(LOG, CARD, PROGRAMME, REQUEST);

const isHash = isText(/^[0-9a-f]{64}$/);
const isCode = isText(/^[a-z0-9_-]{1,64}$/);
const isSpki = isBytes(1, 1024);
const isKey = isBytes(32);

/** Who may write a kind (null: every party), what its `ref` is, and what its body holds. */
type Schema = readonly [by: Json, ref: Check, body: Readonly<Record<string, Check>>];

const SCHEMAS: Readonly<Record<string, Schema>> = {
  door_admitted: [LOG, isNull, { door: isParty, key: isKey }],
  door_started: [null, isNull, { client: isEither(isNull, isHash), version: isText(/^[0-9a-z.+-]{1,32}$/) }],
  holdings_declared: [null, isNull, { columns: isList(isRow(isCode, isCode, isCode, isCode), 4096, true) }],
  policy_stated: [LOG, isNull, { least: isCount, policy: isHash, witnesses: isCount }],
  rules_stated: [
    PROGRAMME,
    isNull,
    { fetch_window: isCount, minimum_age: isCount, pace: isOneOf("calm", "demo"), register_window: isCount },
  ],
  programme_stated: [PROGRAMME, isSlug, { facts: isEither(isNull, isHash) }],
  join_key_opened: [CARD, isId, { descriptor: isDescriptor, spki: isSpki }],
  invitations_printed: [
    PROGRAMME,
    isId,
    {
      hashes: isList(isKey, 500, true),
      medium: isOneOf("sheet", "sealed"),
      replacement: isOneOf(true, false),
    },
  ],
  wave_planned: [
    PROGRAMME,
    isId,
    {
      fetch_from: isCount,
      fetch_until: isCount,
      minimum_age: isCount,
      occasions: isList(isDescriptor, 60),
    },
  ],
  wave_opened: [CARD, isId, { keys: isList(isRow(isId, isSpki), 60) }],
  occasion_closed: [PROGRAMME, isId, { bundle: isHash, redeemed: isCount }],
  occasion_key_destroyed: [
    CARD,
    isId,
    { cards: isCount, invitations_used: isCount, replacements: isCount, served: isCount },
  ],
  survey_stated: [PROGRAMME, isId, { plan: isHash }],
  evaluation_stated: [PROGRAMME, isId, { plan: isHash }],
  season_stated: [PROGRAMME, isId, { ends_at: isCount, harm: isCount, line: isCount, starts_at: isCount }],
  gate_read: [
    PROGRAMME,
    isId,
    {
      batches: isCount,
      detector: isEither(isNull, isInteger),
      evidence: isInteger,
      occasion: isId,
      state: isOneOf("open", "shut"),
    },
  ],
  gate_closed: [PROGRAMME, isId, { reason: isOneOf("alarm", "trustees") }],
  panel_stated: [REQUEST, isNull, { least: isCount, members: isCount, number: isCount, panel: isHash }],
  request_rules_stated: [
    REQUEST,
    isNull,
    {
      seal_every: isCount,
      report_every: isEither(isNull, isCount),
      jurisdiction: isSlug,
      pack: isHash,
      rules: isHash,
    },
  ],
  slots_sealed: [REQUEST, isNull, { number: isCount, root: isHash }],
  report_stated: [REQUEST, isSlug, { asked: isCount, given: isCount, people: isCount, report: isHash }],
  season_confirmed: [REQUEST, isId, { decision: isHash }],
  ask_posted: [REQUEST, isId, { season: isId, ask: isHash }],
  ask_withdrawn: [REQUEST, isId, { reason: isOneOf("gate", "body", "trustees") }],
  credential_stated: [
    PROGRAMME,
    isId,
    { document: isHash, kind: isOneOf("authorisation", "endorsement", "notice", "status") },
  ],
  roots_stated: [PROGRAMME, isNull, { list: isHash, number: isCount, roots: isCount }],
  heartbeat: [LOG, isNull, { entries: isCount }],
};

/** The alarm is the programme door's to ring; trustees close the gate at either door. */
const CLOSED_BY_TRUSTEES: Schema = [REQUEST, isId, { reason: isOneOf("trustees") }];

/** Tells whether an entry is of the one form that its kind has, or of a kind unknown to this version. */
export function isEntryFit(entry: { by: string; kind: string; ref: string | null; body: Json }): boolean {
  if (!Object.hasOwn(SCHEMAS, entry.kind)) return true;
  const isTrustees = entry.kind === "gate_closed" && entry.by === REQUEST;
  const [by, ref, body] = isTrustees ? CLOSED_BY_TRUSTEES : (SCHEMAS[entry.kind] as Schema);
  return (by ?? entry.by) === entry.by && ref(entry.ref) && isExactly(body)(entry.body);
}
