"""How much of what a careful reader finds `spacepact draft` finds: precision, recall and F1 for each kind.

The gold set is in `benchmarks/drafting/gold`; the documents are not in the repository, so it needs a folder of copies.
`dev` is the half that the rules were written with, `held-out` the half that they were not: that is the figure to quote.
Each half is drafted twice: with the record as it is, and, for each document, without its own source and without the
entities that no other source speaks of (`alone`). The second is what a drafter knows before a document is curated.

A row of the gold set is found by at most one candidate, and a candidate finds at most one row. A candidate finds a row
- `name`: where the ranges overlap by at least half of what the two cover, whether it has an id for the name or not;
- `name with id`: likewise, if the record has the entity, and its id is the one given. Where the row says `new:Name`,
the record may have the entity by now: then one of its names must be that name, hold it, or be held in it. Posts and
  meetings are not scored, as the gold set does not mark them;
- `date`: where the ranges overlap and the EDTF is equal; `relative` is equal to no value;
- `meeting-held`, `next-meeting`: where they overlap by half of the shorter one;
- `participant`: likewise, if the actor is the same (conveners are participants here; the role does not count);
- `agreement-signed`: likewise, and if the row has an id, it is the same;
- `commitment`: likewise, if the strength is the same (the obligors do not count);
- `mission-partner`: likewise, if partner and mission are the same.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from measuring import show

from spacepact.drafting.documents import DocumentText, read_path
from spacepact.drafting.drafts import Draft
from spacepact.drafting.found import Candidate
from spacepact.drafting.names import Names, key
from spacepact.drafting.readings import slug_of
from spacepact.drafting.rules import RuleDrafter
from spacepact.folders import folder
from spacepact.graph.checking import FactFile
from spacepact.graph.compiling import fact_files
from spacepact.text import normalise, sha256

HERE = Path(__file__).parent
GOLD = HERE / "drafting" / "gold"
COPIES = HERE.parents[1] / "shared" / "documents"
KINDS = (
    *("name", "name with id", "date", "meeting-held", "participant", "agreement-signed", "commitment", "next-meeting"),
    "mission-partner",
)


@dataclass(frozen=True)
class Row:
    """A row of the gold set, or what a draft says in its form."""

    kind: str
    start: int
    end: int
    value: str
    detail: str = ""


@dataclass
class Score:
    """Counts of one kind: rows of the gold set, candidates, and those that found a row."""

    gold: int = 0
    drafted: int = 0
    right: int = 0

    def add(self, other: Score) -> None:
        self.gold, self.drafted = self.gold + other.gold, self.drafted + other.drafted
        self.right += other.right

    def figures(self) -> tuple[str, str, str]:
        precision = self.right / self.drafted if self.drafted else None
        recall = self.right / self.gold if self.gold else None
        both = precision is not None and recall is not None
        f1 = 2 * self.right / (self.drafted + self.gold) if both else None
        return tuple("-" if figure is None else f"{figure:.2f}" for figure in (precision, recall, f1))  # type: ignore[return-value]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=Path, default=COPIES, help="folder with copies of the documents")
    parser.add_argument("--set", choices=("dev", "held-out", "all"), default="all", help="default: all")
    parser.add_argument("--by-document", action="store_true", help="a row for each document, with the record as it is")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    if not options.documents.is_dir():
        parser.error(f"no folder {options.documents}; name the one with copies of the documents, with --documents")
    files = fact_files(folder("graph"))
    sets = ("dev", "held-out") if options.set == "all" else (options.set,)
    rows = [row for name in sets for row in table(name, files, options.documents, options.by_document)]
    show(rows, as_json=options.json)


def table(name: str, files: list[FactFile], documents: Path, by_document: bool) -> Iterator[dict[str, str | float]]:
    """Yield the lines of the table for the half *name* of the gold set."""
    whole = Names.of(files)
    scores: dict[tuple[str, str], Score] = defaultdict(Score)
    for path in sorted((GOLD / name).glob("*.tsv")):
        document = read_path(next(documents.glob(f"{path.stem}_*.txt")))
        gold = read_gold(path)
        for variant, names in (("record", whole), ("alone", without_own(files, document) or whole)):
            draft = RuleDrafter(names).draft(document, path.stem)
            for kind in KINDS:
                label = f"{path.stem} {kind}" if by_document else kind
                scores[label, variant].add(score(kind, gold, drafted(draft, names), names))
    for label in dict.fromkeys(label for label, _ in scores):
        line: dict[str, str | float] = {"set": name, "kind": label, "gold": str(scores[label, "record"].gold)}
        for variant in ("record", "alone"):
            precision, recall, f1 = scores[label, variant].figures()
            line |= {f"{variant}: precision": precision, "recall" + " " * (variant == "alone"): recall}
            line |= {"F1" + " " * (variant == "alone"): f1}
        yield line


def without_own(files: list[FactFile], document: DocumentText) -> Names | None:
    """Return the names that are known without the document's own source, or None if the record has no such source."""
    digest = sha256(normalise(document.text))
    own = [file.content.text("id") for file in files if file.content.text("sha256") == digest]
    return Names.of(files, without=own[0] or "") if own else None


