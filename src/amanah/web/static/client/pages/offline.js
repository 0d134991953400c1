import { trustWorker } from "../trusted.js";
export function keepOffline() {
    const options = { scope: "/", type: "module", updateViaCache: "none" };
    void navigator.serviceWorker?.register(trustWorker("offline"), options).catch(() => undefined);
}
export async function forgetOffline() {
    const workers = (await navigator.serviceWorker?.getRegistrations()) ?? [];
    await Promise.all(workers.map((worker) => worker.unregister()));
    const kept = (await globalThis.caches?.keys()) ?? [];
    await Promise.all(kept.map((name) => caches.delete(name)));
}
