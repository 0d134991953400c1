import { ClientError } from "./errors.js";
import { blindWave, finalizeWave } from "./waves.js";
const scope = globalThis;
scope.onmessage = async ({ data: job }) => {
    try {
        const result = await runJob(job, (done, of) => scope.postMessage({ kind: "progress", done, of }));
        scope.postMessage({ kind: "done", result });
    }
    catch (error) {
        const code = error instanceof ClientError ? error.code : "browser-too-old";
        scope.postMessage({ kind: "failed", code });
    }
};
function runJob(job, progress) {
    if (job.kind === "blind")
        return blindWave(job.input, progress);
    return finalizeWave(job.pending, job.signatures, job.facts, progress);
}
