"""What a browser does with a form: asks for the page, fills it in, sends what stands hidden in it along."""

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

FORM = re.compile(r"<form\b(?P<head>[^>]*)>(?P<body>.*?)</form>", re.DOTALL)
HIDDEN = re.compile(r'<input(?=[^>]*type="hidden")[^>]*>')
PART = re.compile(r'(name|value)="([^"]*)"')


def hidden(page: str, action: str = "") -> dict[str, str]:
    """The hidden entries of the form that is sent to `action`; "": of the one that is sent where the page came from."""
    for found in FORM.finditer(page):
        head = found["head"]
        if 'method="post"' in head and (f'action="{action}"' in head if action else "action=" not in head):
            entries = (dict(PART.findall(entry)) for entry in HIDDEN.findall(found["body"]))
            return {entry["name"]: entry.get("value", "") for entry in entries}
    raise AssertionError(f"no form to {action or 'itself'}")


def send(client: FlaskClient, path: str, /, *, action: str = "", **typed: Any) -> TestResponse:
    """The form on the page at `path`, filled in and sent."""
    page = client.get(path)
    assert page.status_code == 200, page.text
    return client.post(action or path, data=hidden(page.text, action) | typed)
