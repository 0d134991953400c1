/** The little that we use of libraries that say nothing of their types, and the contexts that the build puts in (`tools/build.mjs`). */

declare module "jsonld" {
  interface Rules {
    algorithm: "RDFC-1.0";
    format: "application/n-quads";
    safe: boolean;
    documentLoader: (
      address: string,
    ) => Promise<{ contextUrl: null; document: unknown; documentUrl: string }>;
  }
  const jsonld: { canonize(document: object, rules: Rules): Promise<string> };
  export default jsonld;
}

declare module "amanah:contexts" {
  const contexts: Readonly<Record<string, unknown>>;
  export default contexts;
}
