import { parseCompactPass, readCompactPass } from "../compact.js";
import { readClock } from "../device.js";
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
import { keepOffline } from "./offline.js";
import { act, begin, fill, get, onTyped, readBlock, readFacts, show } from "./page.js";
import { writeNumber } from "./times.js";
const VERDICT_SECONDS = 2.5;
const AWAY_SECONDS = 3;
const PREFIX = "amanah-scanner-";
const facts = readFacts();
const scanner = readBlock("amanah-scanner");
const verdict = get("verdict");
const typed = get("typed");
const kept = readKept(scanner.occasion);
let latest = null;
let seen = { text: "", at: 0 };
let isSending = false;
let shownVerdicts = 0;
begin(async () => {
    keepOffline();
    forgetSent();
    const descriptor = parseDescriptor(scanner.descriptor);
    const key = await parsePassKey(parseBase64url(scanner.spki));
    const check = (text) => checkText(text, descriptor, key);
    act("undo", undo);
    act("send", sendBatch);
    act("type", () => {
        typed.hidden = !typed.hidden;
        if (!typed.hidden)
            typed.querySelector("input")?.focus();
    });
    onTyped(typed, async (text) => {
        await check(text.trim());
        typed.reset();
    });
    for (const name of ["online", "offline"])
        window.addEventListener(name, showFigures);
    showFigures();
    const camera = await openCamera(async (text) => {
        if (isNewBeforeCamera(text))
            await check(text);
        return false;
    });
    showVerdict(camera ? "ready" : "no-camera");
});
function isNewBeforeCamera(text) {
    const isSame = text === seen.text && readClock() - seen.at < AWAY_SECONDS;
    seen = { text, at: readClock() };
    return !isSame;
}
async function checkText(text, descriptor, key) {
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
    if (latest === null)
        return;
    kept.unsent = kept.unsent.filter((entry) => entry !== latest);
    latest = null;
    seen = { text: "", at: 0 };
    writeKept();
    showVerdict("undone");
}
async function sendBatch() {
    if (isSending)
        return;
    isSending = true;
    latest = null;
    showFigures();
    let isReached = true;
    for (const entry of shuffle(kept.unsent, drawBytes)) {
        const { kind } = await network.post(facts.urls.spending + PATHS.spend, encodeEntry(entry), REPLY_LENGTH);
        isReached = kind === "done" || kind === "refused";
        if (!isReached)
            break;
        if (kind === "refused")
            kept.excess += 1;
        kept.unsent = kept.unsent.filter((other) => other !== entry);
        kept.sent.push(entry);
        writeKept();
    }
    isSending = false;
    showFigures(isReached ? ["delivered"] : ["not-delivered"]);
}
function encodeEntry(entry) {
    const data = parseBase64url(entry);
    const shown = { token: data.slice(0, TOKEN_LENGTH), publicKey: data.slice(TOKEN_LENGTH) };
    return encodeShownPresenceSpend(shown, parseRoomCode(scanner.room_code));
}
function showVerdict(name) {
    const own = ++shownVerdicts;
    show(name, verdict);
    document.body.dataset.verdict = name;
    showFigures();
    const isJudging = name !== "ready" && name !== "no-camera";
    document.body.classList.toggle("judging", isJudging);
    if (!isJudging)
        return;
    setTimeout(() => {
        if (own === shownVerdicts)
            showVerdict("ready");
    }, VERDICT_SECONDS * 1000);
}
function showFigures(news = []) {
    const states = [navigator.onLine ? "online" : "offline", ...(Array.isArray(news) ? news : [])];
    if (kept.unsent.length > 0)
        states.push("unsent");
    if (kept.excess > 0)
        states.push("excess");
    show(states, get("connection"));
    fill("unsent", writeNumber(kept.unsent.length));
    fill("excess", writeNumber(kept.excess));
    fill("counted", writeNumber(kept.unsent.length + kept.sent.length - kept.excess));
    get("undo").disabled = latest === null;
    get("send").disabled = kept.unsent.length === 0 || isSending;
}
function readKept(occasion) {
    const text = localStorage.getItem(PREFIX + occasion);
    return text ? JSON.parse(text) : { unsent: [], sent: [], excess: 0 };
}
function writeKept() {
    kept.unsent.sort();
    kept.sent.sort();
    localStorage.setItem(PREFIX + scanner.occasion, JSON.stringify(kept));
}
function forgetSent() {
    for (const name of Object.keys(localStorage)) {
        const occasion = name.slice(PREFIX.length);
        if (!name.startsWith(PREFIX) || occasion === scanner.occasion)
            continue;
        if (readKept(occasion).unsent.length === 0)
            localStorage.removeItem(name);
    }
}
