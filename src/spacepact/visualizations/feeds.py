"""What falls due as an iCalendar (RFC 5545), and the newest documents as an Atom feed (RFC 4287).

Both are made of the record alone: the same record gives the same bytes, whenever it is asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple
from urllib.parse import urlencode
from xml.etree import ElementTree

from spacepact.dates import date_words
from spacepact.iris import BASE, ENTITY, LICENCE, curie
from spacepact.queries.evidence import RANKS
from spacepact.visualizations.lanes import Document, Lane, Lanes, Mark

__all__ = ["Addition", "Due", "additions", "due", "to_atom", "to_ics"]

_ATOM = "http://www.w3.org/2005/Atom"


class Due(NamedTuple):
    """Something that is due or planned: what *lane* it is in, what *mark* says so, and how many dates were told before.

    *about* is the IRI of the promise, agreement, mission or meeting, *label* its name, *status* how it stands.
    """

    about: str
    label: str
    status: str
    lane: Lane
    mark: Mark
    moved: tuple[Mark, ...]


class Addition(NamedTuple):
    """A document, with what it was the first to tell of: lanes, or single meetings, by the word for their kind."""

    document: Document
    added: dict[str, tuple[Lane, ...]]


def due(lanes: Lanes, actor: str = "", topic: str = "", since: str = "") -> list[Due]:
    """Return what is due or planned and has not come to an end, the earliest first; also what is past without news.

    Of several dates that are given for one thing the most precise of the newest document counts. *actor* and *topic*
    are IRIs, or empty. With *since*, a day, what is past by then is left out; an earliest date never is.
    """
    found = [each for lane in lanes.engagements if _fits(lane, actor, topic) for each in _due(lane)]
    found = [each for each in found if each.mark.endless or each.mark.latest >= since]
    return sorted(found, key=lambda each: (each.mark.latest, each.mark.earliest, each.about))


def _fits(lane: Lane, actor: str, topic: str) -> bool:
    return (not actor or actor in lane.actors) and (not topic or topic in lane.topics)


def _due(lane: Lane) -> Iterator[Due]:
    own = [mark for mark in lane.marks if mark.of == lane.iri]
    if given := [mark for mark in own if mark.sign in ("due", "no data")]:
        best = min(given, key=lambda m: (_days(m), m.latest, m.date))
        yield Due(lane.iri, lane.label, lane.status, lane, best, tuple(m for m in own if m.sign == "moved"))


def _days(mark: Mark) -> int:
    return (date.fromisoformat(mark.latest) - date.fromisoformat(mark.earliest)).days + 1


def to_ics(events: Iterable[Due], address: str, name: str, as_of: str) -> str:
    """Return *events* as an iCalendar, all-day. *address* is that of the service, *as_of* the day of the record.

    A date that is only known as a month, a year or a span lasts as long, an earliest date its first day, and the text
    says so.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Spacepact//Due dates//EN", "CALSCALE:GREGORIAN"]
    lines += [f"NAME:{_escaped(name)}", f"X-WR-CALNAME:{_escaped(name)}", "REFRESH-INTERVAL;VALUE=DURATION:P1D"]
    for event in events:
        lines += _event(event, address, as_of)
    return "".join(_folded(line) for line in [*lines, "END:VCALENDAR"])


def _event(event: Due, address: str, as_of: str) -> list[str]:
    slug = event.about.removeprefix(ENTITY)
    page = f"{address}/page/{slug}"
    last = event.mark.earliest if event.mark.endless else event.mark.latest
    after = date.fromisoformat(last) + timedelta(days=1)
    return [
        "BEGIN:VEVENT",
        f"UID:{slug}@{BASE.split('/')[2]}",
        f"DTSTAMP:{as_of.replace('-', '')}T000000Z",
        f"SEQUENCE:{len(event.moved)}",
        f"DTSTART;VALUE=DATE:{event.mark.earliest.replace('-', '')}",
        f"DTEND;VALUE=DATE:{after:%Y%m%d}",
        f"SUMMARY:{_escaped(f'{_stands(event)}: {event.label}')}",
        f"DESCRIPTION:{_escaped(_description(event, page))}",
        f"CATEGORIES:{_escaped(event.lane.what)}",
        *(["STATUS:TENTATIVE"] if event.mark.doubtful or event.mark.sign == "no data" else []),
        "TRANSP:TRANSPARENT",
        f"URL:{page}",
        "END:VEVENT",
    ]


def _stands(event: Due) -> str:
    if event.mark.sign == "no data":
        return "No data"
    if event.mark.endless:
        return f"{date_words(event.mark.date).capitalize()}"
    return "Planned" if event.lane.kind in ("series", "activity") else "Open"


def _description(event: Due, page: str) -> str:
    mark, precise = event.mark, _days(event.mark) == 1
    told = f"Due or planned for {date_words(mark.date)}"
    told += "." if precise or mark.endless else f": no more is known than this span of {_days(mark)} days."
    if mark.endless:
        told += " That is the earliest date, and no deadline: the entry stands on its first day."
    parts = [told]
    if mark.doubtful:
        parts.append("The source doubts the date.")
    if mark.sign == "no data":
        parts.append("The date is past, and no source tells what became of it.")
    if event.moved:
        parts.append(f"Earlier documents gave {', '.join(m.date for m in event.moved)}.")
    stands = ", ".join(filter(None, (event.lane.what, event.lane.strength, event.status)))
    return "\n".join([*parts, f"{stands[:1].upper()}{stands[1:]}. Date {mark.note}.", page])


