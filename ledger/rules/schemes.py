"""Schemes: editions in order, on a legal basis, open to equivalents and blind to membership (R8, R9, R17, R40-R44)."""

from ledger.domain.regulations import STATUTE_RANKS
from ledger.domain.rulebook import lower_tiers
from ledger.domain.schemes import CATEGORIES, DIMENSIONS, Scheme
from ledger.domain.values import to_days
from ledger.errors import ConfigError, RuleError
from ledger.events import Record
from ledger.projections.schemes import SCHEMES, editions
from ledger.rules.asking import require, rule
from ledger.rules.authorities import catalogued, warned_of_revocation
from ledger.view import Models


@rule("R17", Scheme.Created)
def the_category_follows_from_the_kind(_: Models, __: Record, event: Scheme.Created) -> None:
    expected = CATEGORIES.get(event.kind.partition("/")[0])
    if event.category != expected:
        raise RuleError("category-differs", rule="R17", got=event.category, expected=expected)


@rule("R26", Scheme.Created)
def a_scheme_is_registered_once(models: Models, _: Record, event: Scheme.Created) -> None:
    if models.find(SCHEMES, "kind", event.kind):
        raise RuleError("scheme-taken", rule="R26", got=event.kind)


@rule("R9", Scheme.Published)
def editions_follow_each_other(models: Models, record: Record, event: Scheme.Published) -> None:
    """A later edition begins on or after its publication, so that nothing issued is shortened."""
    before = editions(require(models, SCHEMES, record.stream, rule="R9"))
    if event.edition != len(before) + 1:
        raise RuleError("edition-out-of-order", rule="R9", got=event.edition, expected=len(before) + 1)
    if before and (event.begins < record.day or to_days(event.begins) < before[-1]["begins"]):
        raise RuleError("edition-retroactive", rule="R9", got=event.begins, expected=f">= {record.day}")


@rule("R8", Scheme.Published)
def validity_is_a_sane_number_of_months(_: Models, __: Record, event: Scheme.Published) -> None:
    if event.months is not None and not 1 <= event.months <= 600:
        raise RuleError("validity-out-of-range", rule="R8", got=event.months, expected="1..600")


@rule("R11", Scheme.Published)
def a_standard_has_all_dimensions(_: Models, __: Record, event: Scheme.Published) -> None:
    """Knowledge, skill, values and ethics: not one score (T-21)."""
    if sorted(event.dimensions) != sorted(DIMENSIONS):
        raise RuleError("dimensions-incomplete", rule="R11", got=event.dimensions, expected=DIMENSIONS)


@rule("R41", Scheme.Published)
def an_edition_names_catalogued_sources(models: Models, _: Record, event: Scheme.Published) -> None:
    catalogued(models, event.basis)
    catalogued(models, event.standard)


@rule("R40", Scheme.Published)
def an_edition_on_a_revoked_basis_says_so(models: Models, record: Record, event: Scheme.Published) -> None:
    warned_of_revocation(models, event.basis, record.day, warned=event.revoked_basis)


@rule("R43", Scheme.Published)
def membership_is_no_condition_without_a_statute(models: Models, _: Record, event: Scheme.Published) -> None:
    asked = {"membership", "dues"} & set(event.conditions)
    if asked and catalogued(models, event.basis)["rank"] not in STATUTE_RANKS:
        raise RuleError("membership-required", rule="R43", got=event.conditions)


@rule("R44", Scheme.Published)
def a_required_tier_has_equivalents(_: Models, __: Record, event: Scheme.Published) -> None:
    if event.tier is not None and not event.equivalents:
        raise RuleError("tier-exclusive", rule="R44", got=event.tier)


@rule("R15", Scheme.Published)
def a_required_tier_is_in_the_rule_book(_: Models, record: Record, event: Scheme.Published) -> None:
    if event.tier is not None:
        known_tier(event.tier, record)


def known_tier(tier: str, record: Record) -> list[str]:
    """The tiers below it. Raises: RuleError."""
    try:
        return lower_tiers(tier, record.day)
    except ConfigError as cause:
        raise RuleError("tier-unknown", rule="R15", got=tier) from cause
