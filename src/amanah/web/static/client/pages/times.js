import { readClock } from "../device.js";
export function language() {
    return document.documentElement.lang || "en";
}
function locale() {
    return language() === "en" ? "en-GB" : language();
}
export function writeMoment(seconds) {
    const format = new Intl.DateTimeFormat(locale(), {
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
    const format = new Intl.RelativeTimeFormat(locale(), { numeric: "always" });
    if (left >= 172_800)
        return format.format(Math.round(left / 86_400), "day");
    if (left >= 7_200)
        return format.format(Math.round(left / 3_600), "hour");
    if (left >= 120)
        return format.format(Math.round(left / 60), "minute");
    return format.format(left, "second");
}
export function writeNumber(value) {
    return new Intl.NumberFormat(locale()).format(value);
}
export async function countDown(moment, write, isOver) {
    while (readClock() < moment && !isOver()) {
        write(writeWait(moment));
        await new Promise((resolve) => setTimeout(resolve, 1000));
    }
}
