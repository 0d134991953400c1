/** Prints what a phone loads, gzipped file by file as it is served, to join, fetch a wave and spend; fails above the limit. */

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

// Modules stay readable and apart, which costs about 5 kB against one file; comments are left to the source.
const LIMIT = 22_000;
const folder = join(dirname(fileURLToPath(import.meta.url)), "../src/amanah/web/static/client");
// The pages' own controllers and the QR library, which is fetched only where a code is shown or read, are not counted.
const entries = ["device.js", "journey.js", "spending.js", "worker.js"];

const found = new Set();
const open = [...entries];
while (open.length > 0) {
  const name = open.pop();
  if (found.has(name)) continue;
  found.add(name);
  const text = readFileSync(join(folder, name), "utf8");
  for (const [, imported] of text.matchAll(/from "\.\/([^"]+)"/g)) open.push(imported);
}

let total = 0;
for (const name of [...found].sort()) {
  const { length } = gzipSync(readFileSync(join(folder, name)), { level: 9 });
  total += length;
  console.log(`${String(length).padStart(6)}  ${name}`);
}
console.log(`${String(total).padStart(6)}  bytes for join, wave and spend (limit ${LIMIT})`);
process.exitCode = total <= LIMIT ? 0 : 1;
