/** Whether the words on the page are those of the document (spec/credentials.md 2, 10.3): every value of it stands there letter by letter, or is of the form that every authorisation has. It writes no words of its own. */

import { isObject, type Json, type JsonObject } from "../encoding.js";

/** Values that every authorisation has at this place; a page need not say them. `*` is any place of a list. */
const FORM: Readonly<Record<string, readonly string[]>> = {
  "@context.0": ["https://www.w3.org/ns/credentials/v2"],
  "@context.1": ["https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
  "type.0": ["VerifiableCredential"],
  "type.1": ["OpenBadgeCredential"],
  "issuer.type.0": ["Profile"],
  "credentialSubject.type.0": ["AchievementSubject"],
  "credentialSubject.achievement.type.0": ["Achievement"],
  "termsOfUse.0.type": ["urn:amanah:IssuedUnderAuthority"],
  "credentialStatus.type": ["BitstringStatusListEntry"],
  "credentialStatus.statusPurpose": ["revocation"],
  "evidence.*.type.0": ["Evidence"],
};

/** Names that machines follow; they are shown with the whole document, and not in words. */
const NAMES = [
  "id",
  "issuer.id",
  "relatedResource.digestMultibase",
  "credentialStatus.id",
  "credentialStatus.statusListIndex",
  "credentialStatus.statusListCredential",
];

/** Every value of a document by its place, such as `issuer.name` or `evidence.0.name`. */
export function listValues(value: Json, place = ""): [place: string, value: Json][] {
  const parts = Array.isArray(value) ? Object.entries(value) : isObject(value) ? Object.entries(value) : null;
  // What is empty says something as well.
  if (parts === null || parts.length === 0) return [[place, value]];
  return parts.flatMap(([name, part]) => listValues(part, place ? `${place}.${name}` : name));
}

/** The places that neither the form accounts for nor the page, which says those in `said`. */
export function listUnsaid(document: JsonObject, said: ReadonlySet<string>): string[] {
  const unsaid = listValues(document).filter(([place, value]) => {
    if (typeof value !== "string") return true;
    const expected = FORM[place.replace(/^evidence\.\d+\./, "evidence.*.")];
    if (expected) return !expected.includes(value);
    return !NAMES.includes(place) && !said.has(place);
  });
  return unsaid.map(([place]) => place);
}

/** Reads the document as it stands on the page; refuses a text that says more than a reader of JSON would see, as by a name that stands twice. */
export function parseShown(text: string): JsonObject | null {
  let document: Json;
  try {
    document = JSON.parse(text);
  } catch {
    return null;
  }
  return isObject(document) && writeShown(document) === text ? document : null;
}

export function writeShown(document: JsonObject): string {
  return JSON.stringify(document, null, 2);
}

/** A copy in which the giver's own key stands as the issuer, where the community could not know it; null where another key is asked for. */
export function nameIssuer(document: JsonObject, did: string): JsonObject | null {
  const { issuer } = document;
  if (!isObject(issuer) || (issuer.id !== "" && issuer.id !== did)) return null;
  return { ...document, issuer: { ...issuer, id: did } };
}
