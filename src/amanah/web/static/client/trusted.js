const POLICY = "amanah";
let policy = null;
export function trustWorker(name) {
    policy ??= createPolicy({ createScriptURL: requireOwn });
    return policy.createScriptURL(locateWorker(name));
}
function requireOwn(address) {
    const isOwn = address === locateWorker("wave") || address === locateWorker("offline");
    if (!isOwn)
        throw new TypeError("This is no worker of ours.");
    return address;
}
function locateWorker(name) {
    return name === "wave"
        ? new URL("./worker.js", import.meta.url).href
        : new URL("/worker.js", location.href).href;
}
function createPolicy(rules) {
    const { trustedTypes } = globalThis;
    return trustedTypes?.createPolicy(POLICY, rules) ?? rules;
}
