// Answers one JSON step a line with the built client: blinds a wave, unblinds it, and says what CPU time it took so far.
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const { blindWave, finalizeWave } = await import(pathToFileURL(`${process.argv[2]}/protocol.js`).href);
const bytes = (text) => Uint8Array.from(Buffer.from(text, "hex"));
let pending;

const steps = {
  async blind(occasions) {
    pending = await blindWave(occasions.map(({ descriptor, spki }) => ({ descriptor, spki: bytes(spki) })));
    return pending.map(({ token }) => Buffer.from(token.blinded).toString("hex"));
  },
  async finalize(signatures) {
    const facts = { wave: "0123456789abcdef", matureAt: 0 };
    return (await finalizeWave(pending, signatures.map(bytes), facts)).passes.length;
  },
  cpu() {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const [step, value] = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(await steps[step](value))}\n`);
}
