"""Citations of entities and dossiers: what, who, when and where it stands, as text and for programs that keep them."""

from __future__ import annotations

import html
import re

import pytest

from service import page, site
from spacepact.iris import ENTITY, expand, source_url
from spacepact.queries.citing import Citing
from spacepact.queries.describing import describe
from spacepact.queries.evidence import Proof, read_proofs
from spacepact.queries.names import labels


def cited(url: str) -> str:
    """Return the citation that stands on a page."""
    found = re.search(r'<pre id="citation"[^>]*>(.*?)</pre>', str(page(url).body), re.S)
    assert found
    return html.unescape(found[1])


def entries(url: str) -> list[dict[str, list[str]]]:
    """Return the entries of a RIS file: the values of each of their fields."""
    found = page(url)
    assert found.status == 200
    assert found.media_type.startswith("application/x-research-info-systems")
    assert found.headers["Content-Disposition"].endswith('.ris"')
    read: list[dict[str, list[str]]] = []
    for line in str(found.body).removesuffix("\r\n").split("\r\n"):
        field = re.fullmatch(r"([A-Z][A-Z0-9])  - (.*)", line)
        assert field, line
        if field[1] == "TY":
            read.append({})
        read[-1].setdefault(field[1], []).append(field[2])
    assert all(next(iter(entry)) == "TY" and list(entry)[-1] == "ER" for entry in read)
    return read


@pytest.mark.parametrize("slug", ["wh-2022-kps-support", "csd-4", "artemis-accords", "lunar-pressurized-rover", "kasa"])
def test_an_entity_is_cited_with_what_it_is_and_where_it_stands(slug: str) -> None:
    text = cited(f"/page/{slug}")
    name = labels(site().graph.engine, [ENTITY + slug])[ENTITY + slug]
    assert re.match(rf"[A-Z][a-z ,]+: {re.escape(name)}\n", text)
    assert f"Identifier: {ENTITY}{slug}" in text
    assert f"/page/{slug}" in text
    assert site().graph.version in text
    own = [fact for fact in describe(site().graph, ENTITY + slug).statements if not fact.property.startswith("←")]
    told = {passage for fact in own for passage in fact.passages}
    proofs = read_proofs(site().graph.engine, {expand(each) or each for each in told})
    assert proofs
    for proof in proofs.values():
        line = next(line for line in text.splitlines() if f". {proof.title}. {proof.publisher}" in line)
        assert proof.paragraph is None or re.search(rf"paragraphs? .*\b{proof.paragraph}\b", line)
        assert proof.issued in line
        assert (f"<{proof.url}>" in line) == bool(source_url(proof.url))
    first, *documents = entries(f"/page/{slug}.ris")
    assert first["TI"] == [text.partition("\n")[0]]
    assert {entry["TI"][0] for entry in documents} >= {proof.title for proof in proofs.values()}


def test_a_promise_is_cited_with_its_parties_strength_and_date() -> None:
    text = cited("/page/wh-2022-kps-support")
    for line in ("Committed by: Republic of Korea; United States of America", "Strength: agreed", "When: 2022-05-21"):
        assert line in text.splitlines()
    assert ", paragraph 15. <https://" in text
    assert ", paragraph 2 (inferred). <https://" in text
    body = str(page("/page/wh-2022-kps-support").body)
    assert 'data-copy-from="#citation"' in body
    assert 'href="/page/wh-2022-kps-support.ris"' in body


def test_a_dossier_is_cited_with_its_paragraphs_and_goes_to_programs_too() -> None:
    url = "/between/nasa/kasa?from=2024&topic=exploration"
    text = cited(url)
    assert re.search(r"\n  1\. .*, paragraphs? \d", text)
    link = next(
        path
        for path in re.findall(
            r'href="([^"]*)"', str(page(url.replace("from=2024&topic=exploration", "topic=exploration&from=2024")).body)
        )
        if ".ris" in path
    )
    first, *documents = entries(html.unescape(link))
    assert first["TI"] == [text.partition("\n")[0]]
    assert "topic=exploration" in first["UR"][0]
    assert len(documents) == len(re.findall(r"(?m)^  \d+\. ", text)) > 0


def test_as_of_a_day_the_citation_is_of_that_day() -> None:
    text = cited("/page/wh-2022-kps-support?as_of=2023-01-01")
    assert "the record as of 2023-01-01" in text
    assert "/page/wh-2022-kps-support?as_of=2023-01-01" in text
    assert "2023-03-20" not in text
    assert entries("/page/wh-2022-kps-support.ris?as_of=2023-01-01")[0]["DA"] == ["2023/01/01/"]


def test_unknown_and_hostile_names_break_no_file() -> None:
    assert page("/page/no-such-thing.ris").status == 404
    proof = Proof("p", 1, "stated", (), "d", "A\r\nER  - \r\nTY  - BOOK", "P", "2022?", "javascript:alert(1)", "press")
    read = Citing("x\nTY  - BOOK", (), "http://x", (proof,), "1", "2026-01-01").ris
    assert re.findall(r"(?m)^TY  - (\w+)", read) == ["DATA", "ELEC"]
    assert "javascript" not in read
    assert "PY  - 2022" not in read
