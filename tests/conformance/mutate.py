"""Mutation testing of the reference verifier: each of its checks is taken away, and a vector must break.

`python -m tests.conformance.mutate [MODULE …]`: minutes of one core, so no part of `make test`. docs/conformance.md.

What is changed: an `if` never holds, a condition loses one of its parts, a limit moves by one, an argument or a call
that only raises is left out. Each change is made in the memory of a process of its own; the files stay as they are.
"""

import ast
import copy
import importlib
import json
import os
import random
import sys
from collections.abc import Iterator
from importlib.abc import SourceLoader
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
SOURCE = FOLDER.parents[1]
# Imported once, before any process of a change begins.
READY = (
    *("eventsourcing.domain", "cryptography.hazmat.primitives.asymmetric.mldsa", "nacl.bindings", "cbor2", "PIL.Image"),
    *("segno", "zxingcpp", "pypdfium2"),
)

# The functions of the verifier; what only writes or serves the register stands beside them in the same files.
VERIFIER: dict[str, tuple[str, ...]] = {
    "credentials.digits": ("decode", "scanned"),
    "credentials.token": ("read", "_labels", "_text", "_count", "_second", "_identifier", "_position"),
    "credentials.judge": ("judge", "strange", "_signer", "_claimed", "_key", "_issuer", "_covers", "_time"),
    "credentials.standing": ("status", "validity", "reach", "_fresh"),
    "credentials.conclusion": ("verdict_of",),
    "credentials.lists": (
        *("index", "stranger", "evidence", "clocked", "_covering", "_compare", "_believed", "_honest"),
        *("_standing", "_status", "_registered"),
    ),
    "credentials.sources": ("wrong", "listed", "_held", "keys", "_follow", "_walked", "_after", "_signed_by", "_parts"),
    "credentials.verifier": ("verify", "_judged"),
    "credentials.published": ("claims", "verify", "count", "raw", "text"),
    "credentials.status_list": ("at", "open_signed", "_keys", "_unpacked"),
    "credentials.registered": ("holds", "open_signed", "_hashes"),
    "credentials.proved": ("proved", "_signers"),
    "signing.key_list": ("open_signed", "signers", "quorum", "entitled", "require_anchor", "_root_of"),
    "signing.key_records": ("holds_at", "is_honest_at"),
    "signing.cose": ("parse", "verify", "_split", "_byte_string", "_headers"),
    "signing.cbor": ("decode", "_ordered", "_ordered_container", "_checked_text", "_text_order", "_number_order"),
    "transparency.proof": ("verify", "parse", "_bytes"),
    "transparency.checkpoint": ("parse", "opened"),
}
EDGES: dict[type[ast.cmpop], ast.cmpop] = {ast.Lt: ast.LtE(), ast.LtE: ast.Lt(), ast.Gt: ast.GtE(), ast.GtE: ast.Gt()}
FALSE = ast.Constant(False)


def changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """What this node may be instead, each with a word for it."""
    match node:
        case ast.If(body=[ast.Raise() | ast.Return() | ast.Continue(), *_]):
            yield "never", ast.If(FALSE, node.body, node.orelse)
        case ast.IfExp():
            yield from (("always", node.body), ("never", node.orelse))
        case ast.BoolOp():
            yield from _shorter(node)
        case ast.Compare(ops=[op]) if type(op) in EDGES:
            yield "edge", ast.Compare(node.left, [EDGES[type(op)]], node.comparators)
        case ast.match_case(guard=ast.expr()):
            yield "no guard", ast.match_case(node.pattern, None, node.body)
        case ast.Expr(value=ast.Call()):
            yield "left out", ast.Pass()


def _shorter(node: ast.BoolOp) -> Iterator[tuple[str, ast.AST]]:
    for at, part in enumerate(node.values):
        rest = node.values[:at] + node.values[at + 1 :]
        yield f"without {ast.unparse(part)}", rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)


class Changed(ast.NodeTransformer):
    """The `number`-th change of one function's body."""

    def __init__(self, number: int) -> None:
        self.left, self.said = number, ""

    def visit(self, node: ast.AST) -> Any:
        for word, other in changes(node):
            if self.left == 0:
                self.left, self.said = -1, f"{getattr(node, 'lineno', '')} {word}: {ast.unparse(node)[:90]}"
                return ast.copy_location(other, node)
            self.left -= 1
        return self.generic_visit(node)


def source_of(module: str) -> str:
    return (SOURCE / "ledger" / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8")


def mutants(module: str) -> Iterator[tuple[str, str]]:
    """Each change of a module: what it is, and the whole source."""
    tree = ast.parse(source_of(module))
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and function.name in VERIFIER[module]:
            body, number = function.body, 0
            while True:
                change = Changed(number)
                function.body = [change.visit(copy.deepcopy(one)) for one in body]
                if change.left >= 0:
                    break
                number += 1
                yield f"{module}.{function.name} {change.said}", ast.unparse(ast.fix_missing_locations(tree))
            function.body = body


class Loader(SourceLoader):
    """Gives one module another source."""

    def __init__(self, name: str, source: str) -> None:
        self.name, self.source = name, source

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        return spec_from_loader(name, self) if name == self.name else None

    def get_filename(self, fullname: str) -> str:
        return f"<{fullname}>"

    def get_data(self, _: str) -> bytes:
        return self.source.encode()


def survives(module: str, source: str, vectors: list[dict[str, Any]]) -> bool:
    """Whether every vector is answered as it says, in a process of its own."""
    child = os.fork()
    if child == 0:
        os._exit(0 if _plays(f"ledger.{module}", source, vectors) else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _plays(name: str, source: str, vectors: list[dict[str, Any]]) -> bool:
    sys.meta_path.insert(0, Loader(name, source))  # type: ignore[arg-type]
    try:
        runner = importlib.import_module("tests.conformance.runner")
        for vector in vectors:
            verdict = runner.verified(vector, runner.held_of(vector))
            if any(runner.differences(verdict, vector["expect"])):
                return False
    except Exception:
        return False
    return True


def main() -> None:
    for name in READY:
        importlib.import_module(name)
    vectors = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((FOLDER / "vectors").glob("*.json"))]
    vectors = [vector for vector in vectors if "picture" not in vector]
    random.Random(0).shuffle(vectors)
    made = survived = 0
    if not survives("credentials.digits", source_of("credentials.digits"), vectors):
        raise SystemExit("the verifier as it is does not answer the vectors")
    for module in sys.argv[1:] or VERIFIER:
        for said, source in mutants(module):
            made += 1
            if survives(module, source, vectors):
                survived += 1
                sys.stdout.write(f"survives: {said}\n")
                sys.stdout.flush()
    sys.stdout.write(f"{made} changes, {survived} survive\n")


if __name__ == "__main__":
    main()
