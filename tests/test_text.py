"""Texts: normalising, paragraphs, and finding a passage again where it has moved."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from spacepact.text import find, normalise, paragraphs, sha256


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert "  " not in once


@given(st.text())
def test_paragraphs_make_up_the_normalised_text(text: str) -> None:
    whole = normalise(text)
    for paragraph in paragraphs(text):
        assert whole[paragraph.start : paragraph.start + len(paragraph.text)] == paragraph.text


@given(st.text(alphabet="abc ", max_size=30), st.text(alphabet="xyz", min_size=5, max_size=20), st.integers(0, 60))
def test_a_passage_is_found_wherever_it_has_moved(before: str, passage: str, hint: int) -> None:
    document = before + passage
    assert find(document, len(passage), sha256(passage), hint) == len(before)


def test_a_passage_that_changed_by_one_character_is_gone() -> None:
    assert find("the two sides agreed", 9, sha256("two sidez"), 4) is None


def test_quotation_marks_and_dashes_do_not_matter() -> None:
    assert normalise("“ROK–US” ‘joint’") == normalise("\"ROK-US\" 'joint'")


def test_lines_are_paragraphs_only_where_there_is_no_blank_line() -> None:
    assert [p.text for p in paragraphs("one\ntwo")] == ["one", "two"]
    assert [p.text for p in paragraphs("one\ntwo\n \nthree")] == ["one two", "three"]
