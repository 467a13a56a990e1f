"""The pages about checkpoints and receipts say what the code reads."""

import re
from pathlib import Path

from ledger.transparency import checkpoint, proof
from ledger.transparency.merkle import EMPTY
from ledger.transparency.notes import NoteKey

FORMATS = Path(__file__).parents[2] / "docs" / "formats"


def blocks(page: str) -> list[str]:
    return re.findall(r"```\n(.*?)```", (FORMATS / page).read_text(encoding="utf-8"), re.DOTALL)


def keys() -> list[NoteKey]:
    return [NoteKey.parse(line) for line in blocks("checkpoint.md")[0].splitlines()]


def test_the_checkpoint_on_the_page_is_signed_by_its_log_and_its_witness() -> None:
    log, witness = keys()

    opened = checkpoint.opened(blocks("checkpoint.md")[1].encode(), [log], [witness])

    assert opened.point.size == 8
    assert opened.point.root.hex().startswith("5dc9da79")
    assert {name: one.time for name, one in opened.witnesses.items()} == {witness.name: 1_792_000_000}


def test_the_receipt_on_the_page_proves_its_entry() -> None:
    log, witness = keys()

    receipt = proof.parse(blocks("receipt.md")[0].encode())

    assert (receipt.entry.hex(), receipt.index) == ("40414243", 5)
    assert receipt.verify([log], [witness]).point.root != EMPTY
