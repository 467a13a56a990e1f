"""Papers of invented people, with a code as long as a real one."""

from dataclasses import replace
from datetime import date

import pypdfium2
from PIL import Image

from ledger.credentials import digits, picture
from ledger.domain.values import Personal
from ledger.papers import render
from ledger.papers.layout import Sheet
from ledger.papers.render import Code, House
from ledger.papers.said import Mandate, Said, Training

BASE = "https://cek.contoh.invalid"
URL = digits.url(BASE, bytes(range(1, 256)))  # 255 bytes: version 12, as most tokens are.
HOUSE = House(host="cek.contoh.invalid", contact="sekretariat@contoh.invalid", specimen=False)
TOKEN, RECEIPT = bytes(range(255)), b"c2sp.org/tlog-proof@v1\n" * 60
MANDATE = Mandate(
    name=Personal("Hendra Gunawan"), capacity="Sekretaris DPP IPSPI", since=date(2019, 1, 1), until=None, record=2
)
SAID = Said(
    name=Personal("Bunga Citra Lestari"),
    number="IPSPI-PSG-2026-000002-5",
    kind="PEKSOS/GENERALIS",
    title="Pekerja Sosial Generalis",
    scope="*",
    edition=1,
    check="7KQ4-M2XD",
    issuer="Independen Pekerja Sosial Profesional Indonesia",
    basis="UU 14/2019",
    tested=(date(2026, 10, 15),),
    decided=date(2026, 10, 22),
    signed=date(2026, 10, 24),
    begins=date(2026, 10, 25),
    through=date(2031, 10, 23),
    mandate=MANDATE,
    training=None,
)
ATTENDED = replace(
    SAID,
    number="KEMENSOS-HDR-2020-000256-8",
    kind="HADIR/PSM-DASAR",
    title="Peserta, 16 JP, 2/2 hari",
    scope="KEMENSOS",
    issuer="Kementerian Sosial",
    tested=(date(2020, 2, 17), date(2020, 2, 18)),
    through=None,
    training=Training(programme="PSM-DASAR", hours=16, materials=(("Konsep dasar PSM", 6), ("Wawasan kebangsaan", 10))),
)
LONG = replace(
    SAID,
    name=Personal("Prof. Dr. Hj. Raden Ayu Siti Nurhaliza Kusumaningrum Wijayakusuma, S.Sos., M.Kesos. "[:84]),
    title="Pekerja Sosial Spesialis Perlindungan Anak, Keluarga dan Lansia",
    scope="KEMENSOSREPUBLIK",
    issuer="Kementerian Sosial Republik Indonesia, Direktorat Jenderal Pemberdayaan Sosial, Pusat Pendidikan dan",
)


def code(url: str = URL) -> Code:
    svg, side = picture.on_paper(url)
    return Code(svg=svg, side=side)


def single(said: Said = SAID, sheet: Sheet = Sheet.A4, *, house: House = HOUSE) -> bytes:
    return render.single(said, code(), house, sheet, token=TOKEN, receipt=RECEIPT)


def text(file: bytes, page: int = 0) -> str:
    """As one line."""
    with pypdfium2.PdfDocument(file) as document:
        return " ".join(document[page].get_textpage().get_text_bounded().split())


def pages(file: bytes) -> int:
    with pypdfium2.PdfDocument(file) as document:
        return len(document)


def drawn(file: bytes, *, dpi: int = 150, page: int = 0) -> Image.Image:
    with pypdfium2.PdfDocument(file) as document:
        return document[page].render(scale=dpi / 72).to_pil().convert("RGB")
