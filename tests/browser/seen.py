"""What a reader sees of a verdict."""

from playwright.sync_api import Page

DECIDED = "#verdict[data-reason]"


def decided(page: Page) -> str:
    """The reason, once the page has decided."""
    page.wait_for_selector(DECIDED, timeout=15_000)
    return str(page.get_attribute("#verdict", "data-reason"))


def visit(page: Page, url: str) -> str:
    page.goto(url)
    return decided(page)


def colour(page: Page) -> str:
    return str(page.get_attribute("#verdict", "class")).removeprefix("card ")


def typed(page: Page, text: str) -> str:
    """The reason of a code that is pasted into the page."""
    page.fill("#code", text)
    page.click("#ways form button")
    return decided(page)
