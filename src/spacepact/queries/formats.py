"""Writes results: as a table that fits the terminal, as CSV, TSV, JSON, Markdown or HTML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from spacepact.queries.evidence import Proof
from spacepact.queries.result import Cell, Result, flat, python_value, terms

__all__ = [
    "FORMATS",
    "citation_lines",
    "csv_text",
    "evidence_rows",
    "html",
    "plural",
    "proof_data",
    "rows_as",
    "table",
    "text_table",
    "write",
]

FORMATS = ("table", "csv", "tsv", "json", "markdown")


def write(
    result: Result,
    format: str,
    *,
    width: int = 100,
    cite: bool = False,
    evidence: bool = False,
    ids: bool = False,
    words: Mapping[str, str] | None = None,
) -> str:
    """Return *result* in *format*, one of FORMATS.

    With *cite*, table, Markdown and JSON carry the citation, and with *evidence* the passages behind the rows. CSV and
    TSV stay one table: with *evidence* that of the passages, and never a citation (see ``citation_lines``). With *ids*
    names in tables are followed by CURIEs. *words* are the words of passages by their CURIEs, to show beside them.
    """
    if format == "json":
        return _json(result, cite, evidence, words)
    columns, rows = evidence_rows(result.evidence(), words) if evidence else ([], [])
    if format in ("csv", "tsv"):
        if evidence:
            return _separated(columns, rows, _SEPARATORS[format])
        labelled, cells = result.with_labels()
        return _separated(labelled, cells, _SEPARATORS[format])
    if format == "markdown":
        parts = [_markdown(result.columns, _texts(result, ids))]
        parts += [_markdown(columns, rows)] if evidence else []
        parts += ["  \n".join(citation_lines(result))] if cite else []
    else:
        parts = [table(result, width, ids=ids)]
        parts += [text_table(columns, rows, width) if rows else _UNPROVED] if evidence else []
        parts += ["\n".join(citation_lines(result))] if cite else []
    return "\n\n".join(parts)


_UNPROVED = "No passage: these rows follow from the register alone."


def _texts(result: Result, ids: bool) -> list[list[str]]:
    return [[result.text(cell, ids=ids) for cell in row] for row in result.rows]


def evidence_rows(proofs: Iterable[Proof], words: Mapping[str, str] | None = None) -> tuple[list[str], list[list[str]]]:
    """Return columns and rows for *proofs*, with the *words* of the passages where they are given by their CURIEs."""
    columns = ["what", "passage", "document", "publisher", "issued", "rank", "certainty", "address"]
    rows = [[p.entity, p.passage, p.title, p.publisher, p.issued, p.rank, p.certainty, p.url] for p in proofs]
    if words is not None:
        columns.append("words")
        rows = [[*row, words.get(row[1], "(no copy)")] for row in rows]
    return columns, rows


def table(result: Result, width: int = 100, *, ids: bool = False) -> str:
    """Return *result* as a table at most *width* characters wide; columns in which nothing stands are left out."""
    if not result.rows:
        return "No rows. Absence from the record is no evidence of absence."
    filled = [i for i in range(len(result.columns)) if any(terms(row[i]) for row in result.rows)]
    if not filled:
        return f"{len(result.rows)} row{'s' if len(result.rows) > 1 else ''} in which nothing stands."
    rows = [[row[i] for i in filled] for row in _texts(result, ids)]
    return text_table([result.columns[i] for i in filled], rows, width)


def text_table(columns: Sequence[str], rows: Iterable[Sequence[str]], width: int) -> str:
    """Return *rows* under *columns* as a table at most *width* characters wide, long texts wrapped."""
    from prettytable import PrettyTable, TableStyle

    cells = [[_one_line(cell) for cell in row] for row in rows]
    widths = _widths([list(columns), *cells], width)
    shown = PrettyTable(_headings(columns, widths))
    shown.set_style(TableStyle.SINGLE_BORDER)
    shown.align = "l"
    shown.valign = "t"
    shown.max_width = dict(zip(shown.field_names, widths, strict=True))
    shown.add_rows(cells)
    return str(shown.get_string())


def _headings(columns: Sequence[str], widths: Sequence[int]) -> list[str]:
    """Return the names of columns, cut to their widths: a heading, unlike a cell, is never wrapped."""
    cut = [name if len(name) <= w else name[: w - 1] + "…" for name, w in zip(columns, widths, strict=True)]
    return [name if cut.count(name) == 1 else f"{name[:2]}{at}" for at, name in enumerate(cut)]


def _widths(rows: list[list[str]], width: int) -> list[int]:
    """Return the width of each column so that the whole fits: only the widest give way, and words stay whole."""
    from wcwidth import wcswidth

    natural = [max(wcswidth(cell) for cell in column) for column in zip(*rows, strict=True)]
    words = [
        max((wcswidth(w) for cell in column for w in cell.split()), default=1) for column in zip(*rows, strict=True)
    ]
    least = [min(n, max(w, 4), 24) for n, w in zip(natural, words, strict=True)]
    left = width - 3 * len(natural) - 1
    widths = list(natural)
    for floor in (least, [4] * len(least)):  # only where whole words do not fit are they broken
        while sum(widths) > left:
            widest = max(range(len(widths)), key=lambda i: (widths[i] > floor[i], widths[i]))
            if widths[widest] <= floor[widest]:
                break
            widths[widest] -= 1
    return widths


def _one_line(text: str) -> str:
    # Control characters of a label could move the cursor of the terminal it is printed on.
    return "".join(c if c.isprintable() else " " for c in text)


def rows_as(format: str, columns: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> str:
    """Return texts in *format*: table, csv, tsv or markdown."""
    if format == "markdown":
        return _markdown(columns, rows)
    return text_table(columns, rows, width) if format == "table" else _separated(columns, rows, _SEPARATORS[format])


_SEPARATORS = {"csv": ",", "tsv": "\t"}


def _separated(columns: Sequence[str], rows: Iterable[Sequence[Cell | str]], separator: str) -> str:
    return csv_text(columns, ([flat(cell) for cell in row] for row in rows), separator).rstrip("\n")


def csv_text(columns: Iterable[object], rows: Iterable[Iterable[object]], separator: str = ",") -> str:
    r"""Return *columns* and *rows* as CSV; None is an empty cell.

    Lines end with a line feed alone. RFC 4180 has a carriage return before it, which programs that read lines would
    take for a part of the last cell; every reader of CSV takes both.

    >>> csv_text(["name", "of"], [["ISRO, Bengaluru", None]])
    'name,of\n"ISRO, Bengaluru",\n'
    """
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue()


def proof_data(proof: Proof) -> dict[str, object]:
    """Return the proof of an answer as plain data for JSON."""
    names = "entity passage paragraph certainty document title publisher issued rank url"
    return {name: getattr(proof, name) for name in names.split()}


def _json(result: Result, cite: bool, evidence: bool, words: Mapping[str, str] | None) -> str:
    import json

    columns, rows = result.with_labels()
    records = [
        dict(zip(columns, [cell if isinstance(cell, str) else python_value(cell) for cell in row], strict=True))
        for row in rows
    ]
    document: dict[str, object] = {"columns": columns, "rows": records}
    if cite:
        document["citation"] = {**result.citation._asdict(), "parameters": dict(result.citation.parameters)}
        document["sources"] = [proof_data(proof) for proof in result.sources()]
    if cite or evidence:
        document["evidence"] = [
            {**proof_data(proof), **({"words": words.get(proof.passage)} if words is not None else {})}
            for proof in result.evidence()
        ]
    return json.dumps(document, ensure_ascii=False, indent=2)


def _markdown(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    def cell(text: str) -> str:
        return _one_line(text).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")

    lines = ["| " + " | ".join(columns) + " |", "|" + " --- |" * len(columns)]
    return "\n".join([*lines, *("| " + " | ".join(map(cell, row)) + " |" for row in rows)])


def html(result: Result) -> str:
    """Return *result* as an HTML table, every text escaped."""
    from html import escape

    head = "".join(f"<th>{escape(c)}</th>" for c in result.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(result.text(term))}</td>" for term in row) + "</tr>" for row in result.rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def citation_lines(result: Result) -> list[str]:
    """Return what makes *result* citable: the question, its parameters, the version of the data, the sources."""
    given = result.citation
    asked = ", ".join(f"{name}={value}" for name, value in given.parameters.items())
    lines = [
        f"Question: {given.title}" + (f" ({given.question})" if given.question else ""),
        *([f"Parameters: {asked}"] if asked else []),
        f"Data: Spacepact {given.version}, the record as of {given.as_of}",
        "Sources:",
    ]
    for number, proof in enumerate(result.sources(), 1):
        link = f" <{proof.url}>" if proof.url else ""
        lines.append(f"  {number}. {proof.title}. {proof.publisher}, {proof.issued or 'no date'}.{link}")
    return lines if result.sources() else [*lines[:-1], "Sources: none"]


def plural(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun.

    >>> plural(1, "tie"), plural(1200, "tie"), plural(2, "body", "bodies")
    ('1 tie', '1,200 ties', '2 bodies')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"
