"""All checks of the facts in one go, each finding with its file and line where it has one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from spacepact.graph.checking import Places
from spacepact.graph.compiling import compile_facts
from spacepact.ontology.shapes import Violation

__all__ = ["audit"]


def audit(kinds: Sequence[str], progress: Callable[[str], None], graph: Path | None = None) -> Iterator[str]:
    """Yield the findings of the checks *kinds* (shapes, style, consistency) on the folder *graph*.

    The syntax is always checked, first: raises FactError with every mistake in the files. *progress* is told each
    check. Raises MissingExtra where a check lacks its library.
    """
    progress("syntax: names, values, dates, passages")
    compiled = compile_facts(graph)
    if "shapes" in kinds:
        from spacepact.ontology.shapes import shape_violations

        progress("shapes: what each kind of thing must have")
        yield from _findings("shape", shape_violations(compiled.store), compiled.places)
    if "style" in kinds:
        from spacepact.ontology.style import style_violations

        progress("style: how terms and facts are written")
        yield from _findings("style", style_violations(compiled.store), compiled.places)
    if "consistency" in kinds:
        from spacepact.ontology.consistency import consistency

        progress("consistency: OWL 2, by HermiT")
        found = consistency(compiled.store)
        if found is not None:
            yield f"consistency: {found}"
            yield from _findings("consistency", found.clashes, compiled.places)


def _findings(kind: str, violations: Sequence[Violation], places: Places) -> Iterator[str]:
    for violation in violations:
        yield f"{violation.at(places.of)} [{violation.rule or kind}]"
