// Answers one JSON question a line with Cloudflare's Privacy Pass and blind RSA libraries; it shares no code with Amanah.
import { createInterface } from 'node:readline';
import { RSABSSA } from '@cloudflare/blindrsa-ts';
import { Token, TOKEN_TYPES, publicVerif } from '@cloudflare/privacypass-ts';

const { BlindRSAMode, Client, Issuer, Origin, TokenRequest, TokenResponse, convertRSASSAPSSToEnc } = publicVerif;
const ALGORITHM = { name: 'RSA-PSS', hash: 'SHA-384' };
const hex = (bytes) => Buffer.from(bytes).toString('hex');
const bytes = (text) => new Uint8Array(Buffer.from(text, 'hex'));
const suite = RSABSSA.SHA384.PSS.Deterministic();
const origin = new Origin(BlindRSAMode.PSS);

const importPublic = (spki) =>
  crypto.subtle.importKey('spki', convertRSASSAPSSToEnc(bytes(spki)), ALGORITHM, true, ['verify']);
const importPrivate = (pkcs8) => crypto.subtle.importKey('pkcs8', bytes(pkcs8), ALGORITHM, true, ['sign']);

let client;

const questions = {
  async challenge({ issuer, context }) {
    return hex(origin.createTokenChallenge(issuer, bytes(context)).serialize());
  },
  async spki({ spki }) {
    return hex(await publicVerif.getPublicKeyBytes(await importPublic(spki)));
  },
  async request({ issuer, context, spki }) {
    client = new Client(BlindRSAMode.PSS);
    return hex((await client.createTokenRequest(origin.createTokenChallenge(issuer, bytes(context)), bytes(spki))).blindedMsg);
  },
  async finalize({ blindSignature }) {
    return hex((await client.finalize(new TokenResponse(bytes(blindSignature)))).serialize());
  },
  async issue({ pkcs8, spki, blinded }) {
    const issuer = new Issuer(BlindRSAMode.PSS, 'issuer', await importPrivate(pkcs8), await importPublic(spki));
    const keyId = await issuer.tokenKeyID();
    const request = new TokenRequest(keyId[keyId.length - 1], bytes(blinded), TOKEN_TYPES.BLIND_RSA);
    return hex((await issuer.issue(request)).blindSig);
  },
  async verify({ token, spki }) {
    return origin.verify(Token.deserialize(TOKEN_TYPES.BLIND_RSA, bytes(token)), await importPublic(spki));
  },
  async blind({ spki, message }) {
    const { blindedMsg, inv } = await suite.blind(await importPublic(spki), bytes(message));
    return { blinded: hex(blindedMsg), inverse: hex(inv) };
  },
  async unblind({ spki, message, blindSignature, inverse }) {
    return hex(await suite.finalize(await importPublic(spki), bytes(message), bytes(blindSignature), bytes(inverse)));
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { question, ...rest } = JSON.parse(line);
  let answer;
  try {
    answer = { answer: await questions[question](rest) };
  } catch (error) {
    answer = { error: String(error.message ?? error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