def _escaped(text: str) -> str:
    """Return *text* as a TEXT value.

    >>> print(_escaped("a; b, c\\nd"))
    a\\; b\\, c\\nd
    """
    plain = "".join(c for c in text.replace("\r\n", "\n") if c == "\n" or c >= " ")
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> str:
    """Return *line* with its end, in parts of at most 75 octets; no character is cut.

    >>> [len(part.encode()) for part in _folded("한" * 30).split("\\r\\n")]
    [75, 16, 0]
    """
    parts, size = [""], 0
    for character in line:
        octets = len(character.encode())
        if size + octets > 75:
            parts.append(" ")
            size = 1
        parts[-1] += character
        size += octets
    return "\r\n".join(parts) + "\r\n"


def additions(lanes: Lanes, actor: str = "", most: int = 50) -> list[Addition]:
    """Return the newest documents, at most *most*, each with what no earlier document tells of.

    Of a document whose day is not known for sure, the first day it can be of counts.

    Of documents of one day that tell of the same thing, one of the highest rank has added it. With *actor*, an IRI or
    empty, only what involves it counts, and documents that added nothing of the kind are left out.
    """
    found: dict[str, list[Lane]] = defaultdict(list)
    for lane in lanes.engagements:
        # Registers name things without telling of them, and have no day.
        telling = [d for iri in lanes.tells.get(lane.iri, ()) if (d := lanes.documents[iri]).latest]
        if telling and _fits(lane, actor, ""):
            found[min(telling, key=lambda d: (d.latest, RANKS.index(d.rank.rsplit("/", 1)[-1]), d.iri)).iri].append(
                lane
            )
    kept = [d for d in lanes.documents.values() if d.latest and (not actor or d.iri in found)]
    newest = sorted(kept, key=lambda d: (d.earliest, d.iri), reverse=True)[:most]
    return [Addition(document, _by_kind(found[document.iri])) for document in newest]


def _by_kind(lanes: Sequence[Lane]) -> dict[str, tuple[Lane, ...]]:
    grouped: dict[str, list[Lane]] = {many: [] for many in _ONE}
    for lane in lanes:
        grouped["series of meetings" if lane.what == "meeting series" else _MANY[lane.kind]].append(lane)
    return {many: tuple(found) for many, found in grouped.items() if found}


_MANY = {"agreement": "agreements", "promise": "commitments", "series": "meetings", "activity": "activities"}
_ONE = {
    "agreements": "agreement",
    "commitments": "commitment",
    "meetings": "meeting",
    "series of meetings": "series of meetings",
    "activities": "activity",
}


def to_atom(found: Iterable[Addition], address: str, query: dict[str, str], name: str, as_of: str) -> str:
    """Return *found* as an Atom feed; *address* is that of the service, *query* what the feed was asked for."""
    ElementTree.register_namespace("", _ATOM)
    entries = list(found)
    asked = f"?{urlencode(query)}" if query else ""
    feed = ElementTree.Element(f"{{{_ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "en"})
    _add(feed, "id", f"{BASE}feeds/documents{asked}")
    _add(feed, "title", name)
    _add(feed, "subtitle", "Documents by the day they were issued, and what each was the first to tell of.")
    _add(feed, "updated", max((each.document.earliest for each in entries), default=f"{as_of}T00:00:00Z"))
    _add(feed, "link", rel="self", type="application/atom+xml", href=f"{address}/feeds/documents.atom{asked}")
    _add(feed, "link", rel="alternate", type="text/html", href=f"{address}/feeds{asked}")
    _add(feed, "link", rel="license", href=LICENCE)
    _add(_add(feed, "author"), "name", "Spacepact")
    _add(feed, "rights", "CC0 1.0")
    _add(feed, "generator", "Spacepact")
    for each in entries:
        _entry(feed, each, address)
    ElementTree.indent(feed)
    return ElementTree.tostring(feed, encoding="unicode", xml_declaration=False).join(
        ('<?xml version="1.0" encoding="utf-8"?>\n', "\n")
    )


def _entry(feed: ElementTree.Element, addition: Addition, address: str) -> None:
    document = addition.document
    entry = _add(feed, "entry")
    _add(entry, "id", document.iri)
    _add(entry, "title", document.title or curie(document.iri))
    _add(entry, "updated", document.earliest)
    _add(_add(entry, "author"), "name", document.publisher or "unknown")
    _add(entry, "link", rel="alternate", type="text/html", href=f"{address}/page/{document.iri.removeprefix(BASE)}")
    if document.url.startswith(("https://", "http://")):
        _add(entry, "link", rel="via", href=document.url)
    _add(entry, "summary", _summary(addition), type="text")


def _summary(addition: Addition) -> str:
    """Return what the document added, in words of the record."""
    parts = [f"Issued {addition.document.issued}."]
    for many, lanes in addition.added.items():
        number = f"{len(lanes)} {_ONE[many] if len(lanes) == 1 else many}"
        parts.append(f"{number} first told: {'; '.join(map(_named, lanes))}.")
    return "\n".join(parts if addition.added else [*parts, "It tells more of what was on record, and nothing new."])


def _named(lane: Lane) -> str:
    return lane.label.rstrip(".") + (f" ({lane.strength})" if lane.strength else "")


def _add(parent: ElementTree.Element, tag: str, text: str = "", **attributes: str) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, f"{{{_ATOM}}}{tag}", attributes)
    if text:
        # XML 1.0 has no control characters but these.
        child.text = "".join(c for c in text if c in "\t\n" or c >= " ")
    return child
