/** Prints what a phone loads, compressed file by file as it is served, to join, fetch a wave and spend; fails above the limit. */

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const LIMIT = 12_000;
const folder = join(dirname(fileURLToPath(import.meta.url)), "../src/amanah/web/static/client");
// The QR library is fetched only where a code is shown or read, and is not counted.
const protocol = ["protocol.js", "worker.js"];
const pages = ["pages/join.js", "pages/card.js", "pages/here.js", "pages/answer.js"];

/** Every file that these import, without those that are loaded on demand. */
function follow(names) {
  const found = new Set();
  const open = [...names];
  while (open.length > 0) {
    const name = open.pop();
    if (found.has(name)) continue;
    found.add(name);
    const text = readFileSync(join(folder, name), "utf8");
    for (const [, path] of text.matchAll(/(?:from|^import|;import)"(\.[^"]+)"/g))
      open.push(join(dirname(name), path));
  }
  return [...found].sort();
}

function measure(names) {
  let total = 0;
  for (const name of names) {
    const { length } = gzipSync(readFileSync(join(folder, name)), { level: 9 });
    total += length;
    console.log(`${String(length).padStart(6)}  ${name}`);
  }
  return total;
}

const counted = follow(protocol);
const total = measure(counted);
console.log(`${String(total).padStart(6)}  bytes to join, fetch a wave and spend (limit ${LIMIT})`);
const own = measure(follow(pages).filter((name) => !counted.includes(name)));
console.log(`${String(own).padStart(6)}  bytes more for all that the four pages do beside it`);
process.exitCode = total <= LIMIT ? 0 : 1;
