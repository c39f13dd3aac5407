"""Lives as lines, and the networks around actors: what the entity page draws, computed."""

from __future__ import annotations

import pytest

from service import site
from spacepact.iris import ENTITY, curie
from spacepact.queries.lives import Event, Life, Moment, lives
from spacepact.visualizations.egos import MOST, ego
from spacepact.visualizations.lifelines import Scale, lifeline, scale

AS_OF = "2025-01-01"
USA = ENTITY + "usa"


def life(status: str, *events: tuple[str, str], due: str = "") -> Life:
    """Return a life of *events*, pairs of a status and an EDTF date or nothing."""
    told = [
        Event(f"e{at}", word, Moment.of(when) if when else None, (), (), (), (), (), ())
        for at, (word, when) in enumerate(events)
    ]
    return Life("x", tuple(told), (Moment.of(due),) if due else (), status)


@pytest.mark.parametrize("slug", ["space-policy-joint-study", "kps", "artemis-accords", "csd-4-kps-support"])
def test_a_life_has_the_events_of_the_question_in_their_order(slug: str) -> None:
    found = lives(site().graph.engine, [ENTITY + slug])[ENTITY + slug]
    rows = site().graph.ask("history-of", engagement=f"id:{slug}").records()
    asked = {str(row["event"]): (row["when"], str(row["status"]).removeprefix("status:")) for row in rows}
    told = {curie(e.iri): (e.when.edtf if e.when else None, e.status) for e in found.events}
    assert asked.items() <= told.items()
    dates = [event.when.last for event in found.events if event.when]
    assert dates == sorted(dates)


def test_an_event_that_a_rule_adds_has_no_proof_but_what_it_follows_from() -> None:
    found = lives(site().graph.engine, [ENTITY + "csd-4-kps-support"])[ENTITY + "csd-4-kps-support"]
    assert [(e.status, e.proofs, e.follows_from) for e in found.events] == [
        ("made", (), (ENTITY + "csd-4-kps-support",))
    ]


def test_what_is_promised_waits_for_its_day_and_what_ended_does_not() -> None:
    open_ = life("made", ("made", "2024-01-01"), due="2027")
    along = scale([open_], AS_OF)
    assert (along.first, along.last) == (2024, 2027)
    drawn = lifeline(open_, along, AS_OF)
    assert drawn.lasting == (0.0, along.at(AS_OF))
    assert drawn.waiting == (along.at(AS_OF), along.at("2027-12-31"))
    assert [mark.form for mark in drawn.marks] == ["firm", "due"]
    ended = lifeline(life("completed", ("made", "2024-01-01"), ("completed", "2024-06-01"), due="2027"), along, AS_OF)
    assert ended.waiting is None
    assert ended.lasting == (0.0, along.at("2024-06-01"))


def test_what_nobody_tells_of_is_broken_off_where_it_was_due() -> None:
    lost = life("no-data", ("made", "2020-01-01"), due="2022-06")
    drawn = lifeline(lost, Scale(2020, 2025), AS_OF)
    due = Scale(2020, 2025).at("2022-06-30")
    assert drawn.lasting == (0.0, due)
    assert drawn.waiting == (due, Scale(2020, 2025).at(AS_OF))
    assert drawn.marks[-1].form == "nodata"
    assert drawn.words.endswith("no data by 2025-01-01")


def test_spans_are_spans_doubt_is_doubt_and_the_undated_is_counted() -> None:
    found = life("under-way", ("under-way", "2013/2021"), ("signed", "2020-02?"), ("announced", ""))
    drawn = lifeline(found, Scale(2013, 2025), AS_OF)
    span, point = drawn.marks
    assert (span.left, span.left + span.width) == (0.0, Scale(2013, 2025).at("2021-12-31"))
    assert (point.width, point.unsure, span.unsure) == (0.0, True, False)
    assert drawn.undated == 1


def test_what_is_only_proposed_does_not_look_promised() -> None:
    assert lifeline(life("proposed", ("proposed", "2024")), Scale(2024, 2025), AS_OF).slight
    assert not lifeline(life("made", ("proposed", "2024"), ("made", "2024")), Scale(2024, 2025), AS_OF).slight


def test_an_engagement_without_events_has_an_empty_life() -> None:
    empty = life("")
    drawn = lifeline(empty, scale([empty], AS_OF), AS_OF)
    assert (drawn.marks, drawn.lasting, drawn.waiting, drawn.words) == ((), None, None, "")


def test_a_network_that_is_full_says_how_many_are_left_out() -> None:
    around = site().states
    whole = ego(around, USA)
    assert len(whole.members) == min(MOST, len(around.of[USA]) + 1)
    few = ego(around, USA, most=10)
    assert len(few.members) == 10
    assert few.left_out == len(around.of[USA]) - 9
    assert {m.node.iri for m in few.members[1:]} == {b.other(USA) for b in around.of[USA][:9]}
    assert min(around.of[USA][at].weight for at in range(9)) >= around.of[USA][9].weight


def test_members_stand_apart() -> None:
    members = ego(site().actors, ENTITY + "nasa", [ENTITY + "usa", ENTITY + "esa"]).members
    for at, one in enumerate(members):
        for other in members[at + 1 :]:
            assert abs(one.x - other.x) > 50 or abs(one.y - other.y) > 35, (one.node.label, other.node.label)


def test_a_folded_tie_counts_an_engagement_once() -> None:
    rok = next(b for b in site().states.of[USA] if b.other(USA) == ENTITY + "rok")
    assert rok.weight == len(rok.engagements) <= rok.everything
    assert sum(rok.bases.values()) >= rok.weight
    assert rok.leading in site().view.colours


def test_every_date_of_the_record_has_a_place() -> None:
    rows = site().graph.query("SELECT DISTINCT ?e { ?e pact:hasStatusEvent ?event }").rows
    found = lives(site().graph.engine, [row[0].value for row in rows], sourced=False)  # type: ignore[union-attr]
    along = scale(found.values(), site().graph.as_of)
    for one in found.values():
        drawn = lifeline(one, along, site().graph.as_of)
        assert all(0 <= mark.left <= mark.left + mark.width <= 100.1 for mark in drawn.marks), one.engagement
