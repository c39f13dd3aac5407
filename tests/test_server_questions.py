"""Questions on the web: each answers what the graph answers, and says what is wrong, missing, or left out."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import shlex
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from pyoxigraph import NamedNode

from service import page, site
from spacepact.graph.opening import uncertain_documents
from spacepact.queries.catalogue import catalogue, question
from spacepact.queries.result import Result, Term, terms
from spacepact.server.pages._asking import RESERVED
from spacepact.server.site import page_path
from spacepact.visualizations.charts import chart

NAMES = sorted(catalogue())
GOLD = [
    shlex.split(path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# spacepact ask "))
    for path in sorted((Path(__file__).parent / "answers").glob("*.tsv"))
]
ASKED = [(words[0], dict(zip([w[2:] for w in words[1::2]], words[2::2], strict=True))) for words in GOLD]
ASKED_NAMES = [" ".join(words) for words in GOLD]


def url(name: str, parameters: dict[str, str] | None = None, suffix: str = "") -> str:
    return f"/questions/{name}{suffix}?{urlencode(parameters or {})}"


class Rows(HTMLParser):
    """The cells of the table of answers: each a list of addresses, or of texts where a value has no page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[list[str]]] = []
        self.inside = self.linked = False
        self.value = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag == "tbody" and "id" in given:
            self.rows.append([])
        elif tag == "td" and "data-head" in given:
            self.inside = True
            self.rows[-1].append([])
        elif tag == "a" and self.inside:
            self.linked, self.value = True, str(given["href"])

    def handle_endtag(self, tag: str) -> None:
        self.linked &= tag != "a"
        if self.inside and tag in ("td", "li") and self.value.strip():
            self.rows[-1][-1].append(self.value.strip())
            self.value = ""
        self.inside &= tag != "td"

    def handle_data(self, data: str) -> None:
        if self.inside and not self.linked:
            self.value += data if data.strip() else ""


def shown(result: Result, term: Term) -> str:
    return page_path(term.value) if isinstance(term, NamedNode) else result.text(term)


@cache
def body(address: str) -> str:
    response = page(address)
    assert response.status == 200
    return str(response.body)


def on_the_web(name: str, parameters: dict[str, str], pages: int) -> list[list[list[str]]]:
    texts = [body(url(name, parameters if n == 1 else {**parameters, "page": str(n)})) for n in range(1, pages + 1)]
    return [row for text in texts for row in Rows(text).rows]


def asked(name: str, parameters: dict[str, str]) -> Result:
    """What the graph answers."""
    return _asked(name, tuple(parameters.items()))


@cache
def _asked(name: str, parameters: tuple[tuple[str, str], ...]) -> Result:
    return site().graph.ask(name, **dict(parameters))


# --- The catalogue


def test_the_catalogue_has_every_question_with_a_link_and_an_example_that_answers() -> None:
    text = body("/questions")
    assert len(NAMES) > 30
    for name in NAMES:
        assert f'href="/questions/{name}"' in text
        assert html.escape(question(name).title, quote=False).replace("'", "&#39;") in text
    for address in {html.unescape(a) for a in re.findall(r'href="(/questions/[^"]*\?[^"]*)"', text)}:
        parts = urlsplit(address)
        found = site().graph.ask(parts.path.rpartition("/")[2], **{n: v[0] for n, v in parse_qs(parts.query).items()})
        assert found.rows, address


def test_the_filter_of_the_catalogue_hides_what_has_not_all_the_words() -> None:
    def seen(words: str) -> set[str]:
        return set(
            re.findall(r'<li class="card question" data-text="[^"]*">\s*<h3><a href="/questions/([^"]+)"', body(words))
        )

    assert seen("/questions") == set(NAMES)
    assert "meetings-of" in seen("/questions?q=MEETING+series") < set(NAMES)
    assert not seen("/questions?q=zzz")
    assert 'id="none">None of the' in " ".join(body("/questions?q=zzz").split())


