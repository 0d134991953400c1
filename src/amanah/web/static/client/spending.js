import { openSeed, signInDomain } from "./cards.js";
import { encodeCanonicalJson, encodeUtf8, joinBytes } from "./encoding.js";
import { ClientError } from "./errors.js";
import { encodeSpendBody, LONGEST_PAYLOAD, PATHS, REPLY_LENGTH } from "./messages.js";
import { computeOccasionHash } from "./occasions.js";
export function isPassYoung(pass, now) {
    return now < pass.matureAt;
}
export async function encodePresenceSpend(spendable, roomCode) {
    const { publicKey } = await openSeed(spendable.seed);
    return encodeShownPresenceSpend({ token: spendable.token, publicKey }, roomCode);
}
export function encodeShownPresenceSpend(shown, roomCode) {
    return encodeSpendBody(shown.token, shown.publicKey, new Uint8Array(64), encodeUtf8(roomCode));
}
export function encodeAnswerPayload(occasion, answers) {
    const copied = {};
    for (const [question, answer] of Object.entries(answers))
        copied[question] = typeof answer === "object" ? [...answer] : answer;
    const payload = encodeCanonicalJson({ answers: copied, occasion, v: 1 });
    if (payload.length > LONGEST_PAYLOAD)
        throw new ClientError("not-an-answer");
    return payload;
}
export async function encodeAnswerSpend(spendable, answers) {
    const { publicKey, signingKey } = await openSeed(spendable.seed);
    const payload = encodeAnswerPayload(spendable.descriptor.occasion, answers);
    const signature = await signAnswer(signingKey, spendable.descriptor, payload);
    return encodeSpendBody(spendable.token, publicKey, signature, payload);
}
async function signAnswer(key, descriptor, payload) {
    const message = joinBytes(await computeOccasionHash(descriptor), payload);
    return signInDomain(key, "amanah/answer/v1", message);
}
export async function spendPass(parts, pass, body) {
    await parts.store.change({ addPasses: [{ ...pass, isAttempted: true }] });
    const outcome = await parts.network.post(parts.spendingUrl + PATHS.spend, body, REPLY_LENGTH);
    if (outcome.kind === "done")
        await parts.store.change({ removePasses: [pass.occasion] });
    else if (outcome.kind !== "unreachable")
        await parts.store.change({ addPasses: [pass] });
    return outcome;
}