def read_gold(path: Path) -> list[Row]:
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    return [Row(r[0], int(r[1]), int(r[2]), *(c.strip() for c in [*r[3:5], "", ""][:2])) for r in rows]


def drafted(draft: Draft, names: Names) -> list[Row]:
    """Return what *draft* says as rows like those of the gold set."""
    found: list[Row] = []
    for passage in draft.passages:
        for mention in passage.mentions:
            if not any(names.entities[i].is_a(kind) for i in mention.ids for kind in ("Post", "Meeting")):
                ids = " ".join(mention.ids)
                found += [Row(kind, mention.start, mention.end, ids) for kind in ("name", "name with id")]
        found += [Row("name", u.start, u.end, f"new:{u.name}") for u in passage.unknown]
        found += [Row("date", d.start, d.start + d.length, d.value or "relative") for d in passage.dates]
    return [*found, *(row for candidate in draft.candidates() for row in as_rows(candidate))]


def as_rows(candidate: Candidate) -> Iterator[Row]:
    start, end, facts = candidate.start, candidate.start + candidate.length, candidate.facts
    kind = candidate.kind
    if kind == "mission-partner":
        yield from (Row(kind, start, end, actor, str(facts["id"])) for actor in listed(facts["partner"]))
    elif kind == "commitment":
        yield Row(kind, start, end, str(facts["strength"]))
    elif kind != "participant":
        yield Row(kind, start, end, str(facts["id"]))
    parts = facts.get("hasParticipation", [])
    actors = [*listed(facts.get("participant", [])), *listed(facts.get("convenedBy", []))]
    actors += [str(part["actor"]) for part in parts] if isinstance(parts, list) else []
    yield from (Row("participant", start, end, actor) for actor in actors)


def listed(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def score(kind: str, gold: list[Row], found: list[Row], names: Names) -> Score:
    """Match the rows of *kind* one to one, the best overlaps first."""
    rows = [row for row in gold if row.kind == kind.removesuffix(" with id")]
    if kind == "name with id":
        rows = [row for row in rows if not row.value.startswith("new:") or of_name(row.value, names)]
        rows = [row for row in rows if row.value in names.entities or row.value.startswith("new:")]
    candidates = [row for row in found if row.kind == kind]
    pairs = sorted(
        (-overlap(row, one), g, c)
        for g, row in enumerate(rows)
        for c, one in enumerate(candidates)
        if fits(kind, row, one, names)
    )
    taken_rows: set[int] = set()
    taken: set[int] = set()
    for _, g, c in pairs:
        if g not in taken_rows and c not in taken:
            taken_rows.add(g)
            taken.add(c)
    return Score(len(rows), len(candidates), len(taken))


def overlap(one: Row, other: Row) -> int:
    return min(one.end, other.end) - max(one.start, other.start)


def fits(kind: str, gold: Row, found: Row, names: Names) -> bool:
    common = overlap(gold, found)
    if common <= 0:
        return False
    if kind == "date":
        return gold.value == found.value
    if kind.startswith("name"):
        half = common * 2 >= max(gold.end, found.end) - min(gold.start, found.start)
        return half and (kind == "name" or any(same(gold.value, i, names) for i in found.value.split()))
    if common * 2 < min(gold.end - gold.start, found.end - found.start):
        return False
    if kind == "participant":
        return same(gold.value, found.value, names)
    if kind == "mission-partner":
        return same(gold.value, found.value, names) and same(gold.detail.replace("_", " "), found.detail, names)
    if kind == "agreement-signed":
        return gold.value.startswith("new:") or gold.value not in names.entities or gold.value == found.value
    return kind != "commitment" or gold.value == found.value


def same(gold: str, found: str, names: Names) -> bool:
    """Tell whether the id *found* stands for *gold*, which is an id or ``new:Name``."""
    if not gold.startswith("new:"):
        return gold == found
    name = gold.removeprefix("new:")
    entity = names.entities.get(found)
    return found == slug_of(name) or any(
        alike(name, n) for n in (entity.names if entity else [found.replace("-", " ")])
    )


def alike(one: str, other: str) -> bool:
    """Tell whether two names are one: equal, or the words of the shorter, at least two, all in the longer."""
    first, second = set(key(one).split()), set(key(other).split())
    fewer = min(first, second, key=len)
    return first == second or (len(fewer) > 1 and fewer <= first | second and (first <= second or second <= first))


def of_name(value: str, names: Names) -> bool:
    """Tell whether the record has by now what the gold set calls ``new:Name``."""
    return bool(names.named(value.removeprefix("new:")))


if __name__ == "__main__":
    main()
