"""The record as files: whole, described by size and hash, the same again, and with what it takes to use them."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, parse

from service import page, site, until
from spacepact.graph.dereferencing import SYNTAXES
from spacepact.iris import BASE, NS
from spacepact.queries.downloads import FILES, made
from spacepact.queries.knowledge import open_graph
from spacepact.queries.tables import TABLES
from spacepact.server.publishing import files_written
from spacepact.server.site import PageResponse


@pytest.fixture(scope="module", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[PageResponse, PageResponse]]:
    """Have the files of these tests written anew, in a folder of their own, by the process that a service has for it.

    Gives the page, and what is sent, before they are there.
    """
    site()  # opened before the folder is another one
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPACEPACT_CACHE", str(tmp_path_factory.mktemp("cache")))
        early = page("/data"), page("/data/download/spacepact.ttl.gz")
        assert not any(made(site().graph, name) for name in FILES)
        with files_written():
            until(lambda: all(made(site().graph, name) for name in FILES), 300)  # it gives way to whatever else runs
        yield early


def content(name: str) -> bytes:
    response = page(f"/data/download/{name}")
    assert response.status == 200
    assert response.file is not None
    assert name in response.headers["Content-Disposition"]
    return response.file.read_bytes()


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_as_its_hash_tells_and_a_packed_one_is_the_plain_one(name: str) -> None:
    found = made(site().graph, name)
    assert found is not None
    assert hashlib.sha256(content(name)).hexdigest() == found.sha256
    if name.endswith(".gz"):
        assert gzip.decompress(content(name)) == content(name.removesuffix(".gz"))


def test_files_hold_the_whole_record() -> None:
    store = set(site().graph.store)
    plain = {q for q in store if "BlankNode" not in repr(q)}
    for name, format in (("spacepact.nq.gz", RdfFormat.N_QUADS), ("spacepact.trig", RdfFormat.TRIG)):
        body = content(name)
        found = set(parse(gzip.decompress(body) if name.endswith(".gz") else body, format=format))
        assert {q for q in found if "BlankNode" not in repr(q)} == plain
        assert len(found) == len(store)


def test_a_file_is_written_once() -> None:
    first = page("/data/download/spacepact.nq").file
    assert isinstance(first, Path)
    before = first.stat().st_mtime_ns
    assert page("/data/download/spacepact.nq").file == first
    assert first.stat().st_mtime_ns == before
    assert not list(first.parent.glob(".*"))


def test_what_is_asked_for_before_it_is_written_is_the_same(own_cache: tuple[PageResponse, PageResponse]) -> None:
    shown, sent = own_cache
    assert shown.headers["Cache-Control"] == "no-store"
    assert "is being written" in str(shown.body)
    assert sent.body == content("spacepact.ttl.gz")
    assert "Cache-Control" not in page("/data").headers
    assert "is being written" not in str(page("/data").body)


def test_the_tables_have_a_row_for_each_thing() -> None:
    with zipfile.ZipFile(io.BytesIO(content("spacepact-csv.zip"))) as bundle:
        assert set(bundle.namelist()) == {"README.txt", *(f"{name}.csv" for name in TABLES)}
        rows = {n: list(csv.DictReader(io.StringIO(bundle.read(f"{n}.csv").decode()))) for n in TABLES}
        assert site().graph.version in bundle.read("README.txt").decode()
    for name, key, kind in (("actors", "actor", "Actor"), ("engagements", "engagement", "Engagement")):
        wanted = (
            site()
            .graph.query(f"SELECT DISTINCT ?it {{ ?class rdfs:subClassOf* <{NS}{kind}> . ?it a ?class }}")
            .records()
        )
        assert sorted(row[key] for row in rows[name]) == sorted(str(row["it"]) for row in wanted)
    assert {row["document"] for row in rows["evidence"]} <= {row["document"] for row in rows["documents"]}


def test_the_page_shows_sizes_and_hashes_of_what_is_sent() -> None:
    text = unescape(str(page("/data").body))
    for name in FILES:
        assert hashlib.sha256(content(name)).hexdigest() in text
    assert site().graph.version in text
    assert page("/data/download/nothing.nq").status == 404


def test_examples_on_the_page_are_answered() -> None:
    text = unescape(str(page("/data").body))
    url = site().settings.public_url
    asked = [
        re.sub(rf".*?{re.escape(url)}", "", line).strip('"')
        for line in text.splitlines()
        if line.startswith("curl") or ">curl" in line
    ]
    paths = [re.sub("<.*", "", path) for path in asked if path.startswith(("/id/", "/data/", "/api/"))]
    assert len(paths) >= 6
    for path in paths:
        assert page(path, "text/turtle").status in (200, 303), path


def test_the_record_as_of_a_day_is_that_of_the_command_line() -> None:
    told = page("/data/as-of?date=2021")
    assert (told.status, told.headers["Location"]) == (303, "/data/download/as-of/2021-12-31.nq.gz")
    body = page(told.headers["Location"]).body
    assert isinstance(body, bytes)
    found = {quad for quad in parse(gzip.decompress(body), format=RdfFormat.N_QUADS) if "BlankNode" not in repr(quad)}
    assert found == {quad for quad in open_graph(as_of="2021").store if "BlankNode" not in repr(quad)}
    assert page("/data/download/as-of/soon.nq.gz").status == 400
    assert page("/data/as-of?date=soon").status == 400


@pytest.mark.parametrize(
    ("accept", "to"),
    [
        ("application/ld+json", "/data/catalog.jsonld"),
        ("text/turtle", "/data/catalog.ttl"),
        ("application/n-triples, text/html;q=0.5", "/data/catalog.nt"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "/data"),
        ("*/*", "/data/catalog.ttl"),
    ],
)
def test_the_iri_of_the_catalogue_leads_to_what_the_client_prefers(accept: str, to: str) -> None:
    response = page("/data/catalog", accept)
    assert (response.status, response.headers["Location"], response.headers["Vary"]) == (303, to, "Accept")
    assert page(to, accept).status == 200


@pytest.mark.parametrize("suffix", list(SYNTAXES))
def test_the_catalogue_has_every_file_and_service(suffix: str) -> None:
    body = page(f"/data/catalog.{suffix}").body
    assert isinstance(body, bytes)
    quads = list(parse(body, format=SYNTAXES[suffix].format))
    urls = {
        q.object.value
        for q in quads
        if q.predicate.value.endswith(("#downloadURL", "#endpointURL")) and isinstance(q.object, NamedNode)
    }
    base = site().settings.public_url
    assert urls == {f"{base}/data/download/{name}" for name in FILES} | {f"{base}/sparql", f"{base}/api"}
    assert {q.graph_name for q in quads} == {DefaultGraph()}
    assert any(q.subject == NamedNode(BASE) and q.predicate.value.endswith("#version") for q in quads)
