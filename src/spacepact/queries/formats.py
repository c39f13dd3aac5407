"""Writes results: as a table that fits the terminal, as CSV, TSV, JSON, Markdown or HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from spacepact.queries.result import Cell, Result, python_value

__all__ = ["FORMATS", "citation_lines", "html", "table", "text_table", "write"]

FORMATS = ("table", "csv", "tsv", "json", "markdown")


def write(result: Result, format: str, *, width: int = 100, cite: bool = False) -> str:
    """Return *result* in *format*, one of FORMATS. With *cite*, table, Markdown and JSON carry the citation.

    CSV and TSV never do, so that they stay one table: ask for ``citation_lines`` and put them elsewhere.
    """
    if format == "table":
        return table(result, width) + ("\n\n" + "\n".join(citation_lines(result)) if cite else "")
    if format == "json":
        return _json(result, cite)
    if format == "markdown":
        return _markdown(result) + ("\n\n" + "  \n".join(citation_lines(result)) if cite else "")
    return _separated(result, "," if format == "csv" else "\t")


def table(result: Result, width: int = 100) -> str:
    """Return *result* as a table at most *width* characters wide; columns in which nothing stands are left out."""
    if not result.rows:
        return "No rows. Absence from the record is no evidence of absence."
    filled = [i for i in range(len(result.columns)) if any(row[i] is not None for row in result.rows)]
    rows = [[result.text(row[i]) for i in filled] for row in result.rows]
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


def _separated(result: Result, separator: str) -> str:
    import csv
    import io

    columns, rows = result.with_labels()
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_flat(cell) for cell in row])
    return out.getvalue().rstrip("\n")


def _flat(cell: Cell | str) -> object:
    value = cell if isinstance(cell, str) else python_value(cell)
    return "; ".join(map(str, value)) if isinstance(value, list) else "" if value is None else value


def _json(result: Result, cite: bool) -> str:
    import json

    columns, rows = result.with_labels()
    records = [
        dict(zip(columns, [cell if isinstance(cell, str) else python_value(cell) for cell in row], strict=True))
        for row in rows
    ]
    document: dict[str, object] = {"columns": columns, "rows": records}
    if cite:
        document["citation"] = {**result.citation._asdict(), "parameters": dict(result.citation.parameters)}
        document["sources"] = [proof._asdict() for proof in result.sources()]
        document["evidence"] = [proof._asdict() for proof in result.evidence()]
    return json.dumps(document, ensure_ascii=False, indent=2)


def _markdown(result: Result) -> str:
    def cell(text: str) -> str:
        return _one_line(text).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")

    lines = ["| " + " | ".join(result.columns) + " |", "|" + " --- |" * len(result.columns)]
    lines += ["| " + " | ".join(cell(result.text(term)) for term in row) + " |" for row in result.rows]
    return "\n".join(lines)


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