@pytest.mark.parametrize("name", NAMES)
def test_every_question_has_a_group_and_examples_of_its_own_parameters(name: str) -> None:
    of = question(name)
    assert of.group
    assert of.examples
    for example in of.examples:
        of.require(example)
    assert not set(of.parameters) & set(RESERVED)


def test_the_catalogue_as_json_has_what_a_form_needs() -> None:
    found = {q["name"]: q for q in json.loads(page("/api/questions").body)["questions"]}
    assert set(found) == set(NAMES)
    assert found["path"]["parameters"][0] == {
        "name": "a",
        "kind": "Actor",
        "description": "from whom",
        "required": True,
    }


# --- Answers


@pytest.mark.parametrize(("name", "parameters"), ASKED, ids=ASKED_NAMES)
def test_the_page_has_the_rows_that_the_graph_gives(name: str, parameters: dict[str, str]) -> None:
    result = asked(name, parameters)
    filled = [i for i in range(len(result.columns)) if any(terms(row[i]) for row in result.rows)]
    expected = [[[shown(result, t) for t in terms(row[i])] for i in filled] for row in result.rows]
    pages = max(1, -(-len(expected) // 50))
    assert on_the_web(name, parameters, pages) == expected


@pytest.mark.parametrize(("name", "parameters"), ASKED, ids=ASKED_NAMES)
def test_the_api_has_the_records_the_evidence_and_the_citation(name: str, parameters: dict[str, str]) -> None:
    result = asked(name, parameters)
    response = page("/api" + url(name, parameters))
    assert (response.status, response.media_type) == (200, "application/json")
    found = json.loads(response.body)
    assert [{c: row[c] for c in result.columns} for row in found["rows"]] == result.records()
    assert [e["passage"] for e in found["evidence"]] == [proof.passage for proof in result.evidence()]
    assert found["citation"]["version"] == result.citation.version


@pytest.mark.parametrize(("suffix", "separator"), [(".csv", ","), (".tsv", "\t")])
def test_a_file_has_the_rows_or_their_evidence(suffix: str, separator: str) -> None:
    result = site().graph.ask("partners-of", actor="NASA")
    response = page(url("partners-of", {"actor": "NASA"}, suffix))
    assert f'filename="spacepact-partners-of{suffix}"' in response.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(str(response.body)), delimiter=separator))
    assert rows[0] == result.with_labels()[0]
    assert len(rows) == len(result) + 1
    proofs = str(page(url("partners-of", {"actor": "NASA", "evidence": "1"}, suffix)).body)
    assert len(list(csv.reader(io.StringIO(proofs), delimiter=separator))) == len(result.evidence()) + 1


def test_a_json_file_is_what_the_api_answers() -> None:
    assert json.loads(page(url("due", suffix=".json")).body) == json.loads(page("/api/questions/due").body)


def test_markdown_has_the_citation() -> None:
    text = str(page(url("due", {"since": "2026"}, ".md")).body)
    assert text.startswith("| what |")
    assert f"Data: Spacepact {site().graph.version}" in text


def test_each_row_has_its_own_passages() -> None:
    result = site().graph.ask("who-cooperates-with-whom", topic="pnt")
    text = body(url("who-cooperates-with-whom", {"topic": "pnt"}))
    proofs = {g: {p.passage for p in result.evidence() if p.entity == g} for row in result.grounds for g in row}
    for number, grounds in enumerate(result.grounds, 1):
        part = text.partition(f'<tbody id="row-{number}">')[2].partition("</tbody>")[0]
        expected = {passage for ground in grounds for passage in proofs[ground]}
        assert f">{len(expected)} passage" in part
        linked = set(re.findall(r'href="/page/source/([^"]+/p[^"]+)"', part))
        assert linked <= {passage.removeprefix("source:") for passage in expected}
        assert linked


def test_a_row_with_much_evidence_leads_to_all_of_it() -> None:
    result = site().graph.ask("most-connected")
    busy = max(range(len(result)), key=lambda i: len(result.grounds[i])) + 1
    expected = {p.passage for p in result.evidence() if p.entity in result.grounds[busy - 1]}
    assert f'href="/questions/most-connected?row={busy}#row-{busy}"' in body("/questions/most-connected")
    part = body(f"/questions/most-connected?row={busy}").partition(f'id="row-{busy}"')[2].partition("</tbody>")[0]
    assert "<details open>" in part
    assert {f"source:{p}" for p in re.findall(r'href="/page/source/([^"]+/p[^"]+)"', part)} == expected


