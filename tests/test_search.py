"""Search: any text has an answer, any name finds what it names, and so does nearly any mistake in it."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import QuerySolutions

from service import site
from spacepact.errors import UnknownName
from spacepact.iris import NS, curie
from spacepact.queries.search import KINDS, Entry, Names, fold
from spacepact.queries.territories import names_of_territories

_SPELLINGS = "abcdefghijklmnopqrstuvwxyz"


@cache
def _named() -> list[tuple[str, str]]:
    """Return the IRIs of all actors, series, missions and topics with each of their names."""
    found = site().graph.engine.query(
        """SELECT DISTINCT ?iri ?name WHERE {
          VALUES ?class { pact:Actor pact:SpaceActivity pact:MeetingSeries pact:Topic }
          ?iri a/rdfs:subClassOf* ?class ; skos:prefLabel|skos:altLabel ?name } ORDER BY ?iri ?name"""
    )
    assert isinstance(found, QuerySolutions)
    return [(row["iri"].value, row["name"].value) for row in found]


def _found(text: str, kind: str = "", limit: int = 20) -> list[str]:
    return [curie(hit.entry.iri) for hit in site().names.search(text, kind, limit)]


@given(st.text(max_size=300), st.sampled_from(["", "Actor", "topic", "Document"]), st.integers(1, 30))
def test_any_text_has_an_answer(text: str, kind: str, limit: int) -> None:
    hits = site().names.search(text, kind, limit)
    assert len(hits) <= limit
    assert len({hit.entry.iri for hit in hits}) == len(hits)


@given(st.data())
def test_any_name_finds_what_it_names_before_all_that_is_not_called_so(data: st.DataObject) -> None:
    iri, name = data.draw(st.sampled_from(_named()))
    written = data.draw(st.sampled_from([name, name.upper(), name.lower(), f"  {name} ", name.replace("-", " ")]))
    hits = {hit.entry.iri: hit.how for hit in site().names.search(written)}
    assert hits[iri] == "exact"


@given(st.data())
def test_one_mistake_in_a_name_of_six_letters_still_finds_it(data: st.DataObject) -> None:
    iri, name = data.draw(st.sampled_from([(i, n) for i, n in _named() if len(fold(n)) >= 6]))
    at = data.draw(st.integers(1, len(name) - 2))
    letter = data.draw(st.sampled_from(_SPELLINGS))
    left_out = name[:at] + name[at + 1 :]
    swapped = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    wrong = data.draw(
        st.sampled_from([left_out, swapped, name[:at] + letter + name[at:], name[:at] + letter + name[at + 1 :]])
    )
    assert curie(iri) in _found(wrong), wrong


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("NASSA", "id:nasa"),
        ("Koera", "id:rok"),
        ("korea", "id:rok"),
        ("해양경찰청", "id:kcg"),
        ("해양경잘청", "id:kcg"),
        ("나사", "id:nasa"),
        ("republique de coree", "id:rok"),
        ("U.S.A.", "id:usa"),
        ("csd 4", "id:csd-4"),
        ("Space Administration Korea Aero", "id:kasa"),
        ("koreaaerospaceadministration", "id:kasa"),
    ],
)
def test_what_people_type_finds_what_they_mean(text: str, first: str) -> None:
    assert _found(text)[0] == first


def test_a_part_of_a_korean_name_finds_it() -> None:
    assert "id:kcg" in _found("경찰청")
    assert "id:kcg" in _found("해양")


def test_what_is_called_so_comes_before_what_begins_so_and_that_before_what_has_the_word() -> None:
    order = ["exact", "beginning", "words", "part", "near", "some"]
    for text in ("nasa", "space", "gps", "한미", "korea"):
        hows = [hit.how for hit in site().names.search(text, limit=1000)]
        assert hows == sorted(hows, key=order.index), text


def test_actors_come_before_agreements_and_commitments() -> None:
    order = list(KINDS)
    found = [hit for hit in site().names.search("nasa", limit=1000) if hit.how == "beginning"]
    groups = [order.index(hit.entry.group) for hit in found]
    assert groups == sorted(groups)
    assert len(set(groups)) > 3


def test_a_kind_keeps_only_what_is_of_it() -> None:
    assert _found("korea", "State") == ["id:rok"]
    for hit in site().names.search("space", "topic", 50):
        assert NS + "Topic" in hit.entry.classes
    with pytest.raises(UnknownName, match="did you mean 'State'"):
        site().names.search("korea", "Stte")


def test_the_name_that_fits_is_told() -> None:
    (hit, *_) = site().names.search("ROK")
    assert (hit.entry.label, hit.matched) == ("Republic of Korea", "ROK")


def test_words_that_stand_nowhere_together_find_what_has_the_rarest() -> None:
    hits = site().names.search("goddrad qqqq")
    assert hits[0].how == "some"
    assert "Goddard" in hits[0].matched


def test_a_word_like_no_other_finds_the_nearest_there_is() -> None:
    assert {hit.how for hit in site().names.search("Astrlyia")} == {"some"}
    assert "id:australia" in _found("Astrlyia")


@pytest.mark.parametrize("text", ["다누라", "天宮", "존라", "Wolf zzzqqq"])
def test_one_letter_or_syllable_in_common_is_no_nearness(text: str) -> None:
    assert site().names.search(text) == []


def test_every_state_is_found_by_its_name_in_many_languages() -> None:
    states = {str(row["state"]) for row in site().graph.query("SELECT ?state { ?state a pact:State }").records()}
    named = names_of_territories(site().graph.engine)
    assert {curie(iri) for iri in named} == states | {"id:eu", "id:un"}
    for iri, names in named.items():
        assert len(names) > 5
        for name in names:
            assert curie(iri) in _found(name, "Actor")[:2], name


@pytest.mark.parametrize(
    ("text", "entity"),
    [("일본", "japan"), ("フランス", "france"), ("인도", "india"), ("韓国", "rok"), ("룩셈부르크", "luxembourg"),
     ("Estados Unidos", "usa"), ("Südkorea", "rok"), ("欧州連合", "eu")],
)  # fmt: skip
def test_states_are_found_in_the_languages_of_those_who_ask(text: str, entity: str) -> None:
    assert _found(text)[0] == f"id:{entity}"


@pytest.mark.parametrize(
    ("text", "entity"),
    [("米国", "usa"), ("유럽우주국", "esa"), ("欧州宇宙機関", "esa"), ("아르테미스 약정", "artemis-accords")],
)
def test_agencies_and_accords_are_found_in_japanese_and_korean(text: str, entity: str) -> None:
    assert _found(text)[0] == f"id:{entity}"


def test_near_spellings_stay_out_where_a_name_fits() -> None:
    assert "near" not in {hit.how for hit in site().names.search("KASA", limit=1000)}


def test_two_things_of_one_name_are_both_found() -> None:
    two = [
        Entry(f"id:{i}", "Space Agency", ("Space Agency",), "space agency", frozenset({NS + "Actor"}), i)
        for i in (1, 2)
    ]
    assert [hit.entry.iri for hit in Names(two).search("space agency")] == ["id:2", "id:1"]
