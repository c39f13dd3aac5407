"""How documents are read before they are drafted: text, HTML, PDF, and what they say of themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from spacepact.drafting.documents import read_bytes, read_path
from spacepact.errors import DocumentError
from spacepact.text import normalise, paragraphs


def test_html_gives_its_text_and_citation() -> None:
    page = b"""<!DOCTYPE html><html lang="en"><head><title>Site: A pact</title>
    <meta property="og:title" content="A pact">
    <meta property="article:published_time" content="2031-03-04T10:00:00Z">
    <meta property="og:site_name" content="Atlantis Daily">
    <link rel="canonical" href="https://example.org/pact"><script>var x = "<p>no</p>"</script></head>
    <body><nav>Home<p>Menu</nav><article><h1>A pact</h1><p>NASA &amp; KASA met<br>in Seoul.<p>They agreed.</article>
    <footer>Contact</footer></body></html>"""
    document = read_bytes(page, "page.html")
    assert document.text == "A pact\n\nNASA & KASA met\n\nin Seoul.\n\nThey agreed."
    assert vars(document.citation) == {
        "title": "A pact",
        "publisher": "Atlantis Daily",
        "creator": "",
        "issued": "2031-03-04",
        "url": "https://example.org/pact",
        "language": "en",
    }


def test_html_in_another_encoding() -> None:
    page = '<html><meta charset="euc-kr"><body><p>우주항공청은 발표했다.'.encode("euc-kr")
    document = read_bytes(page, "page")
    assert (document.text, document.citation.language) == ("우주항공청은 발표했다.", "ko")


def pdf(*pages: str) -> bytes:
    fpdf = pytest.importorskip("fpdf", reason="makes a PDF for the test: pip install fpdf2")
    document = fpdf.FPDF()
    document.set_font("helvetica", size=12)
    for number, text in enumerate(pages, 1):
        document.add_page()
        document.multi_cell(0, 6, f"A running head of the page\n{text}\n{number}")
    return bytes(document.output())


def test_pdf_gives_paragraphs_without_running_heads() -> None:
    one = "NASA and the Korea Aerospace Administration held a meeting in Seoul on the third of March, and they agreed."
    document = read_bytes(pdf(one, "A second page.", "A third page."), "x.pdf")
    assert "A running head" not in document.text
    assert paragraphs(document.text)[-1].text == "A third page."
    assert "held a meeting in Seoul on the third of March" in normalise(document.text)


@pytest.mark.parametrize("content", [b"%PDF-1.7 broken", b"%PDF-", b"", b"   \n", b"<html><body></body></html>"])
def test_a_document_without_text_is_refused(content: bytes) -> None:
    with pytest.raises(DocumentError, match=r"x\.pdf"):
        read_bytes(content, "x.pdf")


def test_text_that_is_not_utf_8_asks_for_its_encoding(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes("한국".encode("euc-kr"))
    with pytest.raises(DocumentError, match="--encoding euc-kr"):
        read_path(path)
    assert read_path(path, encoding="euc-kr").text == "한국"
    with pytest.raises(DocumentError, match="no encoding"):
        read_path(path, encoding="klingon")


def test_a_part_of_a_page_is_html_too() -> None:
    found = read_bytes(b"<div class='x'><p>One met Two.</p><script>var x = 1</script><p>Three.</p></div>", "x")
    assert found.text.split() == ["One", "met", "Two.", "Three."]


def test_text_that_only_mentions_a_tag_is_text() -> None:
    assert "<p>" in read_bytes(b"The tag <p> begins a paragraph.", "x").text


def test_zero_bytes_are_no_text() -> None:
    with pytest.raises(DocumentError, match="x: holds zero bytes"):
        read_bytes(b"\0" * 3000, "x")
