"""One code, one host, one phone: the browser's verdict is that of the reference verifier, whatever is answered."""

import json
import random
from dataclasses import replace
from hashlib import sha256

from playwright.sync_api import Page

from ledger.credentials import digits, registered
from tests.verifier_js.compare import Run, mutated
from tests.verifier_js.visits import CODES, GRANTS, KEYS, SILENT, STATUS, visit
from tests.verifier_js.world import BASE, DAY, NOW, Visit, World, told

VISITS = 350
REACHED = """unreadable notours demo badsig key authority unregistered revoked withdrawn suspended notyet expired nokey
    wronglist offline stale scope valid valid.noend"""
LINES = {"v.clock", "l.rollback", "l.noregistration", "l.notrefreshed", "k.competence"}


def test_the_verdict_in_the_browser_is_that_of_python(run: Run) -> None:
    world, chance = World(), random.Random(1)
    plain = [good_visit(world, world.code(**changes)) for changes in CODES]
    before = {path: answers[0].data for path, answers in good_visit(world, world.code(), 2 * DAY).answers.items()}
    limited = World()
    authority = replace(limited.key_list.authorities["ipspi"], grants=GRANTS[0])
    limited.key_list = replace(limited.key_list, authorities={"ipspi": authority})
    plain += [replace(good_visit(limited, limited.code(scope=one)), context="RSUD") for one in ("RSUD", "DINSOS", "*")]
    plain += [replace(plain[0], text=f"https://{host}/q/#000") for host in ("lain.example", "cek.contoh.invalid")]
    stale = replace(plain[0], answers={path: [SILENT] for path in before}, held=before)
    visits = [stale, *plain, *(visit(chance) for _ in range(VISITS))]
    wanted = [one.in_python() for one in visits]

    got = run([one.as_case() for one in visits])

    pairs = enumerate(zip(wanted, got, strict=True))
    wrong = [
        (n, name, want[name], have[name]) for n, (want, have) in pairs for name in want if want[name] != have[name]
    ]
    assert wrong[:5] == []
    assert {one["reason"] for one in wanted} >= set(REACHED.split())
    assert {line for one in wanted for line in one["lines"]} >= LINES


def good_visit(world: World, code: bytes, age: int = 60) -> Visit:
    """Everything is answered, by lists of this age in s."""
    answers = {
        KEYS: [told(world.keys())],
        STATUS: [told(world.statuses(iat=NOW - age))],
        registered.path(sha256(code).digest()[0]): [told(world.bucket(code, iat=NOW - age))],
    }
    return Visit(digits.url(BASE, code), answers, world.key_list.roots.fingerprint())


def test_no_text_that_was_changed_is_green_and_none_breaks_the_page(run: Run) -> None:
    world, chance = World(), random.Random(42)
    code = world.code()
    good = good_visit(world, code)
    digit = digits.encode(code)
    texts = [digits.encode(mutated(code, chance)) for _ in range(600)]
    texts += [mutated(digit.encode(), chance).decode("latin-1") for _ in range(300)]
    texts += [chance.randbytes(chance.randrange(60)).decode("latin-1") for _ in range(100)]
    texts = [text for text in texts if text not in (digit, good.text)]

    got = run([replace(good, text=text).as_case() for text in texts])

    assert [one["colour"] for one in run([good.as_case()])] == ["green"]
    assert {one["colour"] for one in got} == {"grey", "red"}
    assert {one["paper"] and one["paper"]["name"] for one in got} == {None}


def test_no_answer_that_was_changed_makes_a_bad_code_green_and_none_breaks_the_page(run: Run) -> None:
    world, chance = World(), random.Random(43)
    code = world.code()
    good = good_visit(world, code)
    visits = []
    for _ in range(1000):
        path = chance.choice(list(good.answers))
        before = good.answers[path][0].data
        after = mutated(before, chance) if chance.random() < 0.8 else chance.randbytes(chance.randrange(100))
        if after != before:
            visits.append(replace(good, answers={**good.answers, path: [told(after)]}))

    got = run([one.as_case() for one in visits])

    assert {one["reason"] for one in got} == {"wronglist"}


def test_what_the_phone_holds_is_never_believed_unread(run: Run) -> None:
    world, chance = World(), random.Random(44)
    code = world.code()
    good = good_visit(world, code)
    everything = {path: answers[0].data for path, answers in good.answers.items()}
    silent = {path: [SILENT] for path in good.answers}
    places = [path for path in everything for _ in range(30)]
    visits = [
        replace(good, answers=silent, held={**everything, path: mutated(everything[path], chance)}) for path in places
    ]

    got = run([one.as_case() for one in visits])

    whole = run([replace(good, answers=silent, held=everything).as_case()])[0]
    assert (whole["reason"], whole["lines"]) == ("valid", ["k.competence"])
    lists = [one for place, one in zip(places, got, strict=True) if place != KEYS]  # Believed since it was put there.
    assert {one["colour"] for one in lists if "l.noregistration" not in one["lines"]} == {"grey"}


def test_a_verdict_takes_less_than_fifty_milliseconds(page: Page, run: Run) -> None:
    world = World()
    visit = good_visit(world, world.code())

    taken = page.evaluate("([item, times]) => timed(item, times)", [json.dumps(visit.as_case()), 31])

    assert taken < 50, taken  # ms
