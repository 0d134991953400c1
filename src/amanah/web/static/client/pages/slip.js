import { pickTitle } from "./listing.js";
import { act, copyTemplate, fill, get, show } from "./page.js";
import { language, writeMoment } from "./times.js";
const GATHERING_SECONDS = 1800;
export function listPlaces(listed, passes, made, now) {
    const known = new Map(listed.map((occasion) => [occasion.occasion, occasion]));
    const unlisted = passes.filter((pass) => !known.has(pass.occasion));
    const places = [
        ...listed.map((occasion) => {
            const pass = passes.find((own) => own.occasion === occasion.occasion) ?? null;
            const isOver = occasion.state === "closed" || occasion.state === "closing" || now >= occasion.closes_at;
            return makePlace(occasion, pickTitle(occasion), pass, isOver, made, now);
        }),
        ...unlisted.map((pass) => makePlace({ ...pass.descriptor, begins_at: pass.descriptor.opens_at }, "", pass, now >= pass.descriptor.closes_at, made, now)),
    ];
    return places
        .filter((place) => place.mark !== "over")
        .sort((left, right) => left.beginsAt - right.beginsAt);
}
function makePlace(times, title, pass, isOver, made, now) {
    const { occasion, kind, begins_at: beginsAt } = times;
    const mark = isOver ? "over" : pass ? "ready" : made.includes(occasion) ? "used" : "absent";
    const opensAt = times.opens_at - (kind === "session" ? GATHERING_SECONDS : 0);
    return { occasion, kind, title, beginsAt, mark, isNow: mark === "ready" && now >= opensAt, pass };
}
export function showPlaces(places, showPass) {
    get("slip").replaceChildren(...places.map(makeRow));
    const open = places.filter((place) => place.isNow);
    const next = places.find((place) => place.mark === "ready" && !place.isNow);
    get("now").replaceChildren(...open.map((place) => makeOpening(place, showPass)));
    if (next) {
        fill("next-title", next.title);
        fill("next-when", writeMoment(next.beginsAt));
    }
    if (open.length > 0)
        return ["now"];
    return [next ? "next" : places.length > 0 ? "nothing-now" : "no-occasions"];
}
function makeRow(place) {
    const row = copyTemplate("slip-row");
    writeNames(place, row);
    show([place.mark, ...nameless(place)], row);
    return row;
}
function makeOpening(place, showPass) {
    const part = copyTemplate("opening");
    writeNames(place, part);
    setLink(part, "here", `/${language()}/sessions/${place.occasion}/here/`);
    setLink(part, "answer", `/${language()}/surveys/${place.occasion}/answer/`);
    const { pass } = place;
    if (pass)
        act("show-pass", () => showPass(place, pass), part);
    show([place.kind, ...nameless(place)], part);
    return part;
}
function nameless(place) {
    return place.title ? [] : [`some-${place.kind}`];
}
function writeNames(place, within) {
    fill("title", place.title, within);
    fill("when", writeMoment(place.beginsAt), within);
}
function setLink(within, name, address) {
    for (const link of within.querySelectorAll(`[data-link="${name}"]`))
        link.href = address;
}
