"""Reads a document, be it text, HTML or PDF, and what it says of itself: title, publisher, date, address, language.

The offsets of a draft count in the text that is read here. Of HTML and PDF keep that text (`spacepact draft --text`):
`spacepact verify` looks for passages in copies that are plain text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path

from spacepact.drafting.dates import only_date
from spacepact.errors import DocumentError
from spacepact.text import normalise, without_header

__all__ = ["Citation", "DocumentText", "language_of", "read_bytes", "read_path"]


@dataclass(frozen=True)
class Citation:
    """What a document says of itself. Empty where it does not say; nothing here is guessed."""

    title: str = ""
    publisher: str = ""
    creator: str = ""
    issued: str = ""
    url: str = ""
    language: str = ""

    def over(self, other: Citation) -> Citation:
        """Return this citation, with what it leaves empty taken from *other*."""
        return replace(other, **{name: value for name, value in vars(self).items() if value})


@dataclass(frozen=True)
class DocumentText:
    """A document that was read: its name for messages, its text with paragraphs apart, and its citation."""

    name: str
    text: str
    citation: Citation = field(default_factory=Citation)


_HEADER = {"title": "title", "publisher": "publisher", "author": "creator", "url": "url", "lang": "language"}


def read_path(path: Path, *, encoding: str = "utf-8") -> DocumentText:
    """Return the document in the file *path*: PDF, HTML, or text in *encoding*.

    Raises DocumentError for a file that cannot be read or holds no text, MissingExtra for PDF without its library.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DocumentError(f"{path}: cannot be read: {error.strerror}") from None
    return read_bytes(content, str(path), encoding=encoding)


_HTML = re.compile(
    rb"(?is)(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*"
    rb"<(!doctype\s+html|html|head|body|main|article|section|div|span|table|h[1-6]|p)\b[^<]*>"
)
"""How HTML begins, a whole page or a part of one."""


def read_bytes(content: bytes, name: str, *, encoding: str = "utf-8") -> DocumentText:
    """Return the document whose *content* is PDF, HTML or text, called *name* in messages.

    Which of the three it is shows in its first bytes, so that standard input needs no name.

    >>> read_bytes(b"<html lang='en'><title>A</title><p>One.<p>Two.", "x").text
    'One.\\n\\nTwo.'
    """
    if content.startswith(b"%PDF-"):
        from spacepact.drafting.pdf import pdf_text

        found = DocumentText(name, pdf_text(content, name))
    elif _HTML.match(content):
        found = _html(_decoded(content, name, _charset(content) or encoding), name)
    else:
        found = _plain(_decoded(content, name, encoding), name)
    if not normalise(found.text):
        raise DocumentError(f"{name}: holds no text; of a scan, first make text with a program that reads pictures")
    citation = found.citation
    return replace(found, citation=replace(citation, language=citation.language or language_of(found.text)))


def language_of(text: str) -> str:
    """Return the language that the script of *text* tells, ``ko``, ``ja``, or an empty string.

    Nothing more: Latin letters are shared by too many languages for a guess to go into a citation.

    >>> language_of("한미 우주정책 공동연구"), language_of("joint study")
    ('ko', '')
    """
    letters = [c for c in text if c.isalpha()]
    if not letters:
        return ""
    hangul = sum("가" <= c <= "힣" for c in letters)
    kana = sum("ぁ" <= c <= "ヿ" for c in letters)
    return "ko" if hangul * 4 > len(letters) else "ja" if kana * 5 > len(letters) else ""


