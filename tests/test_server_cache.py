"""Answers kept in memory take no more of it than they may."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from spacepact.server.cache import Cache, Stored


@given(st.lists(st.tuples(st.text(max_size=50), st.integers(0, 3000)), max_size=60))
def test_what_is_kept_never_takes_more_than_it_may(asked: list[tuple[str, int]]) -> None:
    cache = Cache(most=20_000, largest=2_000)
    kept: dict[str, Stored] = {}
    for key, length in asked:
        answer = Stored(200, {}, b"x" * length)
        cache.put(key, answer)
        kept.setdefault(key, answer)
    found = [len(still.body) for key in kept if (still := cache.get(key)) is not None]
    assert sum(1000 + 2 * length for length in found) <= 20_000
    assert all(length <= 2_000 for length in found)


def test_answers_without_a_body_count_too() -> None:
    cache = Cache(most=10_000)
    for number in range(100):
        cache.put(f"/id/nasa?{number}", Stored(303, {}, b""))
    assert sum(cache.get(f"/id/nasa?{number}") is not None for number in range(100)) < 10


def test_an_address_as_long_as_a_novel_is_not_kept() -> None:
    cache = Cache()
    cache.put("x" * 50_000, Stored(200, {}, b"y"))
    assert cache.get("x" * 50_000) is None


def test_the_one_not_asked_for_the_longest_goes_first() -> None:
    cache = Cache(most=2_500)
    cache.put("a", Stored(200, {}, b""))
    cache.put("b", Stored(200, {}, b""))
    assert cache.get("a") is not None
    cache.put("c", Stored(200, {}, b""))
    assert cache.get("b") is None
    assert cache.get("a") is not None
