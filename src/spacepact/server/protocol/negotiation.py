"""Which of the media types on offer a client wants: content negotiation after RFC 9110, section 12.5.1."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["media_type", "preferred"]

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]++"
_QUOTED = r'"(?:[^"\\]|\\.)*+"'
_RANGE = re.compile(rf"[ \t]*+({_TOKEN})/({_TOKEN})[ \t]*+((?:;[ \t]*+(?:{_TOKEN}=(?:{_TOKEN}|{_QUOTED})[ \t]*+)?)*+)")
_PARAMETER = re.compile(rf"({_TOKEN})=({_TOKEN}|{_QUOTED})")
_PART = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*+"?)++')
# RFC 9110 asks for a digit before the point and three at most behind it; Java's own client sends ".2".
_WEIGHT = re.compile(r"0?\.\d++|0\.?|1(?:\.0*+)?")


class _Media(NamedTuple):
    """A media type or range: type, subtype, and parameters without the weight, all in small letters."""

    type: str
    subtype: str
    parameters: frozenset[tuple[str, str]]

    def covers(self, offer: _Media) -> bool:
        if (self.type, self.subtype) != ("*", "*") and (self.type, self.subtype) not in (
            (offer.type, "*"),
            (offer.type, offer.subtype),
        ):
            return False
        return all(_is_met(name, value, offer) for name, value in self.parameters)

    def specificity(self) -> tuple[bool, bool, int]:
        return self.type != "*", self.subtype != "*", len(self.parameters)


def _is_met(name: str, value: str, offer: _Media) -> bool:
    # All texts here are UTF-8, and a profile that is not known is to be passed over (RFC 6906, section 3).
    return (name, value) in offer.parameters or name == "profile" or (name, value) == ("charset", "utf-8")


def preferred(accept: str, offered: Sequence[str]) -> str | None:
    """Return the media type among *offered* that the Accept header *accept* weighs most, None where it takes none.

    Of equal weights the one offered first wins. The weight of a media type is that of the most specific range that
    covers it. What is malformed in the header is passed over; a header in which nothing is left takes everything.

    >>> preferred("text/*;q=0.5, application/ld+json", ["text/turtle", "application/ld+json"])
    'application/ld+json'
    >>> preferred("", ["text/turtle", "application/ld+json"])
    'text/turtle'
    >>> preferred("image/png", ["text/turtle"]) is None
    True
    """
    ranges = [found for part in _PART.findall(accept) if (found := _weighed(part))]
    if not ranges:
        return offered[0]
    best, most = None, 0.0
    for offer in offered:
        weight = _weight(ranges, media_type(offer))
        if weight > most:
            best, most = offer, weight
    return best


def _weight(ranges: list[tuple[_Media, float]], offer: _Media) -> float:
    covering = [(given.specificity(), weight) for given, weight in ranges if given.covers(offer)]
    return max(covering)[1] if covering else 0.0


def _weighed(part: str) -> tuple[_Media, float] | None:
    """Return the media range and the weight in *part* of a header; None where it is malformed."""
    match = _RANGE.fullmatch(part)
    if match is None or (match[1] == "*" and match[2] != "*"):
        return None
    parameters = _parameters(match[3])
    weights = [value for name, value in parameters if name == "q"]
    if len(weights) > 1 or not all(map(_WEIGHT.fullmatch, weights)):
        return None
    given = _Media(match[1].lower(), match[2].lower(), frozenset(p for p in parameters if p[0] != "q"))
    return given, float(weights[0]) if weights else 1.0


def media_type(text: str) -> _Media:
    """Return the type, subtype and parameters that *text*, such as the value of Content-Type, names.

    Raises ValueError for a text that is no media type.

    >>> media_type("application/x-www-form-urlencoded; Charset=UTF-8")[:2]
    ('application', 'x-www-form-urlencoded')
    """
    match = _RANGE.fullmatch(text)
    if match is None or "*" in (match[1], match[2]):
        raise ValueError(f"{text!r} is no media type")
    return _Media(match[1].lower(), match[2].lower(), frozenset(_parameters(match[3])))


def _parameters(text: str) -> list[tuple[str, str]]:
    return [(name.lower(), _unquoted(value).lower()) for name, value in _PARAMETER.findall(text)]


def _unquoted(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value
