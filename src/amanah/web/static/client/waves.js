import { openSeed, SEED_LENGTH } from "./cards.js";
import { encodeBase64url, isObject, parseBase64url, sha256, } from "./encoding.js";
import { ClientError } from "./errors.js";
import { drawBytes } from "./numbers.js";
import { computeChallengeDigest, isDescriptor, parseDescriptor, } from "./occasions.js";
import { blindToken, finalizeToken, parsePassKey } from "./passes.js";
const MOST_OCCASIONS = 60;
export async function findCurrentWave(view, community) {
    const opened = listEntries(view, "wave_opened", "card-door").at(-1);
    return opened?.ref ? checkWave(view, opened.ref, community) : null;
}
export async function checkWave(view, id, community) {
    const planned = listEntries(view, "wave_planned", "programme-door").filter((entry) => entry.ref === id);
    const opened = listEntries(view, "wave_opened", "card-door").filter((entry) => entry.ref === id);
    const [plan, opening] = [planned[0], opened[0]];
    if (!plan || !opening || planned.length > 1 || opened.length > 1)
        throw refuseWave(view, id, [...planned, ...opened]);
    const { fetch_from, fetch_until, minimum_age, occasions } = plan.body;
    const descriptors = listOf(occasions).map(parseDescriptor);
    const keys = listOf(opening.body.keys).map(listOf);
    const isPlanned = typeof fetch_from === "number" &&
        typeof fetch_until === "number" &&
        typeof minimum_age === "number" &&
        descriptors.length > 0 &&
        descriptors.length <= MOST_OCCASIONS &&
        keys.length === descriptors.length &&
        descriptors.every((known, place) => known.occasion === keys[place]?.[0]) &&
        descriptors.every((known) => known.community === community && known.kind !== "join");
    if (!isPlanned)
        throw refuseWave(view, id, [plan, opening]);
    const keyed = descriptors.map((descriptor, place) => ({
        descriptor,
        spki: parseBase64url(keys[place]?.[1]),
    }));
    for (const occasion of keyed)
        await checkKey(view, id, occasion);
    return { id, fetchFrom: fetch_from, fetchUntil: fetch_until, minimumAge: minimum_age, occasions: keyed };
}
export async function findKeyedOccasion(view, id, community) {
    const plan = listEntries(view, "wave_planned", "programme-door").find((entry) => listOf(entry.body.occasions).some((planned) => isObject(planned) && planned.occasion === id));
    const wave = plan?.ref ? await checkWave(view, plan.ref, community) : null;
    const found = wave?.occasions.find(({ descriptor }) => descriptor.occasion === id);
    if (!found)
        throw new ClientError("not-an-occasion");
    return found;
}
export async function findJoinOccasion(view, community, now) {
    const open = listEntries(view, "join_key_opened", "card-door").flatMap(({ ref, body }) => {
        const { descriptor, spki } = body;
        const isOpen = isDescriptor(descriptor) && ref === descriptor.occasion && isOpenForJoining(descriptor, now);
        return isOpen ? [{ descriptor: parseDescriptor(descriptor), spki: parseBase64url(spki) }] : [];
    });
    const occasion = open.at(-1);
    if (!occasion || occasion.descriptor.community !== community)
        throw new ClientError("no-join-key");
    await checkKey(view, null, occasion);
    return occasion;
}
function isOpenForJoining(descriptor, now) {
    return descriptor.kind === "join" && descriptor.opens_at <= now && now < descriptor.closes_at;
}
export function countInvitationsPrinted(view) {
    const printed = listEntries(view, "invitations_printed", "programme-door");
    return printed.reduce((sum, entry) => sum + listOf(entry.body.hashes).length, 0);
}
export function listClosedOccasions(view) {
    return listEntries(view, "occasion_closed", "programme-door").flatMap((entry) => entry.ref ?? []);
}
async function checkKey(view, wave, occasion) {
    const id = occasion.descriptor.occasion;
    const spki = encodeBase64url(occasion.spki);
    const uses = listKeys(view).filter((key) => key.occasion === id || key.spki === spki);
    const plans = listEntries(view, "wave_planned", "programme-door").filter((entry) => listOf(entry.body.occasions).filter((plan) => isObject(plan) && plan.occasion === id).length > 0);
    const isUnique = uses.length === 1 && plans.length === (wave === null ? 0 : 1);
    if (!isUnique)
        throw refuseWave(view, wave, [...uses.map((key) => key.entry), ...plans]);
    await parsePassKey(occasion.spki);
}
function listKeys(view) {
    return view.entries.flatMap((entry) => {
        const { descriptor, spki } = entry.body;
        if (entry.kind === "join_key_opened")
            return [{ occasion: isObject(descriptor) ? descriptor.occasion : null, spki, entry }];
        if (entry.kind !== "wave_opened")
            return [];
        return listOf(entry.body.keys).map((pair) => ({
            occasion: listOf(pair)[0],
            spki: listOf(pair)[1],
            entry,
        }));
    });
}
function listEntries(view, kind, by) {
    return view.entries.filter((entry) => entry.kind === kind && entry.by === by);
}
function listOf(value) {
    return Array.isArray(value) ? value : [];
}
function refuseWave(view, wave, entries) {
    const shown = entries.map(({ index, kind, ref, body }) => ({ index, kind, ref, body }));
    return new ClientError("wave-not-unique", { checkpoint: view.note, wave, entries: shown });
}
export async function blindWave(occasions, progress = () => undefined, random = drawBytes) {
    const pending = [];
    for (const { descriptor, spki } of occasions) {
        const seed = random(SEED_LENGTH);
        const nonce = await sha256((await openSeed(seed)).publicKey);
        const key = await parsePassKey(spki);
        const token = await blindToken(key, nonce, await computeChallengeDigest(descriptor), random);
        pending.push({ descriptor, spki, seed, token });
        progress(pending.length, occasions.length);
    }
    return pending;
}
export async function finalizeWave(pending, signatures, facts, progress = () => undefined) {
    const result = { passes: [], destroyed: [], spoiled: [] };
    for (const [place, { descriptor, spki, seed, token }] of pending.entries()) {
        const signature = signatures[place] ?? null;
        if (signature === null)
            result.destroyed.push(descriptor.occasion);
        else
            try {
                const whole = finalizeToken(await parsePassKey(spki), token, signature);
                const { occasion } = descriptor;
                result.passes.push({ occasion, ...facts, descriptor, spki, token: whole, seed, isAttempted: false });
            }
            catch (error) {
                if (!(error instanceof ClientError))
                    throw error;
                result.spoiled.push(descriptor.occasion);
            }
        progress(place + 1, pending.length);
    }
    return result;
}
