import { drawCardSecrets, encodeCardCodes, openCard, signLeaveBody, signRegisterBody, signWaveBody, } from "./cards.js";
import { sha256 } from "./encoding.js";
import { ClientError } from "./errors.js";
import { encodeJoinBody, encodeRevokeBody, PATHS, parseWaveReply, REPLY_LENGTH } from "./messages.js";
import { drawTime } from "./numbers.js";
import { computeChallengeDigest } from "./occasions.js";
import { blindToken, finalizeToken, MODULUS_LENGTH, parsePassKey } from "./passes.js";
import { readLog } from "./public_log.js";
import { countInvitationsPrinted, findCurrentWave, findJoinOccasion, listClosedOccasions, } from "./waves.js";
const RETRY_AFTER = 30;
const AT_REST = { wakeAt: null, hindrance: null };
export class Journey {
    #parts;
    constructor(parts) {
        this.#parts = parts;
    }
    async look() {
        const { store } = this.#parts;
        const draft = await store.read("draft");
        if (draft)
            return { step: "codes-to-keep", ...(await encodeCardCodes(draft)) };
        if (!(await store.read("card")))
            return { step: "no-card" };
        if ((await store.read("invitation")) || (await store.read("join")))
            return { step: "joining" };
        const registration = await store.read("registration");
        if (registration)
            return { step: "registering", registerAt: registration.registerAt };
        return {
            step: "member",
            fetch: await store.read("plan"),
            fetching: (await store.read("wave"))?.wave ?? null,
            lastWave: await store.read("lastWave"),
            passes: (await store.listPasses()).length,
        };
    }
    begin(invitation) {
        return this.#alone(async () => {
            const { store, random } = this.#parts;
            if (await store.read("card"))
                throw new ClientError("wrong-step");
            const secrets = (await store.read("draft")) ?? drawCardSecrets(random);
            await store.change({ put: { draft: { secret: secrets.secret, slip: secrets.slip, invitation } } });
            return this.look();
        });
    }
    confirmCodes() {
        return this.#alone(async () => {
            const { store } = this.#parts;
            const draft = await store.read("draft");
            if (!draft)
                throw new ClientError("wrong-step");
            const card = await openCard(draft.secret, draft.slip);
            await store.change({ put: { card, invitation: draft.invitation }, remove: ["draft"] });
            return this.look();
        });
    }
    useOtherInvitation(invitation) {
        return this.#alone(async () => {
            if ((await this.look()).step !== "joining")
                throw new ClientError("wrong-step");
            await this.#parts.store.change({ put: { invitation }, remove: ["join"] });
            return this.look();
        });
    }
    restore(secret) {
        return this.#alone(async () => {
            if ((await this.look()).step !== "no-card")
                throw new ClientError("wrong-step");
            await this.#parts.store.change({ put: { card: await openCard(secret, null) } });
            return this.look();
        });
    }
    advance(progress = () => undefined) {
        return this.#alone(async () => {
            const rest = await this.#walk(progress);
            return { situation: await this.look(), ...rest };
        });
    }
    fetchNow(progress = () => undefined) {
        return this.#alone(async () => {
            const { store, now, facts } = this.#parts;
            const rest = await this.#explain(async () => {
                const wave = await findCurrentWave(await this.#readLog(), facts.community);
                if (wave)
                    await store.change({ put: { plan: { wave: wave.id, fetchAt: now() } } });
                return this.#walk(progress);
            });
            return { situation: await this.look(), ...(rest ?? AT_REST) };
        });
    }
    leave() {
        return this.#alone(async () => {
            const { store, network, facts } = this.#parts;
            const body = await signLeaveBody(await this.#card());
            const outcome = await network.post(facts.urls.card + PATHS.leave, body, REPLY_LENGTH);
            if (outcome.kind === "done")
                await store.destroyEverything();
            return outcome;
        });
    }
    forget() {
        return this.#parts.store.destroyEverything();
    }
    #alone(work) {
        return this.#parts.hold(work);
    }
    async #walk(progress) {
        for (;;) {
            const rest = await this.#explain(() => this.#step(progress));
            if (rest)
                return rest;
        }
    }
    async #explain(work) {
        try {
            return await work();
        }
        catch (error) {
            if (!(error instanceof ClientError))
                throw error;
            const isPassing = error.code === "log-unreachable" || error.code === "no-join-key";
            const retryAt = isPassing ? this.#parts.now() + RETRY_AFTER : null;
            return { wakeAt: retryAt, hindrance: { code: error.code, retryAt, evidence: error.evidence } };
        }
    }
    async #step(progress) {
        const { store, now } = this.#parts;
        const card = await store.read("card");
        if (!card)
            return AT_REST;
        const invitation = await store.read("invitation");
        if (invitation)
            return this.#prepareJoin(card, invitation);
        const join = await store.read("join");
        if (join)
            return this.#sendJoin(card, join);
        const registration = await store.read("registration");
        if (registration && now() < registration.registerAt)
            return { wakeAt: registration.registerAt, hindrance: null };
        if (registration)
            return this.#sendRegistration(registration);
        const pending = await store.read("wave");
        return pending ? this.#sendWave(pending, progress) : this.#lookForWave(card, progress);
    }
    async #prepareJoin(card, invitation) {
        const { store, facts, now, random } = this.#parts;
        const { descriptor, spki } = await findJoinOccasion(await this.#readLog(), facts.community, now());
        const key = await parsePassKey(spki);
        const nonce = await sha256(card.publicKey);
        const token = await blindToken(key, nonce, await computeChallengeDigest(descriptor), random);
        const join = { spki, token, body: encodeJoinBody(invitation, token.blinded) };
        await store.change({ put: { join }, remove: ["invitation"] });
        return null;
    }
    async #sendJoin(card, join) {
        const { store, facts, now, random } = this.#parts;
        const outcome = await this.#post(PATHS.join, join.body, MODULUS_LENGTH);
        if (outcome.kind !== "done")
            return this.#rest(outcome);
        const token = finalizeToken(await parsePassKey(join.spki), join.token, outcome.reply);
        const registerAt = drawTime(now(), now() + facts.register_window, random);
        const registration = { registerAt, body: await signRegisterBody(card, token) };
        await store.change({ put: { registration }, remove: ["join"] });
        return null;
    }
    async #sendRegistration(registration) {
        const outcome = await this.#post(PATHS.register, registration.body, REPLY_LENGTH);
        if (outcome.kind !== "done")
            return this.#rest(outcome);
        await this.#parts.store.change({ remove: ["registration"] });
        return null;
    }
    async #lookForWave(card, progress) {
        const { store, facts, now, random } = this.#parts;
        const view = await this.#readLog();
        await store.change({ removePasses: listClosedOccasions(view) });
        const wave = await findCurrentWave(view, facts.community);
        if (!wave || (await store.read("lastWave"))?.wave === wave.id)
            return AT_REST;
        const stored = await store.read("plan");
        const isPlanned = stored?.wave === wave.id;
        if (now() > wave.fetchUntil && !(isPlanned && stored.fetchAt > wave.fetchUntil))
            return { wakeAt: null, hindrance: { code: "window-over", retryAt: null, evidence: null } };
        const drawn = drawTime(Math.max(now(), wave.fetchFrom), wave.fetchUntil, random);
        const plan = isPlanned ? stored : { wave: wave.id, fetchAt: drawn };
        if (!isPlanned)
            await store.change({ put: { plan } });
        if (now() < plan.fetchAt)
            return { wakeAt: plan.fetchAt, hindrance: null };
        return this.#prepareWave(card, wave, view, progress);
    }
    async #prepareWave(card, wave, view, progress) {
        const passes = await this.#parts.maker.blind(wave.occasions, progress);
        const blinded = passes.map((pass) => pass.token.blinded);
        const body = await signWaveBody(card, wave.id, blinded);
        const cardsAtMost = countInvitationsPrinted(view);
        const pending = { wave: wave.id, minimumAge: wave.minimumAge, cardsAtMost, passes, body };
        await this.#parts.store.change({ put: { wave: pending }, remove: ["plan"] });
        return null;
    }
    async #sendWave(pending, progress) {
        const { store, facts, now, maker } = this.#parts;
        const { wave, passes: blinded, cardsAtMost } = pending;
        const outcome = await this.#post(PATHS.wave, pending.body, blinded.length * MODULUS_LENGTH);
        if (outcome.kind === "refused") {
            const current = await findCurrentWave(await this.#readLog(), facts.community);
            if (current && current.id !== wave)
                return this.#dropWave();
        }
        if (outcome.kind !== "done")
            return this.#rest(outcome);
        const signatures = parseWaveReply(outcome.reply, blinded.length);
        const waveFacts = { wave, matureAt: now() + pending.minimumAge };
        const { passes, destroyed, spoiled } = await maker.finalize(blinded, signatures, waveFacts, progress);
        const made = passes.map((pass) => pass.occasion);
        const lastWave = { wave, cardsAtMost, made, destroyed, spoiled };
        await store.change({ addPasses: passes, put: { lastWave }, remove: ["wave"] });
        return null;
    }
    async #dropWave() {
        await this.#parts.store.change({ remove: ["wave"] });
        return null;
    }
    async #readLog() {
        const { store, facts, network } = this.#parts;
        const getFile = (path) => network.getFile(`${facts.urls.log}/${path}`);
        const view = await readLog({ ...facts.log, getFile }, await store.read("seen"));
        await store.change({ put: { seen: { size: view.size, root: view.root } } });
        return view;
    }
    #post(path, body, replyLength) {
        return this.#parts.network.post(this.#parts.facts.urls.card + path, body, replyLength);
    }
    #rest(outcome) {
        const wait = outcome.kind === "busy" ? outcome.retryAfter : RETRY_AFTER;
        const retryAt = outcome.kind === "refused" ? null : this.#parts.now() + wait;
        return { wakeAt: retryAt, hindrance: { code: outcome.kind, retryAt, evidence: null } };
    }
    async #card() {
        const card = await this.#parts.store.read("card");
        if (!card)
            throw new ClientError("wrong-step");
        return card;
    }
}
export function revokeCard(network, cardUrl, slip) {
    return network.post(cardUrl + PATHS.revoke, encodeRevokeBody(slip), REPLY_LENGTH);
}
