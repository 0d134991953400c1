/** Builds the client into the folder that the doors serve and lists every file with its hash; the same source always gives the same bytes. */

import { createHash } from "node:crypto";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build as bundle } from "esbuild";

const client = join(dirname(fileURLToPath(import.meta.url)), "..");
const project = JSON.parse(readFileSync(join(client, "tsconfig.json"), "utf8"));
const output = process.argv[2] ?? join(client, project.compilerOptions.outDir);

const CONTEXTS = {
  "https://www.w3.org/ns/credentials/v2": "credentials-v2.json",
  "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json": "open-badges-3.0.3.json",
};

// Built aside and then laid over the old files, so that a running server never finds half a client.
const build = mkdtempSync(join(tmpdir(), "amanah-client-"));
const source = join(client, "src");
await bundleProtocol();
await bundleEntries();
await bundleGiving();
copyVendor(join(build, "vendor", "qr"));
writeManifest();
cpSync(build, output, { recursive: true });
removeStale();
rmSync(build, { recursive: true });

/** Everything that makes, checks and spends passes as one file, which pages and workers share. */
async function bundleProtocol() {
  const exports = [...collectImports()].sort().map(([name, used]) => {
    return `export { ${[...used].sort().join(", ")} } from "./${name}.js";`;
  });
  await bundle({
    ...options(),
    stdin: { contents: exports.join("\n"), resolveDir: source, sourcefile: "protocol.ts", loader: "ts" },
    outfile: join(build, "protocol.js"),
  });
}

/** Pages and workers hold only what is their own; what several pages use lies in chunks beside them. */
async function bundleEntries() {
  const pages = readdirSync(join(source, "pages")).filter((name) => isEntry(join(source, "pages", name)));
  const entries = [
    ...pages.map((name) => `pages/${name}`),
    ...readdirSync(join(source, "desk")).map((name) => `desk/${name}`),
    "worker.ts",
    "service_worker.ts",
  ];
  await bundle({
    ...options(),
    entryPoints: entries.map((name) => join(source, name)),
    outbase: source,
    outdir: build,
    splitting: true,
    chunkNames: "pages/[name]-[hash]",
    external: ["../vendor/*"],
    plugins: [{ name: "protocol", setup: leaveProtocolOutside }],
  });
}

/** The giver's page by itself: members load nothing of it, and it nothing of theirs. What it takes from others is named beside it. */
async function bundleGiving() {
  const { metafile } = await bundle({
    ...options(),
    entryPoints: [join(source, "giving", "page.ts")],
    outdir: join(build, "giving"),
    splitting: true,
    chunkNames: "[name]-[hash]",
    platform: "browser",
    metafile: true,
    absWorkingDir: client,
    plugins: [{ name: "contexts", setup: putContextsIn }],
  });
  const packages = new Set(
    Object.keys(metafile.inputs).flatMap(
      (path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
    ),
  );
  writeFileSync(join(build, "giving", "LICENSES.txt"), [...packages].sort().map(quoteLicence).join("\n"));
}

/** The contexts that core ships, byte for byte the same; `https:` addresses are names here and never fetched. */
function putContextsIn({ onResolve, onLoad }) {
  const shipped = join(client, "../src/amanah/core/credentials/contexts");
  onResolve({ filter: /^amanah:contexts$/ }, ({ path }) => ({ path, namespace: "contexts" }));
  onLoad({ filter: /.*/, namespace: "contexts" }, () => {
    const read = (name) => JSON.parse(readFileSync(join(shipped, name), "utf8"));
    const contexts = Object.fromEntries(
      Object.entries(CONTEXTS).map(([address, name]) => [address, read(name)]),
    );
    return { contents: JSON.stringify(contexts), loader: "json" };
  });
  // Nothing is ever fetched (spec/credentials.md 3.5), so that what fetches is left out.
  onResolve({ filter: /^@digitalbazaar\/http-client$/ }, ({ path }) => ({ path, namespace: "nothing" }));
  onLoad({ filter: /.*/, namespace: "nothing" }, () => ({ contents: "export {};", loader: "js" }));
}

function quoteLicence(name) {
  const folder = join(client, "node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((item) => /^licen[cs]e/i.test(item));
  if (!file) throw new Error(`${name} comes without its licence`);
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
}

/** What pages and workers take from the protocol, by module; nothing else is sent to a phone. */
function collectImports() {
  const protocol = new Set(listProtocol());
  const found = new Map();
  const isOwn = (name) => !protocol.has(name.slice(0, -3)) && !name.startsWith("giving");
  for (const path of listFiles(source).filter((name) => isOwn(relative(source, name)))) {
    const text = readFileSync(path, "utf8");
    for (const [, names, module] of text.matchAll(/^import \{([^}]*)\} from "\.{1,2}\/(\w+)\.js";$/gm)) {
      if (!protocol.has(module)) continue;
      const used = names.split(",").map((name) => name.trim());
      for (const name of used.filter((known) => known && !known.startsWith("type ")))
        found.set(module, (found.get(module) ?? new Set()).add(name));
    }
  }
  return found;
}

function options() {
  return {
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    legalComments: "none",
    logLevel: "warning",
  };
}

/** What gives nothing to others is a page's own script. */
function isEntry(path) {
  return !/^export /m.test(readFileSync(path, "utf8"));
}

function listProtocol() {
  return readdirSync(source)
    .filter((name) => name.endsWith(".ts") && !["worker.ts", "service_worker.ts"].includes(name))
    .map((name) => name.slice(0, -3))
    .sort();
}

function leaveProtocolOutside({ onResolve }) {
  const protocol = new Set(listProtocol().map((name) => join(source, `${name}.js`)));
  onResolve({ filter: /^\.{1,2}\/.*\.js$/ }, ({ path, resolveDir }) => {
    if (!protocol.has(join(resolveDir, path))) return undefined;
    return { path: resolveDir === source ? "./protocol.js" : "../protocol.js", external: true };
  });
}

function copyVendor(folder) {
  mkdirSync(folder, { recursive: true });
  for (const name of ["index.js", "decode.js", "LICENSE-MIT"])
    cpSync(join(client, "node_modules", "qr", name), join(folder, name));
}

function writeManifest() {
  const files = {};
  for (const path of listFiles(build).sort()) {
    const name = relative(build, path).replaceAll("\\", "/");
    files[name] = createHash("sha256").update(readFileSync(path)).digest("hex");
  }
  writeFileSync(join(build, "client-manifest.json"), `${JSON.stringify({ files, v: 1 })}\n`);
}

function removeStale() {
  const built = new Set(listFiles(build).map((path) => relative(build, path)));
  for (const path of listFiles(output)) if (!built.has(relative(output, path))) rmSync(path);
}

function listFiles(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? listFiles(path) : [path];
  });
}
