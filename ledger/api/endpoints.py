"""How an endpoint is declared: what it answers, who may ask, and that a write is done once."""

from collections.abc import Callable
from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema

from ledger.api.access import View, by_officer, fresh, once
from ledger.api.bodies import Parser

OFFICER: list[dict[str, list[str]]] = [{"officer": []}]
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "1 to 100 visible characters of ASCII; the same key with the same body is done once",
    "schema": {"type": "string", "maxLength": 100},
}
Shape = type[Schema] | Schema
Declare = Callable[[View], View]


class Endpoints(Blueprint):  # type: ignore[misc]  # flask-smorest has no types.
    """The endpoints of one noun, under /api/v1."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, noun: str, about: str) -> None:
        super().__init__(noun, noun, url_prefix=f"/api/v1/{noun}", description=about)

    def writes(
        self,
        rule: str,
        answer: Shape,
        *,
        body: Shape | None = None,
        query: Shape | None = None,
        location: str = "json",
        doc: dict[str, Any] | None = None,
    ) -> Declare:
        """POST by an officer: view(actor, [query,] [body,] **path). The order of checks: who, key, body."""

        def declare(view: View) -> View:
            ready = view if body is None else self.arguments(body, location=location)(view)
            if query is not None:
                ready = self.arguments(query, location="query")(ready)
            ready = self.response(201, answer)(once(ready))
            named = [] if query is None else [{"in": "query", "schema": query}]
            ready = self.doc(security=OFFICER, parameters=[IDEMPOTENCY_KEY, *named], **(doc or {}))(ready)
            return self._at(rule, "POST", ready)

        return declare

    def asks(self, rule: str, answer: Shape, *, doc: dict[str, Any]) -> Declare:
        """POST by anybody, that writes nothing to the history: view(**path)."""

        def declare(view: View) -> View:
            return self._at(rule, "POST", self.doc(**doc)(self.response(200, answer)(view)))

        return declare

    def reads(
        self,
        rule: str,
        answer: Shape | None = None,
        *,
        media_type: str | None = None,
        query: Shape | None = None,
        public: bool = False,
    ) -> Declare:
        """GET of what is no personal data: view(officer, [query,] **path); if `public`, without the officer."""

        def declare(view: View) -> View:
            ready = view if query is None else self.arguments(query, location="query")(view)
            if public:
                ready = fresh(ready, "public, no-cache")
            else:
                ready = self.doc(security=OFFICER)(by_officer(fresh(ready, "private, no-cache")))
            return self._at(rule, "GET", self._answers(answer, media_type)(ready))

        return declare

    def looks(self, rule: str, answer: Shape | None = None, *, media_type: str | None = None) -> Declare:
        """GET of personal data: view(officer, **path). Each look is noted in the vault; nothing is kept on the way."""

        def declare(view: View) -> View:
            ready = self.doc(security=OFFICER)(by_officer(view))
            return self._at(rule, "GET", self._answers(answer, media_type)(ready))

        return declare

    def _answers(self, answer: Shape | None, media_type: str | None) -> Declare:
        """JSON of that shape, or bytes of that type."""
        if media_type is None:
            declare: Declare = self.response(200, answer)
            return declare
        bytes_of_it: Declare = self.response(200, {"type": "string", "format": "binary"}, content_type=media_type)
        return bytes_of_it

    def _at(self, rule: str, method: str, view: View) -> View:
        self.route(rule, methods=[method])(view)
        return view
