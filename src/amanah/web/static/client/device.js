import { ClientError } from "./errors.js";
import { network } from "./network.js";
import { drawBytes } from "./numbers.js";
import { holdDevice, openStore } from "./store.js";
import { trustWorker } from "./trusted.js";
export function readClock() {
    return Math.floor(Date.now() / 1000);
}
export async function openSurroundings(facts, store) {
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
export const workerMaker = {
    blind: (occasions, progress) => runInWorker({ kind: "blind", input: occasions }, progress),
    finalize: (pending, signatures, facts, progress) => runInWorker({ kind: "finalize", pending, signatures, facts }, progress),
};
function runInWorker(job, progress) {
    const worker = new Worker(trustWorker("wave"), { type: "module" });
    return new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) => {
            if (data.kind === "progress")
                progress(data.done, data.of);
            else if (data.kind === "done")
                resolve(data.result);
            else
                reject(new ClientError(data.code));
        };
        worker.onerror = () => reject(new ClientError("browser-too-old"));
        worker.postMessage(job);
    }).finally(() => worker.terminate());
}
