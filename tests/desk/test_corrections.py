"""Another identity at the desk: proposed where others go by who the person is; the approver reads both."""

from datetime import date
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from ledger.cli.story import Story
from tests.desk.conftest import Desk
from tests.desk.forms import send

TYPED = {"name": "Ahmad Fauzi Rahman", "nik": "3275010403959020", "born": "1995-03-04", "sex": "L", "alias": ""}


@pytest.fixture
def path(here: Story) -> str:
    """Of the page that corrects a graduate, in the second edition of the table of acts."""
    here.clock.at(date(2026, 11, 10))
    here.ledger.keys.refresh()
    holder = here.ledger.certificates.show(here.numbers["graduates"][0])["registrant"]
    return f"/meja/orang/{holder}/betulkan"


def waiting(here: Story) -> str:
    me = here.ledger.access.me(here.ledger.access.begin(here.officers["sekretaris"]))
    (one,) = here.ledger.briefs.waiting(me)
    return str(one["proposal"])


def corrected(client: FlaskClient, path: str) -> None:
    assert send(client, path, **TYPED).status_code == 302


def test_a_holder_is_proposed_and_the_approver_reads_both_identities(here: Story, desk: Desk, path: str) -> None:
    client = desk("ketua")
    page = client.get(path).text

    corrected(client, path)

    assert "Usulkan" in page
    assert "data lama dan baru berdampingan" in page
    assert "Ahmad Fauzi Rahman" not in client.get(path.removesuffix("/betulkan")).text
    shown = desk("sekretaris").get(f"/meja/usulan/{waiting(here)}").text
    assert "semula Ahmad Fauzi, 3275010403959020" in shown.replace('</dt><dd class="col-sm-8">', " ")
    assert "menjadi Ahmad Fauzi Rahman, 3275010403959020" in shown.replace('</dt><dd class="col-sm-8">', " ")
    here.approve("sekretaris", UUID(waiting(here)))
    assert "Ahmad Fauzi Rahman" in client.get(path.removesuffix("/betulkan")).text


def test_what_was_sent_back_stands_in_the_form_again(here: Story, desk: Desk, path: str) -> None:
    client = desk("ketua")
    corrected(client, path)
    proposal = waiting(here)
    here.ledger.discussions.send_back(here.actor("sekretaris"), UUID(proposal), "Perbaiki.")

    page = client.get(f"{path}?dari={proposal}").text

    assert f"{path}?dari={proposal}" in client.get(f"/meja/usulan/{proposal}").text
    for entered in ("Ahmad Fauzi Rahman", "1995-03-04", "3275010403959020"):
        assert f'value="{entered}"' in page
