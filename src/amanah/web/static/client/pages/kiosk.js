import { findBrowserProblem } from "../cards.js";
import { parseCompactPass, readCompactPass } from "../compact.js";
import { readClock } from "../device.js";
import { ClientError } from "../errors.js";
import { PATHS, REPLY_LENGTH } from "../messages.js";
import { network } from "../network.js";
import { parsePassKey } from "../passes.js";
import { readLog } from "../public_log.js";
import { parseRoomCode } from "../rooms.js";
import { encodeAnswerSpend, encodePresenceSpend } from "../spending.js";
import { findKeyedOccasion } from "../waves.js";
import { openCamera } from "./camera.js";
import { act, begin, get, onTyped, readErrorCode, readFacts, show, showAndLead, sleep } from "./page.js";
import { walkQuestions } from "./questions.js";
import { language } from "./times.js";
const facts = readFacts();
const SECONDS_SHOWN = 6;
const SECONDS_IDLE = 90;
const room = get("room");
const place = get("survey-place");
let camera = null;
let entering = null;
let lastTouched = readClock();
let turn = 0;
begin(async () => {
    const problem = await findBrowserProblem();
    if (problem)
        throw new ClientError(problem);
    act("start", startReading);
    act("forget", forget);
    onTyped(room, enterRoom);
    for (const name of ["pointerdown", "keydown"])
        document.addEventListener(name, () => {
            lastTouched = readClock();
        });
    window.addEventListener("pagehide", forget);
    void forgetWhenLeft();
    show("idle");
});
function forget() {
    turn += 1;
    camera?.stop();
    camera = null;
    entering = null;
    place.replaceChildren();
    room.reset();
    showAndLead("idle");
}
async function startReading() {
    forget();
    showAndLead("reading");
    const own = turn;
    const opened = await openCamera(readText);
    if (own !== turn)
        opened?.stop();
    else if (opened)
        camera = opened;
    else
        showAndLead(["idle", "no-camera"]);
}
async function readText(text) {
    const own = turn;
    try {
        const compact = parseCompactPass(text);
        const getFile = (path) => network.getFile(`${facts.urls.log}/${path}`);
        const view = await readLog({ ...facts.log, getFile }, null);
        const { descriptor, spki } = await findKeyedOccasion(view, compact.occasion, facts.community);
        const pass = await readCompactPass(compact, descriptor, await parsePassKey(spki));
        if (own !== turn)
            return true;
        if (!pass?.seed) {
            show(["reading", pass ? "not-paper" : "unread"]);
            return false;
        }
        if (descriptor.kind === "survey")
            await ask({ ...pass, seed: pass.seed, descriptor });
        else
            enter({ ...pass, seed: pass.seed });
        return true;
    }
    catch (error) {
        show(["reading", readErrorCode(error) === "log-unreachable" ? "offline" : "unread"]);
        return false;
    }
}
function enter(pass) {
    entering = async (code) => finish(await encodePresenceSpend(pass, code), "in");
    showAndLead("room");
}
async function enterRoom(text) {
    try {
        await entering?.(parseRoomCode(text));
    }
    catch (error) {
        readErrorCode(error);
        showAndLead(["room", "wrong-code"]);
    }
}
async function ask(pass) {
    const own = turn;
    const form = await fetchQuestions(pass.occasion);
    if (own !== turn)
        return;
    place.replaceChildren(form);
    show("survey");
    walkQuestions(form, async (answers) => finish(await encodeAnswerSpend(pass, answers), "answered"));
}
function fetchQuestions(occasion) {
    return new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        request.open("GET", `/${language()}/surveys/${occasion}/answer/`);
        request.responseType = "document";
        request.onloadend = () => {
            const form = request.responseXML?.getElementById("survey");
            if (form)
                resolve(document.importNode(form, true));
            else
                reject(new ClientError("log-unreachable"));
        };
        request.send();
    });
}
async function finish(body, done) {
    const own = turn;
    const { kind } = await network.post(facts.urls.spending + PATHS.spend, body, REPLY_LENGTH);
    if (own !== turn)
        return;
    if (kind !== "done" && kind !== "refused")
        return show([done === "in" ? "room" : "survey", "offline"]);
    place.replaceChildren();
    entering = null;
    showAndLead(kind === "done" ? done : "refused");
    await sleep(SECONDS_SHOWN);
    if (own === turn)
        forget();
}
async function forgetWhenLeft() {
    for (;;) {
        await sleep(1);
        if (readClock() - lastTouched < SECONDS_IDLE)
            continue;
        lastTouched = readClock();
        forget();
    }
}
