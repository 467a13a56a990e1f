"""People at the desk: search, one person's page, registering, correcting, proposing to destroy data."""

from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from wtforms import DateField, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, Length

from ledger.application.people import REASONS
from ledger.application.registrants import Person
from ledger.application.search import LONGEST, Found
from ledger.domain.people import BirthDate, FullName, NationalId
from ledger.domain.regions import REGIONS
from ledger.errors import ConflictError
from ledger.messages import say
from ledger.web.desk.addresses import read
from ledger.web.desk.anew import instead
from ledger.web.desk.base import ROWS, Form, Me, Pages, do, language, ledger, page, refusing

pages = Pages("people", __name__)
GROUNDS = ("PDP-42", "PDP-43", "PDP-44")  # Articles of UU 27/2022.


class SearchForm(Form):
    words = "people"
    after = HiddenField()
    typed = StringField(validators=[DataRequired(), Length(max=LONGEST)])


class PersonForm(Form):
    words = "people"
    name = StringField(validators=[DataRequired()])
    nik = StringField(validators=[DataRequired()])
    born = DateField(validators=[DataRequired()])
    sex = RadioField(validators=[DataRequired()])
    alias = StringField()

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.sex.choices = [(sex, say(f"s.people.sex.{sex}", language())) for sex in ("P", "L")]

    def person(self, region: str | None = None) -> Person:
        """Raises: InputError: as the parsers of its parts; the error never repeats what was typed."""
        return Person(
            name=FullName.parse(self.name.data),
            nik=NationalId.parse(self.nik.data),
            born=BirthDate.of(self.born.data),
            sex=self.sex.data,
            region=region,
            alias=FullName.parse(self.alias.data) if self.alias.data else None,
        )


class NewForm(PersonForm):
    """An officer of a board is offered the regions of its province."""

    region = SelectField()

    def __init__(self, me: Me) -> None:
        super().__init__()
        own = [(code, one) for code, one in sorted(REGIONS.items()) if code.startswith(me.region or "")]
        self.region.choices = [("", "-"), *((code, f"{code} {one.name}") for code, one in own)]


class OpenForm(Form):
    words = "people"
    reason = SelectField()

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.reason.choices = [(one, say(f"s.people.reason.{one}", language())) for one in REASONS]


class EraseForm(Form):
    words = "people"
    ground = RadioField(validators=[DataRequired()])

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.ground.choices = [(one, say(f"s.people.ground.{one}", language())) for one in GROUNDS]


@pages.form("/orang")
def listed(me: Me) -> Any:
    """What is searched for stands in no address, for addresses are kept in many places."""
    form, found = SearchForm(), None
    if form.submitted():
        with refusing(form):
            found = _found(me, form)
            form.after.data = found.after.hex if found.after else ""
    return page("desk/people.html", me, form=form, found=found)


def _found(me: Me, form: SearchForm) -> Found:
    seen: dict[str, Any] = {"reader": str(me.officer), "sight": me.sight}
    return ledger().search.people(form.typed.data, **seen, after=read(form.after.data or "", UUID), limit=ROWS)


@pages.form("/orang/baru", roles=("enrol", "admin"))
def new(me: Me) -> Any:
    form = NewForm(me)
    if form.submitted():
        with refusing(form):
            person = form.person(form.region.data or me.region)
            answer = do(me, form, lambda actor: ledger().registrants.register(actor, person))
            known = None if answer["new"] else "1"
            if known and not ledger().people.within(UUID(answer["registrant"]), me.sight):
                raise ConflictError("person-elsewhere")
            return redirect(url_for("desk.people.show", id=answer["registrant"], known=known))
    return page("desk/person-new.html", me, form=form)


@pages.form("/orang/<uuid:id>")
def show(me: Me, id: UUID) -> Any:
    """Everything but the sealed identity, which is opened by a press of its own, for a reason that is noted."""
    form, opened, people = OpenForm(), None, ledger().people
    seen: dict[str, Any] = {"reader": str(me.officer), "sight": me.sight}
    person = people.show(id, **seen)
    if form.submitted():
        with refusing(form):
            opened = people.identity(id, reason=form.reason.data, **seen)
    effective = request.args.get("urut") == "berlaku"
    return page(
        "desk/person.html",
        me,
        form=form,
        person=person,
        opened=opened,
        effective=effective,
        events=people.timeline(id, effective=effective, sight=me.sight),
        looks=people.looks(id, sight=me.sight),
        known="known" in request.args,
        purpose=purpose,
    )


def purpose(noted: str) -> str:
    """What a look was for, by the first word of its note."""
    first, _, rest = noted.partition(" ")
    said, reason = (say(key, language()) for key in (f"s.people.purpose.{first}", f"s.people.reason.{rest}"))
    if said.startswith("s."):
        return noted
    return f"{said}: {reason}" if rest in REASONS else said


@pages.form("/orang/<uuid:id>/betulkan", roles=("admin",))
def correct(me: Me, id: UUID) -> Any:
    """Filled in with what is sealed; that look is noted. Of who holds a certificate or an office it is proposed."""
    seen: dict[str, Any] = {"reader": str(me.officer), "sight": me.sight}
    person = ledger().people.show(id, **seen)
    known = {} if request.method == "POST" else ledger().people.identity(id, reason="correction", **seen)
    born = BirthDate.parse(known["born"]).day if "born" in known else None
    form = PersonForm(data={**known, "born": born})
    form.of(id, person["version"])
    if form.submitted():
        with refusing(form):
            given = form.person()
            do(me, form, lambda actor: ledger().corrections.correct(actor, id, given, instead=instead()))
            return redirect(url_for("desk.people.show", id=id))
    return page("desk/person-correct.html", me, form=form, person=person, by_two=ledger().corrections.by_two(id))


@pages.form("/orang/<uuid:id>/musnahkan", roles=("admin",))
def erase(me: Me, id: UUID) -> Any:
    """A second person approves it; until then nothing is destroyed."""
    form = EraseForm()
    person = ledger().people.show(id, reader=str(me.officer), sight=me.sight)
    form.of(id, person["version"])
    if form.submitted():
        with refusing(form):
            act = ledger().registrants.erase(id, form.ground.data)
            do(me, form, lambda actor: ledger().proposals.propose(actor, [act], instead=instead()))
            return redirect(url_for("desk.people.show", id=id))
    return page("desk/person-erase.html", me, form=form, person=person)
