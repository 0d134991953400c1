import { parseCompactPass, readCompactPass } from "../compact.js";
import { readClock } from "../device.js";
import { ClientError } from "../errors.js";
import { PATHS, REPLY_LENGTH } from "../messages.js";
import { network } from "../network.js";
import { drawBytes } from "../numbers.js";
import { parseDescriptor } from "../occasions.js";
import { parsePassKey } from "../passes.js";
import { readLog } from "../public_log.js";
import { parseRoomCode } from "../rooms.js";
import { encodeAnswerSpend, encodePresenceSpend } from "../spending.js";
import { findKeyedOccasion } from "../waves.js";
import { openCamera } from "./camera.js";
import { act, get, language, readFacts, show, showAndLead, sleep } from "./page.js";
import { walkQuestions } from "./questions.js";
const facts = readFacts();
const SECONDS_SHOWN = 6;
const SECONDS_IDLE = 90;
const room = get("room");
const place = get("survey-place");
let camera = null;
let lastTouched = readClock();
void start();
async function start() {
    act("start", next);
    act("forget", next);
    for (const name of ["pointerdown", "keydown"])
        document.addEventListener(name, () => {
            lastTouched = readClock();
        });
    void forgetWhenLeft();
    show("idle");
}
async function next() {
    camera?.stop();
    place.replaceChildren();
    room.reset();
    show("reading");
    camera = await openCamera(get("camera"), readText);
    if (!camera)
        show("no-camera");
}
async function readText(text) {
    try {
        const compact = parseCompactPass(text);
        const log = { ...facts.log, getFile: (path) => network.getFile(`${facts.urls.log}/${path}`) };
        const found = await findKeyedOccasion(await readLog(log, null), compact.occasion, facts.community);
        const descriptor = parseDescriptor(found.descriptor);
        const read = await readCompactPass(compact, descriptor, await parsePassKey(found.spki));
        if (!read?.seed) {
            show(["reading", "not-paper"]);
            return false;
        }
        await (descriptor.kind === "survey" ? ask(read, descriptor) : enter(read));
        return true;
    }
    catch (error) {
        if (!(error instanceof ClientError))
            throw error;
        show(["reading", error.code === "log-unreachable" ? "offline" : "unread"]);
        return false;
    }
}
async function enter(read) {
    showAndLead("room");
    room.onsubmit = async (event) => {
        event.preventDefault();
        try {
            const code = parseRoomCode(String(new FormData(room).get("code") ?? ""));
            await finish(await encodePresenceSpend({ token: read.token, seed: read.seed ?? drawBytes(32) }, code), "in");
        }
        catch (error) {
            if (!(error instanceof ClientError))
                throw error;
            showAndLead(["room", "wrong-code"]);
        }
    };
}
async function ask(read, descriptor) {
    const response = await fetch(`/${language()}/surveys/${descriptor.occasion}/answer/`, {
        credentials: "omit",
    });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const form = page.getElementById("survey");
    if (!(form instanceof HTMLFormElement))
        throw new ClientError("log-unreachable");
    const own = document.importNode(form, true);
    place.replaceChildren(own);
    show("survey", document.body);
    walkQuestions(own, async (answers) => {
        const spendable = { token: read.token, seed: read.seed ?? drawBytes(32), descriptor };
        await finish(await encodeAnswerSpend(spendable, answers), "answered");
    });
}
async function finish(body, done) {
    const outcome = await network.post(facts.urls.spending + PATHS.spend, body, REPLY_LENGTH);
    place.replaceChildren();
    showAndLead(outcome.kind === "done" ? done : outcome.kind === "refused" ? "refused" : "offline");
    await sleep(SECONDS_SHOWN);
    await next();
}
async function forgetWhenLeft() {
    for (;;) {
        await sleep(5);
        if (readClock() - lastTouched > SECONDS_IDLE && place.childElementCount > 0) {
            lastTouched = readClock();
            await next();
        }
    }
}
