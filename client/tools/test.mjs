/** Compiles source and tests together and runs the tests; `node tools/test.mjs NAME` runs one file. */

import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const client = join(dirname(fileURLToPath(import.meta.url)), "..");
const build = join(client, "build");

rmSync(build, { recursive: true, force: true });
const compiler = join(client, "node_modules", "typescript", "bin", "tsc");
execFileSync(process.execPath, [compiler, "-p", join(client, "tsconfig.test.json")], { stdio: "inherit" });
const vendor = join(build, "src", "vendor", "qr");
mkdirSync(vendor, { recursive: true });
for (const name of ["index.js", "decode.js"])
  cpSync(join(client, "node_modules", "qr", name), join(vendor, name));

const wanted = process.argv[2];
const tests = readdirSync(join(build, "test"))
  .filter((name) => name.endsWith(".test.js") && (!wanted || name.startsWith(wanted)))
  .map((name) => join(build, "test", name));
const { status } = spawnSync(process.execPath, ["--no-warnings", "--test", ...tests], {
  cwd: client,
  stdio: "inherit",
});
process.exitCode = status ?? 1;
