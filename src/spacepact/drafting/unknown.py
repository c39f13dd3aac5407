"""What looks like a name and is none that the record has: capitals in Latin script, and short forms in brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from spacepact.drafting.english import KINDS, LINKS, NO_NAMES, TITLES
from spacepact.drafting.found import Mention, UnknownMention

__all__ = ["kind_of", "unknown_names", "words_within"]

_CAP = r"(?:[A-ZÀ-ÞŁŚŻČŠŽ](?:[\w&]|\.(?=[-\w])|-(?=\w)|'(?=[A-Za-z])(?!s\b))*\.?)"
_LONGEST = 10
"""Words that a name may have."""

_TOKEN = re.compile(rf"{_CAP}|[a-zà-ÿ]\w*|[^\w\s]|\S+")


_NUMBERED = re.compile(
    r"(?:(?:Inaugural|First|Second|Third|Fourth|Fifth|Sixth|Seventh|Eighth|Ninth|Tenth|Eleventh|Twelfth|Annual) )+"
    r"(?:(?:Meeting|Session|Round|Plenary) of the )?"
)


_OF_A_MISSION = re.compile(rf"((?:\s{_CAP}){{1,4}})(?=\s(?:mission|satellite|spacecraft|rover|telescope)\b)")


class _Token(NamedTuple):
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()


def kind_of(name: str) -> str:
    """Return the class that the words of *name* tell, or an empty string; a ministry is one by its first word.

    >>> kind_of("Indian Space Research Organisation"), kind_of("U.S.-EU Space Dialogue"), kind_of("Galileo")
    ('Organization', 'MeetingSeries', '')
    """
    words = re.findall(r"[\w-]+", name)
    if "Working Group" in name:
        return "MeetingSeries"
    heads = [KINDS[w] for w in words if w in KINDS]
    first = next((KINDS[w] for i, w in enumerate(words[:-1]) if w in KINDS and words[i + 1] in ("of", "for", "on")), "")
    return first or (heads[-1] if heads else "")


def words_within(text: str) -> frozenset[str]:
    """Return the words that have a capital within a sentence of *text*: such a word is a name at a beginning too."""
    return frozenset(re.findall(rf"(?<=[a-z,] )({_CAP})(?=[\s,.;:')]|$)", text)) - NO_NAMES


def unknown_names(
    text: str, start: int, mentions: Sequence[Mention], elsewhere: frozenset[str]
) -> tuple[list[UnknownMention], list[Mention]]:
    """Return what in the paragraph *text* looks like a name the record lacks, and *mentions* less those inside it.

    *start* is the offset of the paragraph in its document, *elsewhere* what `words_within` gives of all of it.
    """
    found: list[UnknownMention] = []
    kept = list(mentions)
    headline = _is_headline(text)
    for begin, end in _runs(text):
        inside = [m for m in kept if m.start < start + end and start + begin < m.end]
        name = text[begin:end]
        whole = any(m.start <= start + begin and start + end <= m.end for m in inside)
        if whole:
            continue
        if headline and (last := [m.end() for m in re.finditer(r"[\w-]+", name) if m[0] in KINDS]):
            end = begin + last[-1]
            name = text[begin:end]
        if inside and _absorbs(text, begin, end, start, inside, headline):
            kept = [m for m in kept if m not in inside]
            found.append(UnknownMention(name, start + begin, kind_of(name)))
            continue
        for a, b in _outside(begin, end, [(m.start - start, m.end - start) for m in inside]):
            for c, d in _runs(text[a:b]):
                part = text[a + c : a + d]
                if _is_name(part, text, a + c, headline, elsewhere):
                    found.append(UnknownMention(part, start + a + c, kind_of(part)))
    return found, kept


def _absorbs(text: str, begin: int, end: int, start: int, inside: Sequence[Mention], headline: bool) -> bool:
    """Tell whether the names *inside* are but parts of a longer one: "U.S." in "U.S. Strategic Command"."""
    last = max(inside, key=lambda m: m.end)
    rest = text[last.end - start : end]
    lead = text[begin : max(min(m.start for m in inside) - start, begin)]
    words = re.findall(r"[\w-]+", rest)
    if (
        not headline
        and len(inside) == 1
        and not lead
        and len(words) > 1
        and rest.startswith(" ")
        and all(w[0].isupper() for w in words)
    ):
        return True  # a state and what follows it without a pause are one name
    alone = words in (["Mission"], ["Program"], ["Programme"])
    return kind_of(rest) != "" and not alone and kind_of(lead) == "" and not rest.startswith(("'s", ",", "."))


def _outside(begin: int, end: int, inside: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    at = begin
    for a, b in sorted(inside):
        if at < a:
            yield at, a
        at = max(at, b)
    if at < end:
        yield at, end


def _is_headline(text: str) -> bool:
    words = re.findall(r"[A-Za-z]{4,}", text)
    return not text.endswith((".", '."')) and sum(w[0].isupper() for w in words) > 0.7 * len(words)


def _is_name(name: str, text: str, at: int, headline: bool, elsewhere: frozenset[str]) -> bool:
    words = re.findall(r"[\w.&-]+", name)
    telling = [w for w in words if w.rstrip(".") not in NO_NAMES | TITLES and w[0].isupper()]
    if not telling or len(name.strip(".")) < 2:
        return False
    if len(words) == 1:
        if headline or words[0] in KINDS or words[0] in TITLES:
            return words[0].isupper() and len(words[0]) > 2 and not headline
        if re.search(r"[a-z]-$", text[:at]) or (name == "Earth" and re.match(r" (?:observ|science)", text[at + 5 :])):
            return False  # "trans-Atlantic", "Earth observation"
        opens = at == 0 or text[:at].rstrip()[-1:] in (".", "!", "?", '"', ":", "-", "")
        return not opens or words[0] in elsewhere or (words[0].isupper() and len(words[0]) > 2)
    return not headline or kind_of(name) != ""


def _runs(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans that are capitalised words together, with "of", "for" and the like between them."""
    tokens = [_Token(m[0], m.start()) for m in _TOKEN.finditer(text)]
    at = 0
    while at < len(tokens):
        if not _may_begin(tokens[at]):
            at += 1
            continue
        end = _run_end(tokens, at, text)
        while end > at + 1 and tokens[end - 1].text.rstrip(".") in TITLES:
            end -= 1
        stop = tokens[end - 1].end
        last = tokens[end - 1].text
        if last.endswith(".") and not re.search(r"\b[A-Z]\.$|Jr\.$|Inc\.$|D\.C\.$|U\.S\.$", text[:stop]):
            stop -= 1
        begin = tokens[at].start
        if (
            end - at > _LONGEST
        ):  # a line in title case is no name, and would put the words of the document into the draft
            at = end
            continue
        # "Fifth Meeting of the Comprehensive Dialogue": the meeting has a number, the name begins after it.
        if numbered := _NUMBERED.match(text, begin, stop):
            begin = numbered.end()
        if begin < stop:
            yield begin, stop
        at = end


