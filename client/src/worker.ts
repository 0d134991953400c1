/** The worker that blinds and unblinds a wave, so that a page never freezes; it sends nothing anywhere but to its page. */

import { ClientError, type ErrorCode } from "./errors.js";
import { blindWave, finalizeWave, type Progress } from "./waves.js";

export type Job =
  | { readonly kind: "blind"; readonly input: Parameters<typeof blindWave>[0] }
  | {
      readonly kind: "finalize";
      readonly pending: Parameters<typeof finalizeWave>[0];
      readonly signatures: Parameters<typeof finalizeWave>[1];
      readonly facts: Parameters<typeof finalizeWave>[2];
    };

export type WorkerMessage =
  | { readonly kind: "progress"; readonly done: number; readonly of: number }
  | { readonly kind: "done"; readonly result: unknown }
  | { readonly kind: "failed"; readonly code: ErrorCode };

/** The one part of a worker's own scope that is used; the DOM's types name only the page's. */
interface Scope {
  onmessage: ((event: MessageEvent<Job>) => void) | null;
  postMessage(message: WorkerMessage): void;
}

const scope = globalThis as unknown as Scope;

scope.onmessage = async ({ data: job }) => {
  try {
    const result = await runJob(job, (done, of) => scope.postMessage({ kind: "progress", done, of }));
    scope.postMessage({ kind: "done", result });
  } catch (error) {
    const code = error instanceof ClientError ? error.code : "browser-too-old";
    scope.postMessage({ kind: "failed", code });
  }
};

function runJob(job: Job, progress: Progress): Promise<unknown> {
  if (job.kind === "blind") return blindWave(job.input, progress);
  return finalizeWave(job.pending, job.signatures, job.facts, progress);
}
