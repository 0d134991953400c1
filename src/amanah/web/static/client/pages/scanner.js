import { parseCompactPass, readCompactPass } from "../compact.js";
import { encodeBase64url, joinBytes, parseBase64url } from "../encoding.js";
import { ClientError } from "../errors.js";
import { PATHS, REPLY_LENGTH } from "../messages.js";
import { network } from "../network.js";
import { drawBytes, shuffle } from "../numbers.js";
import { parseDescriptor } from "../occasions.js";
import { parsePassKey, TOKEN_LENGTH } from "../passes.js";
import { parseRoomCode } from "../rooms.js";
import { encodeShownPresenceSpend } from "../spending.js";
import { openCamera } from "./camera.js";
import { get, readBlock, readFacts, show, writeNumber } from "./page.js";
const VERDICT_SECONDS = 2.5;
const facts = readFacts();
const scanner = readBlock("amanah-scanner");
const storageName = `amanah-scanner-${scanner.occasion}`;
const verdict = get("verdict");
const typed = get("typed");
const kept = readKept();
let latest = null;
let lastText = "";
let isSending = false;
void start();
async function start() {
    const descriptor = parseDescriptor(JSON.parse(scanner.descriptor));
    const key = await parsePassKey(parseBase64url(scanner.spki));
    const check = (text) => checkText(text, descriptor, key);
    get("undo").addEventListener("click", undo);
    get("send").addEventListener("click", () => void sendBatch());
    get("type-code").addEventListener("click", () => {
        typed.hidden = !typed.hidden;
        if (!typed.hidden)
            typed.querySelector("input")?.focus();
    });
    typed.addEventListener("submit", async (event) => {
        event.preventDefault();
        const input = typed.querySelector("input");
        lastText = "";
        if (input)
            await check(input.value.trim());
        if (input)
            input.value = "";
    });
    for (const name of ["online", "offline"])
        window.addEventListener(name, showFigures);
    showFigures();
    const camera = await openCamera(get("camera"), async (text) => {
        await check(text);
        return false;
    });
    showVerdict(camera ? "ready" : "no-camera");
}
async function checkText(text, descriptor, key) {
    if (text === lastText)
        return;
    lastText = text;
    const read = await readText(text, descriptor, key);
    if (typeof read === "string")
        return showVerdict(read);
    const entry = encodeBase64url(joinBytes(read.token, read.publicKey));
    if (kept.unsent.includes(entry) || kept.sent.includes(entry))
        return showVerdict("again");
    latest = entry;
    kept.unsent.push(entry);
    writeKept();
    showVerdict("yes");
}
async function readText(text, descriptor, key) {
    try {
        const compact = parseCompactPass(text);
        if (compact.occasion !== descriptor.occasion)
            return "other";
        return (await readCompactPass(compact, descriptor, key)) ?? "no";
    }
    catch (error) {
        if (error instanceof ClientError)
            return "unread";
        throw error;
    }
}
function undo() {
    if (latest === null || !kept.unsent.includes(latest))
        return;
    kept.unsent = kept.unsent.filter((entry) => entry !== latest);
    latest = null;
    lastText = "";
    writeKept();
    showVerdict("undone");
}
async function sendBatch() {
    if (isSending)
        return;
    isSending = true;
    latest = null;
    for (const entry of shuffle(kept.unsent, drawBytes)) {
        const outcome = await network.post(facts.urls.spending + PATHS.spend, encodeEntry(entry), REPLY_LENGTH);
        if (outcome.kind !== "done" && outcome.kind !== "refused")
            break;
        if (outcome.kind === "refused")
            kept.excess += 1;
        kept.unsent = kept.unsent.filter((other) => other !== entry);
        kept.sent.push(entry);
        writeKept();
    }
    isSending = false;
    showFigures();
}
function encodeEntry(entry) {
    const data = parseBase64url(entry);
    const shown = { token: data.slice(0, TOKEN_LENGTH), publicKey: data.slice(TOKEN_LENGTH) };
    return encodeShownPresenceSpend(shown, parseRoomCode(scanner.room_code));
}
function showVerdict(name) {
    show(name, verdict);
    document.body.dataset.verdict = name;
    if (name === "ready" || name === "no-camera")
        return;
    setTimeout(() => {
        if (document.body.dataset.verdict === name)
            showVerdict("ready");
    }, VERDICT_SECONDS * 1000);
}
function showFigures() {
    const states = [navigator.onLine ? "online" : "offline"];
    if (kept.unsent.length > 0)
        states.push("unsent");
    if (kept.excess > 0)
        states.push("excess");
    show(states, get("connection"));
    get("unsent").textContent = writeNumber(kept.unsent.length);
    get("excess").textContent = writeNumber(kept.excess);
    get("counted").textContent = writeNumber(kept.unsent.length + kept.sent.length - kept.excess);
    get("undo").disabled = latest === null;
    get("send").disabled = kept.unsent.length === 0 || isSending;
}
function readKept() {
    const text = localStorage.getItem(storageName);
    return text ? JSON.parse(text) : { unsent: [], sent: [], excess: 0 };
}
function writeKept() {
    kept.unsent.sort();
    kept.sent.sort();
    localStorage.setItem(storageName, JSON.stringify(kept));
    showFigures();
}
