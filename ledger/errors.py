"""The error tree. An error is a stable code and facts; its sentence stands in `messages/`.

LedgerError
├── ConfigError         a setting is missing, unknown or malformed
├── InputError          bytes or fields from outside are malformed
├── RuleError           a rule of the domain refused the command
├── NotFoundError       the thing named does not exist
├── ConflictError       the number is taken, the form is stale
├── AuthenticationError no bearer, or one that is not good any more
├── ForbiddenError      the officer's mandate does not reach this act
├── VerificationError   a signature, proof or code does not hold
├── BudgetError         more was asked than anybody may within the time
├── BusyError           as much is being done as can be done at once
├── SealedError         personal data cannot be opened
├── StoreError          a store is not what the history says it must be
├── BundleError         what was handed to the audit cannot be read safely
└── AuditError          the history breaks at a position
"""

# What tells whether a number that was typed is somebody's, or whose: logged like what is forbidden.
TELLING = frozenset({"name-differs", "walk-in-closed", "identity-taken", "person-unregistered"})


class LedgerError(Exception):
    """The root of every error that this project raises on purpose.

    Args:
        code: Stable, for clients and tests; the key of its sentence in `messages/` is `e.<code>`.
        facts: What was got and what was expected; never personal data.
    """

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        said = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.code}: {said}" if said else self.code


class ConfigError(LedgerError):
    pass


class InputError(LedgerError):
    pass


class RuleError(LedgerError):
    """A rule refused. `rule` is its number in `docs/rules.md`, such as "R25", or "lifecycle"."""

    def __init__(self, code: str, *, rule: str, **facts: object) -> None:
        super().__init__(code, rule=rule, **facts)
        self.rule = rule


class NotFoundError(LedgerError):
    pass


class ConflictError(LedgerError):
    pass


class AuthenticationError(LedgerError):
    pass


class ForbiddenError(LedgerError):
    pass


class VerificationError(LedgerError):
    pass


class BudgetError(LedgerError):
    """`seconds`: after which it may be asked again."""

    def __init__(self, code: str, *, seconds: int, **facts: object) -> None:
        super().__init__(code, seconds=seconds, **facts)
        self.seconds = seconds


class BusyError(LedgerError):
    """`seconds`: after which it is worth asking again."""

    def __init__(self, code: str, *, seconds: int) -> None:
        super().__init__(code, seconds=seconds)
        self.seconds = seconds


class SealedError(LedgerError):
    pass


class StoreError(LedgerError):
    pass


class BundleError(LedgerError):
    pass


class AuditError(LedgerError):
    pass
