/** A whole community in memory for journeys: its log, and a card door that keeps to spec/passes.md 3 to 6. */

import { createHash, createPublicKey, verify } from "node:crypto";
import { computeInvitationHash, computeRevocationHash } from "../../src/codes.js";
import { type Bytes, encodeBase64url, encodeHex, type JsonObject, joinBytes } from "../../src/encoding.js";
import type { Facts } from "../../src/journey.js";
import type { Network, Outcome } from "../../src/network.js";
import type { OccasionDescriptor } from "../../src/occasions.js";
import { isTokenValid } from "../../src/pages/token_check.js";
import { type Issuer, openPublishedIssuers } from "./issuer.js";
import { MemoryLog } from "./log.js";

export const START = 1_763_800_000;
export const WAVE = "89abcdef01234567";
const SPKI = Buffer.from("302a300506032b6570032100", "hex");

export function describe(kind: OccasionDescriptor["kind"], occasion: string): OccasionDescriptor {
  const programme = kind === "join" ? null : "evening-class";
  return {
    closes_at: START + 400_000,
    community: "riverside",
    kind,
    occasion,
    opens_at: START,
    programme,
    v: 1,
  };
}

const sha = (data: Uint8Array) => createHash("sha256").update(data).digest("hex");

export class Community {
  readonly log = new MemoryLog();
  readonly used = new Map<string, string>();
  readonly printed = new Set<string>();
  readonly cards = new Map<string, { revocation: string; wave: string | null; request: string | null }>();
  occasions = [describe("session", "1111111111111111"), describe("survey", "2222222222222222")];
  destroyed = new Set<string>();
  openWave: string | null = null;
  isDown = false;

  private constructor(
    readonly joinIssuer: Issuer,
    public waveIssuers: Issuer[],
  ) {}

  static async found(): Promise<Community> {
    const [join, ...rest] = await openPublishedIssuers();
    if (!join) throw new Error("no keys");
    const community = new Community(join, rest);
    const descriptor = describe("join", "00112233445566aa");
    const spki = encodeBase64url(join.key.spki);
    community.log.add("card-door", "join_key_opened", descriptor.occasion, {
      descriptor: { ...descriptor },
      spki,
    });
    return community;
  }

  get facts(): Facts {
    const urls = { card: "card:", log: "log:", spending: "spending:" };
    return {
      community: "riverside",
      urls,
      log: this.log.policy,
      register_window: 86_400,
    };
  }

  async print(secrets: readonly Bytes[]): Promise<void> {
    const hashes = await Promise.all(secrets.map(computeInvitationHash));
    for (const hash of hashes) this.printed.add(encodeHex(hash));
    const body = { hashes: hashes.map(encodeBase64url).sort(), medium: "sheet", replacement: false };
    this.log.add("programme-door", "invitations_printed", "1111111111111111", body);
  }

  plan(id = WAVE, window: readonly [number, number] = [START, START + 90_000]): void {
    const occasions = this.occasions.map((occasion): JsonObject => ({ ...occasion }));
    const [fetch_from, fetch_until] = window;
    this.log.add("programme-door", "wave_planned", id, {
      fetch_from,
      fetch_until,
      minimum_age: 86_400,
      occasions,
    });
  }

  open(id = WAVE): void {
    this.openWave = id;
    this.log.add("card-door", "wave_opened", id, { keys: this.keys() });
  }

  keys(): string[][] {
    return this.occasions.map(({ occasion }, place) => {
      const issuer = this.waveIssuers[place];
      return [occasion, encodeBase64url(issuer?.key.spki ?? new Uint8Array(0))];
    });
  }

  get network(): Network {
    return {
      getFile: async (url) => this.log.getFile(url.replace("log:/", "")),
      post: async (url, body, replyLength): Promise<Outcome> => {
        if (this.isDown) return { kind: "unreachable" };
        const reply = await this.#answer(url, body);
        if (reply && reply.length !== replyLength) throw new Error("the client expects another size");
        return reply ? { kind: "done", reply } : { kind: "refused" };
      },
    };
  }

  async #answer(url: string, body: Bytes): Promise<Bytes | null> {
    if (url === "card:/api/v1/join") return this.#join(body);
    if (url === "card:/api/v1/register") return this.#register(body);
    if (url === "card:/api/v1/wave") return this.#wave(body);
    if (url === "card:/api/v1/leave") return this.cards.delete(encodeHex(body.slice(0, 32))) ? done() : null;
    if (url === "card:/api/v1/revoke") return this.#revoke(body);
    return null;
  }

  async #join(body: Bytes): Promise<Bytes | null> {
    const invitation = encodeHex(await computeInvitationHash(body.slice(0, 16)));
    const before = this.used.get(invitation);
    if (!this.printed.has(invitation) || (before !== undefined && before !== sha(body))) return null;
    this.used.set(invitation, sha(body));
    return this.joinIssuer.sign(body.slice(16));
  }

  async #register(body: Bytes): Promise<Bytes | null> {
    const [publicKey, revocation, token] = [
      body.slice(0, 32),
      encodeHex(body.slice(32, 64)),
      body.slice(64, 418),
    ];
    const isBound = sha(publicKey) === encodeHex(token.slice(2, 34));
    const isFit = isBound && (await isTokenValid(this.joinIssuer.key, token)) && isSigned("register", body);
    const before = this.cards.get(encodeHex(publicKey));
    if (!isFit || (before && before.revocation !== revocation)) return null;
    this.cards.set(encodeHex(publicKey), before ?? { revocation, wave: null, request: null });
    return done();
  }

  #wave(body: Bytes): Bytes | null {
    const [wave, publicKey] = [encodeHex(body.slice(0, 8)), body.slice(8, 40)];
    const card = this.cards.get(encodeHex(publicKey));
    const isRepeat = card?.wave === wave && card.request === sha(body);
    if (!card || wave !== this.openWave || !isSigned("wave", body, publicKey)) return null;
    if (card.wave === wave && !isRepeat) return null;
    card.wave = wave;
    card.request = sha(body);
    const signatures = this.occasions.map(({ occasion }, place) => {
      const blinded = body.slice(42 + 256 * place, 298 + 256 * place);
      const issuer = this.waveIssuers[place];
      return this.destroyed.has(occasion) || !issuer ? new Uint8Array(256) : issuer.sign(blinded);
    });
    return joinBytes(...signatures);
  }

  async #revoke(slip: Bytes): Promise<Bytes | null> {
    const hash = encodeHex(await computeRevocationHash(slip));
    const found = [...this.cards].find(([, card]) => card.revocation === hash);
    return found && this.cards.delete(found[0]) ? done() : null;
  }
}

function done(): Bytes {
  return new Uint8Array(512);
}

function isSigned(what: string, body: Bytes, publicKey = body.slice(0, 32)): boolean {
  const key = createPublicKey({ key: Buffer.concat([SPKI, publicKey]), format: "der", type: "spki" });
  const message = joinBytes(Buffer.from(`amanah/${what}/v1\0`), body.slice(0, -64));
  return verify(null, message, key, body.slice(-64));
}
