"""The feeds, read by code that knows nothing of how they are written: a strict little reader of RFC 5545, and XML."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from service import page, site
from spacepact.dates import bounds
from spacepact.iris import expand
from spacepact.queries.holdings import newest_documents
from spacepact.queries.names import labels
from spacepact.server.routing import answer
from spacepact.server.settings import Settings
from spacepact.server.site import Site
from spacepact.visualizations.feeds import Due, to_ics
from spacepact.visualizations.lanes import Lane, Mark

ATOM = "{http://www.w3.org/2005/Atom}"
ONCE = {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "URL", "STATUS", "TRANSP", "SEQUENCE"}
MANY = {"CATEGORIES"}


def unfolded(text: str) -> list[str]:
    """Return the content lines, having looked at every physical line."""
    assert text.endswith("\r\n")
    assert not re.search(r"(?<!\r)\n|\r(?!\n)", text), "lines end with CRLF and nothing else"
    lines: list[str] = []
    for physical in text.removesuffix("\r\n").split("\r\n"):
        assert 0 < len(physical.encode()) <= 75
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", physical)
        if physical[0] == " ":
            lines[-1] += physical[1:]
        else:
            lines.append(physical)
    return lines


def text_value(value: str) -> str:
    assert re.fullmatch(r"(?:[^\\;,]|\\[\\;,nN])*", value), value
    return re.sub(r"\\(.)", lambda m: "\n" if m[1] in "nN" else m[1], value)


def events(text: str) -> list[dict[str, str]]:
    lines = unfolded(text)
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert lines[-1] == "END:VCALENDAR"
    assert sum(line.startswith("PRODID:") for line in lines) == 1
    found: list[dict[str, str]] = []
    inside: dict[str, str] | None = None
    for line in lines[1:-1]:
        match = re.fullmatch(r"([A-Z-]+)((?:;[A-Z-]+=[^;:]+)*):(.*)", line)
        assert match, line
        name, parameters, value = match.groups()
        if (name, value) == ("BEGIN", "VEVENT"):
            assert inside is None
            inside = {}
        elif (name, value) == ("END", "VEVENT"):
            assert inside is not None
            found.append(inside)
            inside = None
        elif inside is not None:
            assert name in ONCE | MANY, name
            assert name not in inside or name in MANY, f"{name} twice"
            if name in ("DTSTART", "DTEND"):
                assert parameters == ";VALUE=DATE"
            inside[name] = text_value(value) if name in ("SUMMARY", "DESCRIPTION") else value
    assert inside is None
    for event in found:
        assert {"UID", "DTSTAMP", "DTSTART"} <= event.keys()
        datetime.strptime(event["DTSTAMP"], "%Y%m%dT%H%M%SZ")
        assert day(event["DTSTART"]) < day(event["DTEND"]), "the end is not in it"
    assert len({event["UID"] for event in found}) == len(found)
    return found


def day(text: str) -> date:
    return datetime.strptime(text, "%Y%m%d").date()


def calendar(query: str = "", name: str = "due") -> list[dict[str, str]]:
    found = page(f"/feeds/{name}.ics{query}")
    assert (found.status, found.media_type) == (200, "text/calendar; charset=utf-8")
    return events(str(found.body))


def slug(event: dict[str, str]) -> str:
    return event["UID"].partition("@")[0]


def test_the_calendar_has_what_the_question_due_has_and_is_not_over() -> None:
    over = ("status:completed", "status:dropped")
    signed = ("status:made", "status:signed", "status:in-force", "status:under-way")
    asked = {
        str(row["what"]).removeprefix("id:")
        for row in site().graph.ask("due")
        if row["status"] not in over and not (row["kind"] == "agreement" and row["status"] in signed)
    }
    assert {slug(event) for event in calendar()} == asked
    assert asked


def test_an_event_lasts_as_long_as_its_date_may_mean_and_says_so() -> None:
    given: dict[str, set[str]] = {}
    for row in site().graph.ask("due"):
        given.setdefault(str(row["what"]).removeprefix("id:"), set()).add(str(row["due"]))
    for event in calendar():
        start, end = day(event["DTSTART"]), day(event["DTEND"]) - timedelta(days=1)
        told = re.match(r"Due or planned for ([0-9/?-]+)[.:]", event["DESCRIPTION"])
        if event["SUMMARY"].startswith("Not before"):
            continue
        assert told
        assert told[1] in given[slug(event)]
        assert (str(start), str(end)) == tuple(moment[:10] for moment in bounds(told[1]))
        assert (f"this span of {(end - start).days + 1} days" in event["DESCRIPTION"]) == (start != end)
        assert ("doubts" in event["DESCRIPTION"]) == ("?" in told[1])


def test_what_stands_without_news_is_marked_and_a_moved_date_counts_once() -> None:
    found = {slug(event): event for event in calendar()}
    statuses = {str(row["what"]).removeprefix("id:"): row["status"] for row in site().graph.ask("due")}
    for name, event in found.items():
        assert event["SUMMARY"].startswith("No data: ") == (statuses[name] == "status:no-data")
    for row in site().graph.ask("moved-dates"):
        event = found[str(row["what"]).removeprefix("id:")]
        assert int(event["SEQUENCE"]) > 0
        assert "Earlier documents gave" in event["DESCRIPTION"]


def test_an_earliest_date_is_told_as_such_and_never_lapses() -> None:
    earliest = {row["what"]: str(row["due"]) for row in site().graph.ask("due").records() if "/.." in str(row["due"])}
    assert earliest
    for what, due in earliest.items():
        name = str(what).removeprefix("id:")
        words = f"not before {due.removesuffix('/..')}"
        for feed_name in ("due", "to-come"):
            event = next(e for e in calendar(name=feed_name) if slug(e) == name)
            assert words in event["SUMMARY"].lower()
            assert "no deadline" in event["DESCRIPTION"]
            assert "doubts" not in event["DESCRIPTION"]
            assert day(event["DTEND"]) - day(event["DTSTART"]) == timedelta(days=1)
        shown = page(f"/page/{name}").body
        assert words in shown
        assert due not in shown


def test_the_same_record_gives_the_same_bytes_with_its_own_day() -> None:
    other = Site(site().graph, Settings(public_url="https://pact.example"))
    body = str(answer(other, "/feeds/due.ics").body)
    assert {event["DTSTAMP"][:8] for event in events(body)} == {site().graph.as_of.replace("-", "")}
    assert {urlsplit(event["URL"]).netloc for event in events(body)} == {"pact.example"}
    for url in ("/feeds/due.ics", "/feeds/documents.atom"):
        assert page(url).body == answer(Site(site().graph, Settings()), url).body


def test_the_calendar_of_what_is_to_come_has_just_what_the_home_page_counts() -> None:
    def lasts(event: dict[str, str]) -> bool:
        # The end of an all-day event is the day after it; an earliest date has none.
        return event["DTEND"] > site().graph.as_of.replace("-", "") or event["SUMMARY"].startswith("Not before")

    coming = {slug(event): event for event in calendar(name="to-come")}
    everything = {slug(event): event for event in calendar()}
    assert coming == {name: event for name, event in everything.items() if lasts(event)}
    assert set() < coming.keys() < everything.keys()
    home = str(page("/").body)
    assert f">All {len(coming)} with a date to come</a>" in home
    assert 'href="/feeds/to-come.ics"' in home


def test_everything_in_a_feed_is_called_as_its_page_is() -> None:
    lanes = {lane.iri: lane.label for lane in site().lanes.engagements}
    # Nothing is called by the end of its IRI that has a better name.
    named = labels(site().graph.engine, lanes)
    ends = {iri for iri, label in lanes.items() if label == iri.rpartition("/")[2]}
    assert {iri: lanes[iri] for iri in ends} == {iri: named[iri] for iri in ends}
    # A promise is called by its statement, a meeting without a name by its series.
    assert "No data: U.S.-Angola defense dialogue" in {event["SUMMARY"] for event in calendar()}


def test_a_document_without_a_day_of_its_own_is_not_new_at_every_build() -> None:
    entries = feed().findall(ATOM + "entry")
    issued = {document.iri: document.issued for document in site().lanes.documents.values()}
    for entry in entries:
        assert told(entry, "updated") == bounds(issued[told(entry, "id")]).earliest
    assert "/" not in issued[told(entries[0], "id")]
    (newest,) = newest_documents(site().graph, 1)
    assert told(entries[0], "updated")[:10] == newest.issued  # what the home page calls the newest


def test_actor_and_topic_narrow_the_calendar() -> None:
    everything = {slug(event) for event in calendar()}
    korea = {slug(event) for event in calendar("?actor=rok")}
    asked = {str(row["what"]).removeprefix("id:") for row in site().graph.ask("due", actor="rok")}
    assert korea == everything & asked
    on_topic = {slug(event) for event in calendar("?topic=exploration")}
    assert set() < on_topic < everything
    assert calendar("?actor=rwanda") == []


def test_hostile_text_stays_text() -> None:
    label = "Ends; here,\r\nBEGIN:VEVENT\nUID:evil \\ " + "달" * 60 + "\x07"
    mark = Mark("https://w3id.org/spacepact/id/x", "due", "due", "2027-02?", "2027-02-01", "2027-02-28", "told 2026")
    nothing = frozenset[str]()
    lane = Lane(mark.of, label, "promise", "commitment", "", "", nothing, nothing, (), nothing, "", "", (mark,))
    (event,) = events(to_ics([Due(mark.of, label, "made", lane, mark, ())], "https://x.example", "a, b", "2026-01-01"))
    assert event["SUMMARY"] == "Open: " + label.replace("\r\n", "\n").removesuffix("\x07")
    assert event["UID"] == "x@w3id.org"
    assert event["STATUS"] == "TENTATIVE"


def feed(query: str = "") -> ElementTree.Element:
    found = page("/feeds/documents.atom" + query)
    assert (found.status, found.media_type) == (200, "application/atom+xml; charset=utf-8")
    return ElementTree.fromstring(str(found.body))


def told(element: ElementTree.Element, name: str) -> str:
    (found,) = element.findall(ATOM + name)
    return (found.text or "").strip()


def test_the_feed_has_what_atom_requires() -> None:
    root = feed()
    assert root.tag == ATOM + "feed"
    entries = root.findall(ATOM + "entry")
    assert entries
    for element in (root, *entries):
        assert re.fullmatch(r"https://\S+", told(element, "id"))
        assert told(element, "title")
        datetime.strptime(told(element, "updated"), "%Y-%m-%dT%H:%M:%SZ")
        links = element.findall(ATOM + "link")
        assert [link.get("rel") for link in links].count("alternate") == 1
        assert all(re.match("https?://", link.get("href", "")) for link in links)
        assert element.find(f"{ATOM}author/{ATOM}name") is not None
    assert any(link.get("rel") == "self" for link in root.findall(ATOM + "link"))
    assert len({told(entry, "id") for entry in entries}) == len(entries)
    days = [told(entry, "updated") for entry in entries]
    assert days == sorted(days, reverse=True)
    assert told(root, "updated") == days[0]
    assert days[0][:10] <= site().graph.as_of


def test_a_document_adds_what_no_earlier_one_tells_of() -> None:
    asked = {
        (str(row["first"]), str(row["thing"]))
        for row in site().graph.query(
            """SELECT DISTINCT ?thing ?first WHERE { ?thing a ?class ; pact:firstTold ?first
               VALUES ?class { pact:Agreement pact:Commitment pact:Meeting pact:MeetingSeries pact:Mission
                               pact:Programme pact:SpaceSystem } }"""
        )
    }
    from spacepact.visualizations.feeds import additions

    found = additions(site().lanes, most=10_000)
    added = [(each.document.latest, lane.iri) for each in found for lanes in each.added.values() for lane in lanes]
    assert len(added) == len({iri for _, iri in added}), "nothing is added twice"
    assert set(added) == {(first, expand(thing)) for first, thing in asked}


def test_the_feed_is_named_for_what_it_is() -> None:
    """When a document came into the record is not on record: no feed can tell what was added."""
    root = feed()
    assert told(root, "title") == "Spacepact: newest documents"
    assert told(root, "id").endswith("/feeds/documents")
    newest = {str(d.iri) for d in sorted(site().lanes.documents.values(), key=lambda d: d.earliest)[-20:] if d.latest}
    assert newest <= {told(entry, "id") for entry in root.findall(ATOM + "entry")}
    assert "An old document that is read later stands at" in str(page("/feeds").body)


def test_the_summary_counts_and_never_says_more_than_the_record() -> None:
    entry = next(e for e in feed("?actor=rok").findall(ATOM + "entry") if told(e, "id").endswith("/csd-4-retold"))
    summary = told(entry, "summary")
    assert re.search(r"\d+ commitments? first told: ", summary)
    for strength in re.findall(r"\(([a-z ]+)\)(?=[;.])", summary):
        assert strength in ("legally binding", "agreed", "pledged", "intended", "under consideration")


def test_the_feed_of_an_actor_has_only_documents_that_added_to_it() -> None:
    everything, some = feed(), feed("?actor=Japan")
    assert told(some, "id") != told(everything, "id")
    assert told(some, "id") == told(feed("?actor=japan"), "id"), "an id does not change with the spelling"
    assert "nothing new" not in "".join(told(entry, "summary") for entry in some.findall(ATOM + "entry"))


def test_the_page_explains_both_and_makes_addresses() -> None:
    body = str(page("/feeds?actor=Japan&topic=exploration").body)
    for address in (
        *(f"/feeds/{name}.ics?actor=japan&amp;topic=exploration" for name in ("due", "to-come")),
        "/feeds/documents.atom?actor=japan",
    ):
        assert f'href="{address}"' in body
        assert f"{site().settings.public_url}{address}<" in body
        assert page(address.replace("&amp;", "&")).status == 200
    assert f"{len(calendar('?actor=rok', 'to-come'))} entries as of" in str(page("/feeds?actor=rok").body)
    empty = str(page("/feeds?actor=rwanda").body)
    assert "no evidence" in empty
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\bsrc=)", body)


@pytest.mark.parametrize("path", ["/feeds", "/feeds/due.ics", "/feeds/to-come.ics", "/feeds/documents.atom"])
def test_an_unknown_actor_is_a_mistake_and_no_empty_feed(path: str) -> None:
    found = page(path + "?actor=nobody-at-all")
    assert found.status == 400
    assert "actor" in str(found.body)
