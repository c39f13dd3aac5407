"""The drafter that asks a language model, at any endpoint that speaks as OpenAI's does.

Nothing is sent unless a person names the endpoint. What comes back is trusted as little as possible: a record is kept
only if the words it quotes stand in the text, an actor only if the text names it, a date only if the text gives it, a
code only if the ontology has it. What was dropped is counted.
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from spacepact.drafting.documents import DocumentText
from spacepact.drafting.drafts import Draft, PassageDraft
from spacepact.drafting.found import Candidate, Facts
from spacepact.drafting.names import Names, key
from spacepact.drafting.readings import Reading, Thing, passages_of
from spacepact.errors import MissingExtra, ModelError
from spacepact.iris import CODE
from spacepact.ontology.vocabulary import code_name, vocabulary
from spacepact.text import normalise, paragraphs

__all__ = ["ModelDrafter"]

_KINDS = ("meeting-held", "participant", "agreement-signed", "commitment", "next-meeting", "mission-partner")
_SHORTEST = 12
"""Fewer characters than these are found in any text, and so prove nothing."""
_LARGEST = 10_000_000
"""No answer about so few characters is longer than this many bytes."""
_BATCH = 12_000
"""How many characters of the document go into one question."""

_TASK = """You help a curator of a record of space cooperation. From the numbered paragraphs of a document, list what
they state outright. Answer with one JSON object and nothing else: {{"records": [...]}}. Each record has
"kind": one of {kinds};
"quotation": the words it rests on, copied exactly from one paragraph, at least one clause;
and of these what applies, with names exactly as the text has them:
"series", "ordinal", "place", "agreement", "mission": the thing meant;
"actors": a list of those who met, took part, signed or promised, or are partners of the mission;
"to": a list of those to whom a promise is made;
"role": one of {roles};
"strength" of a promise: one of {strengths}, by its weakest word ("potential" is never agreed; what was only discussed
is no promise);
"date": as the text gives it, as YYYY, YYYY-MM or YYYY-MM-DD.
Never add what the text does not say. If it states nothing of the kind, answer {{"records": []}}."""


class ModelDrafter:
    """Drafts by the answers of *model* at *url*, the address that ends in ``/v1`` or so; *timeout* is in seconds.

    *key* goes to the endpoint as a bearer token. Raises ModelError for an address that is none, or for a key that
    would be sent in the clear to another machine.
    """

    def __init__(self, names: Names, url: str, model: str, *, key: str = "", timeout: float = 300.0) -> None:
        if not re.fullmatch(r"https?://[^\s/@]+(/\S*)?", url):
            raise ModelError(f"--llm: '{url}' is no web address; write http://localhost:11434/v1 or the like")
        here = re.match(r"http://(localhost|127\.0\.0\.1|\[::1\])(?=[:/]|$)", url)
        if key and url.startswith("http://") and not here:
            raise ModelError(f"--llm: {url} would carry the key of SPACEPACT_LLM_KEY in the clear; write https")
        if not timeout > 0:
            raise ModelError("--timeout takes a number of seconds above 0")
        self.names = names
        self.url = url if url.endswith("/chat/completions") else url.rstrip("/") + "/chat/completions"
        self.model = model
        self._key = key
        self._timeout = timeout

    def draft(self, document: DocumentText, slug: str) -> Draft:
        """Return the draft of *document*, to be called *slug* in the record.

        Raises ModelError where the endpoint fails, is too slow, or does not answer with the JSON that it was asked
        for. Its notes say what was dropped of the answer.
        """
        passages = passages_of(paragraphs(document.text), normalise(document.text), self.names)
        reading = Reading(passages, self.names) if passages else None
        dropped: Counter[str] = Counter()
        kept = 0
        numbers = count(1)
        for batch in _batches(passages):
            for record in self._records(batch):
                found = _placed(record, batch, dropped)
                if found is None or reading is None:
                    continue
                passage, start, length = found
                maker = _Maker(reading, passage, start, length, dropped)
                if facts := maker.facts(record, slug, numbers):
                    rule = f"quoted by {self.model}"
                    passage.candidates.append(Candidate(str(record["kind"]), facts, start, length, rule))
                    kept += 1
        notes = [f"asked {self.model}; records kept: {kept}"]
        if dropped:
            notes.append("dropped: " + ", ".join(f"{number} {what}" for what, number in sorted(dropped.items())))
        return Draft(document, slug, passages, notes)

    def _records(self, batch: Sequence[PassageDraft]) -> list[dict[str, Any]]:
        text = "\n\n".join(f"[{p.paragraph.number}] {p.paragraph.text}" for p in batch)
        answer = self._ask(_instructions(), text)
        body = re.sub(r"(?s)\A\s*```(?:json)?\s*|\s*```\s*\Z", "", answer)
        try:
            content = json.loads(body)
        except (ValueError, RecursionError) as error:  # the latter, of brackets within brackets
            raise ModelError(f"{self.url}: {self.model} did not answer in JSON: {error}") from None
        records = content.get("records") if isinstance(content, dict) else None
        if not isinstance(records, list):
            raise ModelError(f"{self.url}: {self.model} gave JSON without a list of 'records'; try another model")
        return [record if isinstance(record, dict) else {} for record in records]

    def _ask(self, task: str, text: str) -> str:
        try:
            import httpx
        except ImportError:
            raise MissingExtra("draft", "--llm") from None
        messages = [{"role": "system", "content": task}, {"role": "user", "content": text}]
        wanted = {
            "model": self.model,
            "messages": messages,
            "temperature": 0,
            "response_format": {"type": "json_object"},
        }
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        try:
            with httpx.stream("POST", self.url, json=wanted, headers=headers, timeout=self._timeout) as response:
                content = self._within(response.iter_bytes(), httpx.ReadTimeout)
        except httpx.TimeoutException:
            raise ModelError(
                f"{self.url}: no answer within {self._timeout:g} seconds; give it more with --timeout"
            ) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ModelError(f"{self.url}: cannot be reached: {error}") from None
        if response.status_code != 200:
            hint = "; is the key in SPACEPACT_LLM_KEY right?" if response.status_code in (401, 403) else ""
            said = normalise(content.decode(errors="replace"))[:200]
            raise ModelError(f"{self.url}: answers {response.status_code}: {said or response.reason_phrase}{hint}")
        return self._message(content)

    def _within(self, parts: Iterator[bytes], late: type[Exception]) -> bytes:
        """Return *parts* together; the library's own limit is for each part, and an endpoint may send drop by drop."""
        until = time.monotonic() + self._timeout
        content = b""
        for part in parts:
            content += part
            if time.monotonic() > until:
                raise late("the answer does not end")
            if len(content) > _LARGEST:
                raise ModelError(f"{self.url}: the answer is longer than {_LARGEST} bytes; is this the right endpoint?")
        return content

    def _message(self, body: bytes) -> str:
        try:
            content = json.loads(body)["choices"][0]["message"]["content"]
        except (ValueError, RecursionError, KeyError, IndexError, TypeError):
            raise ModelError(
                f"{self.url}: does not answer as an OpenAI-compatible endpoint; does it end in /v1?"
            ) from None
        if not isinstance(content, str):
            raise ModelError(f"{self.url}: {self.model} gave no text; try another model")
        return content


