/** Using a pass: the bodies for presence and for an answer (spec/passes.md 7); what is answered is signed by the pass's own key. */
import { openSeed, signInDomain } from "./cards.js";
import { encodeCanonicalJson, encodeUtf8, joinBytes } from "./encoding.js";
import { ClientError } from "./errors.js";
import { encodeSpendBody, LONGEST_PAYLOAD, PATHS, REPLY_LENGTH } from "./messages.js";
import { computeOccasionHash } from "./occasions.js";
/** Tells whether the member must be warned that this pass is young (7.7). */
export function isPassYoung(pass, now) {
    return now < pass.matureAt;
}
/** 2048 bytes that say: a member is in the room. */
export async function encodePresenceSpend(spendable, roomCode) {
    const { publicKey } = await openSeed(spendable.seed);
    return encodeShownPresenceSpend({ token: spendable.token, publicKey }, roomCode);
}
/** The same for a pass that was shown at the door, whose seed the scanner never sees. */
export function encodeShownPresenceSpend(shown, roomCode) {
    return encodeSpendBody(shown.token, shown.publicKey, new Uint8Array(64), encodeUtf8(roomCode));
}
/** The canonical JSON that is signed (7.4). */
export function encodeAnswerPayload(occasion, answers) {
    const copied = {};
    for (const [question, answer] of Object.entries(answers))
        copied[question] = typeof answer === "object" ? [...answer] : answer;
    const payload = encodeCanonicalJson({ answers: copied, occasion, v: 1 });
    if (payload.length > LONGEST_PAYLOAD)
        throw new ClientError("not-an-answer");
    return payload;
}
/** 2048 bytes that carry a signed answer. */
export async function encodeAnswerSpend(spendable, answers) {
    const { publicKey, signingKey } = await openSeed(spendable.seed);
    const payload = encodeAnswerPayload(spendable.descriptor.occasion, answers);
    const signature = await signAnswer(signingKey, spendable.descriptor, payload);
    return encodeSpendBody(spendable.token, publicKey, signature, payload);
}
/** Signs `"amanah/answer/v1"` || 0x00 || occasion hash || payload; the two parts have no separator between them. */
async function signAnswer(key, descriptor, payload) {
    const message = joinBytes(await computeOccasionHash(descriptor), payload);
    return signInDomain(key, "amanah/answer/v1", message);
}
/** Sends a spend of a stored pass and deletes the pass and its key after a 200 (7.7). */
export async function spendPass(parts, pass, body) {
    await parts.store.change({ addPasses: [{ ...pass, isAttempted: true }] });
    const outcome = await parts.network.post(parts.spendingUrl + PATHS.spend, body, REPLY_LENGTH);
    if (outcome.kind === "done")
        await parts.store.change({ removePasses: [pass.occasion] });
    // A refusal or a full queue stored nothing, so the mark from this attempt means nothing.
    else if (outcome.kind !== "unreachable")
        await parts.store.change({ addPasses: [pass] });
    return outcome;
}
