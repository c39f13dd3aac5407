"""The overview: what it shows, its filters, its files."""

from __future__ import annotations

from service import page


def test_the_overview_is_a_page() -> None:
    answer = page("/explore")
    assert answer.status == 200
    assert "/between/" in answer.body
