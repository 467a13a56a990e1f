/** The one CBOR of this project: what `ledger/signing/cbor.py` would have written otherwise is refused. */

import { Refused, compare, concat, fromUtf8, insist, utf8 } from "./bytes.js";

const MAX_DEPTH = 8; // Containers inside each other; the outermost counts as 1.
const MAX_INTEGER = 2 ** 53; // Both signs.
const REFUSED_LETTERS = /[\p{Cc}\p{Cf}\p{Cs}]/u; // Control; format with the bidirectional marks; surrogate.
const SHORTEST = [24, 2 ** 8, 2 ** 16, 2 ** 32]; // What a number in 1, 2, 4, 8 bytes is at least.

// A negative key stands only beside keys that sort before it both length-first and bytewise.
const NEGATIVE_KEYS = new Map([[-1, 24], [-2, 24], [-70001, 2 ** 32], [-70002, 2 ** 32]]);

/**
 * One whole value: number, Uint8Array, string, boolean, null, Array or Map.
 *
 * Throws: Refused. Source: RFC 8949, section 4.2.1. Safe on untrusted input.
 */
export function decode(data, limit) {
  insist(data.length <= limit, "length");
  const reader = new Reader(data);
  const value = reader.item(1);
  insist(reader.at === data.length, "order");
  return value;
}

/** Deterministic, of a value that `decode` gave or that is written in its order. */
export function encode(value) {
  if (value === null) return Uint8Array.of(0xf6);
  if (typeof value === "boolean") return Uint8Array.of(value ? 0xf5 : 0xf4);
  if (typeof value === "number") return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === "string") return concat([head(3, utf8(value).length), utf8(value)]);
  if (value instanceof Uint8Array) return concat([head(2, value.length), value]);
  if (Array.isArray(value)) return concat([head(4, value.length), ...value.map(encode)]);
  return concat([head(5, value.size), ...[...value].flatMap((pair) => pair.map(encode))]);
}

function head(major, number) {
  const wide = SHORTEST.filter((least) => number >= least).length;
  if (wide === 0) return Uint8Array.of((major << 5) | number);
  const bytes = new Uint8Array(1 + 2 ** (wide - 1));
  bytes[0] = (major << 5) | (23 + wide);
  let rest = number;
  for (let at = bytes.length - 1; at > 0; at -= 1) {
    bytes[at] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return bytes;
}

class Reader {
  constructor(data) {
    this.data = data;
    this.at = 0;
  }

  item(depth) {
    const first = this.take(1)[0];
    if (first === 0xf4 || first === 0xf5) return first === 0xf5;
    if (first === 0xf6) return null;
    const number = this.number(first & 31);
    switch (first >> 5) {
      case 0: return number;
      case 1: return negative(number);
      case 2: return this.take(number);
      case 3: return text(this.take(number));
      case 4: return this.list(number, depth);
      case 5: return this.map(number, depth);
    }
    throw new Refused("type"); // A tag, a float, or another simple value.
  }

  take(size) {
    insist(size <= this.data.length - this.at, "undecodable");
    this.at += size;
    return this.data.subarray(this.at - size, this.at);
  }

  /** A value or length in its shortest form; a double holds it exactly. */
  number(wide) {
    if (wide < 24) return wide;
    insist(wide < 28, "undecodable");
    const bytes = this.take(2 ** (wide - 24));
    insist(bytes.length < 8 || bytes[0] === 0, "integer");
    const number = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
    insist(number < MAX_INTEGER || (number === MAX_INTEGER && bytes[7] === 0), "integer");
    insist(number >= SHORTEST[wide - 24], "order");
    return number;
  }

  list(size, depth) {
    insist(depth <= MAX_DEPTH, "depth");
    const items = [];
    while (items.length < size) items.push(this.item(depth + 1));
    return items;
  }

  map(size, depth) {
    insist(depth <= MAX_DEPTH, "depth");
    const map = new Map();
    let last = new Uint8Array();
    while (map.size < size) {
      const start = this.at;
      const key = this.item(depth + 1);
      const raw = this.data.subarray(start, this.at);
      insist(last.length < raw.length || (last.length === raw.length && compare(last, raw) < 0), "order");
      map.set(key, this.item(depth + 1));
      last = raw;
    }
    refuseKeys([...map.keys()]);
    return map;
  }
}

function negative(number) {
  insist(number < MAX_INTEGER, "integer");
  return -1 - number;
}

function text(bytes) {
  const letters = fromUtf8(bytes);
  insist(!REFUSED_LETTERS.test(letters) && letters.normalize("NFC") === letters, "text");
  return letters;
}

/** All text, or all numbers of which few are negative. */
function refuseKeys(keys) {
  if (keys.every((key) => typeof key === "string")) return;
  insist(keys.every((key) => typeof key === "number"), "keys");
  const most = keys.reduce((one, other) => Math.max(one, other), 0);
  insist(keys.every((key) => key >= 0 || most < (NEGATIVE_KEYS.get(key) ?? 0)), "keys");
}
