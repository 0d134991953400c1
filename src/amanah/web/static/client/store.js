import { ClientError } from "./errors.js";
const NAME = "amanah";
const RECORDS = "records";
const PASSES = "passes";
export async function openStore(name = NAME) {
    return new DeviceStore(name, await openDatabase(name));
}
export async function askToPersist() {
    return (await navigator.storage?.persist?.()) ?? false;
}
class DeviceStore {
    #name;
    #database;
    constructor(name, database) {
        this.#name = name;
        this.#database = database;
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
export function holdDevice(work) {
    const locks = globalThis.navigator?.locks;
    return locks ? locks.request(NAME, work) : work();
}
