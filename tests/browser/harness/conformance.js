// Plays conformance vectors to the verifier, as tests/conformance/runner.py does.

import { verify } from "./verify.js";

const bytesOf = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

/** The verdict of a vector in the words of its `expect`. `files`: base64 by name. */
export async function play(vector, files) {
  const held = new Map(Object.entries(vector.held).map(([path, name]) => [path, bytesOf(files[name])]));
  const asked = new Map();

  async function fetch(path) {
    const steps = vector.answers[path];
    if (!steps) return { kind: "absent" };
    const step = steps[Math.min(asked.get(path) ?? 0, steps.length - 1)];
    asked.set(path, (asked.get(path) ?? 0) + 1);
    if (step === "silent") return { kind: "silent" };
    const status = step.status ?? 200;
    if (status !== 200) return { kind: status === 404 || status === 410 ? "absent" : "wrong" };
    return { kind: "bytes", bytes: bytesOf(files[step.file]), ...(step.date ? { date: step.date } : {}) };
  }

  const found = await verify(typeof vector.code === "string" ? vector.code : vector.code[0].repeat(vector.code[1]), {
    ...vector.ledger,
    fetch,
    held: { get: async (path) => held.get(path) ?? null, put: async (path, bytes) => void held.set(path, bytes) },
    clock: vector.clock,
    context: vector.context,
  });
  return said(found);
}

function said({ reason, colour, others, checks, lines, facts }) {
  const outcomes = Object.fromEntries(checks.map((check) => [check.name, [check.outcome, check.reason]]));
  return { reason, colour, others, checks: outcomes, lines, ...("diff" in facts ? { diff: facts.diff } : {}) };
}
