import { isObject, parseBase64url } from "./encoding.js";
import { isDescriptor } from "./occasions.js";
const DOORS = ["card-door", "programme-door", "request-door"];
const PARTIES = ["log", ...DOORS];
export const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
export const isParty = (value) => typeof value === "string" && PARTIES.includes(value);
const isNull = (value) => value === null;
function isText(pattern) {
    return (value) => typeof value === "string" && pattern.test(value);
}
function isBytes(least, most = least) {
    return (value) => {
        try {
            const { length } = parseBase64url(value);
            return least <= length && length <= most;
        }
        catch {
            return false;
        }
    };
}
function isList(item, most, isSorted = false) {
    return (value) => {
        if (!Array.isArray(value) || value.length > most || !value.every(item))
            return false;
        return (!isSorted || value.every((entry, place) => place === 0 || isBefore(value[place - 1] ?? null, entry)));
    };
}
function isBefore(first, second) {
    if (!Array.isArray(first) || !Array.isArray(second))
        return String(first) < String(second);
    const place = first.findIndex((part, index) => part !== second[index]);
    return place >= 0 && String(first[place]) < String(second[place]);
}
function isRow(...items) {
    return (value) => Array.isArray(value) && value.length === items.length && items.every((item, place) => item(value[place]));
}
function isBody(members) {
    const names = Object.keys(members).sort().join();
    return (value) => isObject(value) &&
        Object.keys(value).sort().join() === names &&
        Object.entries(members).every(([name, check]) => check(value[name]));
}
const isId = isText(/^[0-9a-f]{16}$/);
const isHash = isText(/^[0-9a-f]{64}$/);
const isCode = isText(/^[a-z0-9_-]{1,64}$/);
const isSpki = isBytes(1, 1024);
const SCHEMAS = new Map(Object.entries({
    door_admitted: { by: ["log"], ref: isNull, body: isBody({ door: isParty, key: isBytes(32) }) },
    door_started: {
        by: DOORS,
        ref: isNull,
        body: isBody({
            client: (value) => value === null || isHash(value),
            version: isText(/^[0-9a-z.+-]{1,32}$/),
        }),
    },
    holdings_declared: {
        by: PARTIES,
        ref: isNull,
        body: isBody({ columns: isList(isRow(isCode, isCode, isCode, isCode), 4096, true) }),
    },
    join_key_opened: {
        by: ["card-door"],
        ref: isId,
        body: isBody({ descriptor: isDescriptor, spki: isSpki }),
    },
    invitations_printed: {
        by: ["programme-door"],
        ref: isId,
        body: isBody({
            hashes: isList(isBytes(32), 500, true),
            medium: (value) => value === "sheet" || value === "sealed",
            replacement: (value) => typeof value === "boolean",
        }),
    },
    wave_planned: {
        by: ["programme-door"],
        ref: isId,
        body: isBody({
            fetch_from: isCount,
            fetch_until: isCount,
            minimum_age: isCount,
            occasions: isList(isDescriptor, 60),
        }),
    },
    wave_opened: { by: ["card-door"], ref: isId, body: isBody({ keys: isList(isRow(isId, isSpki), 60) }) },
    occasion_closed: {
        by: ["programme-door"],
        ref: isId,
        body: isBody({ bundle: isHash, redeemed: isCount }),
    },
    occasion_key_destroyed: {
        by: ["card-door"],
        ref: isId,
        body: isBody({ cards: isCount, invitations_used: isCount, replacements: isCount, served: isCount }),
    },
    heartbeat: { by: ["log"], ref: isNull, body: isBody({ entries: isCount }) },
}));
export function isEntryFit(entry) {
    const schema = SCHEMAS.get(entry.kind);
    if (!schema)
        return true;
    return schema.by.includes(entry.by) && schema.ref(entry.ref) && schema.body(entry.body);
}