def _decoded(content: bytes, name: str, encoding: str) -> str:
    try:
        text = content.decode("utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding)
    except LookupError:
        raise DocumentError(f"--encoding: there is no encoding '{encoding}'; write utf-8, euc-kr or cp1252") from None
    except UnicodeDecodeError as error:
        raise DocumentError(
            f"{name}: not {encoding} text (byte {error.start}); name its encoding, such as --encoding euc-kr"
        ) from None
    if "\0" in text:
        raise DocumentError(f"{name}: holds zero bytes, so it is no text; is it another kind of file?")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _plain(text: str, name: str) -> DocumentText:
    body = without_header(text)
    stated: dict[str, str] = {}
    if body is not text:
        for line in text[: len(text) - len(body)].splitlines():
            key, colon, value = line.partition(":")
            if colon and value.strip() and not value.strip().startswith("not stated"):
                stated[key.strip()] = normalise(value)
    known = {ours: stated[theirs] for theirs, ours in _HEADER.items() if theirs in stated}
    if not known.get("url", "http").startswith("http") or " " in known.get("url", ""):
        del known["url"]
    return DocumentText(name, body, Citation(**known, issued=only_date(stated.get("date", ""))))


# --- HTML

_BLOCKS = re.compile(
    r"address|article|aside|blockquote|body|br|caption|dd|details|div|dl|dt|fieldset|figcaption|"
    r"figure|footer|form|h1|h2|h3|h4|h5|h6|header|hr|html|legend|li|main|nav|ol|option|p|"
    r"pre|section|select|summary|table|tbody|td|tfoot|th|thead|tr|ul"
)
_SILENT = re.compile(r"script|style|noscript|template|svg|iframe|nav|footer|aside|form|button|select|head")
_META = {
    "og:title": "title",
    "dc.title": "title",
    "og:site_name": "publisher",
    "dc.publisher": "publisher",
    "author": "creator",
    "dc.creator": "creator",
    "article:published_time": "issued",
    "dc.date": "issued",
    "dc.date.issued": "issued",
    "date": "issued",
    "datepublished": "issued",
    "og:url": "url",
}


def _charset(content: bytes) -> str:
    found = re.search(rb"(?i)<meta[^>]+charset\s*=\s*[\"']?([\w-]+)", content[:4096])
    return found[1].decode("ascii") if found else ""


def _html(text: str, name: str) -> DocumentText:
    page = _Page()
    page.feed(text)
    page.close()
    return DocumentText(name, "\n\n".join(page.body()), page.citation())


class _Page(HTMLParser):
    """Collects the paragraphs of a page, each with the elements around it, and what its head says."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[str] = []
        self._words: list[str] = []
        self._paragraphs: list[tuple[str, frozenset[str]]] = []
        self._stated: dict[str, str] = {}
        self._title: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in an element; those without an end tag of their own are not kept open."""
        values = {key: value or "" for key, value in attrs}
        if _BLOCKS.fullmatch(tag):
            self._flush()
        if tag == "html" and (language := values.get("lang", "").strip()):
            self._stated.setdefault("language", language)
        elif tag == "link" and values.get("rel") == "canonical":
            self._stated.setdefault("url", values.get("href", ""))
        elif tag == "meta":
            key = (values.get("property") or values.get("name") or values.get("itemprop") or "").lower()
            if key in _META and values.get("content"):
                self._stated.setdefault(_META[key], normalise(values["content"]))
        elif tag not in ("br", "hr", "img", "input", "link", "wbr", "source", "col", "area", "base", "embed"):
            if tag == "body":  # a page may leave out </head>
                self._open = [t for t in self._open if not _SILENT.fullmatch(t)]
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the element and those in it that were left open, such as paragraphs."""
        if _BLOCKS.fullmatch(tag):
            self._flush()
        if tag in self._open:
            del self._open[len(self._open) - 1 - self._open[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        """Keep the words, those of the title apart."""
        if self._open[-1:] == ["title"] and "svg" not in self._open:
            self._title.append(data)
        elif not any(map(_SILENT.fullmatch, self._open)):
            self._words.append(data)

    def close(self) -> None:
        """Keep the last paragraph, also where the page breaks off."""
        super().close()
        self._flush()

    def _flush(self) -> None:
        if words := normalise("".join(self._words)):
            self._paragraphs.append((words, frozenset(self._open)))
        self._words.clear()

    def body(self) -> list[str]:
        """Return the paragraphs of the article, of the main part where there is no article, or else of the page."""
        for part in ("article", "main"):
            if inside := [words for words, around in self._paragraphs if part in around]:
                return inside
        return [words for words, _ in self._paragraphs]

    def citation(self) -> Citation:
        """Return what the head of the page says."""
        stated = dict(self._stated)
        stated["issued"] = only_date(stated.get("issued", ""))
        if not re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", stated.get("url", "")):
            stated.pop("url", None)
        if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", stated.get("language", "")):
            stated.pop("language", None)
        stated.setdefault("title", normalise("".join(self._title)))
        return Citation(**stated)
