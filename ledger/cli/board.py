"""Who else works at the demonstration's desk: a clerk of the centre, and a board (docs/first-ten-minutes.md)."""

from uuid import UUID

from ledger.cli.cast import BOARD
from ledger.cli.story import Story

PROGRAMME = "KASUS-DASAR"
MATTER = "appointment"


def appointed(story: Story) -> None:
    """Three officers by decree, and the association's authority to certify attendance at one programme."""
    ledger, ketua = story.ledger, story.actor("ketua")
    today = story.today()
    book = ledger.authorities
    grant = book.grant(
        book.stream("IPSPI"),
        name="Independen Pekerja Sosial Profesional Indonesia",
        scope="*",
        schemes=(f"HADIR/{PROGRAMME}",),
        basis="UU 14/2019",
        begins=today,
    )
    story.approved("ketua", "sekretaris", [grant])
    ledger.keys.refresh()
    decree = story.decree("ketua", f"9/DPP IPSPI/SK/{today.year}", MATTER, today, "decider-ipspi")
    for who, (person, *_) in BOARD.items():
        story.people[who] = UUID(ledger.registrants.register(ketua, person)["registrant"])
    acts = [
        ledger.officers.appoint(
            person=story.people[who],
            authority="IPSPI",
            roles=roles,
            office=office,
            begins=today,
            ends=None,
            region=region,
            decree=decree,
        )
        for who, (_, roles, office, region) in BOARD.items()
    ]
    story.approved("ketua", "sekretaris", acts)
    story.officers |= {who: act.stream for who, act in zip(BOARD, acts, strict=True)}
    story.enrol_key("ketua-dpd", "ketua", "sekretaris")
