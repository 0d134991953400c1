/** A member's way: join, wait, register, wait, fetch each wave (spec/passes.md 3, 4, 6). Every step is stored before anything is sent, so that it can be taken up again after any crash. */

import {
  type Card,
  drawCardSecrets,
  encodeCardCodes,
  openCard,
  signLeaveBody,
  signRegisterBody,
  signWaveBody,
} from "./cards.js";
import type { LogPolicy } from "./checkpoints.js";
import { type Bytes, sha256 } from "./encoding.js";
import { ClientError, type ErrorCode } from "./errors.js";
import { encodeJoinBody, encodeRevokeBody, PATHS, parseWaveReply, REPLY_LENGTH } from "./messages.js";
import type { Network, Outcome } from "./network.js";
import { drawTime, type Randomness } from "./numbers.js";
import { computeChallengeDigest } from "./occasions.js";
import { blindToken, finalizeToken, MODULUS_LENGTH, parsePassKey } from "./passes.js";
import { type LogView, readLog, requireFresh } from "./public_log.js";
import type { FetchPlan, PendingJoin, PendingRegistration, PendingWave, Store, WaveRecord } from "./store.js";
import {
  countInvitationsPrinted,
  type FinalizedWave,
  findCurrentWave,
  findJoinOccasion,
  type KeyedOccasion,
  listClosedOccasions,
  type PendingPass,
  type Progress,
  type Wave,
  type WaveFacts,
} from "./waves.js";

/** What the page was told by the programme door, in its data block. */
export interface Facts {
  readonly community: string;
  readonly urls: { readonly card: string; readonly log: string; readonly spending: string };
  readonly log: LogPolicy;
  /** Seconds (8.3). */
  readonly register_window: number;
}

/** Does the arithmetic of a wave, here or in a worker. */
export interface WaveMaker {
  blind(occasions: readonly KeyedOccasion[], progress: Progress): Promise<PendingPass[]>;
  finalize(
    pending: readonly PendingPass[],
    signatures: readonly (Bytes | null)[],
    facts: WaveFacts,
    progress: Progress,
  ): Promise<FinalizedWave>;
}

export interface Surroundings {
  readonly facts: Facts;
  readonly store: Store;
  readonly network: Network;
  /** UTC seconds. */
  readonly now: () => number;
  readonly random: Randomness;
  readonly maker: WaveMaker;
  /** Runs the work while no other tab does. */
  readonly hold: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Where the member stands; read from the store alone. */
export type Situation =
  | { readonly step: "no-card" }
  | { readonly step: "codes-to-keep"; readonly backup: string; readonly revocation: string }
  | { readonly step: "joining" }
  | { readonly step: "registering"; readonly registerAt: number }
  | {
      readonly step: "member";
      /** When the passes of the next wave will be fetched; null when no time has been drawn. */
      readonly fetch: FetchPlan | null;
      /** The wave whose request is under way. */
      readonly fetching: string | null;
      readonly lastWave: WaveRecord | null;
      readonly passes: number;
    };

/** Why it does not go on, in a code that the page puts into words. */
export interface Hindrance {
  readonly code: ErrorCode | "unreachable" | "busy" | "refused" | "window-over";
  /** UTC seconds; null when only the member or the organiser can change something. */
  readonly retryAt: number | null;
  readonly evidence: Readonly<Record<string, unknown>> | null;
}

export interface Report {
  readonly situation: Situation;
  /** When to call `advance` again; null when only something new will change anything. */
  readonly wakeAt: number | null;
  readonly hindrance: Hindrance | null;
}

/** Where a round of steps came to rest. */
interface Rest {
  readonly wakeAt: number | null;
  readonly hindrance: Hindrance | null;
}

const RETRY_AFTER = 30;
/** What may be over at the next try: a log is published before its witnesses have seen the newest entries (3.6). */
const PASSING: readonly ErrorCode[] = ["log-unreachable", "no-join-key", "log-not-witnessed", "log-stale"];
const AT_REST: Rest = { wakeAt: null, hindrance: null };

export class Journey {
  readonly #parts: Surroundings;

