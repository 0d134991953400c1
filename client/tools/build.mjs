/** Compiles the client into the folder that the doors serve, one readable module per source file, and lists every file with its hash. */

import { execFileSync } from "node:child_process";
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

const client = join(dirname(fileURLToPath(import.meta.url)), "..");
const project = JSON.parse(readFileSync(join(client, "tsconfig.json"), "utf8"));
const output = process.argv[2] ?? join(client, project.compilerOptions.outDir);

// Built aside and then laid over the old files, so that a running server never finds half a client.
const build = mkdtempSync(join(tmpdir(), "amanah-client-"));
const compiler = join(client, "node_modules", "typescript", "bin", "tsc");
execFileSync(process.execPath, [compiler, "-p", client, "--outDir", build], { stdio: "inherit" });
copyVendor(join(build, "vendor", "qr"));
writeManifest();
cpSync(build, output, { recursive: true });
removeStale();
rmSync(build, { recursive: true });

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
