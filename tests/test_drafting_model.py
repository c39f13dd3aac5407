"""The drafter that asks a language model, against an endpoint that answers, lies, breaks and dawdles."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from spacepact.cli import main
from spacepact.drafting.documents import DocumentText
from spacepact.drafting.drafts import Draft
from spacepact.drafting.file import written
from spacepact.drafting.model import ModelDrafter
from spacepact.drafting.names import Names
from spacepact.errors import FactError, ModelError
from spacepact.folders import folder
from spacepact.graph.compiling import fact_files
from spacepact.graph.reading import read

TEXT = """Headline of the day

The United States and the Republic of Korea held the 7th U.S.-ROK Civil Space Dialogue in Seoul on March 3, 2031.

NASA pledged to share its lunar data with the Korea Aerospace Administration. Japan was thanked.
"""
HELD = "held the 7th U.S.-ROK Civil Space Dialogue in Seoul"
PLEDGED = "NASA pledged to share its lunar data"


@dataclass
class Endpoint:
    """What the fake endpoint is to answer, and what it was asked."""

    url: str = ""
    status: int = 200
    body: bytes | None = None
    records: object = field(default_factory=list)
    delay: float = 0.0
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)

    def answer(self) -> bytes:
        content = json.dumps({"records": self.records})
        return self.body if self.body is not None else chat(content)


def chat(content: object) -> bytes:
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}]}).encode()


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    state = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            state.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            state.keys.append(self.headers["Authorization"])
            time.sleep(state.delay)
            body = state.answer()
            self.send_response(state.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
            except BrokenPipeError:  # who asked has gone
                return

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield state
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def names() -> Names:
    return Names.of(fact_files(folder("graph")))


def drafted(endpoint: Endpoint, names: Names, *records: object, text: str = TEXT) -> Draft:
    endpoint.records = list(records)
    return ModelDrafter(names, endpoint.url, "fake", timeout=5).draft(DocumentText("x", text), "x")


def test_a_record_that_the_text_bears_out_is_kept(endpoint: Endpoint, names: Names) -> None:
    meeting = {"kind": "meeting-held", "quotation": HELD, "series": "U.S.-ROK Civil Space Dialogue", "ordinal": 7}
    promise = {"kind": "commitment", "quotation": PLEDGED, "actors": ["NASA"], "to": ["kasa"], "strength": "pledged"}
    made = drafted(endpoint, names, meeting | {"date": "2031-03-03", "place": "Seoul"}, promise)
    one, two = made.candidates()
    assert one.facts == {
        "id": "csd-7",
        "type": "Meeting",
        "inSeries": "csd",
        "ordinal": "7",
        "date": "2031-03-03",
        "place": "seoul",
    }
    assert (two.facts["committedBy"], two.facts["committedTo"], two.facts["strength"]) == (
        ["nasa"],
        ["kasa"],
        "pledged",
    )
    assert TEXT.split("\n\n")[2].startswith(PLEDGED)
    assert made.notes == ["asked fake; records kept: 2"]
    assert written(made, names).count("draft: true") == 3


def test_the_place_is_that_of_the_quotation_and_not_what_the_model_says(endpoint: Endpoint, names: Names) -> None:
    lie = {"kind": "commitment", "quotation": PLEDGED, "actors": ["NASA"], "strength": "pledged"}
    (kept,) = drafted(endpoint, names, lie | {"startOffset": 1, "length": 999_999, "paragraph": 77}).candidates()
    whole = " ".join(TEXT.split())
    assert whole[kept.start : kept.start + kept.length] == PLEDGED


@pytest.mark.parametrize(
    ("record", "why"),
    [
        (
            {"kind": "commitment", "quotation": "NASA pledged to give it all away"},
            "quotation is not in the text",
        ),
        ({"kind": "commitment", "quotation": "NASA"}, "without a quotation that could prove them"),
        ({"kind": "commitment"}, "without a quotation that could prove them"),
        ({"kind": "commitment", "quotation": ["NASA pledged"]}, "without a quotation that could prove them"),
        ({"kind": "launch", "quotation": PLEDGED}, "of no kind that was asked for"),
        ("NASA pledged to share", "of no kind that was asked for"),
        ({"kind": "commitment", "quotation": PLEDGED, "actors": ["ESA"]}, "actors the text does not name"),
        ({"kind": "commitment", "quotation": PLEDGED, "actors": ["no-such-id", 7]}, "actors the text does not name"),
        ({"kind": "commitment", "quotation": PLEDGED, "actors": "NASA", "strength": "sworn"}, "without a strength"),
        (
            {"kind": "mission-partner", "quotation": PLEDGED, "actors": ["NASA"], "mission": "Gateway"},
            "of a mission that",
        ),
    ],
)
def test_a_record_that_lies_is_dropped_and_counted(endpoint: Endpoint, names: Names, record: object, why: str) -> None:
    made = drafted(endpoint, names, record)
    assert made.candidates() == []
    assert made.notes[0] == "asked fake; records kept: 0"
    assert why in made.notes[1]


def test_a_quotation_may_not_run_over_two_paragraphs(endpoint: Endpoint, names: Names) -> None:
    over = {"kind": "meeting-held", "quotation": "in Seoul on March 3, 2031. NASA pledged to share"}
    assert drafted(endpoint, names, over).candidates() == []


def test_what_is_invented_within_a_true_record_is_left_out(endpoint: Endpoint, names: Names) -> None:
    record = {"kind": "meeting-held", "quotation": HELD, "date": "1999-01-01", "place": "Gyeongju", "ordinal": "many"}
    made = drafted(endpoint, names, record | {"series": "Artemis", "actors": ["usa", "uae"]})
    (kept,) = made.candidates()
    assert kept.facts == {"id": "x-meeting-1", "type": "Meeting", "convenedBy": ["usa"]}
    assert "1 dates that the passage does not give" in made.notes[1]
    assert "names that the text does not have" in made.notes[1]


def test_quotation_marks_and_dashes_of_the_model_may_differ(endpoint: Endpoint, names: Names) -> None:
    record = {"kind": "meeting-held", "quotation": HELD.replace("-", "–").replace(" ", "  ")}
    assert len(drafted(endpoint, names, record).candidates()) == 1


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (200, chat("not json"), "did not answer in JSON"),
        (200, chat("[]"), "without a list of 'records'"),
        (200, chat('{"records": 3}'), "without a list of 'records'"),
        (200, chat(None), "gave no text"),
        (200, chat("[" * 200_000), "did not answer in JSON"),
        (200, b"[" * 200_000, "not answer as an OpenAI-compatible endpoint"),
        (200, b"<html>", "not answer as an OpenAI-compatible endpoint"),
        (200, b"[]", "not answer as an OpenAI-compatible endpoint"),
        (500, b"out of memory", "answers 500: out of memory"),
        (401, b"{}", "is the key in SPACEPACT_LLM_KEY right"),
        (307, b"", "answers 307"),
    ],
)
def test_an_endpoint_that_fails_is_a_clear_error(
    endpoint: Endpoint, names: Names, status: int, body: bytes, said: str
) -> None:
    endpoint.status, endpoint.body = status, body
    with pytest.raises(ModelError, match=said):
        drafted(endpoint, names)


def test_json_in_a_fence_is_json(endpoint: Endpoint, names: Names) -> None:
    endpoint.body = chat('```json\n{"records": []}\n```')
    assert drafted(endpoint, names).candidates() == []


def test_a_slow_endpoint_is_not_waited_for(endpoint: Endpoint, names: Names) -> None:
    endpoint.delay = 2.0
    with pytest.raises(ModelError, match=r"no answer within 0\.3 seconds; give it more with --timeout"):
        ModelDrafter(names, endpoint.url, "fake", timeout=0.3).draft(DocumentText("x", TEXT), "x")


def test_an_endpoint_that_never_ends_is_not_waited_for(names: Names) -> None:
    stop = threading.Event()

    class Dribble(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.end_headers()
            while not stop.wait(0.05):
                try:
                    self.wfile.write(b" ")
                    self.wfile.flush()
                except OSError:  # who asked has gone
                    return

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Dribble)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    drafter = ModelDrafter(names, f"http://127.0.0.1:{server.server_port}", "fake", timeout=0.5)
    with pytest.raises(ModelError, match="no answer within"):
        drafter.draft(DocumentText("x", TEXT), "x")
    stop.set()
    server.shutdown()
    server.server_close()


def test_an_endpoint_that_is_not_there(names: Names) -> None:
    with pytest.raises(ModelError, match="cannot be reached"):
        ModelDrafter(names, "http://127.0.0.1:9/v1", "fake", timeout=5).draft(DocumentText("x", TEXT), "x")


def test_a_long_document_is_asked_about_in_parts(endpoint: Endpoint, names: Names) -> None:
    long = "\n\n".join(f"Paragraph {number} says nothing of note. " * 60 for number in range(12))
    drafted(endpoint, names, text=long)
    assert len(endpoint.asked) > 1
    assert all(asked["model"] == "fake" and asked["temperature"] == 0 for asked in endpoint.asked)


def test_a_key_does_not_travel_in_the_clear(names: Names) -> None:
    with pytest.raises(ModelError, match="in the clear"):
        ModelDrafter(names, "http://models.example.org/v1", "m", key="secret")
    assert ModelDrafter(names, "https://models.example.org/v1/", "m", key="secret").url.endswith("/v1/chat/completions")


def test_the_command_sends_nothing_unless_asked(
    endpoint: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SPACEPACT_LLM_KEY", "secret")
    source, goal = tmp_path / "a.txt", tmp_path / "a.yaml"
    source.write_text(TEXT, encoding="utf-8")
    assert main(["draft", str(source)]) == 0
    assert endpoint.asked == []
    capsys.readouterr()
    endpoint.records = [
        {"kind": "meeting-held", "quotation": HELD},
        {"kind": "commitment", "quotation": "They swore an oath."},
    ]
    assert main(["draft", str(source), "--llm", endpoint.url, "--model", "fake", "--output", str(goal)]) == 0
    printed = capsys.readouterr()
    assert "records kept: 1" in printed.err
    assert "dropped: 1 records whose quotation is not in the text" in printed.err
    assert endpoint.keys == ["Bearer secret"]
    assert "secret" not in goal.read_text(encoding="utf-8") + printed.err
    assert read(goal, "a.yaml").text("draft") == "true"
    with pytest.raises(FactError):
        fact_files_with(goal, tmp_path)


def fact_files_with(draft: Path, where: Path) -> None:
    import shutil

    from spacepact.graph.compiling import compile_facts

    shutil.copytree(folder("graph"), where / "graph")
    shutil.copy(draft, where / "graph" / "sources")
    compile_facts(where / "graph")
