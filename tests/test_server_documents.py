"""The pages on documents, passages, topics, codes and terms: whole, true to the store, and linked to what exists."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag, urljoin

import pytest
from pyoxigraph import DefaultGraph, NamedNode

from service import page, site
from spacepact.iris import CODE, NS, PREFIXES, SOURCE, TOPIC, curie
from spacepact.ontology.reference import terms
from spacepact.ontology.vocabulary import vocabulary
from spacepact.queries.documents import counted_facts, documents, passages, share
from spacepact.queries.saying import told_quads
from spacepact.server.settings import Settings
from spacepact.server.site import Site, page_path

NOT_HERE = ("/sparql", "/void", "/static/", "/feeds/")
"""Addresses that the main process or other parts answer."""


class Page(HTMLParser):
    """The links and the anchors of a page."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.anchors: set[str] = set()
        response = page(url)
        assert response.status == 200, (url, response.status)
        self.text = str(response.body)
        self.feed(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if found.get("id"):
            self.anchors.add(str(found["id"]))
        if tag in ("a", "link") and found.get("href"):
            self.links.add(str(found["href"]))
        assert "style" not in found
        assert not any(name.startswith("on") for name in found)


PAGES = [
    "/sources",
    "/page/source/scwg-18-report",
    "/page/source/scwg-18-report/p4",
    "/page/source/eu-us-dialogue-civil-space-2006/p2-presumed",
    "/page/source/register-states",
    "/page/source/links-wikidata",
    "/topics",
    "/page/topic/pnt",
    "/page/topic/technology",
    "/page/code",
    "/page/code/strength",
    "/page/code/strength/pledged",
    "/page/code/basis/attendance",
    "/page/graph/derived",
    "/page/ns",
    "/data",
    "/api",
]
OTHERS = ["/", "/page/nasa", "/page/scwg", "/page/us-rok-framework-agreement-2016", "/between/nasa/kasa"]


def test_every_link_leads_to_a_page_that_exists() -> None:
    """All links of our pages and of a sample of others: those within a page lead to an anchor of it."""
    seen: dict[str, str] = {}
    for url in PAGES + OTHERS:
        found = Page(url)
        for link in found.links:
            target, anchor = urldefrag(urljoin(url, link))
            if target == url and anchor:
                assert anchor in found.anchors, (url, link)
            elif target.startswith("/") and not target.startswith(NOT_HERE):
                seen.setdefault(target, url)
    costly = ("/explore", "/between/", "/path", "/timeline", "/questions", "/search", "/query", "/data/download/")
    checked = [path for path in sorted(seen) if not path.startswith(costly)]
    kinds: dict[str, int] = {}
    for path in checked:
        # Of the many pages of one kind on one page a few tell whether their links are right.
        kind = re.sub(r"[^/]+$", "", path) + path.rpartition(".")[2][:6] * ("." in path)
        kinds[kind] = kinds.get(kind, 0) + 1
        if kinds[kind] <= 4:
            assert page(path).status in (200, 303), (path, seen[path])
    assert len(kinds) > 20


def test_links_name_things_that_the_record_knows() -> None:
    """Without fetching each: all links to entities of our pages are to subjects of the store."""
    known = {
        page_path(quad.subject.value)
        for quad in site().graph.store.quads_for_pattern(None, None, None, DefaultGraph())
        if isinstance(quad.subject, NamedNode)
    }
    for url in PAGES:
        links = {link.partition("#")[0] for link in Page(url).links if link.startswith("/page/")}
        assert links - known <= {"/page/ns", "/page/code"}, url


def test_every_document_is_listed_with_its_facts() -> None:
    text = unescape(str(page("/sources").body))
    told = counted_facts(site().graph.store)
    for document in documents(site().graph):
        row = text.partition(f'href="{page_path(document.iri)}"')[2].partition("</tr>")[0]
        assert document.title in row
        assert f">{told.get(document.iri, 0):,}</td>" in row


def test_sources_are_sorted_by_any_column_either_way() -> None:
    def order(sort: str) -> list[str]:
        published = str(page(f"/sources?sort={sort}").body).partition("Of the editors")[0]
        return re.findall(r'<td><a href="([^"]+)"', published)

    dates = {page_path(d.iri): d.issued for d in documents(site().graph)}
    assert order("") == order("-issued")
    newest = [dates[path] for path in order("-issued") if dates[path]]
    assert newest == sorted(newest, reverse=True)
    assert [d for d in (dates[p] for p in order("issued")) if d] == sorted(newest)
    assert sorted(order("title")) == sorted(order("-facts"))
    assert page("/sources?sort=colour").status == 400
    assert page("/sources?sort=title&sort=facts").status == 400


def test_a_document_shows_what_each_passage_says() -> None:
    document = SOURCE + "scwg-18-report"
    text = unescape(str(page("/page/source/scwg-18-report").body))
    store = site().graph.store
    for passage in passages(site().graph, document):
        section = text.partition(f'id="{passage.name}"')[2].partition("</section>")[0]
        for quad in told_quads(store, passage.iri):
            if isinstance(quad.subject, NamedNode):
                assert f'href="{page_path(quad.subject.value)}"' in section
            if curie(quad.predicate.value) != "rdf:type":
                value = quad.object.value  # type: ignore[union-attr]
                shown = page_path(value) if isinstance(quad.object, NamedNode) else value
                assert shown in section, quad


def test_what_no_other_document_tells_is_counted_rightly() -> None:
    store = site().graph.store
    for slug in ("scwg-18-report", "technology-prosperity-deal"):
        document = SOURCE + slug
        others: set[object] = set()
        own: set[object] = set()
        for graph in store.named_graphs():
            name = str(getattr(graph, "value", ""))
            if name.startswith(SOURCE):
                mine = name == document or name.startswith(document + "/")
                (own if mine else others).update(quad.triple for quad in told_quads(store, name))
        found = share(site().graph, document)
        assert (found.facts, found.alone) == (len(own), len(own - others))


def test_a_passage_says_how_sure_it_is_and_where_it_stands() -> None:
    sure, presumed = str(page("/page/source/scwg-18-report/p4").body), ""
    assert "unsure" not in sure.partition("<h1>")[2].partition("</h1>")[0]
    of = passages(site().graph, SOURCE + "scwg-18-report")
    first = next(p for p in of if p.name == "p4")
    assert first.sha256 in sure
    assert f"{first.start:,} to" in sure
    presumed = str(page("/page/source/eu-us-dialogue-civil-space-2006/p2-presumed").body)
    assert 'class="tag unsure">presumed' in presumed
    assert "it does not state them" in presumed
    for at, passage in enumerate(of):
        text = str(page(page_path(passage.iri)).body)
        assert ('rel="prev"' in text, 'rel="next"' in text) == (at > 0, at + 1 < len(of))


def test_words_of_passages_are_shown_only_where_documents_are_at_hand(tmp_path: Path) -> None:
    assert "<blockquote" not in str(page("/page/source/scwg-18-report").body)
    with_words = Site(site().graph, Settings(documents=tmp_path))
    with_words.__dict__["words"] = {"source:scwg-18-report/p4": "Words <of> the passage"}
    from spacepact.server.routing import answer

    for path in ("/page/source/scwg-18-report", "/page/source/scwg-18-report/p4"):
        assert "Words &lt;of&gt; the passage" in str(answer(with_words, path).body)
    for path in ("/data/source/scwg-18-report/p4.trig", "/api/entities/scwg-18"):
        assert "Words" not in str(answer(with_words, path).body)


@pytest.mark.parametrize("slug", sorted(iri.removeprefix(TOPIC) for iri in vocabulary().schemes[TOPIC.rstrip("/")]))
def test_a_topic_shows_every_engagement_on_it_and_below_it(slug: str) -> None:
    rows = (
        site()
        .graph.query(
            f"""SELECT DISTINCT ?it {{ VALUES ?topic {{ topic:{slug} }} ?it pact:topic/skos:broader* ?topic }}"""
        )
        .records()
    )
    text = str(page(f"/page/topic/{slug}").body)
    tables = "".join(re.findall(r"<table.*?</table>", text, re.DOTALL))
    shown = re.findall(r'<tr>\s*<td><a href="([^"]+)"', tables)
    assert sorted(shown) == sorted("/page/" + str(row["it"]).removeprefix("id:") for row in rows)
    assert f"{len(rows)} engagement" in text
    tree = str(page("/topics").body)
    assert f"{len(rows)} engagement" in tree.partition(f'href="/page/topic/{slug}"')[2].partition("·")[0]


def test_every_code_has_a_page_with_its_meaning() -> None:
    for scheme, codes in vocabulary().schemes.items():
        if scheme.startswith(CODE):
            listed = str(page(page_path(scheme)).body)
            for code in codes:
                assert f'href="{page_path(code)}"' in listed
                text = unescape(str(page(page_path(code)).body))
                assert vocabulary().texts[code]["definition"] in text


def test_every_term_of_the_ontology_is_on_its_page() -> None:
    found = Page("/page/ns")
    text = unescape(found.text)
    declared = set(vocabulary().superclasses) | set(vocabulary().properties)
    ours = {iri.removeprefix(NS) for iri in declared if iri.startswith(NS)}
    assert ours == {term.name for term in terms() if ":" not in term.name}
    assert ours <= found.anchors
    for term in terms():
        section = text.partition(f'id="{term.anchor}"')[2].partition("</section>")[0]
        assert term.definition in section
        assert not term.example or term.example in section
        for end in (term.domain, term.range):
            assert not end or curie(end).removeprefix("pact:") in section
    a = NamedNode(PREFIXES["rdf"] + "type")
    store = site().graph.store
    for name in ("Mission", "Organization"):  # a class counts what the classes below it have
        below = [NamedNode(iri) for iri in vocabulary().subclasses(NS + name)]
        things = {q.subject for kind in below for q in store.quads_for_pattern(None, a, kind, DefaultGraph())}
        assert f"{len(things)} things" in text.partition(f'id="{name}"')[2].partition("</h3>")[0]


def test_the_shapes_stand_with_the_terms_in_words() -> None:
    section = unescape(Page("/page/ns").text).partition('id="Commitment"')[2].partition("</section>")[0]
    assert "is a commitment of nobody; write committedBy" in section


@pytest.mark.parametrize(
    "path",
    ["/page/source/x", "/page/source/scwg-18-report/p999", "/page/source/<b>x</b>", "/page/topic/x", "/page/code/x/y",
     "/page/code/" + "x" * 2000, "/page/source/%00", "/page/mapping/x/y", "/page/ns/9.9.9", "/page/topic/a{b}"],
)  # fmt: skip
def test_what_does_not_exist_is_not_found(path: str) -> None:
    response = page(path)
    assert response.status == 404
    assert "<b>x" not in str(response.body)
