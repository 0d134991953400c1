import { ClientError } from "./errors.js";
const TIMEOUT = 20_000;
const LONGEST_WAIT = 60;
export const network = {
    async post(url, body, replyLength) {
        let response;
        let reply;
        try {
            response = await fetch(url, { ...makePrivate("no-store"), method: "POST", body });
            reply = new Uint8Array(await response.arrayBuffer());
        }
        catch {
            return { kind: "unreachable" };
        }
        if (response.status === 409)
            return { kind: "refused" };
        if (response.status === 503)
            return { kind: "busy", retryAfter: readRetryAfter(response) };
        const isWhole = response.status === 200 && reply.length === replyLength;
        return isWhole ? { kind: "done", reply } : { kind: "unreachable" };
    },
    async getFile(url) {
        try {
            const response = await fetch(url, makePrivate("no-store"));
            if (response.status === 404)
                return null;
            if (response.status === 200)
                return new Uint8Array(await response.arrayBuffer());
        }
        catch {
        }
        throw new ClientError("log-unreachable");
    },
};
function makePrivate(cache) {
    return {
        cache,
        credentials: "omit",
        mode: "cors",
        redirect: "error",
        referrerPolicy: "no-referrer",
        signal: AbortSignal.timeout(TIMEOUT),
    };
}
function readRetryAfter(response) {
    const seconds = Number(response.headers.get("Retry-After") ?? "1");
    return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 1), LONGEST_WAIT) : 1;
}
