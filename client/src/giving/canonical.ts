/** Canonical N-Quads by the libraries of the people who wrote the standards (jsonld, rdf-canonize; BSD 3-Clause); contexts are handed in, and none is ever fetched. */

import jsonld from "jsonld";
import type { Canonize } from "./proofs.js";

/** Contexts by address. */
export type Contexts = Readonly<Record<string, unknown>>;

export function makeCanonizer(contexts: Contexts): Canonize {
  const documentLoader = async (documentUrl: string) => {
    if (!Object.hasOwn(contexts, documentUrl))
      throw new TypeError("This context is not one that was handed in.");
    return { contextUrl: null, document: contexts[documentUrl], documentUrl };
  };
  // Safe: what no context defines would not be signed, so that the document is refused instead.
  const rules = { algorithm: "RDFC-1.0", format: "application/n-quads", safe: true, documentLoader } as const;
  return (document) => jsonld.canonize(document, rules);
}
