const scope = globalThis;
const RELEASE = new URL("../", import.meta.url).pathname;
const CLIENT = new URL("./", import.meta.url).pathname;
const FILES = `files ${RELEASE}`;
const PAGES = "pages";
const OCCASIONS = "/occasions.json";
const KEPT_PAGES = [
    /^\/[a-z]{2}\/(card|card\/restore|join)\/$/,
    /^\/[a-z]{2}\/(sessions\/[0-9a-f]{16}\/here|surveys\/[0-9a-f]{16}\/answer)\/$/,
    /^\/desk\/sessions\/[0-9a-f]{16}\/scanner\/$/,
];
scope.addEventListener("install", (event) => event.waitUntil(install()));
scope.addEventListener("activate", (event) => event.waitUntil(activate()));
scope.addEventListener("fetch", (event) => {
    const { request } = event;
    const { origin, pathname } = new URL(request.url);
    if (request.method !== "GET" || origin !== scope.location.origin)
        return;
    if (pathname.startsWith(RELEASE))
        event.respondWith(giveFile(request));
    else if (pathname === OCCASIONS || (request.mode === "navigate" && isKept(pathname)))
        event.respondWith(givePage(request, pathname));
    else if (request.mode === "navigate" && pathname === "/card/")
        event.respondWith(giveCard(request));
});
function isKept(pathname) {
    return KEPT_PAGES.some((pattern) => pattern.test(pathname));
}
async function install() {
    const manifest = await fetch(`${CLIENT}client-manifest.json`, { cache: "no-cache" });
    const { files } = (await manifest.json());
    await Promise.all(Object.entries(files).map(([name, hash]) => keepFile(CLIENT + name, hash)));
    const windows = await scope.clients.matchAll({ type: "window", includeUncontrolled: true });
    const open = new Set(windows.map(({ url }) => new URL(url).pathname).filter(isKept));
    await Promise.all([...open, OCCASIONS].map(keepPage));
}
async function keepFile(address, hash) {
    const response = await fetch(address);
    const digest = await crypto.subtle.digest("SHA-256", await response.clone().arrayBuffer());
    const found = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
    if (!response.ok || found !== hash)
        throw new Error(`${address} is not what the release says.`);
    await (await caches.open(FILES)).put(address, response);
}
async function keepPage(address) {
    const response = await fetch(address, { cache: "no-cache" });
    if (!response.ok || response.redirected)
        return;
    const text = await response.clone().text();
    await (await caches.open(PAGES)).put(address, response);
    const named = new Set(Array.from(text.matchAll(/"(\/static\/[^"]+)"/g), ([, name = ""]) => name));
    const files = await caches.open(FILES);
    await Promise.all([...named].map(async (name) => (await files.match(name)) ?? files.add(name)));
}
async function activate() {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name !== FILES && name !== PAGES).map((name) => caches.delete(name)));
    await scope.clients.claim();
}
async function giveFile(request) {
    const files = await caches.open(FILES);
    const kept = await files.match(request);
    if (kept)
        return kept;
    const response = await fetch(request);
    if (response.ok)
        await files.put(request, response.clone());
    return response;
}
async function givePage(request, pathname) {
    const pages = await caches.open(PAGES);
    try {
        const response = await fetch(request);
        if (response.ok)
            await pages.put(pathname, response.clone());
        else
            await pages.delete(pathname);
        return response;
    }
    catch {
        return (await pages.match(pathname)) ?? Response.error();
    }
}
async function giveCard(request) {
    try {
        return await fetch(request);
    }
    catch {
        const pages = await caches.open(PAGES);
        const cards = (await pages.keys()).filter(({ url }) => new URL(url).pathname.endsWith("/card/"));
        const last = cards.at(-1);
        return (last && (await pages.match(last))) ?? Response.error();
    }
}
export {};
