"""What holds for the markup of every page: an id is that of one element."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser

import pytest

from service import PAGES, page


class Ids(HTMLParser):
    """Collects the ids of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.update(value or "" for name, value in attrs if name == "id")


@pytest.mark.parametrize("address", PAGES)
def test_an_id_is_that_of_one_element(address: str) -> None:
    body = page(address).body
    ids = Ids()
    ids.feed(body if isinstance(body, str) else body.decode())
    assert [name for name, times in ids.found.items() if times > 1 or not name.strip()] == []
    assert "spoken" in ids.found, "the page has no place for what is said aloud"
