"""Every page of the desk: there for whoever may see it, in both languages, small, and with nothing from elsewhere."""

import re

import pytest
from flask import Flask

from ledger.cli.story import Story
from ledger.messages import LANGUAGES
from tests.desk.conftest import Desk
from tests.desk.walking import OFFICERS, Examples, pages

MOST_BYTES = 25_000  # of a page, once its style sheet is kept
RAW_KEY = re.compile(r">\s*[a-z]{1,5}\.[a-z]+(\.[a-z0-9-]+)+\s*<")
INLINE = re.compile(r"<style|<script(?![^>]*\bsrc=)|\son[a-z]+=|\sstyle=|javascript:", re.IGNORECASE)
ELSEWHERE = re.compile(r'(?:src|href|action)="(?:https?:)?//')
WA = "https://wa.me/"  # Where a clerk's own telephone is asked to send from.


@pytest.fixture
def walked(here: Story, app: Flask) -> list[tuple[str, str]]:
    found = list(pages(app, Examples(here)))
    assert [endpoint for endpoint, path in found if path is None] == []
    return [(endpoint, path) for endpoint, path in found if path is not None]


def test_every_page_is_there_in_both_languages(walked: list[tuple[str, str]], desk: Desk) -> None:
    faults = []
    for officer in OFFICERS:
        client = desk(officer)
        for endpoint, path in walked:
            for lang in LANGUAGES:
                answer = client.get(path, query_string={"lang": lang})
                if answer.mimetype != "text/html" or answer.status_code in (302, 303, 403, 404):
                    continue
                faults += [(endpoint, officer, fault) for fault in faults_of(answer.text, answer.status_code, lang)]

    assert faults == []


def faults_of(text: str, status: int, lang: str) -> list[str]:
    found = [f"status {status}"] if status != 200 else []
    found += ["language"] if f'<html lang="{lang}">' not in text else []
    found += ["headings"] if len(re.findall("<h1", text)) != 1 else []
    found += ["inline"] if INLINE.search(text) else []
    found += [f"key {key.group()}" for key in RAW_KEY.finditer(text)]
    found += ["elsewhere"] if ELSEWHERE.search(text.replace(WA, "")) else []
    return found + ([f"{len(text.encode())} bytes"] if len(text.encode()) > MOST_BYTES else [])


def test_every_page_is_shown_to_somebody(walked: list[tuple[str, str]], desk: Desk) -> None:
    clients = [desk(officer) for officer in OFFICERS]

    unseen = [
        endpoint for endpoint, path in walked if not any(client.get(path).status_code < 400 for client in clients)
    ]

    assert unseen == []
