"""The words of a paper, each in Indonesian and in English, as the templates take them. Source: `messages/`, keys p.*"""

from datetime import date

from ledger.messages import catalogue, day, say
from ledger.papers.said import Mandate, Said, Training

Pair = tuple[str, str]  # Indonesian, English; empty where nothing needs to be translated.
KIND_LINES = {"PEKSOS": "k.competence", "RELAWAN": "k.psm", "HADIR": "k.attend", "STR": "k.str", "KTA": "k.kta"}


def both(key: str, **facts: object) -> Pair:
    return say(key, "id", **facts), say(key, "en", **facts)


def certificate(said: Said, *, host: str, contact: str) -> dict[str, object]:
    """One certificate for the template: nothing in it is markup."""
    prefix = said.kind.partition("/")[0]
    return {
        "title": both(_of("p.title", prefix)),
        "issuer": said.issuer,
        "number": said.number,
        "lead": both("p.lead"),
        "name": said.name.reveal(),
        "found": both(_of("p.found", prefix)),
        "role": _role(said, prefix),
        "kind": [f"{text} · {said.kind}" for text in both(KIND_LINES[prefix])],
        "facts": _facts(said),
        "dates": _dates(said),
        "check": _check(said, host, contact),
        **_signature(said.mandate),
        "back": _back(said, said.training) if said.training else None,
    }


def sheet(*, host: str) -> dict[str, object]:
    """What stands on every sheet."""
    return {
        "alt": say("p.alt"),
        "nostamp": both("p.nostamp"),
        "stamp": both("p.stamp"),
        "foot": [both("p.copy", host=host), both("l.uncert")],
    }


def _of(key: str, prefix: str) -> str:
    """The key of this sort of paper, where it has one of its own."""
    return f"{key}.{prefix}" if f"{key}.{prefix}" in catalogue("id") else key


def _role(said: Said, prefix: str) -> str:
    """A volunteer never bears the title of the profession (R17)."""
    return say("p.role.RELAWAN") if prefix == "RELAWAN" else said.title or said.kind


def _facts(said: Said) -> list[tuple[Pair, Pair]]:
    scope = both("p.everywhere") if said.scope == "*" else both("p.only", scope=said.scope)
    if said.issuer is None:
        return [(both("l.scope"), scope)]
    issuer = said.issuer if said.basis is None else f"{said.issuer} · {_unbroken(said.basis)}"
    return [(both("l.issuer"), (issuer, "")), (both("l.scope"), scope)]


def _dates(said: Said) -> list[tuple[Pair, Pair]]:
    """The five days; a paper without end says so, one that was issued before its days were kept says nothing."""
    if said.signed is None or not said.tested:
        return []
    tested = both("l.dates.tested" if said.training is None else "p.days")
    begun = {"decided": said.decided, "signed": said.signed, "begins": said.begins}
    known = [(both(f"l.dates.{name}"), _written(one)) for name, one in begun.items() if one is not None]
    through = both("p.endless") if said.through is None else _written(said.through)
    return [(tested, _span(said.tested)), *known, (both("l.dates.through"), through)]


def _written(one: date) -> Pair:
    return day(one, "id"), day(one, "en")


def _span(days: tuple[date, ...]) -> Pair:
    """One day, the first and the last of a month, or from one day to another."""
    first, last = min(days), max(days)
    if first == last:
        return _written(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{day(last, 'id')}", f"{first.day}–{day(last, 'en')}"
    return f"{day(first, 'id')} – {day(last, 'id')}", f"{day(first, 'en')} – {day(last, 'en')}"


def _check(said: Said, host: str, contact: str) -> list[tuple[Pair, str]]:
    lines = [(both("l.number"), said.number), (both("p.checkat"), host)]
    if said.check is not None:
        lines.append((both("p.checkcode"), said.check))
    return [*lines, (both("p.ask"), contact)]


def _signature(mandate: Mandate | None) -> dict[str, object]:
    if mandate is None:
        return {"signed": None, "capacity": None, "signatory": None, "mandate": None}
    facts = {"since": mandate.since, "until": mandate.until, "record": mandate.record}
    return {
        "signed": both("p.signed"),
        "capacity": mandate.capacity,
        "signatory": mandate.name.reveal() if mandate.name else None,
        "mandate": both("p.mandate", **facts),
    }


def _back(said: Said, training: Training) -> dict[str, object]:
    """The second page of an attendance certificate."""
    unit = say("p.unit")
    facts = [
        (both("l.number"), (said.number, "")),
        (both("l.name"), (said.name.reveal(), "")),
        (both("p.programme"), (training.programme, "")),
        (both("p.days"), _span(said.tested) if said.tested else ("", "")),
        (both("p.hours"), (f"{training.hours} {unit}", "")),
    ]
    return {
        "title": both("p.back"),
        "facts": facts,
        "head": [both("p.row"), both("p.material"), both("p.unit")],
        "rows": training.materials,
        "sum": both("p.total"),
        "total": sum(hours for _, hours in training.materials),
    }


def _unbroken(text: str) -> str:
    """On one line."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")
