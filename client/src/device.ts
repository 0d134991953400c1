/** The real surroundings of a journey: this browser's store, clock, randomness, network and worker; nothing is decided here. */

import { ClientError } from "./errors.js";
import type { Facts, Surroundings, WaveMaker } from "./journey.js";
import { network } from "./network.js";
import { drawBytes } from "./numbers.js";
import { holdDevice, openStore, type Store } from "./store.js";
import { trustWorker } from "./trusted.js";
import type { FinalizedWave, PendingPass, Progress } from "./waves.js";
import type { Job, WorkerMessage } from "./worker.js";

/** UTC seconds. */
export function readClock(): number {
  return Math.floor(Date.now() / 1000);
}

/** What a journey on this device stands on; give a passing store for paper cards. */
export async function openSurroundings(facts: Facts, store?: Store): Promise<Surroundings> {
  const own = store ?? (await openStore());
  return {
    facts,
    store: own,
    network,
    now: readClock,
    random: drawBytes,
    hold: holdDevice,
    maker: workerMaker,
  };
}

/** Blinds and finalises in a worker that ends with its job. */
export const workerMaker: WaveMaker = {
  blind: (occasions, progress) => runInWorker<PendingPass[]>({ kind: "blind", input: occasions }, progress),
  finalize: (pending, signatures, facts, progress) =>
    runInWorker<FinalizedWave>({ kind: "finalize", pending, signatures, facts }, progress),
};

function runInWorker<T>(job: Job, progress: Progress): Promise<T> {
  const worker = new Worker(trustWorker("wave"), { type: "module" });
  return new Promise<T>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<WorkerMessage>) => {
      if (data.kind === "progress") progress(data.done, data.of);
      else if (data.kind === "done") resolve(data.result as T);
      else reject(new ClientError(data.code));
    };
    worker.onerror = () => reject(new ClientError("browser-too-old"));
    worker.postMessage(job);
  }).finally(() => worker.terminate());
}