def test_the_grounds_of_rows_are_what_their_evidence_is_of() -> None:
    for name, parameters in ASKED:
        result = asked(name, parameters)
        assert len(result.grounds) == len(result.rows)
        assert {p.entity for p in result.evidence()} <= {g for row in result.grounds for g in row}
    counted = site().graph.ask("partners-of", actor="NASA")
    assert [len(row) for row in counted.grounds] == [record["engagements"] for record in counted.records()]


def test_headings_sort_all_rows_both_ways_and_what_is_empty_comes_last() -> None:
    def column(sort: str) -> list[list[str]]:
        return [
            row[6]
            for n in (1, 2)
            for row in Rows(body(url("commitments-of", {"actor": "ROK", "sort": sort, "page": str(n)}))).rows
        ]

    assert site().graph.ask("commitments-of", actor="ROK").columns[6] == "when"
    up, down = column("when"), column("-when")
    dated = [cell for cell in up if cell]
    assert dated == sorted(dated)
    assert up[len(dated) :] == [[]] * (len(up) - len(dated))
    assert [cell for cell in down if cell] == sorted(dated, reverse=True)
    assert 'aria-sort="descending"' in body(url("commitments-of", {"actor": "ROK", "sort": "-when"}))


def test_numbers_sort_as_numbers() -> None:
    counts = [int(row[2][0]) for row in Rows(body("/questions/most-connected?sort=engagements")).rows]
    assert counts == sorted(counts)


# --- Charts


@pytest.mark.parametrize(("name", "parameters"), ASKED, ids=ASKED_NAMES)
def test_a_chart_draws_what_the_rows_have(name: str, parameters: dict[str, str]) -> None:
    result = asked(name, parameters)
    drawn = chart(question(name), result)
    text = body(url(name, parameters))
    assert ('<figure class="chart">' in text) == (drawn is not None)
    if drawn is None:
        return
    assert any(bar.value for bar in drawn.bars)
    if drawn.what == "rows":
        assert sum(bar.value for bar in drawn.bars) + drawn.left_out == len(result)
    if drawn.years:
        years = [int(bar.label) for bar in drawn.bars]
        assert years == list(range(years[0], years[-1] + 1))
        assert text.count('<rect class="bar"') == sum(bar.value > 0 for bar in drawn.bars)


def test_a_bar_counts_different_engagements_once() -> None:
    result = site().graph.ask("who-cooperates-with-whom")
    drawn = chart(question("who-cooperates-with-whom"), result)
    assert drawn is not None
    assert (drawn.what, drawn.by) == ("engagements", "topic")
    at = result.columns.index("topic")
    of = {
        g
        for row, grounds in zip(result.rows, result.grounds, strict=True)
        for g in grounds
        if result.text(row[at]) == drawn.bars[0].label
    }
    assert drawn.bars[0].value == len(of)


def test_a_bar_of_a_year_leads_to_the_rows_of_that_year() -> None:
    drawn = chart(question("timeline"), site().graph.ask("timeline", actor="ROK"))
    assert drawn is not None
    bar = max(drawn.bars, key=lambda bar: bar.value)
    address = url("timeline", {"actor": "ROK", "since": bar.label, "until": bar.label})
    assert html.escape(address) in body(url("timeline", {"actor": "ROK"}))
    assert len(site().graph.ask("timeline", actor="ROK", since=bar.label, until=bar.label)) >= bar.value


# --- As of a day, versions, citation, SPARQL


