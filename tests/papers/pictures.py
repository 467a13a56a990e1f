"""Draws docs/images/papers/: `python -m tests.papers.pictures`, after a change of what a sheet looks like."""

import io
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pypdfium2
from PIL import Image

from ledger.application.printing import Order
from ledger.cli.story import Story, StoryClock
from ledger.papers.layout import Sheet
from ledger.signing.keyring import Keyring
from ledger.wiring import build
from tests.conftest import GREEN_DAY, config_in

FOLDER = Path(__file__).parents[2] / "docs" / "images" / "papers"
PIXELS_PER_POINT = 1.3
NUMBER = 1  # Of the six graduates the second.


def told(folder: Path) -> Story:
    clock = StoryClock()
    config = replace(config_in(folder, f"sqlite:///{folder}/main.db"), public_url="https://cek.contoh.invalid")
    Keyring(config.keys_folder, None, config.origin).create_kek(bytes(32))
    story = Story(build(config, clock=clock), clock)
    story.told(GREEN_DAY)
    clock.at(GREEN_DAY, 17)
    story.ledger.log.keep()
    story.ledger.publishing.keep()
    return story


def drawn(pdf: bytes, page: int, name: str) -> None:
    image = pypdfium2.PdfDocument(pdf)[page].render(scale=PIXELS_PER_POINT).to_pil().convert("RGB")
    out = io.BytesIO()
    image.quantize(32, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    (FOLDER / f"{name}.png").write_bytes(out.getvalue())


def main() -> None:
    with TemporaryDirectory() as place:
        story = told(Path(place))
        ledger, actor = story.ledger, story.actor("sekretaris")
        for sheet in Sheet:
            printed = ledger.papers.print(actor, [story.numbers["graduates"][NUMBER]], Order(sheet=sheet))
            drawn(printed.file, 0, str(sheet))
        attended = ledger.papers.print(story.actor("wakil"), story.numbers["attendance"][:1], Order())
        drawn(attended.file, 0, "attendance")
        drawn(attended.file, 1, "attendance-back")
        ledger.close()


if __name__ == "__main__":
    main()
