"""Rules for commitments, with the strength their wording has, and for partners in missions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spacepact.drafting.found import Candidate, Facts
from spacepact.drafting.readings import Line, Reading, Thing
from spacepact.drafting.wording import strengths, topics_in

__all__ = ["commitments", "partners"]

_WEAKEST = ("under-consideration", "intended", "pledged", "agreed", "legally-binding")
_SIDES = re.compile(
    r"\b(?:[Tt]he (?:two|three|four|both) (?:[\w-]+ )?(?:sides|countries|nations|agencies|governments|leaders|"
    r"parties|delegations|presidents|"
    r"allies|states|partners|ministers)|[Bb]oth (?:sides|countries|nations|agencies|governments|leaders|parties|"
    r"delegations|states)|"
    r"[Tt]he (?:sides|leaders|agencies|parties|participants|delegations|Presidents|governments|countries|Participants)|"
    r"[Tt]hey|[Oo]fficials|[Ww]e|[Tt]he United States and .{3,40})\b|양국|양측|두 나라|양 기관"
)
# Courtesy, and words that tell of what is past or of others.
_EMPTY = re.compile(
    r"\blook(?:s|ed|ing)? forward to (?:many|the|more|further|continu\w+|work\w+|fruitful|strength\w+|our|future|"
    r"deep\w+|see\w+|hear\w+)|"
    r"\bshared commitment of\b|\brepresents? .{0,40}commitment"
)


def commitments(reading: Reading, slug: str, line: Line, numbers: Iterator[int], meeting: str) -> Iterator[Candidate]:
    """Yield a candidate commitment for each deed that the sentence promises.

    One that nobody in reach could have made gives none. *numbers* numbers them within the document; *meeting* is the
    one they may have come out of.
    """
    if line.headline or _EMPTY.search(line.text) or line.text.endswith('"') or line.text.startswith('"'):
        return  # what a person is quoted with is seldom a promise of a state
    found = next(((s, who) for at, s in _triggers(line) if (who := _obligors(reading, line, at))), None)
    if not found:
        return
    strength, obligors = found
    for start, length in _deeds(line):
        facts: Facts = {"id": f"{slug}-commitment-{next(numbers)}", "type": "Commitment", "committedBy": obligors}
        if len(obligors) > 1:
            facts["committedTo"] = obligors
        facts["statement"] = {"en": ""}
        if topics := topics_in(line.text[start - line.start : start - line.start + length]):
            facts["topic"] = topics
        facts["strength"] = strength
        if meeting:
            facts["outcomeOf"] = meeting
        yield Candidate("commitment", facts, start, length, f"wording of {strength}")


def _triggers(line: Line) -> Iterator[tuple[int, str]]:
    """Yield where the sentence may promise, and the strength: of the wordings from there on the weakest decides."""
    hits = [
        (match.start(), strength, match[0])
        for strength, pattern in strengths().items()
        for match in pattern.finditer(line.text)
        if not _is_empty(line.text, match)
    ]
    for first, _, word in sorted(hits):
        if not word.startswith("to "):  # "to explore" makes a promise weaker and is none by itself
            yield first, min((s for at, s, _ in hits if at >= first), key=_WEAKEST.index)


def _is_empty(text: str, match: re.Match[str]) -> bool:
    before, after = text[: match.start()], text[match.end() :]
    word = match[0].lower()
    if word == "signed":  # that is an agreement, not a promise
        return True
    if word == "potential" and not re.search(
        r"\b(?:discuss\w*|explor\w*|consider\w*|on|about|for|of|examin\w*|review\w*)\s(?:\w+\s){0,2}$", before
    ):
        return True
    if word.startswith("consider") and re.search(r"\b(?:is|are|was|were|be) $", before):
        return True
    return bool(
        re.search(r"\b(?:that|which|who|where|as|had|if|when)\s$", before) and word in ("may", "could", "will", "would")
    ) or bool(
        word == "will"
        and re.match(
            r"\s(?:be held|take place|mark|make|be the|be (?:part|used|composed|similar)|have|remain|become|"
            r"serve|play|further|extend|need|allow|enable|help|include|provide a)\b",
            after,
        )
    )


def _obligors(reading: Reading, line: Line, at: int) -> list[str]:
    """Return who promises: the actors before the verb, or the sides that "they" or "the two countries" stand for."""
    before = [a for a in line.actors(end=line.start + at) if a.kind != "Person"]
    clause = line.text[:at]
    sides = list(_SIDES.finditer(clause))
    named = [a for a in before if _subject(clause, a.end - line.start)]
    if named and not (sides and sides[-1].start() > named[-1].start - line.start):
        states = [a.id for a in named if a.kind == "State"]
        return list(dict.fromkeys(states or [a.id for a in named]))[:3]
    if sides or re.search(r"[가-힣]", line.text):
        whole = sides[-1][0] if sides else line.text
        if re.search(r"agenc|organi[sz]ations|기관", whole) and len(reading.bodies) > 1:
            return reading.bodies[:2]
        countries = re.search(
            r"countr|nation|governments|states|presidents|leaders|sides|양국|양측|두 나라", whole, re.IGNORECASE
        )
        return reading.states[:2] if countries and len(reading.states) > 1 else reading.sides(line)
    people = [a for a in line.actors(end=line.start + at) if a.kind == "Person"]
    if people:
        states = [s for s in (reading.state_of(p) for p in people) if s]
        offices = len(re.findall(r"\b(?:(?:Vice |Prime )?(?:President|Minister)|Secretary|Administrator)\b", clause))
        enough = len(states) == len(people) >= offices
        return list(dict.fromkeys(states)) if enough else reading.sides(line)
    if re.search(r"\b[Pp]resident|[Ll]eaders|[Mm]inister|[Aa]dministrator", clause):
        return reading.sides(line)
    return []


def _subject(clause: str, end: int) -> bool:
    """Tell whether the actor that ends at *end* may be the subject: no possessive, no full clause in between."""
    rest = clause[end:]
    verb = re.sub(r"(?:\s(?:is|are|was|were|has|have|had|also|both|now))*\s*$", "", rest)
    if re.search(r"\b(?:where|when|which|that|how|is|are|was|were)\b", verb):
        return False
    return not rest.startswith("'s") and len(rest) < 90 and not re.match(r"\s?-", rest)


def _deeds(line: Line) -> list[tuple[int, int]]:
    """Return the place of each deed: the sentence, or in a Korean list the items before "등"."""
    if not re.search(r"기로\s?(?:했|합의|하였)", line.text) or "," not in line.text:
        return [(line.start, len(line.text))]
    items = re.split(r"(?<=,)\s", line.text)
    found, at = [], line.start
    for item in items:
        purpose = re.match(r".*위해\s", item)  # what a deed is for is no part of it
        begin = at + (purpose.end() if purpose else 0)
        found.append((begin, at + len(item.rstrip(",")) - begin))
        at += len(item) + 1
    return found


_TAKES_PART = re.compile(
    r"(?:'s)?\s(?:(?:has|have|had|is|are|was|were|will|also|recently|and)\s){0,3}?(?:"
    r"(?:joined|joins|join|contribut\w+|partner\w*|participat\w+|supplied|supplies|provid\w+|supports?|supported|"
    r"built|developed|"
    r"collaborat\w+)\b)[^.;]{0,100}?"
)
_SHARED = re.compile(
    r"\b(?:partnership|collaboration|joint (?:mission|effort|project|venture)|jointly (?:developed|built|led))\b"
)


def partners(line: Line) -> Iterator[Candidate]:
    """Yield a candidate for each space activity that the sentence names partners of."""
    if line.headline:
        return
    for thing in _activities(line):
        found = _partners(line, thing)
        if found:
            facts: Facts = {"id": thing.id, "partner": found}
            if not thing.known:
                facts["type"] = "Mission"
            yield Candidate("mission-partner", facts, line.start, len(line.text), "takes part in a mission")


def _activities(line: Line) -> list[Thing]:
    listed = [
        t
        for t in line.things
        if t.kind == ""
        and re.search(r"\b(?:contributions?|contribut\w+) to (?:\w+ and |\w+, )?$", line.text[: t.start - line.start])
    ]
    found = {t.id: t for t in [*line.of("SpaceActivity"), *listed]}
    return list(found.values())


def _partners(line: Line, activity: Thing) -> list[str]:
    before = line.text[: activity.start - line.start]
    owners = [t for t in line.things if t.actor and re.fullmatch(r"(?:'s)?\s", before[t.end - line.start :])]
    if owners and not re.search(r"[\w.]-\S+\s$", before):
        return []  # "NASA's rover": who owns it is no partner in it
    actors = [a for a in line.actors() if a.kind in ("State", "Organization")]
    # "the U.S.-France SWOT mission", "NASA-ISRO SAR"
    near = [t.id for t in line.of("State", "Organization") if activity.start - 24 <= t.start < activity.start]
    if len(near) > 1 and re.search(r"[\w.]-\S+\s$", before):
        return list(dict.fromkeys(near))
    taking = [
        a.id
        for a in actors
        if a.end <= activity.start and _TAKES_PART.fullmatch(before[a.end - line.start :] + " ".rstrip())
    ]
    if taking:
        return taking[:3]
    if _SHARED.search(line.text, max(activity.start - line.start - 70, 0), activity.end - line.start + 50):
        near = [a.id for a in actors]
        return near if 2 <= len(near) <= 4 else []
    return []
