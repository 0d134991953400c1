/** Keeps a page usable without a connection, and undoes it; where the browser has no such thing, the page works with one. */

import { trustWorker } from "../trusted.js";

/** Lets our service worker keep this page and the client. */
export function keepOffline(): void {
  const options: RegistrationOptions = { scope: "/", type: "module", updateViaCache: "none" };
  void navigator.serviceWorker?.register(trustWorker("offline"), options).catch(() => undefined);
}

/** Takes everything that was kept off this device. */
export async function forgetOffline(): Promise<void> {
  const workers = (await navigator.serviceWorker?.getRegistrations()) ?? [];
  await Promise.all(workers.map((worker) => worker.unregister()));
  const kept = (await globalThis.caches?.keys()) ?? [];
  await Promise.all(kept.map((name) => caches.delete(name)));
}
