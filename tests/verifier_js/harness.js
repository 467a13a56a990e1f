// Runs the verifier's modules over cases made in Python: [operation, ...arguments]; bytes are hexadecimal.
import { Refused, hex } from "/q/bytes.js";
import * as cbor from "/q/cbor.js";
import * as cose from "/q/cose.js";
import * as digits from "/q/digits.js";
import * as document from "/q/document.js";
import * as keylist from "/q/keylist.js";
import { refuseWeak } from "/q/points.js";
import { proved } from "/q/proof.js";
import * as registered from "/q/registered.js";
import * as statuslist from "/q/statuslist.js";
import * as token from "/q/token.js";
import { able, verify } from "/q/verify.js";

const bytes = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));

/** With maps as [[key, value], …] and bytes as hexadecimal, each in a frame that names it. */
function plain(value) {
  if (value instanceof Uint8Array) return { bytes: hex(value) };
  if (value instanceof Map) return { map: [...value].map(([key, item]) => [key, plain(item)]) };
  return Array.isArray(value) ? value.map(plain) : value;
}

const kids = (keys) => keys.map((key) => hex(key.kid));

function summary(list) {
  const authorities = [...list.authorities].map(([id, { statusUri, grants }]) => [id, statusUri, grants]);
  const keys = list.keys.map(({ kid, alg, public: raw, ...rest }) => [hex(kid), alg, hex(raw), rest]);
  return [list.version, list.iat, list.exp, list.roots.fingerprint, kids(list.roots.keys), authorities, keys];
}

async function under(keyList, origin, more) {
  return { keyList: await keylist.decode(bytes(keyList)), origin, ...more };
}

const OPERATIONS = {
  cbor: (data, limit) => {
    const value = cbor.decode(bytes(data), limit);
    return [plain(value), hex(cbor.encode(value))];
  },
  digits: (text) => hex(digits.decode(text)),
  scanned: (text, base) => {
    try {
      return hex(digits.scanned(text, base));
    } catch (error) {
      if (error instanceof digits.Foreign) return `foreign ${error.host}`;
      throw error;
    }
  },
  point: (raw) => void refuseWeak(bytes(raw)),
  statement: (data, typ, detached) => {
    const { headers, alg, kid, payload, signature } = cose.parse(bytes(data), { typ, detached });
    return [hex(headers), alg, hex(kid), payload && hex(payload), hex(signature)];
  },
  token: (payload) => token.read(bytes(payload)),
  keyList: async (data) => summary(await keylist.decode(bytes(data))),
  signedKeyList: async (data, roots, origin) => {
    const body = keylist.parts(bytes(data));
    return summary(await keylist.openSigned(body, (await keylist.decode(bytes(roots))).roots, origin));
  },
  statusList: async (data, keyList, origin, authority, uri) => {
    const list = await statuslist.openSigned(bytes(data), await under(keyList, origin, { authority, uri }));
    const entries = [0, 1, 2, 3, 4711, 131071, 131072].map((index) => statuslist.at(list, index));
    return [list.iat, list.exp, list.version, hex(list.digest), entries];
  },
  statusPath: (uri, number) => statuslist.pathOf(uri, number),
  bucket: async (data, keyList, origin, name) => {
    const bucket = await registered.openSigned(bytes(data), await under(keyList, origin, { token: bytes(name) }));
    return [bucket.iat, bucket.exp, registered.holds(bucket, bytes(name)), bucket.hashes.map(hex)];
  },
  document: async (data, keyList, origin, name) => {
    const found = await document.openSigned(bytes(data), await under(keyList, origin, { token: bytes(name) }));
    return [found.iat, found.sheets.map(hex)];
  },
  proof: async (data, keyList, origin, name) => proved(bytes(data), bytes(name), await under(keyList, origin)),
  able: () => able(),
  verify: async (visit) => {
    const held = new Map(Object.entries(visit.held).map(([path, data]) => [path, bytes(data)]));
    const verdict = await verify(visit.text, {
      ...visit.ledger,
      clock: visit.clock,
      context: visit.context,
      fetch: answering(visit.answers),
      held: { get: async (path) => held.get(path) ?? null, put: async (path, data) => void held.set(path, data) },
    });
    const checks = verdict.checks.map(({ name, outcome, reason }) => [name, outcome, reason]);
    const kept = Object.fromEntries([...held].map(([path, data]) => [path, hex(data)]));
    return { ...verdict, checks, held: kept };
  },
};

/** Each answer once, the last again and again; a path without answers is absent. */
function answering(answers) {
  const left = new Map(Object.entries(answers));
  return async (path) => {
    const [next, ...rest] = left.get(path) ?? [{ kind: "absent" }];
    if (rest.length > 0) left.set(path, rest);
    return next.kind === "bytes" ? { ...next, bytes: bytes(next.data) } : next;
  };
}

async function one([operation, ...parts]) {
  try {
    return { value: (await OPERATIONS[operation](...parts)) ?? null };
  } catch (error) {
    return error instanceof Refused ? { refused: true } : { broken: `${error.name}: ${error.message}` };
  }
}

globalThis.run = async (cases) => {
  const results = [];
  for (const item of JSON.parse(cases)) results.push(await one(item));
  return JSON.stringify(results);
};

/** Milliseconds of a whole verdict, the median of some. */
globalThis.timed = async (item, times) => {
  const [, visit] = JSON.parse(item);
  const taken = [];
  for (let n = 0; n < times; n += 1) {
    const start = performance.now();
    await OPERATIONS.verify(visit);
    taken.push(performance.now() - start);
  }
  return taken.sort((some, others) => some - others)[times >> 1];
};
