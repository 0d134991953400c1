import assert from "node:assert/strict";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import type { Bytes } from "../src/encoding.js";
import { ClientError } from "../src/errors.js";
import { network } from "../src/network.js";

const BODY: Bytes = Uint8Array.of(1, 2, 3);

/** Runs a real server that answers everything in one way, and gives what it saw. */
async function serve<T>(
  answer: (response: ServerResponse) => void,
  use: (url: string, seen: IncomingHttpHeaders[]) => Promise<T>,
): Promise<T> {
  const seen: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers);
    request.resume().on("end", () => answer(response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const reply =
  (status: number, size: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    response.writeHead(status, headers).end(Buffer.alloc(size, 7));

test("a request carries no content type, cookie or referrer", async () => {
  const headers = await serve(reply(200, 512), async (url, seen) => {
    assert.equal((await network.post(url, BODY, 512)).kind, "done");
    return seen[0];
  });
  for (const name of ["content-type", "cookie", "referer", "authorization"])
    assert.equal(headers?.[name], undefined);
  assert.equal(headers?.["content-length"], "3");
});

test("every foreseen answer is a value", async () => {
  const kinds: [(response: ServerResponse) => void, string][] = [
    [reply(200, 512), "done"],
    [reply(200, 511), "unreachable"],
    [reply(409, 512), "refused"],
    [reply(500, 512), "unreachable"],
    [reply(302, 0, { Location: "http://127.0.0.1:1/" }), "unreachable"],
    [(response) => response.destroy(), "unreachable"],
  ];
  for (const [answer, kind] of kinds)
    assert.equal((await serve(answer, (url) => network.post(url, BODY, 512))).kind, kind);
  assert.equal((await network.post("http://127.0.0.1:1/", BODY, 512)).kind, "unreachable");
});

test("a full queue says when to come back, within reason", async () => {
  for (const [header, seconds] of [
    ["7", 7],
    ["100000", 60],
    ["soon", 1],
    ["0", 1],
  ] as const)
    assert.deepEqual(
      await serve(reply(503, 512, { "Retry-After": header }), (url) => network.post(url, BODY, 512)),
      { kind: "busy", retryAfter: seconds },
    );
});

test("a missing file is null, a failing log an error", async () => {
  assert.equal((await serve(reply(200, 9), (url) => network.getFile(url)))?.length, 9);
  assert.equal(await serve(reply(404, 0), (url) => network.getFile(url)), null);
  const isUnreachable = (error: unknown) => error instanceof ClientError && error.code === "log-unreachable";
  await assert.rejects(
    serve(reply(500, 0), (url) => network.getFile(url)),
    isUnreachable,
  );
  await assert.rejects(network.getFile("http://127.0.0.1:1/checkpoint"), isUnreachable);
});
