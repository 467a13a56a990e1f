"""Pictures instead of text: what a reader of pictures must give, or must not."""

import io

from PIL import Image

from ledger.credentials import picture
from tests.conformance import world
from tests.conformance.vector import Vector, vector

CODE = world.address(world.PLAIN)
SCALE = 3  # pixels a module


def side_by_side(*pictures: bytes) -> bytes:
    images = [Image.open(io.BytesIO(one)).convert("L") for one in pictures]
    sheet = Image.new("L", (sum(image.width for image in images), max(image.height for image in images)), 255)
    at = 0
    for image in images:
        sheet.paste(image, (at, 0))
        at += image.width
    return png(sheet)


def png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


GOOD = picture.png(CODE, scale=SCALE)
OTHER = picture.png(world.address(world.certificate(seed=world.SECOND)), scale=SCALE)
FOREIGN = picture.png(CODE.replace(world.BASE, "https://cek.example"), scale=SCALE)


def turned(data: bytes) -> bytes:
    return png(Image.open(io.BytesIO(data)).convert("L").rotate(90, expand=True))


def vectors() -> list[Vector]:
    return [
        vector("picture-fine", "The code of a good certificate.", picture=GOOD),
        vector("picture-turned", "The same, turned by a right angle.", picture=turned(GOOD)),
        vector("picture-same-twice", "The same code twice is one.", picture=side_by_side(GOOD, GOOD)),
        *(
            vector(name, about, reason, picture=data, only={"format": "!"})
            for name, about, reason, data in (
                ("picture-damaged", "A file that is cut short.", "unreadable", GOOD[: len(GOOD) // 2]),
                ("picture-no-code", "White paper.", "unreadable", png(Image.new("L", (300, 300), 255))),
                ("picture-two-codes", "Two certificates in one picture.", "unreadable", side_by_side(GOOD, OTHER)),
                ("picture-other-address", "The code of another host.", "notours", FOREIGN),
            )
        ),
    ]
