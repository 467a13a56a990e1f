"""A real Chromium, started once a process: Playwright allows no second one beside it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]


@contextmanager
def launched() -> Iterator[Browser]:
    """Loud where there is none: a skip that says so, a failure if BROWSER_REQUIRED is set."""
    found = shutil.which("chromium")
    if found is None:
        assert not os.environ.get("BROWSER_REQUIRED"), "BROWSER_REQUIRED is set, and there is no chromium"
        pytest.skip("NO CHROMIUM: the verifier page is NOT tested in a browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGS)
        yield browser
        browser.close()
