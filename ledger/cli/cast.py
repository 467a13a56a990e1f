"""Who appears in the demonstration's story: all of them are invented."""

from datetime import date

from ledger.application.genesis import Founder
from ledger.application.registrants import Person
from ledger.domain.people import BirthDate, FullName, NationalId

JAWA_BARAT = "32"


def invented(name: str, serial: int, *, born: date = date(1975, 8, 17), sex: str = "P") -> Person:
    """Somebody of Kota Bekasi; serials above 9000 are nobody's."""
    day = born.day + (40 if sex == "P" else 0)
    nik = f"327501{day:02d}{born:%m%y}{serial:04d}"
    return Person(FullName(name), NationalId.parse(nik), BirthDate.of(born), sex, "32.75")


FOUNDERS = (
    Founder(invented("Ratna Wulandari", 9001), "IPSPI", "Ketua DPP", ("admin", "certify", "approve"), date(2019, 1, 1)),
    Founder(
        invented("Hendra Gunawan", 9002, sex="L"),
        "IPSPI",
        "Sekretaris DPP",
        ("admin", "certify", "approve"),
        date(2019, 1, 1),
    ),
)
STAFF = {
    "kepala": (invented("Dian Permata", 9003), "KEMENSOS", ("certify", "approve"), "Kepala LSP"),
    "wakil": (invented("Bayu Nugroho", 9004, sex="L"), "KEMENSOS", ("certify", "approve"), "Sekretaris LSP"),
    "petugas": (invented("Sari Melati", 9005), "KEMENSOS", ("enrol",), "Petugas"),
}
BOARD = {  # At the desk: who they are, what they may do, their office, their province.
    "petugas-dpp": (invented("Maya Kusuma", 9013), ("enrol", "certify"), "Petugas DPP", None),
    "sekretaris-dpd": (invented("Rina Kartika", 9011), ("enrol",), "Petugas DPD JABAR", JAWA_BARAT),
    "ketua-dpd": (invented("Yusuf Maulana", 9012, sex="L"), ("certify", "approve"), "Ketua DPD JABAR", JAWA_BARAT),
}
OTHERS = {
    "instructor": invented("Agus Salim", 9006, sex="L"),
    "assessor": invented("Lestari Handayani", 9007),
    "decider": invented("Putri Anggraini", 9008),
    "assessor-ipspi": invented("Teguh Prakoso", 9009, sex="L"),
    "decider-ipspi": invented("Nurul Hidayah", 9010),
}
GRADUATES = tuple(
    invented(name, 9020 + n, born=date(1995, 3, 4 + n), sex=sex)
    for n, (name, sex) in enumerate(
        (
            ("Ahmad Fauzi", "L"),
            ("Bunga Citra Lestari", "P"),
            ("Citra Dewi", "P"),
            ("Dimas Pratama", "L"),
            ("Eka Saputri", "P"),
            ("Fajar Ramadhan", "L"),
        )
    )
)
