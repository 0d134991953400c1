import { ClientError } from "../errors.js";
import { writeWait } from "./times.js";
const FEW_CARDS = 10;
export function readBlock(id) {
    return JSON.parse(get(id).textContent ?? "");
}
export function readFacts() {
    return readBlock("amanah-facts");
}
export function get(id) {
    const found = document.getElementById(id);
    if (!found)
        throw new Error(`This page has no ${id}.`);
    return found;
}
export function show(states, within = null) {
    const shown = new Set(typeof states === "string" ? [states] : states);
    for (const part of (within ?? document).querySelectorAll("[data-state]")) {
        const owner = part.parentElement?.closest("[data-states]") ?? null;
        const names = (part.dataset.state ?? "").split(" ");
        if (owner === within)
            part.hidden = !names.some((name) => shown.has(name));
    }
}
export function showAndLead(states, within = null) {
    show(states, within);
    const leads = (within ?? document).querySelectorAll("[data-lead]");
    [...leads].find((part) => part.getClientRects().length > 0)?.focus();
}
export function fill(name, text, within = document) {
    for (const part of within.querySelectorAll(`[data-fill="${name}"]`))
        part.textContent = text;
}
export function copyTemplate(id) {
    const content = get(id).content.cloneNode(true);
    return content.firstElementChild;
}
export function begin(work) {
    work().catch((error) => {
        if (!(error instanceof ClientError))
            throw error;
        show(listHindranceStates({ code: error.code, retryAt: null, evidence: error.evidence }));
    });
}
export function act(name, work, within = document) {
    for (const button of within.querySelectorAll(`[data-act="${name}"]`))
        button.addEventListener("click", () => begin(async () => {
            button.disabled = true;
            try {
                await work();
            }
            finally {
                button.disabled = false;
            }
        }));
}
export function onTyped(form, work) {
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        begin(async () => {
            await work(form.querySelector("input")?.value ?? "");
        });
    });
}
export function listHindranceStates(hindrance) {
    if (hindrance === null)
        return [];
    const { code, retryAt, evidence } = hindrance;
    if (retryAt !== null)
        fill("retry-at", writeWait(retryAt));
    if (evidence !== null)
        fill("evidence", JSON.stringify(evidence, null, 2));
    return [
        "hindered",
        `hindered-${code}`,
        ...(retryAt === null ? [] : ["retrying"]),
        ...(evidence === null ? [] : ["evidence"]),
    ];
}
export function offerEvidence() {
    act("save-evidence", () => {
        const text = document.querySelector('[data-fill="evidence"]')?.textContent ?? "";
        const link = document.createElement("a");
        link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
        link.download = "amanah-evidence.json";
        link.click();
        URL.revokeObjectURL(link.href);
    });
}
export function listWarningStates(pass, now, cardsAtMost) {
    const isYoung = now < pass.matureAt;
    if (isYoung)
        fill("mature-at", writeWait(pass.matureAt));
    return [
        ...(isYoung ? ["young"] : []),
        ...(cardsAtMost !== undefined && cardsAtMost < FEW_CARDS ? ["few"] : []),
    ];
}
export function sleep(seconds) {
    return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
export function takeFragment() {
    window.addEventListener("hashchange", () => location.reload());
    const text = location.hash.slice(1);
    if (text)
        history.replaceState(null, "", location.pathname);
    return text;
}
export function readErrorCode(error) {
    if (error instanceof ClientError)
        return error.code;
    throw error;
}
