"""The text of a PDF: lines put together into paragraphs, without page numbers and running heads."""

from __future__ import annotations

import io
import re
import statistics
from collections import Counter

from spacepact.errors import DocumentError, MissingExtra

__all__ = ["joined", "pdf_text"]


def pdf_text(content: bytes, name: str) -> str:
    """Return the text of the PDF *content*, called *name* in messages, with a blank line between paragraphs.

    Raises MissingExtra without pypdf, DocumentError for a file that is broken, locked, or without text.
    """
    try:
        from pypdf import PdfReader
        from pypdf.errors import PyPdfError
    except ImportError:
        raise MissingExtra("draft", "reading PDF") from None
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise DocumentError(f"{name}: locked with a password; save a copy without one")
        pages = [page.extract_text().splitlines() for page in reader.pages]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        # A file that is broken inside comes out of pypdf as any of these.
        raise DocumentError(f"{name}: this PDF cannot be read: {error}") from None
    return joined(pages)


def joined(pages: list[list[str]]) -> str:
    """Return the lines of *pages* as paragraphs, with a blank line between them.

    A paragraph ends at a blank line, or where a line ends a sentence well before the usual width. Numbers of pages
    and lines at the top or foot that at least three pages share are left out.

    >>> joined([["The two agen-", "cies agreed to share", "data.", "A second one", "of two lines."]])
    'The two agencies agreed to share data.\\n\\nA second one of two lines.'
    """
    running = _running(pages)
    lines = [line.strip() for page in pages for line in _inner(page, running)]
    widths = [len(line) for line in lines if line]
    usual = statistics.quantiles(widths, n=4)[2] if len(widths) > 1 else 0
    words = Counter(re.findall(r"\w+", " ".join(lines).lower()))
    found: list[str] = []
    current = ""
    for line in lines:
        if line:
            current = _added(current, line, words)
        if not line or (len(line) < 0.8 * usual and re.search(r"[.!?:;][\"'”’)]?$", line)):
            found.append(current)
            current = ""
    found.append(current)
    return "\n\n".join(filter(None, found))


def _running(pages: list[list[str]]) -> set[str]:
    edges = Counter(_same(line) for page in pages for line in {*page[:2], *page[-2:]})
    return {line for line, times in edges.items() if times >= 3}


def _inner(page: list[str], running: set[str]) -> list[str]:
    at_edge = {*range(2), *range(len(page) - 2, len(page))}
    return [
        line
        for number, line in enumerate(page)
        if not (number in at_edge and (_same(line) in running or re.fullmatch(r"\W*(page)?\W*\d{1,4}\W*", line, re.I)))
    ]


def _same(line: str) -> str:
    """Return *line* without its numbers: the foot of page 3 is that of page 4."""
    return re.sub(r"\d+", "#", line.strip())


def _added(current: str, line: str, words: Counter[str]) -> str:
    """Return *current* with *line* after it; a word broken at the line's end is put together."""
    broken = re.search(r"([a-zà-ÿ]+)-$", current)
    rest = re.match(r"[a-zà-ÿ]+", line)
    if broken and rest:
        # "long-" and "term" keep their hyphen only where the document has such a word in the middle of a line.
        whole, compound = broken[1] + rest[0], f"{broken[1]}-{rest[0]}"
        keep = not words[whole] and words[broken[1]] > 1 and words[rest[0]] > 1 and compound not in words
        return (current if keep else current[:-1]) + line
    return f"{current} {line}".strip() if not current.endswith("-") else current + line
