/** The one Trusted Types policy of our pages: it lets the addresses of our own two workers through and nothing else. */

export type OwnWorker = "wave" | "offline";

interface Rules {
  createScriptURL(address: string): string;
}

const POLICY = "amanah";
let policy: Rules | null = null;

/** The address of one of our workers, in the form that this browser asks for. */
export function trustWorker(name: OwnWorker): string {
  policy ??= createPolicy({ createScriptURL: requireOwn });
  return policy.createScriptURL(locateWorker(name));
}

function requireOwn(address: string): string {
  const isOwn = address === locateWorker("wave") || address === locateWorker("offline");
  if (!isOwn) throw new TypeError("This is no worker of ours.");
  return address;
}

function locateWorker(name: OwnWorker): string {
  return name === "wave"
    ? new URL("./worker.js", import.meta.url).href
    : new URL("/worker.js", location.href).href;
}

/** TypeScript's own types do not know trusted types yet; where a browser does not, the text itself is what is asked for. */
function createPolicy(rules: Rules): Rules {
  const { trustedTypes } = globalThis as {
    trustedTypes?: { createPolicy(name: string, rules: Rules): Rules };
  };
  return trustedTypes?.createPolicy(POLICY, rules) ?? rules;
}