  constructor(parts: Surroundings) {
    this.#parts = parts;
  }

  /** Where the member stands now, without asking anybody. */
  async look(): Promise<Situation> {
    const { store } = this.#parts;
    const draft = await store.read("draft");
    if (draft) return { step: "codes-to-keep", ...(await encodeCardCodes(draft)) };
    if (!(await store.read("card"))) return { step: "no-card" };
    if ((await store.read("invitation")) || (await store.read("join"))) return { step: "joining" };
    const registration = await store.read("registration");
    if (registration) return { step: "registering", registerAt: registration.registerAt };
    return {
      step: "member",
      fetch: await store.read("plan"),
      fetching: (await store.read("wave"))?.wave ?? null,
      lastWave: await store.read("lastWave"),
      passes: (await store.listPasses()).length,
    };
  }

  /** Draws a card for an invitation; its codes must be shown before anything else (4.3). Scanning again changes nothing. */
  begin(invitation: Bytes): Promise<Situation> {
    return this.#alone(async () => {
      const { store, random } = this.#parts;
      if (await store.read("card")) throw new ClientError("wrong-step");
      const secrets = (await store.read("draft")) ?? drawCardSecrets(random);
      await store.change({ put: { draft: { secret: secrets.secret, slip: secrets.slip, invitation } } });
      return this.look();
    });
  }

  /** The member has kept the codes: the secret is forgotten and joining may begin. */
  confirmCodes(): Promise<Situation> {
    return this.#alone(async () => {
      const { store } = this.#parts;
      const draft = await store.read("draft");
      if (!draft) throw new ClientError("wrong-step");
      const card = await openCard(draft.secret, draft.slip);
      await store.change({ put: { card, invitation: draft.invitation }, remove: ["draft"] });
      return this.look();
    });
  }

  /** Takes another invitation for the same card, when the first one was refused. */
  useOtherInvitation(invitation: Bytes): Promise<Situation> {
    return this.#alone(async () => {
      if ((await this.look()).step !== "joining") throw new ClientError("wrong-step");
      await this.#parts.store.change({ put: { invitation }, remove: ["join"] });
      return this.look();
    });
  }

  /** Brings a registered card back from its backup code. Its passes are gone; the next wave brings new ones. */
  restore(secret: Bytes): Promise<Situation> {
    return this.#alone(async () => {
      if ((await this.look()).step !== "no-card") throw new ClientError("wrong-step");
      await this.#parts.store.change({ put: { card: await openCard(secret, null) } });
      return this.look();
    });
  }

  /** Goes on as far as it can now. Safe to call at any time and as often as one likes. */
  advance(progress: Progress = () => undefined): Promise<Report> {
    return this.#alone(async () => {
      const rest = await this.#walk(progress);
      return { situation: await this.look(), ...rest };
    });
  }

  /** Fetches the current wave at once: the member was warned that the moment may then point at them. */
  fetchNow(progress: Progress = () => undefined): Promise<Report> {
    return this.#alone(async () => {
      const { store, now, facts } = this.#parts;
      const rest = await this.#explain(async () => {
        const wave = await findCurrentWave(await this.#readLog(), facts.community);
        if (wave) await store.change({ put: { plan: { wave: wave.id, fetchAt: now() } } });
        return this.#walk(progress);
      });
      return { situation: await this.look(), ...(rest ?? AT_REST) };
    });
  }

  /** Takes the card off the card door, then everything off this device. */
  leave(): Promise<Outcome> {
    return this.#alone(async () => {
      const { store, network, facts } = this.#parts;
      const body = await signLeaveBody(await this.#card());
      const outcome = await network.post(facts.urls.card + PATHS.leave, body, REPLY_LENGTH);
      if (outcome.kind === "done") await store.destroyEverything();
      return outcome;
    });
  }

  /** Deletes everything on this device and tells nobody. */
  forget(): Promise<void> {
    return this.#parts.store.destroyEverything();
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    return this.#parts.hold(work);
  }

  async #walk(progress: Progress): Promise<Rest> {
    for (;;) {
      const rest = await this.#explain(() => this.#step(progress));
      if (rest) return rest;
    }
  }

  /** Turns a foreseen failure into a hindrance; anything else is a mistake of this program and goes up. */
  async #explain(work: () => Promise<Rest | null>): Promise<Rest | null> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      const retryAt = PASSING.includes(error.code) ? this.#parts.now() + RETRY_AFTER : null;
      return { wakeAt: retryAt, hindrance: { code: error.code, retryAt, evidence: error.evidence } };
    }
  }

  /** One step; null when the next one may follow at once. */
  async #step(progress: Progress): Promise<Rest | null> {
    const { store, now } = this.#parts;
    const card = await store.read("card");
    if (!card) return AT_REST;
    const invitation = await store.read("invitation");
    if (invitation) return this.#prepareJoin(card, invitation);
    const join = await store.read("join");
    if (join) return this.#sendJoin(card, join);
    const registration = await store.read("registration");
    if (registration && now() < registration.registerAt)
      return { wakeAt: registration.registerAt, hindrance: null };
    if (registration) return this.#sendRegistration(registration);
    const pending = await store.read("wave");
    return pending ? this.#sendWave(pending, progress) : this.#lookForWave(card, progress);
  }

  async #prepareJoin(card: Card, invitation: Bytes): Promise<null> {
    const { store, facts, now, random } = this.#parts;
    const view = await this.#readLog();
    requireFresh(view, now());
    const { descriptor, spki } = await findJoinOccasion(view, facts.community, now());
    const key = await parsePassKey(spki);
    const nonce = await sha256(card.publicKey);
    const token = await blindToken(key, nonce, await computeChallengeDigest(descriptor), random);
    const join: PendingJoin = { spki, token, body: encodeJoinBody(invitation, token.blinded) };
    await store.change({ put: { join }, remove: ["invitation"] });
    return null;
  }

  async #sendJoin(card: Card, join: PendingJoin): Promise<Rest | null> {
    const { store, facts, now, random } = this.#parts;
    const outcome = await this.#post(PATHS.join, join.body, MODULUS_LENGTH);
    if (outcome.kind !== "done") return this.#rest(outcome);
    const token = finalizeToken(await parsePassKey(join.spki), join.token, outcome.reply);
    const registerAt = drawTime(now(), now() + facts.register_window, random);
    const registration: PendingRegistration = { registerAt, body: await signRegisterBody(card, token) };
    await store.change({ put: { registration }, remove: ["join"] });
    return null;
  }

  async #sendRegistration(registration: PendingRegistration): Promise<Rest | null> {
    const outcome = await this.#post(PATHS.register, registration.body, REPLY_LENGTH);
    if (outcome.kind !== "done") return this.#rest(outcome);
    await this.#parts.store.change({ remove: ["registration"] });
    return null;
  }

  async #lookForWave(card: Card, progress: Progress): Promise<Rest | null> {
    const { store, facts, now, random } = this.#parts;
    const view = await this.#readLog();
    await store.change({ removePasses: listClosedOccasions(view) });
    requireFresh(view, now());
    const wave = await findCurrentWave(view, facts.community);
    if (!wave || (await store.read("lastWave"))?.wave === wave.id) return AT_REST;
    const stored = await store.read("plan");
    const isPlanned = stored?.wave === wave.id;
    // Past the window only `fetchNow` goes on: it leaves a plan that lies after the window too.
    if (now() > wave.fetchUntil && !(isPlanned && stored.fetchAt > wave.fetchUntil))
      return { wakeAt: null, hindrance: { code: "window-over", retryAt: null, evidence: null } };
    const drawn = drawTime(Math.max(now(), wave.fetchFrom), wave.fetchUntil, random);
    const plan: FetchPlan = isPlanned ? stored : { wave: wave.id, fetchAt: drawn };
    if (!isPlanned) await store.change({ put: { plan } });
    if (now() < plan.fetchAt) return { wakeAt: plan.fetchAt, hindrance: null };
    return this.#prepareWave(card, wave, view, progress);
  }

  async #prepareWave(card: Card, wave: Wave, view: LogView, progress: Progress): Promise<null> {
    const passes = await this.#parts.maker.blind(wave.occasions, progress);
    const blinded = passes.map((pass) => pass.token.blinded);
    const body = await signWaveBody(card, wave.id, blinded);
    const cardsAtMost = countInvitationsPrinted(view);
    const pending: PendingWave = { wave: wave.id, minimumAge: wave.minimumAge, cardsAtMost, passes, body };
    await this.#parts.store.change({ put: { wave: pending }, remove: ["plan"] });
    return null;
  }

  async #sendWave(pending: PendingWave, progress: Progress): Promise<Rest | null> {
    const { store, facts, now, maker } = this.#parts;
    const { wave, passes: blinded, cardsAtMost } = pending;
    const outcome = await this.#post(PATHS.wave, pending.body, blinded.length * MODULUS_LENGTH);
    if (outcome.kind === "refused") {
      const current = await findCurrentWave(await this.#readLog(), facts.community);
      // The door may make no more passes for a wave once the next is open (6.7), so this one is lost.
      if (current && current.id !== wave) return this.#dropWave();
    }
    if (outcome.kind !== "done") return this.#rest(outcome);
    const signatures = parseWaveReply(outcome.reply, blinded.length);
    const waveFacts = { wave, matureAt: now() + pending.minimumAge };
    const { passes, destroyed, spoiled } = await maker.finalize(blinded, signatures, waveFacts, progress);
    const made = passes.map((pass) => pass.occasion);
    const lastWave: WaveRecord = { wave, cardsAtMost, made, destroyed, spoiled };
    await store.change({ addPasses: passes, put: { lastWave }, remove: ["wave"] });
    return null;
  }

  async #dropWave(): Promise<null> {
    await this.#parts.store.change({ remove: ["wave"] });
    return null;
  }

  /** Reads and checks the whole log, and remembers its checkpoint before anything is done on its word. */
  async #readLog(): Promise<LogView> {
    const { store, facts, network } = this.#parts;
    const getFile = (path: string) => network.getFile(`${facts.urls.log}/${path}`);
    const view = await readLog({ ...facts.log, getFile }, await store.read("seen"));
    await store.change({ put: { seen: { size: view.size, root: view.root, note: view.note } } });
    return view;
  }

  #post(path: string, body: Bytes, replyLength: number): Promise<Outcome> {
    return this.#parts.network.post(this.#parts.facts.urls.card + path, body, replyLength);
  }

  #rest(outcome: Exclude<Outcome, { kind: "done" }>): Rest {
    const wait = outcome.kind === "busy" ? outcome.retryAfter : RETRY_AFTER;
    const retryAt = outcome.kind === "refused" ? null : this.#parts.now() + wait;
    return { wakeAt: retryAt, hindrance: { code: outcome.kind, retryAt, evidence: null } };
  }

  async #card(): Promise<Card> {
    const card = await this.#parts.store.read("card");
    if (!card) throw new ClientError("wrong-step");
    return card;
  }
}

/** Sends a revocation slip (4.6); whoever holds the slip may do it from any device. */
export function revokeCard(network: Network, cardUrl: string, slip: Bytes): Promise<Outcome> {
  return network.post(cardUrl + PATHS.revoke, encodeRevokeBody(slip), REPLY_LENGTH);
}