def test_the_record_of_a_day_answers_and_names_what_it_leaves_out() -> None:
    then = site().as_of("2022").graph.ask("due")
    text = body("/questions/due?as_of=2022")
    assert f"{len(then)} rows" in text
    assert "2022-12-31" in text
    uncertain = uncertain_documents(site().graph.store, "2022")
    assert uncertain
    for iri in uncertain:
        assert f'href="{page_path(iri)}"' in text
    assert json.loads(page("/api/questions/due?as_of=2022").body)["citation"]["as_of"] == "2022-12-31"


def test_the_permalink_has_the_version_and_an_old_one_is_told() -> None:
    version = site().graph.version
    text = body("/questions/due?since=2026&page=1")
    link = html.unescape(re.search(r'id="permalink" href="([^"]+)"', text)[1])  # type: ignore[index]
    assert parse_qs(urlsplit(link).query) == {"since": ["2026"], "version": [version]}
    assert "may differ" not in body(link.removeprefix(site().settings.public_url))
    old = body("/questions/due?since=2026&version=0.1.0%2B2020-01-01.x")
    assert "0.1.0+2020-01-01.x" in old
    assert "may differ" in old


def test_the_citation_names_question_parameters_data_and_sources() -> None:
    text = html.unescape(body("/questions/due?since=2026"))
    cited = text.partition('id="citation">')[2].partition("</pre>")[0]
    assert "Question: What falls due, and when? (due)" in cited
    assert f"Data: Spacepact {site().graph.version}" in cited
    for source in site().graph.ask("due", since="2026").sources():
        assert source.title in cited


@pytest.mark.parametrize(("name", "parameters"), ASKED, ids=ASKED_NAMES)
def test_the_sparql_shown_runs_as_it_is_and_has_the_rows(name: str, parameters: dict[str, str]) -> None:
    text = body(url(name, parameters))
    sparql = html.unescape(text.partition('<pre id="sparql">')[2].partition("</pre>")[0])
    link = html.unescape(re.search(r'href="(/query\?query=[^"]+)"', text)[1])  # type: ignore[index]
    assert parse_qs(urlsplit(link).query)["query"][0].strip() == sparql.strip()
    found = list(site().graph.store.query(sparql))  # type: ignore[arg-type]
    result = asked(name, parameters)
    assert bool(found) == bool(result.rows)
    if not (question(name).measure or question(name).fold or question(name).tally):
        assert [tuple(row) for row in found] == result.rows


# --- The form


def test_the_form_has_a_field_of_its_kind_for_each_parameter() -> None:
    text = " ".join(body("/questions/commitments-of").split())
    assert re.search(r'<input id="given-actor" name="actor" value="" data-pick="Actor"[^>]* required', text)
    assert re.search(r'<select id="given-topic" name="topic"', text)
    assert '<option value="pnt">' in text
    assert re.search(r'<option value="received">received</option>', text)
    assert re.search(r'<input id="given-since" name="since" value="" [^>]*pattern=', text)
    for name in question("commitments-of").parameters:
        assert f'<label for="given-{name}">' in text


def test_what_was_given_stands_in_the_form() -> None:
    text = " ".join(body("/questions/commitments-of?actor=nasa&topic=PNT&since=2020").split())
    assert 'value="National Aeronautics and Space Administration" data-pick="Actor"' in text
    assert 'data-slug="nasa"' in text
    assert '<option value="pnt" selected>' in text
    assert 'name="since" value="2020"' in text


def test_a_narrower_topic_stands_under_the_wider_one() -> None:
    text = body("/questions/commitments-of")
    assert "\u2003positioning, navigation and timing" in text
    assert text.index('value="technology"') < text.index('value="pnt"') < text.index('value="training"')


@pytest.mark.parametrize("name", [n for n in NAMES if any(p.required for p in question(n).parameters.values())])
def test_without_what_is_needed_the_page_explains_and_gives_examples(name: str) -> None:
    text = body(f"/questions/{name}")
    assert "To ask this, give" in text
    assert re.search(rf'<li><a href="/questions/{name}\?', text)
    assert '<table class="stacks"' not in text


def test_a_question_that_another_speaks_of_is_a_link() -> None:
    assert '<a href="/questions/who-cooperates-with-whom">who-cooperates-with-whom</a>' in body(
        "/questions/partners-of"
    )
