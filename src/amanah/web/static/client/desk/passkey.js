import { encodeBase64url, parseBase64url } from "../encoding.js";
const section = document.getElementById("passkey");
const button = document.getElementById("passkey-button");
const words = document.getElementById("passkey-words");
async function send(address, body) {
    const response = await fetch(address, {
        method: "POST",
        body: JSON.stringify(body),
        headers: { "Content-Type": "application/json" },
        credentials: "same-origin",
        cache: "no-store",
    });
    return (await response.json());
}
function decodeAll(listed) {
    return (listed ?? []).map((item) => ({ ...item, id: parseBase64url(item.id) }));
}
async function make(options) {
    const { challenge, user, excludeCredentials, ...rest } = options;
    if (user === undefined)
        throw new TypeError("no user");
    const publicKey = {
        ...rest,
        challenge: parseBase64url(challenge),
        user: { ...user, id: parseBase64url(user.id) },
        excludeCredentials: decodeAll(excludeCredentials),
    };
    const made = (await navigator.credentials.create({ publicKey }));
    const response = made.response;
    return describe(made, {
        clientDataJSON: encode(response.clientDataJSON),
        attestationObject: encode(response.attestationObject),
    });
}
async function use(options) {
    const { challenge, allowCredentials, ...rest } = options;
    const publicKey = {
        ...rest,
        challenge: parseBase64url(challenge),
        allowCredentials: decodeAll(allowCredentials),
    };
    const used = (await navigator.credentials.get({ publicKey }));
    const response = used.response;
    return describe(used, {
        clientDataJSON: encode(response.clientDataJSON),
        authenticatorData: encode(response.authenticatorData),
        signature: encode(response.signature),
    });
}
function describe(credential, response) {
    const id = encode(credential.rawId);
    return { id, rawId: id, type: credential.type, response, clientExtensionResults: {} };
}
function encode(data) {
    return encodeBase64url(new Uint8Array(data));
}
async function run(place) {
    const { ask = "", answer = "", way = "" } = place.dataset;
    const name = document.getElementById("field-passkey-name");
    const asked = await send(ask, name instanceof HTMLInputElement ? { name: name.value } : {});
    if (asked.words !== undefined)
        return say(asked.words);
    const answered = await send(answer, way === "make" ? await make(asked) : await use(asked));
    if (answered.next !== undefined)
        location.assign(answered.next);
    else
        say(answered.words ?? "");
}
function say(text) {
    if (words)
        words.textContent = text;
}
if (section && button && "PublicKeyCredential" in window) {
    section.hidden = false;
    button.addEventListener("click", () => {
        say("");
        const { failed = "" } = section.dataset;
        run(section).catch(() => say(failed));
    });
}
