"""Dates: the EDTF subset, its bounds, and what is refused."""

from __future__ import annotations

import calendar
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spacepact.dates import NEVER, Bounds, bounds, date_words, known
from spacepact.errors import DateError

YEARS = st.integers(min_value=1, max_value=9999)


@given(st.dates())
def test_a_day_is_bounded_by_its_own_midnights(day: dt.date) -> None:
    text = day.isoformat()
    assert bounds(text) == Bounds(f"{text}T00:00:00Z", f"{text}T23:59:59Z")


@given(YEARS, st.integers(1, 12))
def test_a_month_ends_with_its_last_day(year: int, month: int) -> None:
    last = calendar.monthrange(year, month)[1]
    assert bounds(f"{year:04}-{month:02}").latest == f"{year:04}-{month:02}-{last:02}T23:59:59Z"


@given(st.dates(), st.dates())
def test_an_interval_holds_both_ends_or_is_refused(one: dt.date, other: dt.date) -> None:
    text = f"{one.isoformat()}/{other.isoformat()}"
    if other < one:
        with pytest.raises(DateError, match="ends before it begins"):
            bounds(text)
    else:
        assert bounds(text) == Bounds(bounds(one.isoformat()).earliest, bounds(other.isoformat()).latest)


@given(st.text(max_size=12))
def test_any_text_is_a_date_or_refused_with_the_fix(text: str) -> None:
    try:
        found = bounds(text)
    except DateError as error:
        found = None
        said = str(error)
    assert found.earliest <= found.latest if found else text in said


def test_doubt_does_not_move_the_bounds() -> None:
    assert bounds("2020-02?") == bounds("2020-02")


@pytest.mark.parametrize("text", ["2023-02-29", "2023-13", "0000", "2023-1-1", "23", "2023-04-31", "2023/", "/2023"])
def test_what_no_calendar_has_is_refused(text: str) -> None:
    with pytest.raises(DateError):
        bounds(text)


@given(st.dates())
def test_an_earliest_date_begins_and_never_ends(day: dt.date) -> None:
    text = f"{day.isoformat()}/.."
    assert bounds(text) == Bounds(bounds(day.isoformat()).earliest, NEVER)
    assert (known(text), date_words(text)) == (day.isoformat(), f"not before {day.isoformat()}")


@pytest.mark.parametrize("text", ["../2028", "2028/..?", "2013/2021/..", "..", "Sea/.."])
def test_no_other_open_date_is_one(text: str) -> None:
    with pytest.raises(DateError):
        bounds(text)
    assert date_words(text) == text
