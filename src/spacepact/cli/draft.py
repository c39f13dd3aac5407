"""Draft a source file from a document: its passages, the names and dates in them, and records to be confirmed.

The file says nothing yet: each record has the mark draft: true, and nothing compiles until a person has read it
against the document and taken the marks away. FILE is text, HTML or PDF; - is standard input.

examples:
  spacepact draft copies/statement.txt --output graph/sources/2027-05-01-csd-5.yaml
  spacepact draft page.html --publisher "Atlantis Daily" --text copies/page.txt
  spacepact draft release.pdf --llm http://localhost:11434/v1 --model NAME
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import threading
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from spacepact.cli._common import progress
from spacepact.errors import SpacepactError

if TYPE_CHECKING:
    from spacepact.drafting.documents import DocumentText
    from spacepact.drafting.drafts import Drafter
    from spacepact.drafting.names import Names
    from spacepact.graph.checking import FactFile

__all__ = ["arguments", "run"]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("file", metavar="FILE", help="the document: text, HTML or PDF; - for standard input")
    parser.add_argument("--slug", default="", help="the name of the document in the record (default: that of the file)")
    for name in ("title", "publisher", "creator", "issued", "url", "language"):
        parser.add_argument(
            f"--{name}", default="", help=f"the {name} for the citation, in place of what the text says"
        )
    parser.add_argument("--encoding", default="utf-8", help="the encoding of text (default: utf-8)")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the draft there (default: standard output)")
    parser.add_argument(
        "--text", type=Path, metavar="FILE", help="write the text as it was read there, for 'spacepact verify'"
    )
    parser.add_argument("--force", action="store_true", help="write over files that are there")
    parser.add_argument(
        "--llm", metavar="URL", default="", help="send the text to the OpenAI-compatible endpoint there, with --model"
    )
    parser.add_argument(
        "--model", default="", help="the model to ask; its key is in the environment's SPACEPACT_LLM_KEY"
    )
    parser.add_argument("--timeout", type=float, default=300.0, help="seconds to wait for the model (default: 300)")


def run(options: argparse.Namespace) -> int:
    """Read the document, draft, and write."""
    from spacepact.drafting.file import written
    from spacepact.drafting.names import Names
    from spacepact.folders import folder
    from spacepact.graph.compiling import fact_files

    _may_write(options)
    late = threading.Timer(1.0, progress, ["drafting"])
    late.daemon = True
    late.start()
    try:
        document = _document(options)
        files = fact_files(folder("graph"))
        names = Names.of(files)
        draft = _drafter(options, names).draft(document, options.slug or _slug(options.file))
        text = written(draft, names)
    finally:
        late.cancel()
    for note in [*_known(document, files), *draft.notes]:
        print(f"spacepact: {note}", file=sys.stderr)
    if options.text:
        _write(options.text, _as_read(document))
    if options.output:
        _write(options.output, text)
        print(options.output)
    else:
        print(text, end="")
    return 0


def _may_write(options: argparse.Namespace) -> None:
    for name in ("output", "text"):
        path = getattr(options, name)
        if path and path.exists() and not options.force:
            raise SpacepactError(f"--{name}: {path} is there already; name another file, or add --force")
    if options.output and options.output == options.text:
        raise SpacepactError("--output and --text name the same file; the draft and the text are two")


def _document(options: argparse.Namespace) -> DocumentText:
    from dataclasses import replace

    from spacepact.dates import bounds
    from spacepact.drafting.documents import Citation, read_bytes, read_path

    if options.file == "-":
        document = read_bytes(sys.stdin.buffer.read(), "standard input", encoding=options.encoding)
    else:
        document = read_path(Path(options.file), encoding=options.encoding)
    if options.issued:
        bounds(options.issued)  # raises DateError, which says how a date is written
    given = Citation(**{field.name: getattr(options, field.name).strip() for field in fields(Citation)})
    return replace(document, citation=given.over(document.citation))


def _known(document: DocumentText, files: list[FactFile]) -> list[str]:
    """Return a note that names the source that the record has of this very text, if it has one."""
    from spacepact.text import normalise, sha256

    digest = sha256(normalise(document.text))
    return [f"this text is in the record already: graph/{f.name}" for f in files if f.content.text("sha256") == digest]


def _drafter(options: argparse.Namespace, names: Names) -> Drafter:
    if not options.llm and not options.model:
        from spacepact.drafting.rules import RuleDrafter

        return RuleDrafter(names)
    if not options.llm or not options.model:
        raise SpacepactError("--llm and --model go together: --llm http://localhost:11434/v1 --model NAME")
    from spacepact.drafting.model import ModelDrafter

    key = os.environ.get("SPACEPACT_LLM_KEY", "")
    return ModelDrafter(names, options.llm, options.model, key=key, timeout=options.timeout)


def _slug(file: str) -> str:
    stem = "document" if file == "-" else Path(file).stem
    return "-".join(re.findall(r"[a-z0-9]+", stem.lower())) or "document"


def _as_read(document: DocumentText) -> str:
    from spacepact.text import paragraphs

    return "\n\n".join(p.text for p in paragraphs(document.text)) + "\n"


def _write(path: Path, text: str) -> None:
    from spacepact.folders import write_aside

    write_aside(path, lambda aside: aside.write_text(text, encoding="utf-8"))
