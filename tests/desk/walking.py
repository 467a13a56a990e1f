"""Every page of the desk that can be asked for, with an example of what its address names."""

from collections.abc import Iterator
from uuid import UUID

from flask import Flask

from ledger.application.evidence import Given
from ledger.cli.story import Story

OWN = ("desk.look.style",)  # No page.


class Examples:
    """Values for the parts of an address, by endpoint and name; a page without one fails its test by name."""

    def __init__(self, story: Story) -> None:
        ledger = story.ledger
        ledger.cases.open("ask", Given(number="045/DINSOS/2018", name="Siti Aminah", text=""))
        self.of: dict[str, object] = {
            "desk.trainings": story.training,
            "desk.participations": story.training,
            "desk.imports": story.training,
            "desk.keys": 1,
            "desk.cases": UUID(ledger.cases.listed(story.actor("ketua"))[0]["id"]),
            "desk.certificates": story.numbers["graduates"][0],
            "desk.people": next(iter(story.people.values())),
            "desk.officers": story.officers["petugas"],
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
        act = ledger.officers.dismiss(story.officers["petugas"], "ended")
        self.of["desk.proposals"] = UUID(ledger.proposals.propose(story.actor("ketua"), [act])["proposal"])


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
