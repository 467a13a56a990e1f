/** Which 32 bytes are an Ed25519 key at all: a canonical point of the curve, and not one of low order. */

import { hex, insist } from "./bytes.js";

const P = 2n ** 255n - 19n; // The field; RFC 8032, section 5.1.
const D = 0x52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3n; // -x² + y² = 1 + D·x²·y²
// The y of the eight points whose order divides 8: under them a signature can be made without a private key.
const Y8 = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n;
const LOW_ORDER = [0n, 1n, P - 1n, Y8, P - Y8];

/** Throws: Refused: bytes under which a signature proves nothing. Source: RFC 8032, section 5.1.3. */
export function refuseWeak(raw) {
  insist(raw.length === 32, "length");
  const y = BigInt(`0x${hex(raw.toReversed())}`) & ((1n << 255n) - 1n); // The highest bit is the sign of x.
  insist(y < P, "not-canonical");
  insist(!LOW_ORDER.includes(y), "low-order");
  insist(isSquare((y * y - 1n) * (D * y * y + 1n)), "off-curve");
}

/** Jacobi's symbol by reciprocity: a quarter of the time of Euler's criterion. */
function isSquare(number) {
  let [a, n, sign] = [((number % P) + P) % P, P, 1];
  while (a !== 0n) {
    while ((a & 1n) === 0n) {
      a >>= 1n;
      if ((n & 7n) === 3n || (n & 7n) === 5n) sign = -sign;
    }
    if ((a & 3n) === 3n && (n & 3n) === 3n) sign = -sign;
    [a, n] = [n % a, a];
  }
  return n === 1n && sign === 1;
}
