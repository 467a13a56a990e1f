"""Every page of the desk that can be asked for, with an example of what its address names."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from flask import Flask

from ledger.application.evidence import Given
from ledger.cli import board
from ledger.cli.story import Story
from ledger.domain.people import FullName

OFFICERS = ("ketua", "sekretaris-dpd", "kepala")
SHEET = (
    b"No;Nama;NIK;JK;Tanggal Lahir;Kode Wilayah;Hari 1;Hari 2\n"
    b"1;Wahyu Santoso;3275011708809077;L;17/08/1980;32.75;H;H\n"
    b"2;<b>Bunga</b>;327501;P;8/17/1980;32.75;H;X\n"
)
OWN = ("desk.look.style", "desk.papers.preview")  # No page.


class Examples:
    """Values for the parts of an address, by endpoint and name; a page without one fails its test by name."""

    def __init__(self, story: Story) -> None:
        ledger = story.ledger
        board.appointed(story)
        ledger.cases.open("ask", Given(number="045/DINSOS/2018", name="Siti Aminah", text=""))
        self.of: dict[str, object] = {
            "desk.keys": 1,
            "desk.cases": UUID(ledger.cases.listed(story.actor("ketua"))[0]["id"]),
            "desk.certificates": story.numbers["graduates"][0],
            "desk.people": next(iter(story.people.values())),
            "desk.officers": story.officers["sekretaris"],
            "desk.delegations": story.officers["sekretaris"],
            "desk.schemes": story.schemes["PEKSOS/GENERALIS"],
        }
        number = story.numbers["graduates"][0]
        handed = ledger.delivering.by_hand(story.actor("ketua"), [number])["deliveries"]
        self.of |= {
            "desk.contacts": self.of["desk.people"],
            "desk.deliveries.show.number": number,
            "desk.deliveries.one.id": UUID(handed[0]),
            "desk.deliveries.batch.kind": "pelatihan",
            "desk.deliveries.batch.id": story.training,
        }
        (decree,) = (id for id, _ in ledger.decrees.on("IPSPI", "results"))
        tested = ledger.candidates.batches("IPSPI")[0]["on"].isoformat()
        self.of |= {
            "desk.certificates.act.word": "bekukan",
            "desk.issuing.by_decree.id": decree,
            "desk.issuing.by_training.id": story.training,
            "desk.papers.by_decree.id": decree,
            "desk.papers.by_training.id": story.training,
            "desk.papers.one.number": number,
            "desk.assessments": story.schemes["PEKSOS/GENERALIS"],
            "desk.assessments.batch.on": tested,
            "desk.assessments.decide.on": tested,
        }
        self._of_the_board(story)
        act = ledger.officers.dismiss(story.officers["petugas"], "ended")
        self.of["desk.proposals"] = UUID(ledger.proposals.propose(story.actor("ketua"), [act])["proposal"])

    def _of_the_board(self, story: Story) -> None:
        """A training of the province, with somebody who walked in and a sheet that waits."""
        ledger, clerk, today = story.ledger, story.actor("sekretaris-dpd"), story.today()
        planned = ledger.trainings.plan(
            clerk,
            programme=board.PROGRAMME,
            activity="bimtek",
            days=[today, today + timedelta(days=1)],
            hours=16,
            announced=2,
            quotas={"32.75": 2},
            basis="UU 14/2019",
        )
        training = UUID(planned["training"])
        came = ledger.participations.walk_in(
            clerk, training, name=FullName("Wahyu Santoso"), sex="L", group="32.75", marks="HH", adult=True
        )
        kept = ledger.imports.upload(clerk, training, SHEET, "hadir.csv")
        self.of |= {
            "desk.trainings": training,
            "desk.participations": UUID(came["participation"]),
            "desk.participations.listed.id": training,
            "desk.participations.walk_in.id": training,
            "desk.imports": UUID(kept["import"]),
            "desk.imports.upload.id": training,
        }


def pages(app: Flask, examples: Examples) -> Iterator[tuple[str, str | None]]:
    """Endpoint and path of every page; None: nobody has said what its address may name."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith("desk.") or "GET" not in (rule.methods or ()) or rule.endpoint in OWN:
            continue
        noun = rule.endpoint.rpartition(".")[0]
        values = {name: examples.of.get(f"{rule.endpoint}.{name}", examples.of.get(noun)) for name in rule.arguments}
        known = None not in values.values()
        yield rule.endpoint, adapter.build(rule.endpoint, values) if known else None
