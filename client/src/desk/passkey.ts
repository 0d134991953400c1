/** The passkey button of the desk: asks the browser for a passkey or for its use. It never sees a password. */

import { encodeBase64url, parseBase64url } from "../encoding.js";

interface Descriptor {
  id: string;
  type: "public-key";
}

interface Options {
  challenge: string;
  user?: { id: string; name: string; displayName: string };
  excludeCredentials?: Descriptor[];
  allowCredentials?: Descriptor[];
}

interface Answer {
  next?: string;
  words?: string;
}

const section = document.getElementById("passkey");
const button = document.getElementById("passkey-button");
const words = document.getElementById("passkey-words");

/** Posts JSON to our own origin and gives what came back, also when it was refused. */
async function send(address: string, body: unknown): Promise<Options & Answer> {
  const response = await fetch(address, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "Content-Type": "application/json" },
    credentials: "same-origin",
    cache: "no-store",
  });
  return (await response.json()) as Options & Answer;
}

function decodeAll(listed: Descriptor[] | undefined): PublicKeyCredentialDescriptor[] {
  return (listed ?? []).map((item) => ({ ...item, id: parseBase64url(item.id) as BufferSource }));
}

async function make(options: Options): Promise<unknown> {
  const { challenge, user, excludeCredentials, ...rest } = options;
  if (user === undefined) throw new TypeError("no user");
  const publicKey = {
    ...rest,
    challenge: parseBase64url(challenge),
    user: { ...user, id: parseBase64url(user.id) },
    excludeCredentials: decodeAll(excludeCredentials),
  } as unknown as PublicKeyCredentialCreationOptions;
  const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
  const response = made.response as AuthenticatorAttestationResponse;
  return describe(made, {
    clientDataJSON: encode(response.clientDataJSON),
    attestationObject: encode(response.attestationObject),
  });
}

async function use(options: Options): Promise<unknown> {
  const { challenge, allowCredentials, ...rest } = options;
  const publicKey = {
    ...rest,
    challenge: parseBase64url(challenge),
    allowCredentials: decodeAll(allowCredentials),
  } as unknown as PublicKeyCredentialRequestOptions;
  const used = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential;
  const response = used.response as AuthenticatorAssertionResponse;
  return describe(used, {
    clientDataJSON: encode(response.clientDataJSON),
    authenticatorData: encode(response.authenticatorData),
    signature: encode(response.signature),
  });
}

function describe(credential: PublicKeyCredential, response: Record<string, string>): unknown {
  const id = encode(credential.rawId);
  return { id, rawId: id, type: credential.type, response, clientExtensionResults: {} };
}

function encode(data: ArrayBuffer): string {
  return encodeBase64url(new Uint8Array(data));
}

async function run(place: HTMLElement): Promise<void> {
  const { ask = "", answer = "", way = "" } = place.dataset;
  const name = document.getElementById("field-passkey-name");
  const asked = await send(ask, name instanceof HTMLInputElement ? { name: name.value } : {});
  if (asked.words !== undefined) return say(asked.words);
  const answered = await send(answer, way === "make" ? await make(asked) : await use(asked));
  if (answered.next !== undefined) location.assign(answered.next);
  else say(answered.words ?? "");
}

function say(text: string): void {
  if (words) words.textContent = text;
}

if (section && button && "PublicKeyCredential" in window) {
  section.hidden = false;
  button.addEventListener("click", () => {
    say("");
    const { failed = "" } = section.dataset;
    run(section).catch(() => say(failed));
  });
}
