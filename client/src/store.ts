/** What a device keeps, in IndexedDB: the card, what is under way, passes not yet used, weights of what was sent to surveys; all of it can be deleted at once, no used pass stays, and of what was answered only a step that the member asked to be kept. */

import type { Card, CardSecrets } from "./cards.js";
import type { SeenCheckpoint } from "./checkpoints.js";
import type { Bytes } from "./encoding.js";
import { ClientError } from "./errors.js";
import type { PendingToken } from "./passes.js";
import type { Pass } from "./spending.js";
import type { SentReport } from "./surveys/budget.js";
import type { DrawnBall } from "./surveys/notebook.js";
import type { PendingPass } from "./waves.js";

/** A card whose codes have not been confirmed yet; the only moment when its secret is stored. */
export interface Draft extends CardSecrets {
  readonly invitation: Bytes;
}

export interface PendingJoin {
  readonly spki: Bytes;
  readonly token: PendingToken;
  readonly body: Bytes;
}

export interface PendingRegistration {
  readonly registerAt: number;
  readonly body: Bytes;
}

export interface FetchPlan {
  readonly wave: string;
  readonly fetchAt: number;
}

export interface PendingWave {
  readonly wave: string;
  readonly minimumAge: number;
  readonly cardsAtMost: number;
  readonly passes: readonly PendingPass[];
  readonly body: Bytes;
}

/** The wave whose passes this device got last. */
export interface WaveRecord {
  readonly wave: string;
  /** How many cards there could be at most; under 10 a member hides among few. */
  readonly cardsAtMost: number;
  /** The occasions that there was a pass for; one that is gone now was used, or its occasion is over. */
  readonly made: readonly string[];
  readonly spoiled: readonly string[];
  readonly destroyed: readonly string[];
}

/** What surveys need this device to remember; no server ever learns it (spec/surveys.md 1.6). */
export interface SurveyNotes {
  readonly sent: readonly SentReport[];
  readonly drawn: readonly DrawnBall[];
  /** By occasion, 0 to 2. */
  readonly lots: Readonly<Record<string, number>>;
  /** By question: the step that the member asked to be kept until a question about change is asked again. */
  readonly earlier: Readonly<Record<string, number>>;
}

/** Everything but the passes, each under its name. */
export interface Records {
  draft: Draft;
  card: Card;
  invitation: Bytes;
  join: PendingJoin;
  registration: PendingRegistration;
  plan: FetchPlan;
  wave: PendingWave;
  lastWave: WaveRecord;
  seen: SeenCheckpoint;
  surveys: SurveyNotes;
}

export type RecordName = keyof Records;

/** All of it is written, or nothing. */
export interface Change {
  readonly put?: Partial<Records>;
  readonly remove?: readonly RecordName[];
  readonly addPasses?: readonly Pass[];
  readonly removePasses?: readonly string[];
}

export interface Store {
  read<N extends RecordName>(name: N): Promise<Records[N] | null>;
  findPass(occasion: string): Promise<Pass | null>;
  listPasses(): Promise<Pass[]>;
  change(change: Change): Promise<void>;
  destroyEverything(): Promise<void>;
}

/** Of the store that holds this device's card. */
export const STORE_NAME = "amanah";
const RECORDS = "records";
const PASSES = "passes";

/** Opens the device's store; `name` differs only where one browser holds many cards, as at a kiosk. */
export async function openStore(name: string = STORE_NAME): Promise<Store> {
  return new DeviceStore(name, await openDatabase(name));
}

/** Asks the browser not to evict the store; false when it may do so all the same. */
export async function askToPersist(): Promise<boolean> {
  return (await navigator.storage?.persist?.()) ?? false;
}

class DeviceStore implements Store {
  readonly #name: string;
  readonly #database: IDBDatabase;

  constructor(name: string, database: IDBDatabase) {
    this.#name = name;
    this.#database = database;
    // Another tab that deletes everything must not have to wait for this one.
    database.onversionchange = () => database.close();
  }

  async read<N extends RecordName>(name: N): Promise<Records[N] | null> {
    return (await this.#get<Records[N]>(RECORDS, name)) ?? null;
  }

  async findPass(occasion: string): Promise<Pass | null> {
    return (await this.#get<Pass>(PASSES, occasion)) ?? null;
  }

  async listPasses(): Promise<Pass[]> {
    return settle<Pass[]>(this.#begin("readonly").objectStore(PASSES).getAll());
  }

  async change(change: Change): Promise<void> {
    const transaction = this.#begin("readwrite");
    const settled = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(new ClientError("storage-unavailable"));
    });
    try {
      writeChange(change, transaction.objectStore(RECORDS), transaction.objectStore(PASSES));
    } catch {
      // Without this, what was put before the value that cannot be stored would stay.
      transaction.abort();
    }
    return settled;
  }

  async destroyEverything(): Promise<void> {
    this.#database.close();
    await settle(indexedDB.deleteDatabase(this.#name));
  }

  #get<T>(store: string, key: string): Promise<T | undefined> {
    return settle<T | undefined>(this.#begin("readonly").objectStore(store).get(key));
  }

  #begin(mode: "readonly" | "readwrite"): IDBTransaction {
    try {
      return this.#database.transaction([RECORDS, PASSES], mode, { durability: "strict" });
    } catch {
      throw new ClientError("storage-unavailable");
    }
  }
}

function writeChange(change: Change, records: IDBObjectStore, passes: IDBObjectStore): void {
  for (const [name, value] of Object.entries(change.put ?? {})) records.put(value, name);
  for (const name of change.remove ?? []) records.delete(name);
  for (const pass of change.addPasses ?? []) passes.put(pass, pass.occasion);
  for (const occasion of change.removePasses ?? []) passes.delete(occasion);
}

function openDatabase(name: string): Promise<IDBDatabase> {
  let request: IDBOpenDBRequest;
  try {
    request = indexedDB.open(name, 1);
  } catch {
    return Promise.reject(new ClientError("storage-unavailable"));
  }
  request.onupgradeneeded = () => {
    for (const store of [RECORDS, PASSES]) request.result.createObjectStore(store);
  };
  return settle(request);
}

function settle<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(new ClientError("storage-unavailable"));
  });
}

/** Lets only one tab of this browser move a card on at a time, where the browser can. */
export function holdDevice<T>(work: () => Promise<T>): Promise<T> {
  const locks = globalThis.navigator?.locks;
  return locks ? locks.request(STORE_NAME, work) : work();
}
