// Issues and verifies W3C credentials with the eddsa-rdfc-2022 suite, one after the other; prints rates as JSON lines.
// Commands on standard input, one a line: "issue SECONDS" or "verify SECONDS".
import {createInterface} from 'node:readline';
import * as vc from '@digitalcredentials/vc';
import {DataIntegrityProof} from '@digitalcredentials/data-integrity';
import {cryptosuite} from '@digitalcredentials/eddsa-rdfc-2022-cryptosuite';
import * as Ed25519Multikey from '@digitalcredentials/ed25519-multikey';

const controller = 'https://ledger.example/issuer';
const pair = await Ed25519Multikey.generate({controller, id: `${controller}#key`});
const key = await pair.export({publicKey: true, includeContext: true});
const documents = new Map([
  [key.id, key],
  [controller, {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id: controller, assertionMethod: [key],
  }],
]);

// Nothing is fetched: the contexts come with the packages, the keys are above.
const loader = async url => documents.has(url)
  ? {contextUrl: null, documentUrl: url, document: documents.get(url)} : vc.defaultDocumentLoader(url);

const signing = () => new DataIntegrityProof({signer: pair.signer(), cryptosuite});
const checking = () => new DataIntegrityProof({cryptosuite});
const plain = number => ({
  '@context': ['https://www.w3.org/ns/credentials/v2', {kind: 'https://ledger.example/#kind', number: 'https://ledger.example/#number'}],
  id: `https://ledger.example/credentials/${number}`,
  type: ['VerifiableCredential'],
  issuer: controller,
  validFrom: '2026-01-01T00:00:00Z',
  validUntil: '2031-01-01T00:00:00Z',
  credentialSubject: {id: `https://ledger.example/people/${number}`, name: 'Siti Rahmawati', kind: 'PEKSOS/GENERALIS', number: `IPSPI-PSG-2026-${number}`},
});
const issue = number => vc.issue({credential: plain(number), suite: signing(), documentLoader: loader});

const some = await Promise.all([...Array(20).keys()].map(issue));
const works = {
  issue,
  verify: async number => {
    const found = await vc.verifyCredential({credential: some[number % some.length], suite: checking(), documentLoader: loader});
    if (!found.verified) throw found.error;
  },
};
for await (const line of createInterface({input: process.stdin})) {
  const [what, seconds] = line.split(' ');
  const begun = performance.now();
  let done = 0;
  while (performance.now() - begun < seconds * 1000) await works[what](done++);
  console.log(JSON.stringify(done / (performance.now() - begun) * 1000));
}
