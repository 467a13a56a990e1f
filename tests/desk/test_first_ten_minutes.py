"""docs/first-ten-minutes.md, followed word by word on the demonstration as `make run` starts it."""

from pathlib import Path

from playwright.sync_api import Browser

from tests.desk.following import TEXT, started, steps


def test_the_page_can_be_followed_to_its_end(chromium: Browser, tmp_path: Path) -> None:
    with started(chromium, tmp_path) as follower:
        for step in steps(TEXT):
            try:
                follower.does(step)
            except Exception as cause:
                shown = follower.window(step.who)
                told = f"line {step.number}, {step.who}: {step.says}\n{shown.url}\n{shown.inner_text('body')}"
                raise AssertionError(told) from cause
