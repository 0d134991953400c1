/** What a device keeps, in IndexedDB: the card, what is under way, passes not yet used; all of it can be deleted at once, and nothing used stays. */
import { ClientError } from "./errors.js";
const NAME = "amanah";
const RECORDS = "records";
const PASSES = "passes";
/** Opens the device's store; `name` differs only where one browser holds many cards, as at a kiosk. */
export async function openStore(name = NAME) {
    return new DeviceStore(name, await openDatabase(name));
}
/** Asks the browser not to evict the store; false when it may do so all the same. */
export async function askToPersist() {
    return (await navigator.storage?.persist?.()) ?? false;
}
class DeviceStore {
    #name;
    #database;
    constructor(name, database) {
        this.#name = name;
        this.#database = database;
        // Another tab that deletes everything must not have to wait for this one.
        database.onversionchange = () => database.close();
    }
    async read(name) {
        return (await this.#get(RECORDS, name)) ?? null;
    }
    async findPass(occasion) {
        return (await this.#get(PASSES, occasion)) ?? null;
    }
    async listPasses() {
        return settle(this.#begin("readonly").objectStore(PASSES).getAll());
    }
    async change(change) {
        const transaction = this.#begin("readwrite");
        const settled = new Promise((resolve, reject) => {
            transaction.oncomplete = () => resolve();
            transaction.onabort = () => reject(new ClientError("storage-unavailable"));
        });
        try {
            writeChange(change, transaction.objectStore(RECORDS), transaction.objectStore(PASSES));
        }
        catch {
            // Without this, what was put before the value that cannot be stored would stay.
            transaction.abort();
        }
        return settled;
    }
    async destroyEverything() {
        this.#database.close();
        await settle(indexedDB.deleteDatabase(this.#name));
    }
    #get(store, key) {
        return settle(this.#begin("readonly").objectStore(store).get(key));
    }
    #begin(mode) {
        try {
            return this.#database.transaction([RECORDS, PASSES], mode, { durability: "strict" });
        }
        catch {
            throw new ClientError("storage-unavailable");
        }
    }
}
function writeChange(change, records, passes) {
    for (const [name, value] of Object.entries(change.put ?? {}))
        records.put(value, name);
    for (const name of change.remove ?? [])
        records.delete(name);
    for (const pass of change.addPasses ?? [])
        passes.put(pass, pass.occasion);
    for (const occasion of change.removePasses ?? [])
        passes.delete(occasion);
}
/** A store that is gone with the page: for paper cards and kiosks (spec/passes.md 8.4). */
export function openPassingStore() {
    const records = new Map();
    const passes = new Map();
    return {
        read: async (name) => records.get(name) ?? null,
        findPass: async (occasion) => passes.get(occasion) ?? null,
        listPasses: async () => [...passes.values()],
        change: async (change) => {
            for (const [name, value] of Object.entries(change.put ?? {}))
                records.set(name, value);
            for (const name of change.remove ?? [])
                records.delete(name);
            for (const pass of change.addPasses ?? [])
                passes.set(pass.occasion, pass);
            for (const occasion of change.removePasses ?? [])
                passes.delete(occasion);
        },
        destroyEverything: async () => {
            records.clear();
            passes.clear();
        },
    };
}
function openDatabase(name) {
    let request;
    try {
        request = indexedDB.open(name, 1);
    }
    catch {
        return Promise.reject(new ClientError("storage-unavailable"));
    }
    request.onupgradeneeded = () => {
        for (const store of [RECORDS, PASSES])
            request.result.createObjectStore(store);
    };
    return settle(request);
}
function settle(request) {
    return new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(new ClientError("storage-unavailable"));
    });
}
/** Lets only one tab of this browser move a card on at a time, where the browser can. */
export function holdDevice(work) {
    const locks = globalThis.navigator?.locks;
    return locks ? locks.request(NAME, work) : work();
}
