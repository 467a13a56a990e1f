"""The report as one HTML page: everything inline, nothing asked of a network, in the language of its reader."""

from base64 import b64encode
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from ledger import messages
from ledger.audit import plots
from ledger.audit.findings import Finding
from ledger.audit.outcome import CHECKS, Report
from ledger.audit.statistics import DELAYS, LAGS

MOST = 1000  # findings worth printing; `report.json` has all


def page(report: Report, lang: str) -> str:
    """Whatever the bundle says is escaped, and no script runs."""
    place = files("ledger.audit")
    style = (place / "report.css").read_text(encoding="utf-8")
    room = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return room.from_string((place / "report.html").read_text(encoding="utf-8")).render(
        report=report,
        say=lambda key, **facts: messages.say(key, lang, **facts),
        sentence=partial(sentence, lang=lang),
        times=times(report, lang),
        lang=lang,
        style=style,
        style_hash=b64encode(sha256(style.encode()).digest()).decode(),
        checks=CHECKS,
        findings=report.findings[:MOST],
        plots={
            "days": plots.days(report.statistics),
            "lags": plots.classes(report.statistics.lags, LAGS),
            "delays": plots.classes(report.statistics.delays, DELAYS),
        },
        size=(plots.WIDTH, plots.HEIGHT),
    )


def sentence(finding: Finding, lang: str) -> str:
    """What is wrong, in words."""
    return messages.say(f"e.{finding.code}", lang)


def times(report: Report, lang: str) -> list[tuple[str, str]]:
    """What was when, each with its name: bundle, witnesses' signatures, how long events waited for them."""
    say = partial(messages.say, lang=lang)
    found = [(say("audit.page.made"), _moment(report.manifest.made // 1000, lang))]
    found += [(f"{say('r.witness')} {name}", _moment(time, lang)) for name, time in sorted(report.cosigned.items())]
    if report.watched_from is not None:
        found.append((say("audit.page.watched"), str(report.watched_from)))
        found.append((say("audit.page.waited"), f"{report.unwitnessed / 3600:.1f}"))
    return found


def _moment(seconds: int, lang: str) -> str:
    """s UTC; what no calendar has is written as the number."""
    try:
        return messages.moment(datetime.fromtimestamp(seconds, UTC), lang)
    except (ValueError, OverflowError, OSError):
        return str(seconds)
