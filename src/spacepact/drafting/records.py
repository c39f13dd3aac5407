"""Rules for meetings held and planned, those who took part, and agreements signed. One sentence is looked at a time."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from spacepact.drafting.found import Candidate, Facts
from spacepact.drafting.readings import Line, Reading, Thing, slug_of
from spacepact.drafting.wording import wordings

__all__ = ["Happenings"]

_GATHERING = (
    r"(?:[Mm]eetings?|[Dd]ialogues?|[Ww]orking [Gg]roup|[Cc]onsultations?|[Tt]alks|[Ss]ummit|[Cc]onference|[Ff]orum|"
    r"[Ss]ession|[Ww]orkshop|[Ss]eminar|[Ss]ymposium|[Pp]lenary|[Rr]oundtable|[Cc]eremony|[Ee]xercise|[Cc]ongress)"
)
_NUMBERS = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh"),
    *("twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth"),
    *("twentieth",),
)
_ORDINAL = re.compile(
    rf"(?i)\b(?:(?P<n>\d{{1,2}})(?:st|nd|rd|th)|(?P<w>{'|'.join(_NUMBERS)}|"
    rf"inaugural))\s(?:[\w.'-]+\s){{0,7}}?{_GATHERING}"
    r"|제\s?(?P<k>\d{1,2})\s?차"
)
# A deed that has not been done, or is only talked about.
_NOT_YET = re.compile(
    r"\b(?:will|would|shall|to be|plans? to|planned|intends? to|is set to|expected|look(?:s|ing)? forward|agreed to|"
    r"upcoming|next|future|scheduled to|hopes?|decision to)\b|예정|계획|차기"
)
_HELD = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?:held|convened|hosted|hosts|concluded|opened|wrapped up|kicked off|launched|presided over|"
        rf"came together|gathered|attended|co-?hosted|"
        rf"participated in|took part in|joined)\b.{{0,110}}?\b{_GATHERING}\b",
        r"\b[Mm]et\b(?! (?:the|all|its|their|his) )(?=.{0,90}?\b(?:in|at|on|for|with|today|yesterday|here|"
        r"virtually)\b)",
        rf"{_GATHERING}\b[^.;]{{0,120}}?\b(?:took place|taking place|was held|were held|was convened|held)\b",
        rf"\b(?:[Dd]uring|[Aa]t|on the margins of|on the sidelines of)\s(?:the|a|"
        rf"their)\s.{{0,90}}?{_GATHERING}(?: \([A-Z]+\))? (?:in|at) (?:the )?[A-Z]",
        r"\bduring (?:a|his|her|their|the) (?:official |state )?visit to\b",
        r"(?:개최했|개최하였|개최됐|개최되었|개최한|열렸|열린|열었|열고|가졌)",
    )
)
_EARLIER = re.compile(rf"\b(?:their|the|our|its|at the) (?:\w+ )?(?:19|20)\d\d (?:[\w.-]+ ){{0,3}}?{_GATHERING}\b")
_ATTENDED = (
    ("co-chair", re.compile(r"\bco-?(?:chaired|hosted|led) by\b|\bwere the co-chairs\b|공동\s?의장|공동\s?주재")),
    (
        "head-of-delegation",
        re.compile(
            r"\b(?:delegations?|side|team)\b[^.;]{0,40}\b(?:was|were|is)? ?(?:led|headed) by\b|\bled (?:the|its|"
            r"their) (?:\w+ )?"
            r"delegation\b|\bheads? of delegation\b|수석\s?대표"
        ),
    ),
    ("representative", re.compile(r"양측 대표|대표로\s?참석|\brepresented by\b")),
    (
        "participant",
        re.compile(
            r"\b(?:[Pp]articipants|[Pp]articipating|[Aa]ttendees|[Aa]ttendance|attended|[Dd]elegations?|It|"
            r"[Tt]he (?:meeting|dialogue)|"
            r"[Rr]epresentatives)\b.{0,60}?\b(?:included?|includes|including|comprised|consisted of|were|from|by)\b|"
            r"\bparticipated in\b"
            r"|\bwas joined by\b|\bincluded representatives\b|참석|참여했|참가했"
        ),
    ),
)
_SIGNED = re.compile(r"\b(?:signed|signs|signing|inked|concluded|(?:to|and) sign)\b|서명|체결|최초로 합의")
_PAPER = re.compile(
    r"\b(?:[Aa]ccords?|[Aa]greements?|[Mm]emorand(?:um|a)|MOUs?|MoUs?|[Aa]rrangements?|[Ss]tatement|[Tt]reaty|"
    r"[Dd]eclaration|"
    r"[Ll]etter of [Ii]ntent|[Dd]ocument|[Pp]act|[Cc]harter)\b|협정|양해각서|약정|공동성명|합의|협약|문서"
)
_SAME_PAPER = re.compile(
    r"^The signing|\b[Tt]he (?:[\w-]+ )?(?:agreement|accords?|document|statement|memorandum|MOU|arrangement)\b"
    r"|\bsigned on|동 (?:협정|문서|합의)"
)
_SEVERAL = re.compile(
    r"\b(?:nearly|over|more than|about|some|dozens of|\d+) (?:[\w-]+ ){0,3}(?:agreements|arrangements)\b"
)
_PERSON_SIGNS = re.compile(r"\bsigned (?:by|on behalf|for)\b|\bsigned on \w+'s behalf")
_NEXT = re.compile(
    r"\b(?:[Nn]ext|[Uu]pcoming|[Ss]ubsequent|[Ff]ollow(?:ing|-on)|\d+(?:st|nd|rd|th)) "
    rf"(?:[\w.-]+ ){{0,6}}?{_GATHERING}\b"
    rf"|{_GATHERING}\b[^.;]{{0,60}}\b(?:will be held|will take place|is (?:scheduled|planned|expected|set)|"
    rf"to be held|would be held)\b"
    rf"|\b(?:will|to|would) (?:again )?(?:host|hold|convene|meet|reconvene)\b[^.;]{{0,80}}\b(?:{_GATHERING}|again|"
    rf"in (?:19|20)\d\d|next year)\b"
    r"|차기\s?(?:회의|대화)|다음\s?(?:회의|대화)"
)
_PLANNED = re.compile(
    r"\b(?:will|would|to be|to host|to hold|to convene|to meet|plan|plans|planned|scheduled|set|expected|agreed|"
    r"look(?:s|ed|ing)? forward|"
    r"intend|intends|decided)\b|예정|하기로|계획|개최됩니다|개최된다|열릴|열린다"
)


class Happenings:
    """Reads the sentences in their order and remembers the meeting and the agreement that were spoken of last."""

    def __init__(self, reading: Reading, slug: str) -> None:
        self.reading = reading
        self.slug = slug
        self._meeting = ""
        self._agreement = ""
        self._made: Counter[str] = Counter()

    @property
    def meeting(self) -> str:
        """The meeting that was spoken of last, by its id, or an empty string."""
        return self._meeting

    def candidates(self, line: Line) -> Iterator[Candidate]:
        """Yield the candidate records of a sentence."""
        if line.headline:
            return
        planned = self._next(line)
        if planned:
            yield planned
        held = None if planned else self._held(line)
        if held:
            yield held
        signed = self._signed(line)
        if signed:
            yield signed
        yield from self._present(line, bool(held), bool(signed))

    # --- Meetings

    def _held(self, line: Line) -> Candidate | None:
        found = next((m for p in _HELD for m in p.finditer(line.text) if not self._only_planned(line, m)), None)
        found = found or _EARLIER.search(line.text)
        numbered = re.search(r"제\s?\d{1,2}\s?차[^.]{0,30}에서", line.text) if line.date() else None
        found = found or numbered
        if not found:
            return None
        facts = self._meeting_facts(line, line.start + found.start())
        if date := line.date():
            facts["date"] = date
        if places := self._places(line):
            facts["place"] = places[0].id
        for level, pattern in wordings("level").items():
            if pattern.search(line.text) and level not in ("experts", "ministers"):
                facts["level"] = level
        if conveners := self._conveners(line, found):
            facts["convenedBy"] = conveners
        self._meeting = str(facts["id"])
        return Candidate("meeting-held", facts, line.start, len(line.text), "a meeting was held")

    @staticmethod
    def _only_planned(line: Line, match: re.Match[str]) -> bool:
        return bool(_NOT_YET.search(line.text[max(match.start() - 40, 0) : match.end()]))

    def _places(self, line: Line) -> list[Thing]:
        return [
            p
            for p in line.of("Place")
            if re.search(r"\b(?:in|at)\s$|,\s$", line.text[: p.start - line.start]) or p.name[:1] > "가"
        ]

    def _conveners(self, line: Line, found: re.Match[str]) -> list[str]:
        """Return the two or three states or bodies before the verb: those whose meeting it is."""
        subject = re.match(r".{2,60}?[가-힣](?:은|는|이|가)\s", line.text)
        until = line.start + (found.start() if not subject else subject.end())
        before = [a for a in line.actors(end=until) if a.kind != "Person"]
        for kind in ("State", "Organization"):
            ids = [a.id for a in before if a.kind == kind or (kind == "State" and a.name in ("European Union", "EU"))]
            if 2 <= len(ids) <= 3:
                return ids
        return []

    def _meeting_facts(self, line: Line, near: int) -> Facts:
        """Return the id, type, series and ordinal of the meeting that the sentence tells of."""
        if known := line.of("Meeting"):
            return {"id": known[0].id, "type": "Meeting"}
        series = sorted(line.of("MeetingSeries"), key=lambda t: (not t.known, abs(t.start - near)))
        ordinal = _ordinal(line.text)
        if series:
            facts: Facts = {"id": f"{series[0].id}-{ordinal or line.date() or 'meeting'}", "type": "Meeting"}
            facts["id"] = slug_of(str(facts["id"]))
            facts["inSeries"] = series[0].id
            if ordinal:
                facts["ordinal"] = str(ordinal)
            return facts
        return {"id": self._new("meeting"), "type": "Meeting"}

    def _new(self, what: str) -> str:
        self._made[what] += 1
        return f"{self.slug}-{what}" + (f"-{self._made[what]}" if self._made[what] > 1 else "")

    def _next(self, line: Line) -> Candidate | None:
        found = _NEXT.search(line.text)
        if not found or not _PLANNED.search(line.text):
            return None
        facts = self._meeting_facts(line, line.start + found.start())
        facts.pop("date", None)
        dates = [d for d in line.dates if d.value]
        after = [d for d in dates if d.start >= line.start + found.start()]
        if dates:
            facts["dueBy"] = (after or dates)[-1].value
        facts["hasStatusEvent"] = [{"id": f"{facts['id']}-planned", "type": "StatusEvent", "newStatus": "planned"}]
        return Candidate("next-meeting", facts, line.start, len(line.text), "a meeting is planned")

    # --- Those who took part

    def _present(self, line: Line, held: bool, signed: bool) -> Iterator[Candidate]:
        if signed and (by := _PERSON_SIGNS.search(line.text)):
            people = [a for a in line.actors() if a.kind == "Person"]
            if people:
                yield self._participation(line, self._agreement, people, "signatory", by)
            return
        for role, pattern in _ATTENDED:
            if match := pattern.search(line.text):
                actors = self._attending(line, role, match)
                if actors:
                    yield self._participation(line, self._meeting or f"{self.slug}-meeting", actors, role, match)
                return
        people = [a for a in line.actors() if a.kind == "Person"]
        if held and people and (visit := re.search(r"\bmet\b|\bvisit to\b|\bmeeting between\b", line.text)):
            role = "participant" if "visit" in visit[0] else "representative"
            yield self._participation(line, self._meeting, people, role, visit)

    def _attending(self, line: Line, role: str, match: re.Match[str]) -> list[Thing]:
        """Return who was there: after the words that say so, in Korean before them; states only if nobody else is."""
        korean = "가" <= match[0][-1] <= "힣"
        begin = line.start if korean or role == "representative" else line.start + match.start()
        found = [a for a in line.actors(begin) if a.kind != "Coalition"]
        people = [a for a in found if a.kind == "Person"]
        bodies = [a for a in found if a.kind == "Organization"]
        if role in ("head-of-delegation", "representative"):
            return people
        if role == "participant" and people and not re.search(r"representatives (?:from|of)", line.text):
            return people
        return [*bodies, *people] if bodies or people else found if len(found) > 1 else []

    def _participation(self, line: Line, at: str, actors: list[Thing], role: str, match: re.Match[str]) -> Candidate:
        facts: Facts = {"id": at}
        if at == f"{self.slug}-meeting":  # nothing before has told of it
            facts["type"] = "Meeting"
        if role == "participant" and all(a.kind != "Person" for a in actors):
            facts["participant"] = [a.id for a in actors]
        else:
            facts["hasParticipation"] = [
                {"id": f"{at}-{a.id}", "type": "Participation", "actor": a.id}
                | ({} if role == "participant" else {"role": role})
                for a in actors
            ]
        return Candidate("participant", facts, line.start, len(line.text), f"took part: {role}")

    # --- Agreements

    def _signed(self, line: Line) -> Candidate | None:
        found = next((m for m in _SIGNED.finditer(line.text) if not self._only_planned(line, m)), None)
        told_again = self._agreement and line.text.startswith("The signing")
        if (
            not found
            or _SEVERAL.search(line.text)
            or not (told_again or _PAPER.search(line.text) or line.of("Agreement") or _PERSON_SIGNS.search(line.text))
        ):
            return None
        known = [t for t in line.of("Agreement") if t.known] or line.of("Agreement")
        last = self._agreement if _SAME_PAPER.search(line.text) else ""
        facts: Facts = {"id": known[0].id if known else last or self._new("agreement"), "type": "Agreement"}
        for kind, pattern in wordings("agreement-type").items():
            if pattern.search(line.text):
                facts["agreementType"] = kind
        actors = line.actors()
        states = [a.id for a in actors if a.kind == "State"]
        bodies = [a.id for a in actors if a.kind == "Organization"]
        if parties := (states or bodies)[:4]:
            facts["party"] = parties
        event: Facts = {"id": f"{facts['id']}-signed", "type": "StatusEvent", "newStatus": "signed"}
        if date := line.date():
            event["date"] = date
        facts["hasStatusEvent"] = [event]
        self._agreement = str(facts["id"])
        return Candidate("agreement-signed", facts, line.start, len(line.text), "an agreement was signed")


def _ordinal(text: str) -> int:
    """Return the number that *text* gives a meeting, or 0."""
    found = _ORDINAL.search(text)
    if not found:
        return 0
    if number := found["n"] or found["k"]:
        return int(number)
    word = found["w"].lower()
    return 1 if word == "inaugural" else _NUMBERS.index(word) + 1