def _may_begin(token: _Token) -> bool:
    return (
        token.capital
        and token.text.rstrip(".") not in TITLES
        and (
            token.text.rstrip(".") not in NO_NAMES
            or token.text
            in (
                "European",
                "Indian",
                "Korean",
                "Italian",
                "National",
                "International",
                "Asian",
                "African",
                "Arab",
                "Global",
                "Space",
            )
        )
    )


def _run_end(tokens: Sequence[_Token], at: int, text: str) -> int:
    end = at + 1
    while end < len(tokens):
        token = tokens[end]
        gap = text[tokens[end - 1].end : token.start]
        if (
            tokens[end - 1].text.endswith(".")
            and len(tokens[end - 1].text) > 3
            and "." not in tokens[end - 1].text[:-1]
        ):
            break  # the end of a sentence, not an initial
        body = kind_of(text[tokens[at].start : tokens[end - 1].end]) == "Organization"
        if token.capital and gap == " " and token.text.rstrip(".") not in TITLES:
            end += 1
        elif (
            token.text in LINKS and gap == " " and _takes(token.text, tokens, at, end) and (reach := _link(tokens, end))
        ) or (token.text in (",", "and") and body and (reach := _list(tokens, at, end, text))):
            end = reach
        elif token.text == "and" and gap == " " and (more := _OF_A_MISSION.match(text, token.end)):
            end = next(n for n, t in enumerate(tokens) if t.end >= more.end(1)) + 1
        elif token.text in ("&", "/") and end + 1 < len(tokens) and tokens[end + 1].capital and token.text == "&":
            end += 2
        else:
            break
    return end


def _takes(link: str, tokens: Sequence[_Token], at: int, end: int) -> bool:
    """Tell whether a name may go on with *link*: a body may have an "of", a person has none."""
    if link not in ("of", "on"):
        return True
    words = [t.text for t in tokens[at:end]]
    return any(w in KINDS for w in words) or words[-1] in ("Republic", "Kingdom", "Commonwealth", "Federation", "Gulf")


def _link(tokens: Sequence[_Token], at: int) -> int:
    """Return where a name goes on after "of" or "of the", or 0."""
    reach = at + 1
    while reach < min(len(tokens), at + 2) and tokens[reach].text in LINKS:
        reach += 1
    more = (
        reach < len(tokens) and tokens[reach].capital and tokens[reach].text.rstrip(".") not in TITLES | {"The", "This"}
    )
    return reach + 1 if more else 0


def _list(tokens: Sequence[_Token], at: int, end: int, text: str) -> int:
    """Return where the list in a name like "Ministry of Land, Infrastructure, Transport and Tourism" ends, or 0."""
    words = {t.text for t in tokens[at:end]}
    if not words & {"of", "for", "on"} or not any(KINDS.get(word) == "Organization" for word in words):
        return 0
    reach, closed = end, False
    if tokens[end].text == "," and ("and" in words or (tokens[end + 1 : end + 2] and tokens[end + 1].text == "and")):
        return 0
    while reach < len(tokens) and not closed:
        if tokens[reach].text == ",":
            reach += 1
        closed = reach < len(tokens) and tokens[reach].text == "and"
        reach += closed
        first = reach
        while reach < len(tokens) and tokens[reach].capital and tokens[reach].text not in KINDS and reach - first < 4:
            reach += 1
            if tokens[reach - 1].text.endswith("."):
                break
        if reach == first or (reach < len(tokens) and tokens[reach].text in KINDS | dict.fromkeys(TITLES, "")):
            return 0
        if not closed and (reach >= len(tokens) or tokens[reach].text not in (",", "and")):
            return 0
    after = text[tokens[reach - 1].end : tokens[reach - 1].end + 5]
    return reach if closed and not after.startswith(" of ") else 0
