/** Maps that came from outside: exactly the fields of their format, each of its type. A type is a predicate. */

import { insist } from "./bytes.js";

export const isNumber = (value) => typeof value === "number";
export const isText = (value) => typeof value === "string";
export const isName = (value) => isText(value) && value !== "";
export const isBytes = (value) => value instanceof Uint8Array;
export const isList = Array.isArray;
export const isMap = (value) => value instanceof Map;
export const is = (expected) => (value) => value === expected;
export const bytesOf = (size) => (value) => isBytes(value) && value.length === size;
export const countTo = (most) => (value) => isNumber(value) && value >= 0 && value <= most;

/** Throws: Refused: no map, a field missing, too many, or of another type. */
export function fields(value, needed, maybe = []) {
  insist(isMap(value), "map");
  const known = new Map([...needed, ...maybe]);
  for (const [name, item] of value) insist(known.has(name) && known.get(name)(item), `field ${name}`);
  for (const [name] of needed) insist(value.has(name), `field ${name}`);
  return value;
}
