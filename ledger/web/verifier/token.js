/** The certificate in the code: a signed CBOR Web Token. Source: docs/formats/certificate-code.md. */

import { insist, utf8 } from "./bytes.js";
import { decode } from "./cbor.js";
import { parse as parseStatement } from "./cose.js";
import { bytesOf, countTo, fields, isList, isMap, isText } from "./schema.js";

export const CONTEXT = "peksos/cert/1";
const LIMIT = 411; // bytes: what 1000 digits can carry
const LAST_SECOND = 253_370_739_600; // 9999-01-01, 00:00 legal time
const LAST_DAY = 2_932_896; // 9999-12-31
const KIND = /^(?:PEKSOS|RELAWAN|HADIR|STR|KTA)(?:\/[A-Z0-9][A-Z0-9-]{0,31})?$/;
const ISSUER = 1, EXPIRES = 4, BEGINS = 5, ISSUED = 6, ID = 7, CLAIM = -70001;
const NAME = 1, SORT = 2, STATUS = 3, DECIDED = 4, TITLE = 5, NUMBER = 6, SCOPE = 8;

const isCount = countTo(2 ** 53);
const isSecond = countTo(LAST_SECOND);
const isShort = (limit) => (value) => isText(value) && value !== "" && utf8(value).length <= limit; // bytes
const isLine = isShort(64);
const isPosition = (value) => isList(value) && value.length === 2 && value.every(isCount);
const isKind = (value) => isText(value) && KIND.test(value);

const CLAIMS = [[BEGINS, isSecond], [ISSUED, isSecond], [ID, bytesOf(16)], [CLAIM, isMap]];
const CLAIMS_MAYBE = [[ISSUER, isLine], [EXPIRES, isSecond]];
const PAPER = [
  [NAME, isShort(84)], [SORT, isKind], [STATUS, isPosition], [DECIDED, countTo(LAST_DAY)],
  [NUMBER, isLine], [SCOPE, isLine],
];

/** Envelope only; nothing in it is proved yet. Throws: Refused. */
export function parse(data) {
  return parseStatement(data, { limit: LIMIT });
}

/** The payload by its schema; `expires`, `begins`, `issued` in s UTC, `decided` in days. Throws: Refused. */
export function read(payload) {
  const claims = fields(decode(payload, LIMIT), CLAIMS, CLAIMS_MAYBE);
  const paper = fields(claims.get(CLAIM), PAPER, [[TITLE, isLine]]);
  const kind = paper.get(SORT);
  const [list, index] = paper.get(STATUS);
  insist(prefixOf(kind) !== "HADIR" || paper.has(TITLE), "title");
  return {
    issuer: claims.get(ISSUER) ?? null,
    expires: claims.get(EXPIRES) ?? null,
    begins: claims.get(BEGINS),
    issued: claims.get(ISSUED),
    name: paper.get(NAME),
    kind,
    list,
    index,
    decided: paper.get(DECIDED),
    title: paper.get(TITLE) ?? null,
    number: paper.get(NUMBER),
    scope: paper.get(SCOPE),
  };
}

/** What sort of paper it is; one is never read as another. */
export function prefixOf(kind) {
  return kind.split("/", 1)[0];
}
