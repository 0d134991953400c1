import assert from "node:assert/strict";
import { test } from "node:test";
import { findBrowserProblem, isBrowserFit, openSeed } from "../src/cards.js";
import { ClientError } from "../src/errors.js";

/** Runs with another global of that name, as in a browser that lacks or breaks it. */
async function withGlobal<T>(name: string, value: unknown, use: () => Promise<T>): Promise<T> {
  const before = Object.getOwnPropertyDescriptor(globalThis, name);
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  try {
    return await use();
  } finally {
    if (before) Object.defineProperty(globalThis, name, before);
    else Reflect.deleteProperty(globalThis, name);
  }
}

/** How a browser without Ed25519 answers: those before Chromium 137, Firefox 129 and Safari 17. */
function makeOldCrypto(): unknown {
  const importKey = () => Promise.reject(new DOMException("Unrecognized name.", "NotSupportedError"));
  return { subtle: { importKey } };
}

test("a browser that can hold a card has no problem", async () => {
  assert.equal(await withGlobal("indexedDB", {}, findBrowserProblem), null);
});

test("each thing that a browser may lack has a code of its own", async () => {
  const check = (crypto: unknown, indexedDB: unknown) =>
    withGlobal("indexedDB", indexedDB, () => withGlobal("crypto", crypto, findBrowserProblem));
  assert.equal(await check({}, {}), "connection-not-secure");
  assert.equal(await check(crypto, undefined), "storage-unavailable");
  assert.equal(await check(makeOldCrypto(), {}), "browser-too-old");
  assert.equal(await isBrowserFit(), false);
});

test("a key that the browser cannot make is the browser's fault, in so many words", async () => {
  const open = () => withGlobal("crypto", makeOldCrypto(), () => openSeed(new Uint8Array(32)));
  await assert.rejects(open, (error) => error instanceof ClientError && error.code === "browser-too-old");
});
