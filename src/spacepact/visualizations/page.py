"""Writes a view as one HTML file that needs no network: the drawing, a table with the same data, the evidence.

pyvis holds the drawing's nodes and edges, and its package brings vis-network; the page around them is
``visualizations/network.html`` with its style and script. A content security policy allows just these, by hash.
"""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spacepact.dates import date_words
from spacepact.folders import folder, write_aside
from spacepact.iris import safe_url, source_url
from spacepact.queries.formats import plural
from spacepact.visualizations.drawing import FONTS, drawing, look
from spacepact.visualizations.model import Showing, Topic, View

if TYPE_CHECKING:
    import jinja2

__all__ = ["environment", "view_page", "write_page"]

_SCRIPTS = ("table.js", "search.js", "network.js")
_STYLES = ("palette.css", "network.css")


def environment() -> jinja2.Environment:
    """Return how all templates are read: what is put into them is escaped, and ``tojson`` fits a script element."""
    import jinja2

    found = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder("visualizations")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {"date_words": date_words, "plural": plural, "safe_url": safe_url, "source_url": source_url}
    found.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
    return found


def view_page(view: View) -> str:
    """Return *view* as an HTML page that asks nothing of the network."""
    vis = files("pyvis") / "templates" / "lib" / "vis-9.1.2"
    scripts = [(vis / "vis-network.min.js").read_text(encoding="utf-8"), *map(_own, _SCRIPTS)]
    # The map of the minified script is not there; without its name browsers do not look for it.
    scripts[0] = scripts[0].replace("//# sourceMappingURL=vis-network.min.js.map", "")
    styles = [(vis / "vis-network.css").read_text(encoding="utf-8"), *map(_own, _STYLES)]
    return (
        environment()
        .get_template("network.html")
        .render(policy=_policy(scripts, styles), scripts=scripts, styles=styles, **_content(view))
    )


def write_page(view: View, path: Path) -> None:
    """Write *view* to *path* as an HTML page; a file that is there is replaced in one step.

    Raises SpacepactError where the file cannot be written.
    """
    page = view_page(view)
    write_aside(path, lambda aside: aside.write_text(page, encoding="utf-8", newline="\n"))


def _own(name: str) -> str:
    return (folder("visualizations") / name).read_text(encoding="utf-8")


def _policy(scripts: list[str], styles: list[str]) -> str:
    def hashes(texts: list[str]) -> str:
        digests = (hashlib.sha256(text.encode()).digest() for text in texts)
        return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)

    return (
        f"default-src 'none'; script-src {hashes(scripts)}; style-src {hashes(styles)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _content(view: View) -> dict[str, Any]:
    """Return what the template is filled with."""
    nodes = {node.iri: f"n{at}" for at, node in enumerate(view.nodes)}
    actors = {node.iri: node for node in view.nodes}
    topics = {topic.iri: topic for topic in view.topics}
    # In the order of the legend, which decides between two broad topics with as many engagements.
    broad = {iri: {"label": topics[iri].label, "colour": colour} for iri, colour in view.colours.items()}
    engagements = _engagements(view)
    documents = {source.iri: at for at, source in enumerate(view.sources)}
    data = {
        "drawing": drawing(view, nodes),
        "actors": {
            nodes[n.iri]: {
                "slug": n.iri.rsplit("/", 1)[-1],
                "label": n.label,
                "kind": n.kind,
                "state": n.state or "",
                "aliases": n.aliases,
            }
            for n in view.nodes
        },
        "ties": {
            f"t{at}": {
                "ends": [nodes[tie.a], nodes[tie.b]],
                "showings": [_fits(s, engagements[s.iri, s.kind][0], topics) for s in tie.showings],
            }
            for at, tie in enumerate(view.ties)
        },
        "engagements": {
            name: {"iri": s.iri, "date": s.date, "documents": sorted({documents[p.document] for p in s.passages})}
            for name, s in engagements.values()
        },
        "broad": broad,
        "fonts": FONTS,
        "asOf": view.as_of,
    }
    return {
        "view": view,
        "data": data,
        "sentence": _sentence(view),
        "actors": actors,
        "nodes": nodes,
        "topics": topics,
        "engagements": engagements,
        "broad": broad,
        "shapes": {kind: look(kind) for kind in sorted({n.kind for n in view.nodes})},
        "states": sorted({n.state for n in view.nodes if n.state}),
        "degrees": {n.iri: sum(n.iri in (t.a, t.b) for t in view.ties) for n in view.nodes},
        "leading": lambda tie: sorted(tie.topics, key=lambda iri: (-tie.topics[iri], topics[iri].label)),
    }


def _fits(showing: Showing, name: str, topics: dict[str, Topic]) -> dict[str, Any]:
    """Return what filters and colours need of *showing*: its basis, its topics with all above, and its broad ones."""
    paths = [topics[iri].path for iri in showing.topics]
    return {
        "id": name,
        "basis": showing.kind,
        "topics": sorted({above for path in paths for above in path}),
        "leads": sorted({path[-1] for path in paths}),
    }


def _engagements(view: View) -> dict[tuple[str, str], tuple[str, Showing]]:
    """Return each engagement once for each basis, with a short name, newest first."""
    found: dict[tuple[str, str], Showing] = {}
    for tie in view.ties:
        for showing in tie.showings:
            found.setdefault((showing.iri, showing.kind), showing)
    order = sorted(found, key=lambda key: (found[key].label, key))
    order.sort(key=lambda key: found[key].date, reverse=True)
    order.sort(key=lambda key: view.bases.index(key[1]))
    return {key: (f"e{at}", found[key]) for at, key in enumerate(order)}


def _sentence(view: View) -> str:
    """Say in words what is shown at first; the script says the same when a filter changes."""
    ties = [tie for tie in view.ties if any(s.kind in view.shown for s in tie.showings)]
    shown = [s for tie in ties for s in tie.showings if s.kind in view.shown]
    tied = {end for tie in ties for end in (tie.a, tie.b)}
    bound = {end for tie in view.ties for end in (tie.a, tie.b)}
    lone = len(view.nodes) - len(bound)
    words = [
        f"{number} {one}{'' if number == 1 else 's'}"
        for number, one in (
            (len(tied), "tied actor"),
            (len(ties), "tie"),
            (len({s.iri for s in shown}), "engagement"),
            (len({p.document for s in shown for p in s.passages}), "document"),
        )
    ]
    return (
        f"{words[0]}{f', {lone} without a tie' if lone else ''}; {words[1]}, shown by {words[2]} in {words[3]}; "
        f"record as of {view.as_of}."
        + (f" Not drawn: {len(bound - tied)} whose ties the filters hide." if bound - tied else "")
    )
