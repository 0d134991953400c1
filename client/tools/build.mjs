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

// Built aside and then laid over the old files, so that a running server never finds half a client.
const build = mkdtempSync(join(tmpdir(), "amanah-client-"));
const source = join(client, "src");
await bundleProtocol();
await bundleEntries();
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

/** What pages and workers take from the protocol, by module; nothing else is sent to a phone. */
function collectImports() {
  const protocol = new Set(listProtocol());
  const found = new Map();
  for (const path of listFiles(source).filter((name) => !protocol.has(relative(source, name).slice(0, -3)))) {
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
