/** The passkey buttons of a desk: make a passkey, sign in with one, sign a decision. It never sees a password. */

import { encodeBase64url, parseBase64url } from "../encoding.js";
import { computeChallenge } from "../pages/signed_document.js";

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

/** What was on the page is not what the desk asks to be signed. */
class ChangedError extends Error {}

/** The desk did not answer, or not in its own way. */
class UnreachableError extends Error {}

/** Posts JSON to our own origin and gives what came back, also when it was refused. */
async function send(address: string, body: unknown): Promise<Options & Answer> {
  let response: Response;
  try {
    response = await fetch(address, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json" },
      credentials: "same-origin",
      cache: "no-store",
    });
    // Whoever is not signed in any more is sent to another page, as by every button of the desk.
    if (response.redirected) return { challenge: "", next: response.url };
    return (await response.json()) as Options & Answer;
  } catch {
    throw new UnreachableError();
  }
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

/** Signs what stands on the page, and nothing that the desk swaps in behind it. */
async function sign(options: Options, place: string): Promise<unknown> {
  const read = document.getElementById(place)?.textContent ?? "";
  const challenge = encodeBase64url(await computeChallenge(read));
  if (challenge !== options.challenge) throw new ChangedError();
  return use(options);
}

function describe(credential: PublicKeyCredential, response: Record<string, string>): unknown {
  const id = encode(credential.rawId);
  return { id, rawId: id, type: credential.type, response, clientExtensionResults: {} };
}

function encode(data: ArrayBuffer): string {
  return encodeBase64url(new Uint8Array(data));
}

/** Holds one ceremony; gives what to say, or leaves the page. */
async function hold(section: HTMLElement): Promise<string> {
  const { ask = "", answer = "", way = "", document: read = "" } = section.dataset;
  const name = document.getElementById("field-passkey-name");
  const asked = await send(ask, name instanceof HTMLInputElement ? { name: name.value } : {});
  if (asked.words !== undefined) return asked.words;
  if (asked.next !== undefined) return leave(asked.next);
  const made =
    way === "make" ? await make(asked) : way === "sign" ? await sign(asked, read) : await use(asked);
  const answered = await send(answer, made);
  return answered.next === undefined ? (answered.words ?? "") : leave(answered.next);
}

function leave(next: string): string {
  location.assign(next);
  return "";
}

/** Chooses the words for what went wrong; a browser says hardly more than that nothing was signed. */
function explain(section: HTMLElement, error: unknown): string {
  const { failed = "", changed = failed, unreachable = failed } = section.dataset;
  if (error instanceof ChangedError) return changed;
  return error instanceof UnreachableError ? unreachable : failed;
}

function prepare(section: HTMLElement): void {
  const button = section.querySelector("button");
  const words = section.querySelector('[role="status"]');
  let isBusy = false;
  section.hidden = false;
  button?.addEventListener("click", async () => {
    if (isBusy) return;
    // The button is not disabled: it would lose the keyboard's place.
    isBusy = true;
    button.setAttribute("aria-disabled", "true");
    if (words) words.textContent = section.dataset.waiting ?? "";
    const text = await hold(section).catch((error: unknown) => explain(section, error));
    if (words) words.textContent = text;
    button.removeAttribute("aria-disabled");
    isBusy = false;
  });
}

if ("PublicKeyCredential" in window && "credentials" in navigator)
  for (const section of document.querySelectorAll<HTMLElement>("[data-way]")) prepare(section);
else
  for (const place of document.querySelectorAll<HTMLElement>("[data-without-passkeys]")) place.hidden = false;
