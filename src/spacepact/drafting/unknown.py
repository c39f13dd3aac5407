"""What looks like a name and is none that the record has: capitals in Latin script, and short forms in brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from spacepact.drafting.found import Mention, UnknownMention

__all__ = ["kind_of", "unknown_names", "words_within"]

_HEADS = {
    "Organization": "Agency Ministry Department Bureau Office Institute Institution Committee Commission Centre Center "
    "Directorate Directorate-General Organisation Organization Council Service Secretariat Command Force Administration "
    "University College Laboratory Laboratories Corporation Company Inc Ltd Corp Community Group Academy Association "
    "Authority Foundation Cabinet Congress Parliament Embassy Navy Army Airforce Board Fund Bank Union Society Team",
    "MeetingSeries": "Dialogue Meeting Conference Summit Consultations Forum Congress Assembly Symposium Workshop",
    "Agreement": "Accords Agreement Accord Memorandum Treaty Convention Charter Arrangement MOU",
    "SpaceActivity": "Mission Telescope Station Rover Observatory Satellite Spacecraft Lander Orbiter Explorer Programme "
    "Program Initiative Probe System Constellation",
    "Place": "Palace Island Islands City Province Lake Sea Ocean Mountain Valley Lab Pole Base Port Spaceport Cosmodrome",
}
_KIND = {word: kind for kind, words in _HEADS.items() for word in words.split()}
_TITLES = frozenset(
    "President Vice Prime Minister Secretary Deputy Assistant Administrator Associate Director General Ambassador Dr Mr Mrs "
    "Ms Prof Professor Chairman Chair Chief Officer Commissioner Senior Principal Acting Under Undersecretary Special Envoy "
    "Advisor Adviser Representative Senator Governor King Queen Prince Princess Sheikh His Her Excellency Majesty Sen Rep "
    "Gen Lt Col Maj Adm Captain Commander Head Executive Director-General Chancellor Premier Counselor Attache Colonel".split()
)
_NO_NAMES = frozenset(
    "The This These Those That A An In On At As It Its He She We They Our Their His Her And But Or For From To With By Of If "
    "While When Where Since After Before During Following Under Over Both All Some Many Other Another Each Such Also However "
    "Moreover Furthermore Finally First Second Third Today Officials Participants Government Governments State States "
    "January February March April May June July August September October November December Jan Feb Mar Apr Jun Jul Aug Sep "
    "Sept Oct Nov Dec Monday Tuesday Wednesday Thursday Friday Saturday Sunday I II III IV Note Joint Statement Fact Sheet "
    "Press Release Media Photo Image Credit Read More Share French Japanese Korean American British German Italian Indian "
    "Canadian Australian European Chinese Russian Spanish Israeli Brazilian Mexican African Asian Arab Swiss Swedish Dutch "
    "Norwegian Polish Turkish Ukrainian Emirati Saudi Filipino Vietnamese Thai Belgian Greek Portuguese Danish Finnish "
    "International Interagency Space Visit Relations National Global Policy Affairs Pursuant Civil Human Partnership "
    "Building Recognizing Looking Present Last Next Key Principal Specifically There What Who How Why No Not Yes".split()
)
_CAP = r"(?:[A-ZÀ-ÞŁŚŻČŠŽ](?:[\w&]|\.(?=[-\w])|-(?=\w)|'(?=[A-Za-z])(?!s\b))*\.?)"
_TOKEN = re.compile(rf"{_CAP}|[a-zà-ÿ]\w*|[^\w\s]|\S+")
_LINKS = frozenset("of for on de du des la le von van der bin al del the & di da".split())


_NUMBERED = re.compile(
    r"(?:Inaugural |First |Second |Third |Fourth |Fifth |Sixth |Seventh |Eighth |Ninth |Tenth |Eleventh |Twelfth |Annual )+"
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
    heads = [_KIND[w] for w in words if w in _KIND]
    first = next((_KIND[w] for i, w in enumerate(words[:-1]) if w in _KIND and words[i + 1] in ("of", "for", "on")), "")
    return first or (heads[-1] if heads else "")


def words_within(text: str) -> frozenset[str]:
    """Return the words that have a capital within a sentence of *text*: such a word is a name at a beginning too."""
    return frozenset(re.findall(rf"(?<=[a-z,] )({_CAP})(?=[\s,.;:')]|$)", text)) - _NO_NAMES


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
        if headline and (last := [m.end() for m in re.finditer(r"[\w-]+", name) if m[0] in _KIND]):
            end = begin + last[-1]
            name = text[begin:end]
        if inside and _absorbs(text, begin, end, start, inside):
            kept = [m for m in kept if m not in inside]
            found.append(UnknownMention(name, start + begin, kind_of(name)))
            continue
        for a, b in _outside(begin, end, [(m.start - start, m.end - start) for m in inside]):
            for c, d in _runs(text[a:b]):
                part = text[a + c : a + d]
                if _is_name(part, text, a + c, headline, elsewhere):
                    found.append(UnknownMention(part, start + a + c, kind_of(part)))
    return found, kept


def _absorbs(text: str, begin: int, end: int, start: int, inside: Sequence[Mention]) -> bool:
    """Tell whether the names *inside* are but parts of a longer one: "U.S." in "U.S. Strategic Command"."""
    last = max(inside, key=lambda m: m.end)
    rest = text[last.end - start : end]
    lead = text[begin : max(min(m.start for m in inside) - start, begin)]
    words = re.findall(r"[\w-]+", rest)
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
    telling = [w for w in words if w.rstrip(".") not in _NO_NAMES | _TITLES and w[0].isupper()]
    if not telling or len(name.strip(".")) < 2:
        return False
    if len(words) == 1:
        if headline or words[0] in _KIND or words[0] in _TITLES:
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
        while end > at + 1 and tokens[end - 1].text.rstrip(".") in _TITLES:
            end -= 1
        stop = tokens[end - 1].end
        last = tokens[end - 1].text
        if last.endswith(".") and not re.search(r"\b[A-Z]\.$|Jr\.$|Inc\.$|D\.C\.$|U\.S\.$", text[:stop]):
            stop -= 1
        begin = tokens[at].start
        # "Fifth Meeting of the Comprehensive Dialogue": the meeting has a number, the name begins after it.
        if numbered := _NUMBERED.match(text, begin, stop):
            begin = numbered.end()
        if begin < stop:
            yield begin, stop
        at = end


def _may_begin(token: _Token) -> bool:
    return token.capital and token.text.rstrip(".") not in _TITLES and (
        token.text.rstrip(".") not in _NO_NAMES or token.text in ("European", "Indian", "Korean", "Italian", "National", "International", "Asian", "African", "Arab", "Global", "Space")
    )


def _run_end(tokens: Sequence[_Token], at: int, text: str) -> int:
    end = at + 1
    while end < len(tokens):
        token = tokens[end]
        gap = text[tokens[end - 1].end : token.start]
        if tokens[end - 1].text.endswith(".") and len(tokens[end - 1].text) > 3 and "." not in tokens[end - 1].text[:-1]:
            break  # the end of a sentence, not an initial
        body = kind_of(text[tokens[at].start : tokens[end - 1].end]) == "Organization"
        if token.capital and gap == " " and token.text.rstrip(".") not in _TITLES:
            end += 1
        elif token.text in _LINKS and gap == " " and _takes(token.text, tokens, at, end) and (reach := _link(tokens, end)):
            end = reach
        elif token.text in (",", "and") and body and (reach := _list(tokens, at, end, text)):
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
    return any(w in _KIND for w in words) or words[-1] in ("Republic", "Kingdom", "Commonwealth", "Federation", "Gulf")


def _link(tokens: Sequence[_Token], at: int) -> int:
    """Return where a name goes on after "of" or "of the", or 0."""
    reach = at + 1
    while reach < min(len(tokens), at + 2) and tokens[reach].text in _LINKS:
        reach += 1
    more = reach < len(tokens) and tokens[reach].capital and tokens[reach].text.rstrip(".") not in _TITLES | {"The", "This"}
    return reach + 1 if more else 0


def _list(tokens: Sequence[_Token], at: int, end: int, text: str) -> int:
    """Return where the list in a name like "Ministry of Land, Infrastructure, Transport and Tourism" ends, or 0."""
    words = {t.text for t in tokens[at:end]}
    if not words & {"of", "for", "on"} or not words & set(_HEADS["Organization"].split()):
        return 0
    reach, closed = end, False
    if tokens[end].text == "," and ("and" in words or tokens[end + 1 : end + 2] and tokens[end + 1].text == "and"):
        return 0
    while reach < len(tokens) and not closed:
        if tokens[reach].text == ",":
            reach += 1
        closed = reach < len(tokens) and tokens[reach].text == "and"
        reach += closed
        first = reach
        while reach < len(tokens) and tokens[reach].capital and tokens[reach].text not in _KIND and reach - first < 4:
            reach += 1
            if tokens[reach - 1].text.endswith("."):
                break
        if reach == first or (reach < len(tokens) and tokens[reach].text in _KIND | dict.fromkeys(_TITLES, "")):
            return 0
        if not closed and (reach >= len(tokens) or tokens[reach].text not in (",", "and")):
            return 0
    after = text[tokens[reach - 1].end : tokens[reach - 1].end + 5]
    return reach if closed and not after.startswith(" of ") else 0
