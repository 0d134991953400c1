// Answers one JSON question a line with the client's modules, whose folder is the first argument; its store ends with the process.
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const client = pathToFileURL(`${process.argv[2]}/`);
const load = (name) => import(new URL(`${name}.js`, client).href);
const { Journey } = await load("journey");
const { network } = await load("network");
const { drawBytes } = await load("numbers");
const { openPassingStore } = await load("pages/passing_store");
const { blindWave, finalizeWave, findCurrentWave } = await load("waves");
const { readLog } = await load("public_log");
const { parseDescriptor } = await load("occasions");
const { parsePassKey } = await load("passes");
const { encodeAnswerSpend, encodePresenceSpend, encodeShownPresenceSpend } = await load("spending");
const compact = { ...(await load("pages/compact")), ...(await load("pages/compact_reading")) };
const codes = await load("codes");
const { isBrowserFit } = await load("cards");

const hex = (bytes) => Buffer.from(bytes).toString("hex");
const bytes = (text) => Uint8Array.from(Buffer.from(text, "hex"));
let store = openPassingStore();
let journey;

function surround(facts) {
  journey = new Journey({
    facts,
    store,
    network,
    now: () => Math.floor(Date.now() / 1000),
    random: drawBytes,
    maker: { blind: blindWave, finalize: finalizeWave },
    hold: (work) => work(),
  });
}

/** Goes on until the journey rests; a refusal may only mean that the door's clerk has not read the log yet. */
async function settle(until) {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const report = await journey.advance();
    if (until(report) || Date.now() > deadline) return report;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const listPasses = async () =>
  (await store.listPasses()).map(({ occasion, token, seed }) => ({ occasion, token: hex(token), seed: hex(seed) }));

const questions = {
  fit: () => isBrowserFit(),
  async join({ facts, invitation }) {
    store = openPassingStore();
    surround(facts);
    const shown = await journey.begin(await codes.parseCode("invitation", invitation));
    await journey.confirmCodes();
    const report = await settle(({ situation }) => situation.step === "member");
    const card = await store.read("card");
    return { step: report.situation.step, shown, publicKey: hex(card.publicKey) };
  },
  async fetch() {
    const report = await journey.fetchNow();
    return { hindrance: report.hindrance?.code ?? null, passes: await listPasses() };
  },
  async restore({ facts, backup }) {
    store = openPassingStore();
    surround(facts);
    await journey.restore(await codes.parseCode("card", backup));
    return { publicKey: hex((await store.read("card")).publicKey) };
  },
  leave: async () => (await journey.leave()).kind,
  async kinds({ facts }) {
    const getFile = (path) => network.getFile(`${facts.urls.log}/${path}`);
    const view = await readLog({ ...facts.log, getFile }, null);
    const wave = await findCurrentWave(view, facts.community);
    return { kinds: view.entries.map((entry) => entry.kind), root: hex(view.root), wave: wave?.id ?? null };
  },
  /** Reads the log as a device that saw `seen` before; `note` stands in for the checkpoint that is served. */
  async read({ facts, seen = null, note = null }) {
    const served = (path) => network.getFile(`${facts.urls.log}/${path}`);
    const getFile = async (path) => (path === "checkpoint" && note ? new TextEncoder().encode(note) : served(path));
    const before = seen && { ...seen, root: bytes(seen.root) };
    const view = await readLog({ ...facts.log, getFile }, before);
    return {
      size: view.size,
      root: hex(view.root),
      note: view.note,
      seenAt: Object.fromEntries(view.seenAt),
      needed: view.needed,
      aliveAt: view.aliveAt,
    };
  },
  async presence({ occasion, code }) {
    return hex(await encodePresenceSpend(await store.findPass(occasion), code));
  },
  async answer({ occasion, answers }) {
    return hex(await encodeAnswerSpend(await store.findPass(occasion), answers));
  },
  async show({ occasion }) {
    const pass = await store.findPass(occasion);
    return {
      shown: compact.encodeCompactPass(await compact.toPresencePass(pass)),
      paper: compact.encodeCompactPass(compact.toPaperPass(pass)),
    };
  },
  async scan({ text, descriptor, spki, code }) {
    const key = await parsePassKey(bytes(spki));
    const read = await compact.readCompactPass(compact.parseCompactPass(text), parseDescriptor(descriptor), key);
    return read && hex(encodeShownPresenceSpend(read, code));
  },
  async code({ context, text }) {
    const secret = await codes.parseCode(context, text);
    return { secret: hex(secret), text: await codes.encodeCode(context, secret) };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { question, ...values } = JSON.parse(line);
  let reply;
  try {
    reply = { answer: await questions[question](values) };
  } catch (error) {
    reply = { error: error.code ?? String(error), ...(error.evidence && { evidence: error.evidence }) };
  }
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}
