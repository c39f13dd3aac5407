"""A document as the rules see it: sentences, each with the actors, things, dates and known names that stand in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from spacepact.drafting.dates import dates_in
from spacepact.drafting.drafts import PassageDraft
from spacepact.drafting.found import FoundDate, Mention, UnknownMention
from spacepact.drafting.names import Names
from spacepact.drafting.sentences import sentences
from spacepact.drafting.unknown import unknown_names, words_within
from spacepact.text import Paragraph

__all__ = ["Line", "Reading", "Thing", "passages_of", "slug_of"]

_ADDRESS = re.compile(
    r"(?:President|Minister|Secretary|Administrator|Director(?: General)?|Ambassador|Dr\.?|Mr\.?|Ms\.?|Mrs\.?|Chairman|"
    r"Commissioner|General|Gen\.|Lt\.|Envoy|Chief|manager|engineer|minister|head|led by|signed by|"
    r"Deputy),? (?:of \w+ )?$"
)


_BOTH = re.compile(r"\b(?:[Tt]he two|[Bb]oth) (?:countries|nations|governments|leaders|presidents|allies|sides)\b|양국")
_LED = re.compile(r"\b(?:led|headed|signed|co-chaired|chaired) by\b|\bdelegates\b")


@dataclass(frozen=True)
class Thing:
    """Something named in a sentence: the id it has or would get, its kind, its place, and whether the record has it.

    ``kind`` is one of State, Organization, Person, MeetingSeries, Agreement, SpaceActivity, Place, or empty.
    """

    id: str
    kind: str
    start: int
    end: int
    known: bool
    name: str = ""

    @property
    def actor(self) -> bool:
        """Whether it can act: what is of no kind that can be told is taken for none."""
        return self.kind in ("State", "Organization", "Person", "Coalition")


@dataclass
class Line:
    """A sentence of a paragraph with what is named and dated in it."""

    start: int
    text: str
    paragraph: int
    headline: bool
    things: list[Thing] = field(default_factory=list)
    dates: list[FoundDate] = field(default_factory=list)

    @property
    def end(self) -> int:
        """The offset after its last character."""
        return self.start + len(self.text)

    def of(self, *kinds: str) -> list[Thing]:
        """Return the things of these kinds."""
        return [thing for thing in self.things if thing.kind in kinds]

    def actors(self, begin: int = 0, end: int | None = None) -> list[Thing]:
        """Return the actors between two offsets of the document, each once."""
        stop = self.end if end is None else end
        found = {t.id: t for t in reversed(self.things) if t.actor and begin <= t.start and t.end <= stop}
        return sorted(found.values(), key=lambda t: t.start)

    def date(self) -> str:
        """Return the first full date of the sentence, in EDTF, or an empty string."""
        return next((d.value for d in self.dates if d.value), "")


class Reading:
    """A document, read: its sentences in order; its states and its bodies, those named most often first."""

    def __init__(self, passages: Sequence[PassageDraft], names: Names) -> None:
        self.names = names
        self._short = _short_forms(passages)
        self.lines = [line for passage in passages for line in self._lines(passage, passage is passages[0])]
        counts = Counter(t.id for line in self.lines for t in line.of("State"))
        self.states = [state for state, _ in counts.most_common()]
        counts = Counter(t.id for line in self.lines for t in line.of("Organization"))
        self.bodies = [body for body, _ in counts.most_common()]

    def sides(self, line: Line) -> list[str]:
        """Return who "the two sides" or "they" are: the actors of the sentence before, or the two states most named."""
        at = self.lines.index(line)
        for earlier in reversed(self.lines[max(at - 2, 0) : at]):
            if _BOTH.search(earlier.text) and len(self.states) >= 2:
                return self.states[:2]
            if not earlier.headline:
                bodies = [t.id for t in earlier.of("Organization")]
                states = [t.id for t in earlier.of("State")]
                for ids in (states, bodies):
                    if 2 <= len(dict.fromkeys(ids)) <= 3:
                        return list(dict.fromkeys(ids))
        if len(self.states) >= 2:
            return self.states[:2]
        return self.bodies[:2] if len(self.bodies) >= 2 else []

    def state_of(self, actor: Thing) -> str:
        """Return the state that *actor* is or belongs to, as far as the record has it."""
        if actor.kind == "State":
            return actor.id
        return self.names.entities[actor.id].state if actor.known else ""

    def _lines(self, passage: PassageDraft, first: bool) -> list[Line]:
        text, offset = passage.paragraph.text, passage.paragraph.start
        lines = []
        for sentence in sentences(text):
            begin, end = offset + sentence.start, offset + sentence.end
            headline = first and not sentence.text.endswith((".", "다", '."'))
            line = Line(begin, sentence.text, passage.paragraph.number, headline)
            line.dates = [d for d in passage.dates if begin <= d.start < end]
            known = [self._known(m) for m in passage.mentions if begin <= m.start < end]
            others = [self._unknown(u, text, offset) for u in passage.unknown if begin <= u.start < end]
            # Of a name without a letter of ours, such as Łł, no id can be made.
            line.things = sorted((t for t in [*known, *others] if t and t.id), key=lambda t: (t.start, -t.end))
            lines.append(line)
        return lines

    def _known(self, mention: Mention) -> Thing | None:
        if len(mention.ids) != 1:
            return None
        entity = self.names.entities[mention.ids[0]]
        kinds = (
            "State",
            "Coalition",
            "Person",
            "Organization",
            "MeetingSeries",
            "Meeting",
            "Agreement",
            "SpaceActivity",
        )
        kind = next((kind for kind in (*kinds, "Place", "Post") if entity.is_a(kind)), "")
        return Thing(entity.id, kind, mention.start, mention.end, True, entity.names[0])

    def _unknown(self, mention: UnknownMention, text: str, offset: int) -> Thing:
        name = self._short.get(mention.name, mention.name)
        at = mention.start - offset
        kind = mention.kind
        # A name that the record has, and that was passed over here, means something else; a short form may mean it.
        if name != mention.name and len(found := self.names.named(name)) == 1:
            entity = self.names.entities[found[0]]
            kind = next((k for k in ("State", "Person", "Organization", "SpaceActivity") if entity.is_a(k)), kind)
            return Thing(entity.id, kind, mention.start, mention.end, True, name)
        if not kind and re.match(r"\s(?:mission|satellite|spacecraft|rover|telescope)\b", text[at + mention.length :]):
            kind = "SpaceActivity"
        if not kind and name != mention.name and name.split()[-1] == mention.name:
            kind = "Person"
        if not kind and _LED.search(text) and re.fullmatch(r"(?:[A-ZÀ-Þ][a-zà-ÿ'-]+\s){1,2}[A-ZÀ-Þ][a-zà-ÿ'-]+", name):
            kind = "Person"
        if not kind and _is_person(name, text[:at], text[at + mention.length :]):
            kind = "Person"
        if not kind and (mention.name.isupper() or name.isupper()) and 2 < len(name) < 8:
            kind = (
                "Organization"
                if re.match(r"(?:'s)? (?:Director|Administrator|has|and NASA)", text[at + len(name) :])
                else ""
            )
        return Thing(slug_of(name), kind or _kind_of_full(name), mention.start, mention.end, False, name)


def _kind_of_full(name: str) -> str:
    from spacepact.drafting.unknown import kind_of

    return kind_of(name)


def _is_person(name: str, before: str, after: str) -> bool:
    words = name.split()
    if not (1 < len(words) < 5) or not all(
        re.fullmatch(r"[A-ZÀ-Þ][\w'-]+|[A-Z]\.|de|bin|al|von|van", w) for w in words
    ):
        return False
    if any(word.isupper() and len(word) > 3 for word in words):
        return False
    return bool(
        _ADDRESS.search(before[-40:])
        or re.match(r",? (?:signed|who|said|met|led|co-chaired)\b", after)
        or re.match(
            r", (?:[A-Z][\w-]+ |the |a |NASA |project |Acting |[A-Z]+'s ){0,4}?(?:\w+ )?(?:Director|Secretary|"
            r"Administrator|"
            r"Minister|Ambassador|President|Envoy|Chief|Head|Commissioner|engineer|manager|Special|Deputy|Vice)",
            after,
        )
        or re.search(
            r"(?:minister|Minister|Relations|Secretary|Administrator|Spain|Envoy|manager)[^.;]{0,40}, $", before[-60:]
        )
        or re.match(r" of the [A-Z]", after)
    )


def _short_forms(passages: Sequence[PassageDraft]) -> dict[str, str]:
    """Return short forms that the document itself explains: "(JAXA)" after a name, and the surnames of people."""
    found: dict[str, str] = {}
    for passage in passages:
        text, offset = passage.paragraph.text, passage.paragraph.start
        for name, end in [(u.name, u.end) for u in passage.unknown] + [
            (text[m.start - offset : m.end - offset], m.end) for m in passage.mentions
        ]:
            if short := re.match(r" \(([A-Z][\w&-]{1,11})\)", text[end - offset :]):
                found.setdefault(short[1], name)
            words = name.split()
            if 3 <= len(words) <= 7 and words[0][0].isupper():
                found.setdefault("".join(w[0] for w in words if w[0].isupper()), name)
            if 2 <= len(words) <= 3 and name[-1].islower():
                found.setdefault(words[-1], name)
    return found


def slug_of(name: str) -> str:
    """Return *name* as an id: lower-case ASCII letters, digits and hyphens; of a name without any, an empty string.

    >>> slug_of("Evi Papantoniou"), slug_of("Pedro Sánchez")
    ('evi-papantoniou', 'pedro-sanchez')
    """
    import unicodedata

    plain = unicodedata.normalize("NFKD", name.replace("U.S.", "US")).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain.replace("'s ", "s ")))[:60].strip("-")


def passages_of(paragraphs: Sequence[Paragraph], whole: str, names: Names) -> list[PassageDraft]:
    """Return the paragraphs of a document with the names and dates in them; *whole* is its normalised text."""
    mentions = names.find(whole)
    elsewhere = words_within(whole)
    found = []
    for paragraph in paragraphs:
        end = paragraph.start + len(paragraph.text)
        inside = [m for m in mentions if paragraph.start <= m.start and m.end <= end]
        unknown, kept = unknown_names(paragraph.text, paragraph.start, inside, elsewhere)
        dates = dates_in(paragraph.text, paragraph.start)
        found.append(PassageDraft(paragraph, kept, unknown, dates))
    return found
