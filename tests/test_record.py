"""What curating was for: one thing is one entity everywhere, promises live on, conflicts stand, and gaps are shown.

Each test names something that somebody would ask of the record, and the documents that the answer must rest on.
"""

from __future__ import annotations

import pytest
from pyoxigraph import Store

from spacepact.graph.engines.embedded import Embedded
from spacepact.queries.knowledge import KnowledgeGraph


@pytest.fixture(scope="module")
def graph(record: Store) -> KnowledgeGraph:
    return KnowledgeGraph(Embedded(record))


def documents(graph: KnowledgeGraph, *entities: str) -> set[str]:
    return {proof.document for proof in graph.evidence(*entities)}


# --- Joined


@pytest.mark.parametrize(
    ("entity", "sources"),
    [
        ("ssa-sharing-uk", {"source:ssa-sharing-uk-stratcom", "source:ssa-sharing-belgium"}),
        ("us-japan-framework-agreement-2023", set()),
        ("nisar", {"source:us-india-joint-statement-2023", "source:us-india-leaders-statement-2025"}),
        ("artemis-accords-signed-angola", {"source:us-angola-fact-sheet-2023", "source:us-angola-readout-2023"}),
        ("us-korea-technology-prosperity-deal", {"source:technology-prosperity-deal", "source:korea-visit-fact-sheet"}),
        ("usa-no-asat-tests", {"source:csd-3-media-note"}),
    ],
)
def test_what_several_documents_tell_is_one_entity_with_several_sources(
    graph: KnowledgeGraph, entity: str, sources: set[str]
) -> None:
    found = documents(graph, f"id:{entity}")
    assert sources <= found
    assert len(found) > 1


@pytest.mark.parametrize(
    ("name", "entity"),
    [
        ("우주항공청", "kasa"),
        ("宇宙航空研究開発機構", "jaxa"),
        ("Korea AeroSpace Administration", "kasa"),
        ("ISRO", "isro"),
        ("Indian Space Research Organisation", "isro"),
        ("South Korea", "rok"),
        ("Turkey", "turkiye"),
    ],
)
def test_names_in_other_languages_and_short_ones_are_of_one_actor(
    graph: KnowledgeGraph, name: str, entity: str
) -> None:
    assert graph.resolve(name, "Actor").endswith(f"/{entity}")


def test_a_body_that_others_came_under_says_since_when_it_exists(graph: KnowledgeGraph) -> None:
    rows = graph.query("SELECT ?year { id:kari pact:partOf id:kasa . id:kasa pact:established ?year }").records()
    assert rows == [{"year": "2024"}]


# --- Alive


def test_support_for_the_korean_positioning_system_shows_through_the_years(graph: KnowledgeGraph) -> None:
    rows = graph.query("SELECT DISTINCT ?earlier { id:tpd-2025-kps pact:renews+ ?earlier }").records()
    assert {row["earlier"] for row in rows} >= {
        "id:csd-4-kps-support",
        "id:wh-2022-kps-support",
        "id:fs-2021-kps-support",
    }
    assert len({row["document"] for c in rows for row in (p._asdict() for p in graph.evidence(str(c["earlier"])))}) >= 3


def test_the_launch_of_nisar_slips(graph: KnowledgeGraph) -> None:
    dues = [row["due"] for row in graph.ask("moved-dates", engagement="NISAR")]
    assert dues[0] == "2024"
    assert "2025" in str(dues[-1])


def test_an_agreement_that_was_being_negotiated_is_signed_later(graph: KnowledgeGraph) -> None:
    assert {r["status"] for r in graph.ask("history-of", engagement="id:kasa-esa-mou")} >= {"status:signed"}


def test_promises_fall_silent_and_those_taken_up_again_do_not(graph: KnowledgeGraph) -> None:
    quiet = {row["commitment"] for row in graph.ask("went-quiet")}
    assert "id:scwg-18-train-experts" in quiet
    assert "id:csd-4-kps-support" not in quiet


# --- Honest about conflict and gaps


def test_documents_that_disagree_both_stand(graph: KnowledgeGraph) -> None:
    launched = [r for r in graph.ask("disagreements") if r["entity"] == "id:us-india-icet-launched"]
    assert {(r["value"], r["otherValue"]) for r in launched} == {("2023-01", "2022")}


def test_missing_meetings_are_shown_as_missing(graph: KnowledgeGraph) -> None:
    rows = {r["ordinal"]: r["record"] for r in graph.ask("meetings-of", series="id:us-japan-cds")}
    assert [n for n, record in rows.items() if record == "on record"] == [5, 8, 9]
    assert rows[6] == "missing"


def test_who_signed_the_accords_when_and_by_whose_hand(graph: KnowledgeGraph) -> None:
    signed = {r["signatory"]: r for r in graph.ask("signatories-of", agreement="Artemis Accords")}
    assert (signed["id:uruguay"]["when"], signed["id:uruguay"]["number"]) == ("2024-02-15", [36])
    assert signed["id:uruguay"]["person"] == ["id:omar-paganini"]
    assert signed["id:australia"]["when"] is None, "no document of the record tells its day"
    assert "id:nasa" not in signed, "NASA set the accords up; states sign them"


def test_every_source_says_where_it_is_from(graph: KnowledgeGraph) -> None:
    rows = graph.query(
        """SELECT DISTINCT ?document ?country { ?passage pact:inDocument ?document
          OPTIONAL { ?document pact:publishedIn ?country } }"""
    ).records()
    assert len(rows) >= 100
    assert sum(row["country"] is not None for row in rows) > 0.9 * len(rows)


def test_who_signed_for_a_party_stands_beside_it_in_one_row(graph: KnowledgeGraph) -> None:
    rows = graph.ask("signatories-of", agreement="id:lunar-pressurized-rover-arrangement").records()
    signed = [(r["signatory"], r["when"], r["person"]) for r in rows]
    assert signed == [
        ("id:japan", "2024-04-09", ["id:masahito-moriyama"]),
        ("id:usa", "2024-04-09", ["id:bill-nelson"]),
    ]


def test_what_is_only_announced_ties_nobody(graph: KnowledgeGraph) -> None:
    announced = (
        "SELECT DISTINCT ?a { ?tie pact:shownBy ?a . ?a a pact:Agreement ; pact:currentStatus status:announced }"
    )
    assert graph.query(announced).records() == []
    assert graph.query(
        "SELECT ?a { ?a a pact:Agreement ; pact:currentStatus status:announced ; pact:party ?b }"
    ).records()


def test_a_statement_signed_in_two_capitals_at_one_moment_is_signed_once_and_its_promises_are_as_old(
    graph: KnowledgeGraph,
) -> None:
    signed = graph.query(
        """SELECT ?event { id:us-korea-gnss-joint-statement-2021 pact:hasStatusEvent ?event .
          ?event pact:newStatus status:signed }"""
    ).records()
    assert len(signed) == 1
    dates = graph.query(
        """SELECT DISTINCT ?when { { ?thing pact:under id:us-korea-gnss-joint-statement-2021 }
          UNION { VALUES ?thing { id:us-korea-gnss-joint-statement-2021 } } ?thing pact:when ?when }"""
    ).records()
    assert dates == [{"when": "2021-05-26/2021-05-27"}]
