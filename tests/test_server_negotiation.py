"""Content negotiation after RFC 9110, section 12.5.1."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spacepact.server.protocol.negotiation import media_type, preferred

JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
CSV, TURTLE, HTML = "text/csv", "text/turtle", "text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("accept", "offered", "wanted"),
    [
        # The examples of the RFC.
        ("audio/*; q=0.2, audio/basic", ["audio/mpeg", "audio/basic"], "audio/basic"),
        ("audio/*; q=0.2, audio/basic", ["audio/mpeg"], "audio/mpeg"),
        ("text/plain; q=0.5, text/html, text/x-dvi; q=0.8, text/x-c", ["text/plain", "text/x-c"], "text/x-c"),
        ("text/plain; q=0.5, text/html, text/x-dvi; q=0.8, text/x-c", ["text/plain", "text/x-dvi"], "text/x-dvi"),
        # The client's weights count, not the order in the header; of equal weights, the order on offer.
        (f"{XML}, {JSON}", [JSON, XML], JSON),
        (f"{XML};q=0.9, {JSON};q=0.8", [JSON, XML], XML),
        ("*/*", [JSON, XML], JSON),
        ("text/*", [JSON, CSV], CSV),
        # The most specific range gives the weight, be it lower.
        ("*/*, text/csv;q=0", [CSV, JSON], JSON),
        ("text/csv;q=0, */*", [CSV], None),
        ("text/*;q=0.9, text/csv;q=0.1, */*;q=0.5", [CSV, JSON], JSON),
        # What a browser sends.
        ("text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8", [JSON, HTML], HTML),
        # What Java's own client sends, and blanks and letters as the RFC allows them.
        ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", [JSON], JSON),
        ("TEXT/Turtle ;Q=1.000,,\t*/* ; q=0", [JSON, TURTLE], TURTLE),
        ("text/turtle;", [TURTLE], TURTLE),
        # Parameters.
        ("text/html;level=1", ["text/html"], None),
        ("text/html;level=1", ["text/html;level=2", "text/html;level=1"], "text/html;level=1"),
        ("text/html;level=1;q=0.1, text/html;q=0.9", ["text/html;level=1", "text/html"], "text/html"),
        ("text/csv;charset=UTF-8", [CSV], CSV),
        ('text/csv;charset="utf-8"', [CSV], CSV),
        ("text/csv;charset=utf-16", [CSV], None),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#expanded, x"', ["application/ld+json"],
         "application/ld+json"),
        ('text/csv;x="a,text/turtle"', [TURTLE], None),
        # Nothing there, or nothing that can be understood: everything is taken.
        ("", [JSON, XML], JSON),
        (" , ,", [JSON, XML], JSON),
        ("json", [JSON, XML], JSON),
        ("text/csv;q=2", [JSON, CSV], JSON),
        # A malformed part takes nothing with it.
        ("*/csv, text/csv;q=high, text/turtle;q=0.1", [CSV, TURTLE], TURTLE),
        ("text/csv;q=0.1;q=0.9, text/turtle;q=0.5", [CSV, TURTLE], TURTLE),
        ('text/csv;x="unfinished, text/turtle', [JSON], JSON),
        # Nothing of it is here.
        ("image/png", [JSON, XML], None),
        ("*/*;q=0", [JSON, XML], None),
        ("application/*;q=0.000", [JSON], None),
    ],
)  # fmt: skip
def test_preferred(accept: str, offered: list[str], wanted: str | None) -> None:
    assert preferred(accept, offered) == wanted


OFFERED = [JSON, XML, CSV, TURTLE]
weights = st.integers(0, 1000).map(lambda n: f"{n / 1000:.3f}")


@given(st.lists(st.tuples(st.sampled_from(OFFERED), weights), unique_by=lambda pair: pair[0], min_size=1))
def test_the_heaviest_of_those_named_is_taken(named: list[tuple[str, str]]) -> None:
    found = preferred(", ".join(f"{name};q={weight}" for name, weight in named), OFFERED)
    heaviest = max(float(weight) for _, weight in named)
    assert found == next((m for m in OFFERED if heaviest and (m, heaviest) in [(n, float(w)) for n, w in named]), None)


@given(st.text())
def test_any_header_is_read(accept: str) -> None:
    assert preferred(accept, OFFERED) in [*OFFERED, None]


@given(st.text(alphabet=' ,;="\\*/qa01.', max_size=300))
def test_any_header_of_telling_letters_is_read(accept: str) -> None:
    assert preferred(accept, OFFERED) in [*OFFERED, None]


@pytest.mark.parametrize("part", ["; ", '"', "a/b;c=", '\\"', ",", "text/csv;q=0.1,", 'a/b;c="\\', " "])
def test_a_long_header_takes_no_time_that_grows_faster_than_it(part: str) -> None:
    assert preferred("a/b" + part * 30_000 + "!", OFFERED) in [*OFFERED, None]


@pytest.mark.parametrize("text", ["", "text", "text/", "text/*", "*/*", "text/csv; charset", "text/csv, text/plain"])
def test_no_media_type(text: str) -> None:
    with pytest.raises(ValueError, match="no media type"):
        media_type(text)


def test_a_media_type_with_parameters() -> None:
    found = media_type('Text/HTML; Charset="UTF-8" ; x=1')
    assert found[:2] == ("text", "html")
    assert found[2] == {("charset", "utf-8"), ("x", "1")}
