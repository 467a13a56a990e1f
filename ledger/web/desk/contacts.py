"""How a holder may be reached: two fields, both of which may stay empty."""

from typing import Any
from uuid import UUID

from flask import redirect, url_for
from wtforms import StringField
from wtforms.validators import Length

from ledger.domain.contacts import Contact, Email, Phone
from ledger.web.desk.addresses import given, word
from ledger.web.desk.base import Form, Me, Pages, do, ledger, page, refusing

pages = Pages("contacts", __name__)
KEEPERS = ("enrol", "certify", "admin")


class ContactForm(Form):
    phone = StringField(validators=[Length(max=40)], render_kw={"type": "tel", "autocomplete": "off"})
    email = StringField(validators=[Length(max=254)], render_kw={"type": "email", "autocomplete": "off"})


@pages.form("/orang/<uuid:id>/kontak", roles=KEEPERS)
def edit(me: Me, id: UUID) -> Any:
    ledger().scope.registrant(me.officer, id)
    number = given(word, "sertifikat")  # That was being delivered.
    form = ContactForm()
    if form.submitted():
        with refusing(form):
            entered = _entered(form)
            do(me, form, lambda actor: ledger().contacts.set(actor, id, entered))
            return redirect(url_for("desk.contacts.edit", id=id, saved=1, sertifikat=number))
    elif not form.is_submitted():
        held = ledger().contacts.show(ledger().officers.actor(me.officer), id)
        form.phone.data = held.phone.reveal() if held.phone else ""
        form.email.data = held.email.reveal() if held.email else ""
    return page("desk/contact.html", me, form=form, id=id, number=number)


def _entered(form: ContactForm) -> Contact:
    """Raises: InputError."""
    phone, email = (form.phone.data or "").strip(), (form.email.data or "").strip()
    return Contact(Phone.parse(phone) if phone else None, Email.parse(email) if email else None)
