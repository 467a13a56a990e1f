"""Certificates as PDF with their codes: how many a second, on all cores."""

import time
from collections.abc import Sequence
from datetime import date
from random import Random
from uuid import UUID

from bench.figures import Figure
from ledger.application import printing
from ledger.application.printing import Job, Made, Order
from ledger.credentials import digits
from ledger.domain.values import Personal
from ledger.papers.layout import Sheet
from ledger.papers.render import House
from ledger.papers.said import Mandate, Said

BASE = "https://cek.contoh.invalid"
WANTED = 500 / 20  # A second, as docs/performance.md says.
TOKEN = 255  # bytes: version 12
DAY = date(2026, 10, 22)


def jobs(count: int) -> list[Job]:
    """Of invented people, no two alike."""
    random = Random(500)
    house = House(host="cek.contoh.invalid", contact="sekretariat@contoh.invalid", specimen=True)
    return [_job(n, random.randbytes(TOKEN), house) for n in range(count)]


def _job(n: int, token: bytes, house: House) -> Job:
    said = Said(
        name=Personal(f"Peserta Nomor {n} Wijayakusuma"),
        number=f"IPSPI-PSG-2026-{n:06d}-X",
        kind="PEKSOS/GENERALIS",
        title="Pekerja Sosial Generalis",
        scope="*",
        edition=1,
        check=f"{n:04d}-M2XD",
        issuer="Independen Pekerja Sosial Profesional Indonesia",
        basis="UU 14/2019",
        tested=(DAY,),
        decided=DAY,
        signed=DAY,
        begins=DAY,
        through=DAY.replace(year=2031),
        mandate=Mandate(
            name=Personal("Hendra Gunawan"), capacity="Sekretaris DPP", since=date(2019, 1, 1), until=None, record=2
        ),
        training=None,
    )
    return Job(
        id=UUID(int=n),
        said=said,
        token=token,
        receipt=bytes(1500),
        url=digits.url(BASE, token),
        district=f"Kabupaten {n % 30}",
        house=house,
        sheet=Sheet.A4,
    )


def at_once(count: int, rounds: int) -> list[Figure]:
    """Files of their own, with codes and attachments; and the one file for the printer, on one core."""
    many = jobs(count)
    singles, whole = zip(*(_round(many) for _ in range(rounds)), strict=True)
    own, one = count / min(singles), count / min(whole)
    return [
        Figure("certificates as PDF with their codes", own, "500 in 20 s", WANTED, own / WANTED, 1.0),
        Figure("the same in one file for the printer", one, "500 in 20 s", WANTED, one / WANTED),
    ]


def _round(many: Sequence[Job]) -> tuple[float, float]:
    """Seconds of either."""
    begun = time.perf_counter()
    made: list[Made] = list(printing.make(many))
    between = time.perf_counter()
    printing.files(many, made, [None] * len(many), Order(), on=DAY)
    return between - begun, time.perf_counter() - between
