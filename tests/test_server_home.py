"""The home page: what it says is what the record holds."""

from __future__ import annotations

import re

import pytest

from service import page, site
from spacepact.dates import bounds
from spacepact.iris import expand
from spacepact.queries.holdings import holdings, newest_documents
from spacepact.server.site import page_path
from spacepact.visualizations.overview import Filters


@pytest.fixture(scope="module")
def body() -> str:
    return re.sub(r"\s+", " ", str(page("/").body))


def _count(sparql: str) -> int:
    return len(site().graph.query(f"SELECT DISTINCT ?x WHERE {{ {sparql} }}"))


def _section(body: str, name: str) -> str:
    found = re.search(rf'<section aria-labelledby="{name}">(.*?)</section>', body)
    assert found
    return found[1]


def test_the_sentence_counts_what_the_record_holds(body: str) -> None:
    words = re.sub(r"<[^>]*>", "", body)
    assert f"{_count('?x a pact:Document ; pact:issued ?day')} documents in English and Korean" in words
    assert f"{_count('?x a pact:Agreement')} agreements" in words
    assert f"{_count('?x a pact:Commitment')} commitments" in words
    assert f"{_count('?x a pact:Meeting')} meetings" in words
    assert f"{_count('?x a pact:State')} states" in words
    assert f"{_count('?x a/rdfs:subClassOf* pact:Organization')} organizations" in words


def test_the_record_as_of_a_day_holds_less() -> None:
    then, now = holdings(site().as_of("2022-06-30").graph), holdings(site().graph)
    assert 0 < then.documents < now.documents
    assert then.until <= "2022"


def test_an_empty_record_has_a_home_page_too() -> None:
    early = site().as_of("1900-01-01")
    from spacepact.server.pages.home import home
    from spacepact.server.site import PageRequest

    text = re.sub(r"\s+", " ", str(home(early, PageRequest("/")).body))
    assert "0 commitments" in text
    assert "No source gives a date that is still to come." in text


def test_the_newest_source_is_the_one_no_other_was_surely_issued_after(body: str) -> None:
    (newest,) = newest_documents(site().graph, 1)
    rows = site().graph.query("SELECT ?day WHERE { ?x a pact:Document ; pact:issued ?day }").records()
    assert bounds(newest.issued).earliest == max(bounds(str(row["day"])).earliest for row in rows)
    assert f'The newest source is <a href="{page_path(newest.iri)}"' in body


def test_the_search_is_the_first_thing_on_it(body: str) -> None:
    assert body.count('role="search"') == 1
    assert body.index('action="/search"') < body.index("<h2")


def test_a_promise_to_do_what_is_due_stands_beneath_it_and_not_beside_it(body: str) -> None:
    due = _section(body, "due")
    rows = site().graph.query(
        "SELECT ?promise ?of { ?promise a pact:Commitment ; pact:concerns ?of ; pact:dueBy ?day . ?of pact:dueBy ?day }"
    )
    promises = {
        page_path(expand(str(r["promise"])) or ""): page_path(expand(str(r["of"])) or "") for r in rows.records()
    }
    listed = re.findall(r'</time> <a href="([^"]*)"', due)
    told = re.findall(r'promised: <a href="([^"]*)"', due)
    assert told
    assert set(told) <= promises.keys()
    assert {promises[path] for path in told} <= set(listed)
    assert not any(promises.get(path) in listed for path in listed)


def test_due_next_is_what_the_question_answers_without_what_has_ended(body: str) -> None:
    due = _section(body, "due")
    result = site().graph.ask("due", since=site().graph.as_of)
    coming = {
        page_path(row[0].value)  # type: ignore[union-attr]
        for row in result.rows
        if result.text(row[3]) not in ("completed", "dropped")
    }
    listed = re.findall(r'</time> <a href="([^"]*)"', due)
    assert listed
    assert set(listed) <= coming


def test_what_is_past_its_date_is_of_no_known_end_and_the_day_is_over(body: str) -> None:
    silent = _section(body, "silent")
    days = re.findall(r"<time>([^<]*)</time>", silent)
    assert days
    assert all(bounds(day).latest[:10] <= site().graph.as_of for day in days)
    assert silent.count("status: no data") + silent.count("status: overdue") == len(days)
    assert "does not mean that nothing did" in silent


def test_a_promise_on_it_says_how_firm_it_is(body: str) -> None:
    codes = site().graph.query("SELECT ?w WHERE { ?x pact:strength/skos:prefLabel ?w FILTER(LANG(?w) = 'en') }")
    firm = "|".join({re.escape(str(row["w"])) for row in codes.records()})
    promises = re.findall(r'<span class="small">commitment([^<]*)', body)
    assert promises
    assert all(re.match(rf", ({firm})", words) for words in promises)


def test_news_stand_under_the_documents_that_tell_them(body: str) -> None:
    news = _section(body, "news")
    for day, document, first in re.findall(
        r'<h3>(\S+) .*?<a href="(/page/source/[^"]+)".*?<li> <a href="([^"]+)"', news
    ):
        told = site().graph.evidence("id:" + first.removeprefix("/page/"))
        assert "source:" + document.removeprefix("/page/source/") in {proof.document for proof in told}
        assert bounds(day).earliest[:10] <= site().graph.as_of
    assert news.count("<h3>") > 1


def test_the_examples_lead_to_what_there_is(body: str) -> None:
    ways = _section(body, "ways")
    pages = re.findall(r'href="(/[^"]*)"', ways)
    assert {url.split("/")[1].partition("?")[0] for url in pages} == {
        "between",
        "page",
        "path",
        "questions",
        "query",
        "data",
    }
    for url in pages:
        assert page(url.replace("&amp;", "&")).status == 200, url


def test_the_overview_is_drawn_on_it(body: str) -> None:
    assert '<svg class="overview-map' in _section(body, "overview")


def test_a_year_without_engagements_is_no_link_and_no_stop() -> None:
    linked = {int(year) for year in re.findall(r'data-year="(\d+)"', str(page("/explore?topic=mars-exploration").body))}
    everything = range(site().overview.span[0], site().overview.span[1] + 1)
    topic = next(topic.iri for topic in site().overview.whole.topics if topic.iri.endswith("/mars-exploration"))
    years = site().overview.facets(Filters(topics=(topic,))).years
    assert linked == {year.year for year in years if year.number}
    assert set() < linked < set(everything)
