"""Dates as a text gives them, written in EDTF at the precision of the text and never beyond it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from spacepact.dates import bounds
from spacepact.drafting.found import FoundDate
from spacepact.errors import DateError

__all__ = ["dates_in", "only_date"]

_MONTHS = (
    "january jan janvier enero januar gennaio",
    "february feb février fevrier febrero februar febbraio",
    "march mar mars marzo märz",
    "april apr avril abril aprile",
    "may mai mayo maggio",
    "june jun juin junio juni giugno",
    "july jul juillet julio juli luglio",
    "august aug août aout agosto",
    "september sept sep septembre septiembre settembre",
    "october oct octobre octubre oktober ottobre",
    "november nov novembre noviembre",
    "december dec décembre decembre diciembre dezember dicembre",
)
_NUMBER = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}

_NO_YEAR = "no year is given here"
_NO_MONTH = "no month is given here"
_RELATIVE = "counts from the day of the document"
_EITHER = "day and month may be either way round"


# A month begins with a capital here, so that "may" and "mar" are none.
_MONTH = (
    "(?:"
    + "|".join(sorted({n.capitalize() for n in _NUMBER}, key=len, reverse=True))
    + r")\b(?:(?<=[A-Z][a-zé]{2})\.|(?<=Sept)\.)?"
)
_LOWER = "(?:" + "|".join(sorted((n for n in _NUMBER if len(n) > 4), key=len, reverse=True)) + r")\b"
_YEAR = r"(?:19[4-9]\d|20\d\d)(?!\d)"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?(?!\d)"
_TO = r"\s?(?:-|to|and|until|through)\s?"
_KOREAN_YEAR, _KOREAN_MONTH, _KOREAN_DAY = (
    r"(?:19[4-9]\d|20\d\d)\s?[년年]",
    r"(?:1[0-2]|0?[1-9])\s?[월月]",
    (r"(?:3[01]|[12]\d|0?[1-9])\s?[일日](?!\s?[간차본])"),
)

_WRITTEN = (
    (
        "ymd-mdy",
        rf"(?P<m>{_MONTH}) (?P<d>{_DAY}),? (?P<y>{_YEAR}){_TO}(?P<m2>{_MONTH}) (?P<d2>{_DAY}),? (?P<y2>{_YEAR})",
    ),
    ("days", rf"(?P<m>{_MONTH}) (?P<d>{_DAY}){_TO}(?P<m2>{_MONTH}) (?P<d2>{_DAY}),? (?P<y>{_YEAR})"),
    ("days", rf"(?P<m>{_MONTH}) (?P<d>{_DAY}){_TO}(?P<d2>{_DAY}),? (?P<y>{_YEAR})"),
    (
        "days",
        rf"(?P<d>{_DAY})(?: (?P<m0>{_MONTH}))?{_TO}(?P<d2>{_DAY}) (?:of |de )?(?P<m>{_MONTH}),? (?:de )?(?P<y>{_YEAR})",
    ),
    ("day", rf"(?P<m>{_MONTH}) (?P<d>{_DAY}),? (?P<y>{_YEAR})"),
    ("day", rf"(?P<d>{_DAY}) (?:of |de )?(?P<m>{_MONTH}|{_LOWER}),? (?:de )?(?P<y>{_YEAR})"),
    ("day", r"(?P<y>(?:19[4-9]|20\d)\d)-(?P<m>0[1-9]|1[0-2])-(?P<d>0[1-9]|[12]\d|3[01])(?!\d)"),
    ("day", r"(?P<y>(?:19[4-9]|20\d)\d)\.\s?(?P<m>1[0-2]|0?[1-9])\.\s?(?P<d>3[01]|[12]\d|0?[1-9])(?:\.|(?!\d))"),
    ("day", r"(?P<y>(?:19[4-9]|20\d)\d)/(?P<m>1[0-2]|0?[1-9])/(?P<d>3[01]|[12]\d|0?[1-9])(?!\d)"),
    ("slashed", r"(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>(?:19[4-9]|20\d)\d)(?!\d)"),
    (
        "days",
        rf"(?P<y>{_KOREAN_YEAR})\s?(?P<m>{_KOREAN_MONTH})\s?(?P<d>{_KOREAN_DAY}?)\s?[~∼-]\s?(?P<d2>{_KOREAN_DAY})",
    ),
    ("day", rf"(?P<y>{_KOREAN_YEAR})\s?(?P<m>{_KOREAN_MONTH})\s?(?P<d>{_KOREAN_DAY})"),
    ("day", r"['‘](?P<y>\d\d)\.\s?(?P<m>1[0-2]|0?[1-9])\.\s?(?P<d>3[01]|[12]\d|0?[1-9])(?:\.|(?!\d))"),
    ("month", rf"(?P<y>{_KOREAN_YEAR})\s?(?P<m>{_KOREAN_MONTH})"),
    ("months", rf"(?P<m>{_MONTH}),?(?: (?P<y1>{_YEAR}))?{_TO}(?P<m2>{_MONTH}),? (?:of )?(?P<y>{_YEAR})"),
    ("month", rf"(?P<m>{_MONTH}),? (?:of |de )?(?P<y>{_YEAR})"),
    ("month", rf"(?P<m>{_LOWER}) (?:de )?(?P<y>{_YEAR})"),
    ("years", rf"(?P<y>{_YEAR})\s?(?:[-~/]|to|until|through)\s?(?P<y2>{_YEAR})"),
    ("years", rf"(?<=between )(?P<y>{_YEAR}) and (?P<y2>{_YEAR})"),
    ("years", r"(?P<y>(?:19[4-9]|20\d)\d)-(?P<y2>\d\d)(?![\d-])"),
    ("year", rf"(?P<y>{_KOREAN_YEAR})"),
    ("no year", rf"(?P<m>{_MONTH}) {_DAY}(?:{_TO}{_DAY})?(?! ?,? ?{_YEAR})"),
    ("no year", rf"{_DAY}(?:{_TO}{_DAY})? (?:of )?{_MONTH}(?! ?,? ?{_YEAR})"),
    ("no year", rf"{_KOREAN_MONTH}\s?{_KOREAN_DAY}"),
    ("no year", rf"(?<=[Ii]n )(?P<m>{_MONTH})(?! ?,? ?(?:{_YEAR}|\d))(?! [A-Z][a-z])"),
    ("no year", r"(?<![\d년年.])(?:올해|내년|지난해)?\s?(?:1[0-2]|[1-9])월(?!\s?\d)"),
    ("no month", r"(?<![\d월月.,])(?<!월 )(?:지난\s|오는\s)?(?:3[01]|[12]\d|[1-9])일(?![간차본정])"),
    ("relative", r"\b(?:[Tt]oday|[Yy]esterday|[Tt]omorrow|[Tt]onight)\b(?!'s)"),
    (
        "relative",
        r"\b(?:[Tt]his|[Ll]ast|[Nn]ext|[Ll]ater this|[Ee]arlier this|[Tt]he coming|[Tt]he past|"
        r"(?:by |[Bb]efore )the end of the) (?:week|month|year|decade|spring|summer|autumn|fall|winter|"
        r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b",
    ),
    ("relative", r"오늘|어제|내일|올해|내년|지난해|작년|지난달|이달|다음 달|금년|연내|연말"),
    (
        "year",
        rf"(?<![\d.,#$€£₩-])(?<!No\. )(?P<y>{_YEAR})(?!\d|-\d|[.,]\d| ?(?:km|kg|m\b|MHz|miles|people|percent|%))",
    ),
)
"""The ways to write a date, each with its kind, the longest first: the first that fits at a place is taken."""


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((kind, re.compile(pattern)) for kind, pattern in _WRITTEN)


def dates_in(text: str, start: int = 0) -> list[FoundDate]:
    """Return the dates in *text*, in their order; *start* is added to each place.

    What the text alone does not settle, such as "today" or a day without its year, has no value but a reason.

    >>> [d.value for d in dates_in("held on July 20, 2018; signed in October 2024; by 2030; from 2013 to 2021")]
    ['2018-07-20', '2024-10', '2030', '2013/2021']
    >>> dates_in("a launch on Sept. 23")[0].why
    'no year is given here'
    """
    found: list[FoundDate] = []
    taken: list[tuple[int, int]] = []
    for kind, pattern in _patterns():
        for match in pattern.finditer(text):
            if _inside_word(text, match) or any(match.start() < b and a < match.end() for a, b in taken):
                continue
            value, why = _value(kind, {k: v for k, v in match.groupdict().items() if v})
            if value or why:
                taken.append(match.span())
                found.append(FoundDate(value, start + match.start(), match.end() - match.start(), why))
    return sorted(found, key=lambda d: d.start)


def only_date(text: str) -> str:
    """Return the one date that *text* gives, in EDTF, or an empty string.

    >>> only_date("2022-05-14T09:30:00Z"), only_date("2018-07 (event)"), only_date("not before 2019, after 2017")
    ('2022-05-14', '2018-07', '')
    """
    begins = re.match(r"\d{4}(-\d\d(-\d\d)?)?(?=T|\b)(?![/\d.])", text.strip())
    if begins and _valid(begins[0]):
        return begins[0]
    values = [d.value for d in dates_in(text) if d.value]
    return values[0] if len(values) == 1 else ""


def _inside_word(text: str, match: re.Match[str]) -> bool:
    before = text[match.start() - 1 : match.start()]
    return bool(before) and (before.isdigit() or (before.isascii() and before.isalpha())) and match[0][:1].isalnum()


def _value(kind: str, part: dict[str, str]) -> tuple[str, str]:
    """Return the EDTF of a match of *kind* with the named parts *part*, and why there is none."""
    if kind in ("no year", "no month", "relative"):
        return "", {"no year": _NO_YEAR, "no month": _NO_MONTH, "relative": _RELATIVE}[kind]
    if kind == "slashed":
        one, other = int(part["d"]), int(part["m"])
        if one != other and one <= 12 and other <= 12:
            return "", _EITHER
        day, month = (one, other) if other <= 12 else (other, one)
        return _checked(f"{part['y']}-{month:02}-{day:02}"), ""
    return _checked("/".join(_ends(kind, part))), ""


def _ends(kind: str, part: dict[str, str]) -> Iterator[str]:
    year = _digits(part["y"])
    year = f"20{year}" if len(year) == 2 else year
    if kind == "year":
        yield year
    elif kind == "years":
        yield year
        yield year[:2] + part["y2"] if len(part["y2"]) == 2 else part["y2"]
    elif kind == "month":
        yield f"{year}-{_month(part['m'])}"
    elif kind == "months":
        yield f"{part.get('y1', year)}-{_month(part['m'])}"
        yield f"{year}-{_month(part['m2'])}"
    else:
        first = part.get("m0", part["m"])
        yield f"{year}-{_month(first)}-{int(_digits(part['d'])):02}"
        if "d2" in part:
            yield f"{part.get('y2', year)}-{_month(part.get('m2', part['m']))}-{int(_digits(part['d2'])):02}"


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _month(text: str) -> str:
    return f"{_NUMBER.get(text.rstrip('.').lower()) or int(_digits(text)):02}"


def _valid(value: str) -> bool:
    try:
        bounds(value)
    except DateError:
        return False
    return True


def _checked(value: str) -> str:
    return value if _valid(value) else ""