def _instructions() -> str:
    return _TASK.format(
        kinds=", ".join(_KINDS), roles=", ".join(_codes("role")), strengths=", ".join(_codes("strength"))
    )


def _codes(scheme: str) -> list[str]:
    return [code_name(code) for code in vocabulary().schemes[CODE + scheme]]


def _batches(passages: Sequence[PassageDraft]) -> Iterator[list[PassageDraft]]:
    batch: list[PassageDraft] = []
    size = 0
    for passage in passages:
        if batch and size + len(passage.paragraph.text) > _BATCH:
            yield batch
            batch, size = [], 0
        batch.append(passage)
        size += len(passage.paragraph.text)
    if batch:
        yield batch


def _placed(
    record: dict[str, Any], batch: Sequence[PassageDraft], dropped: Counter[str]
) -> tuple[PassageDraft, int, int] | None:
    """Return where the quotation of *record* stands, whatever place the model gave; None where it stands nowhere."""
    if record.get("kind") not in _KINDS:
        dropped["records of no kind that was asked for"] += 1
        return None
    quotation = normalise(record["quotation"]) if isinstance(record.get("quotation"), str) else ""
    if len(quotation) < _SHORTEST:
        dropped["records without a quotation that could prove them"] += 1
        return None
    for passage in batch:
        at = passage.paragraph.text.find(quotation)
        if at >= 0:
            return passage, passage.paragraph.start + at, len(quotation)
    dropped["records whose quotation is not in the text"] += 1
    return None


