"""Dates as sources give them: the subset of EDTF level 1 that Spacepact uses.

``2022-04-25``, ``2012-10``, ``2027``, each with ``?`` where the source is doubtful, intervals of two of them,
``2013/2021``, and such as begin and have no end, ``2028/..``: not before 2028. Source: Extended Date/Time Format
specification, Library of Congress, 2019.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from spacepact.errors import DateError

__all__ = ["NEVER", "Bounds", "bounds", "date_words", "known"]

NEVER = "9999-12-31T23:59:59Z"
"""The last second of a date that has no end."""

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?(\?)?")
_ENDLESS = re.compile(rf"((?:{_DATE.pattern}))/\.\.")


class Bounds(NamedTuple):
    """The first and the last second a date can mean, in UTC, as xsd:dateTime lexical forms."""

    earliest: str
    latest: str


def bounds(date: str) -> Bounds:
    """Return the bounds of the EDTF string *date*.

    Raises DateError if it is not of the subset, is no day of the calendar, or ends before it begins.

    >>> bounds("2020-02?")
    Bounds(earliest='2020-02-01T00:00:00Z', latest='2020-02-29T23:59:59Z')
    >>> bounds("2013/2021").latest
    '2021-12-31T23:59:59Z'
    >>> bounds("2028/..") == ("2028-01-01T00:00:00Z", NEVER)
    True
    """
    start, slash, end = date.partition("/")
    first = _single(start, date)
    if not slash:
        return first
    if end == "..":
        return Bounds(first.earliest, NEVER)
    last = _single(end, date)
    if last.latest < first.earliest:
        raise DateError(f"the interval '{date}' ends before it begins")
    return Bounds(first.earliest, last.latest)


def known(date: str) -> str:
    """Return what is known of *date*: all of it, or of one without an end the date on which it begins.

    >>> known("2028/.."), known("2013/2021")
    ('2028', '2013/2021')
    """
    found = _ENDLESS.fullmatch(date)
    return found[1] if found else date


def date_words(date: str) -> str:
    """Return *date* as a person reads it.

    >>> date_words("2028/.."), date_words("2013/2021")
    ('not before 2028', '2013/2021')
    """
    return date if known(date) == date else f"not before {known(date)}"


def _single(text: str, whole: str) -> Bounds:
    match = _DATE.fullmatch(text)
    if not match:
        raise DateError(f"'{whole}' is not an EDTF date; write 2022-04-25, 2012-10, 2027, 2020-02? or 2013/2021")
    year, month, day = (int(part) if part else None for part in match.groups()[:3])
    assert year is not None
    if year == 0 or (month is not None and not 1 <= month <= 12):
        raise DateError(f"'{whole}' is no date of the calendar")
    from calendar import monthrange  # brings datetime and locale, which few answers need

    last_month = month or 12
    last_day = monthrange(year, last_month)[1]
    if day is not None and not 1 <= day <= last_day:
        raise DateError(f"'{whole}' is no date of the calendar")
    return Bounds(
        f"{year:04}-{month or 1:02}-{day or 1:02}T00:00:00Z",
        f"{year:04}-{last_month:02}-{day or last_day:02}T23:59:59Z",
    )
