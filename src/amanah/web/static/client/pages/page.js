import { readClock } from "../device.js";
import { ClientError } from "../errors.js";
import { encodeQr, toSvgPath } from "../qr.js";
const QUIET = 4;
const PIXELS_PER_MODULE = 6;
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
export function show(states, within = document) {
    const shown = new Set(typeof states === "string" ? [states] : states);
    for (const part of within.querySelectorAll("[data-state]")) {
        const names = (part.dataset.state ?? "").split(" ");
        part.hidden = !names.some((name) => shown.has(name));
    }
}
export function showAndLead(states, within = document) {
    show(states, within);
    const part = within.querySelector("[data-state]:not([hidden]) [data-lead], [data-state][data-lead]:not([hidden])");
    part?.focus();
}
export function fill(name, text, within = document) {
    for (const part of within.querySelectorAll(`[data-fill="${name}"]`))
        part.textContent = text;
}
export function act(name, work, within = document) {
    for (const button of within.querySelectorAll(`[data-act="${name}"]`))
        button.addEventListener("click", async () => {
            button.disabled = true;
            try {
                await work();
            }
            finally {
                button.disabled = false;
            }
        });
}
export function language() {
    return document.documentElement.lang || "en";
}
export function pickTitle(occasion) {
    return occasion.titles[language()] || occasion.titles.en || Object.values(occasion.titles)[0] || "";
}
export function writeMoment(seconds) {
    const format = new Intl.DateTimeFormat(language(), {
        weekday: "long",
        day: "numeric",
        month: "long",
        hour: "2-digit",
        minute: "2-digit",
    });
    return format.format(new Date(seconds * 1000));
}
export function writeWait(seconds) {
    const left = Math.max(0, seconds - readClock());
    const format = new Intl.RelativeTimeFormat(language(), { numeric: "always" });
    if (left >= 172_800)
        return format.format(Math.round(left / 86_400), "day");
    if (left >= 7_200)
        return format.format(Math.round(left / 3_600), "hour");
    if (left >= 120)
        return format.format(Math.round(left / 60), "minute");
    return format.format(left, "second");
}
export function writeNumber(value) {
    return new Intl.NumberFormat(language()).format(value);
}
export async function fetchOccasions(facts) {
    try {
        const options = { credentials: "omit", referrerPolicy: "no-referrer", cache: "no-cache" };
        const response = await fetch(`${facts.urls.programme}/occasions.json`, options);
        return (await response.json()).occasions;
    }
    catch {
        throw new ClientError("log-unreachable");
    }
}
export async function drawQr(canvas, text, level = "medium") {
    const { path, size } = toSvgPath(await encodeQr(text, level), QUIET);
    canvas.width = size * PIXELS_PER_MODULE;
    canvas.height = size * PIXELS_PER_MODULE;
    const context = canvas.getContext("2d");
    if (!context)
        return;
    context.fillStyle = "#ffffff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.scale(PIXELS_PER_MODULE, PIXELS_PER_MODULE);
    context.fillStyle = "#000000";
    context.fill(new Path2D(path));
}
export function sleep(seconds) {
    return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
export function takeFragment() {
    const text = decodeURIComponent(location.hash.slice(1));
    if (text)
        history.replaceState(null, "", location.pathname);
    return text;
}
export function readErrorCode(error) {
    if (error instanceof ClientError)
        return error.code;
    throw error;
}