class _Maker:
    """Makes the facts of one record out of what the text itself bears out."""

    def __init__(self, reading: Reading, passage: PassageDraft, start: int, length: int, dropped: Counter[str]) -> None:
        self.reading = reading
        self.lines = [line for line in reading.lines if line.paragraph == passage.paragraph.number]
        self.start, self.end = start, start + length
        self.passage = passage
        self.dropped = dropped

    def facts(self, record: dict[str, Any], slug: str, numbers: Iterator[int]) -> Facts | None:
        """Return the node of *record*, or None where too little of it is left."""
        actors = self._actors(record.get("actors"))
        kind = record["kind"]
        if kind in ("meeting-held", "next-meeting"):
            return self._meeting(record, slug, numbers, actors, planned=kind == "next-meeting")
        if not actors:
            self.dropped["records whose actors the text does not name"] += 1
            return None
        if kind == "participant":
            return self._participation(record, slug, actors)
        if kind == "agreement-signed":
            return self._agreement(record, slug, numbers, actors)
        if kind == "commitment":
            return self._commitment(record, slug, numbers, actors)
        thing = self._thing(record.get("mission"), ("SpaceActivity", ""))
        if thing is None:
            self.dropped["records of a mission that the text does not name"] += 1
            return None
        return {"id": thing.id, **({} if thing.known else {"type": "Mission"}), "partner": actors}

    def _meeting(
        self, record: dict[str, Any], slug: str, numbers: Iterator[int], actors: list[str], *, planned: bool
    ) -> Facts:
        series = self._thing(record.get("series"), ("MeetingSeries",))
        ordinal = record.get("ordinal")
        number = str(ordinal) if isinstance(ordinal, int | str) and re.fullmatch(r"[1-9]\d{0,2}", str(ordinal)) else ""
        facts: Facts = {"id": f"{series.id}-{number}" if series and number else f"{slug}-meeting-{next(numbers)}"}
        facts["type"] = "Meeting"
        if series:
            facts["inSeries"] = series.id
            if number:
                facts["ordinal"] = number
        if date := self._date(record.get("date")):
            facts["dueBy" if planned else "date"] = date
        if place := self._thing(record.get("place"), ("Place",)):
            facts["place"] = place.id
        if actors:
            facts["convenedBy"] = actors
        if planned:
            facts["hasStatusEvent"] = [{"id": f"{facts['id']}-planned", "type": "StatusEvent", "newStatus": "planned"}]
        return facts

    def _participation(self, record: dict[str, Any], slug: str, actors: list[str]) -> Facts:
        meeting = f"{slug}-meeting-1"
        role = self._code("role", record.get("role"))
        if not role:
            return {"id": meeting, "type": "Meeting", "participant": actors}
        parts: list[Facts] = [
            {"id": f"{meeting}-{actor}", "type": "Participation", "actor": actor, "role": role} for actor in actors
        ]
        return {"id": meeting, "type": "Meeting", "hasParticipation": parts}

    def _agreement(self, record: dict[str, Any], slug: str, numbers: Iterator[int], actors: list[str]) -> Facts:
        thing = self._thing(record.get("agreement"), ("Agreement", ""))
        facts: Facts = {"id": thing.id if thing else f"{slug}-agreement-{next(numbers)}", "type": "Agreement"}
        facts["party"] = actors
        event: Facts = {"id": f"{facts['id']}-signed", "type": "StatusEvent", "newStatus": "signed"}
        if date := self._date(record.get("date")):
            event["date"] = date
        facts["hasStatusEvent"] = [event]
        return facts

    def _commitment(self, record: dict[str, Any], slug: str, numbers: Iterator[int], actors: list[str]) -> Facts | None:
        strength = self._code("strength", record.get("strength"))
        if not strength:
            self.dropped["commitments without a strength"] += 1
            return None
        facts: Facts = {"id": f"{slug}-commitment-{next(numbers)}", "type": "Commitment", "committedBy": actors}
        if to := self._actors(record.get("to")):
            facts["committedTo"] = to
        return facts | {"statement": {"en": ""}, "strength": strength}

    # --- What the text bears out

    def _actors(self, given: object) -> list[str]:
        wanted = given if isinstance(given, list) else [given] if isinstance(given, str) else []
        found = [self._thing(name, ("State", "Organization", "Person", "Coalition", "")) for name in wanted]
        return list(dict.fromkeys(thing.id for thing in found if thing))

    def _thing(self, given: object, kinds: tuple[str, ...]) -> Thing | None:
        """Return what the text calls *given*, or has under this id, and is of one of *kinds*."""
        if not isinstance(given, str) or not given.strip():
            return None
        everything = [
            *(t for line in self.lines for t in line.things),
            *(t for line in self.reading.lines for t in line.things),
        ]
        named = set(self.reading.names.named(given))
        for thing in everything:
            if thing.kind in kinds and (thing.id == given or thing.id in named or key(thing.name) == key(given)):
                return thing
        self.dropped["names that the text does not have"] += 1
        return None

    def _date(self, given: object) -> str:
        if not isinstance(given, str) or not given:
            return ""
        if any(given == date.value for date in self.passage.dates):
            return given
        self.dropped["dates that the passage does not give"] += 1
        return ""

    def _code(self, scheme: str, given: object) -> str:
        if isinstance(given, str) and given in _codes(scheme):
            return given
        if given:
            self.dropped["codes that the ontology does not have"] += 1
        return ""
