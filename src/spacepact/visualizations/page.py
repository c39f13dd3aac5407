"""Writes a view as one HTML file that needs no network: the drawing, a table with the same data, the evidence.

pyvis holds the drawing's nodes and edges, and its package brings vis-network; the page around them is
``visualizations/network.html`` with its style and script. A content security policy allows just these, by hash.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import os
import tempfile
import textwrap
from importlib.resources import files
from pathlib import Path
from typing import Any

from spacepact.folders import folder
from spacepact.visualizations.layout import Point, place
from spacepact.visualizations.model import Node, Showing, Tie, View

__all__ = ["view_page", "write_page"]

_SHAPES = {
    "state": ("square", "state"),
    "coalition": ("star", "coalition"),
    "space agency": ("dot", "agency"),
    "government body": ("triangle", "government"),
    "intergovernmental organization": ("hexagon", "intergovernmental"),
    "research organization": ("diamond", "research"),
    "company": ("triangleDown", "company"),
}
"""Kind of actor to its vis-network shape and its colour in network.css; all others are grey dots."""

_COLOURS = 8  # of topics, in network.css
_FONT = {"wide": 14, "tall": 19}
"""Height of letters in the drawing, in pixels; a tall drawing is for phones, and shrinks more."""


def view_page(view: View) -> str:
    """Return *view* as an HTML page that asks nothing of the network."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder("visualizations")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    vis = files("pyvis") / "templates" / "lib" / "vis-9.1.2"
    scripts = [(vis / "vis-network.min.js").read_text(encoding="utf-8"), _own("network.js")]
    # The map of the minified script is not there; without its name browsers do not look for it.
    scripts[0] = scripts[0].replace("//# sourceMappingURL=vis-network.min.js.map", "")
    styles = [(vis / "vis-network.css").read_text(encoding="utf-8"), _own("network.css")]
    return environment.get_template("network.html").render(
        policy=_policy(scripts, styles), scripts=scripts, styles=styles, **_content(view)
    )


def write_page(view: View, path: Path) -> None:
    """Write *view* to *path* as an HTML page; a file that is there is replaced in one step."""
    page = view_page(view)
    handle, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as out:
            out.write(page)
        # mkstemp keeps others out; a page is for reading.
        os.chmod(aside, 0o644)
        os.replace(aside, path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise


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
    roots = sorted({topic.path[-1] for topic in view.topics})
    colours = {iri: min(at, _COLOURS - 1) + 1 for at, iri in enumerate(roots)}
    engagements = _engagements(view)
    documents = {source.iri: at for at, source in enumerate(view.sources)}
    data = {
        "drawing": _drawing(view, nodes),
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
                "showings": [
                    {
                        "id": engagements[s.iri, s.kind][0],
                        "basis": s.kind,
                        "topics": sorted({above for iri in s.topics for above in topics[iri].path}),
                        "leads": sorted({topics[iri].path[-1] for iri in s.topics}),
                    }
                    for s in tie.showings
                ],
            }
            for at, tie in enumerate(view.ties)
        },
        "engagements": {
            name: {"iri": s.iri, "documents": sorted({documents[p.document] for p in s.passages})}
            for name, s in engagements.values()
        },
        "colours": colours,
        "fonts": _FONT,
        "asOf": view.as_of,
    }
    return {
        "view": view,
        "data": _embedded(data),
        "sentence": _sentence(view),
        "actors": actors,
        "nodes": nodes,
        "topics": topics,
        "engagements": engagements,
        "colours": colours,
        "shapes": {kind: _SHAPES.get(kind, ("dot", "other")) for kind in sorted({n.kind for n in view.nodes})},
        "states": sorted({n.state for n in view.nodes if n.state}),
        "degrees": {n.iri: sum(n.iri in (t.a, t.b) for t in view.ties) for n in view.nodes},
        "safe_url": _safe_url,
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


def _drawing(view: View, nodes: dict[str, str]) -> dict[str, Any]:
    """Return the nodes and edges of the drawing, as pyvis holds them."""
    from pyvis.edge import Edge
    from pyvis.network import Network  # 290 ms, with IPython

    network = Network()
    labels = {node.iri: _short(node) for node in view.nodes}
    wide, tall = (_positions(view, labels, form) for form in ("wide", "tall"))
    for node in view.nodes:
        shape, colour = _SHAPES.get(node.kind, ("dot", "other"))
        x, y = wide[node.iri]
        network.add_node(
            nodes[node.iri],
            label=labels[node.iri],
            shape=shape,
            color=colour,
            size=_size(node),
            x=x,
            y=y,
            tall=tall[node.iri],
            title=f"{node.label} ({node.kind})",
        )
    for number, tie in enumerate(view.ties):
        # add_edge compares every edge with all others; the model has one tie a pair already.
        edge = Edge(nodes[tie.a], nodes[tie.b], id=f"t{number}", title=_tip(view, tie))
        network.edges.append(edge.options)
    return {"nodes": network.nodes, "edges": network.edges}


def _tip(view: View, tie: Tie) -> str:
    names = {node.iri: node.label for node in view.nodes}
    return f"{names[tie.a]} and {names[tie.b]}"


def _positions(view: View, labels: dict[str, str], form: str) -> dict[str, Point]:
    """Return where the mark of each actor goes; its label stands beneath it."""
    letter, line = _FONT[form] * 0.52, _FONT[form] * 1.1
    sizes, beneath = {}, {}
    for node in view.nodes:
        lines = labels[node.iri].split("\n")
        # Letters of East Asian scripts are about twice as wide.
        width = letter * max(sum(2 if ord(sign) > 0x1100 else 1 for sign in text) for text in lines)
        beneath[node.iri] = line * len(lines)
        sizes[node.iri] = (max(width, 2 * _size(node)), 2 * _size(node) + beneath[node.iri])
    firm = [(tie.a, tie.b) for tie in view.ties if any(s.kind in view.shown for s in tie.showings)]
    groups = {node.iri: node.state or "" for node in view.nodes}
    at = place(sizes, firm, [(tie.a, tie.b) for tie in view.ties], groups, tall=form == "tall")
    return {iri: (x, round(y - beneath[iri] / 2)) for iri, (x, y) in at.items()}


def _size(node: Node) -> float:
    """The radius of an actor: its area grows with the engagements behind it."""
    return round(8 + 2.5 * math.sqrt(node.weight), 1)


def _short(node: Node) -> str:
    """The name in the drawing: the full one if it is short, else the longest short one, in lines."""
    short = [name for name in node.aliases if 3 <= len(name) <= 30 and name.isascii()]
    name = node.label if len(node.label) <= 30 or not short else max(short, key=lambda n: (len(n), n))
    return "\n".join(textwrap.wrap(name, 18)) or name


def _sentence(view: View) -> str:
    """Say in words what is shown at first; the script says the same when a filter changes."""
    ties = [tie for tie in view.ties if any(s.kind in view.shown for s in tie.showings)]
    shown = [s for tie in ties for s in tie.showings if s.kind in view.shown]
    counts = (
        (len({end for tie in ties for end in (tie.a, tie.b)}), "actor", "actors"),
        (len(ties), "tie", "ties"),
        (len({s.iri for s in shown}), "engagement", "engagements"),
        (len({p.document for s in shown for p in s.passages}), "document", "documents"),
    )
    words = [f"{number} {one if number == 1 else many}" for number, one, many in counts]
    return f"{words[0]}, {words[1]}, shown by {words[2]} in {words[3]}; record as of {view.as_of}."


def _safe_url(url: str) -> str:
    """Return *url* if it leads to the web, else an empty string.

    >>> _safe_url("javascript:alert(1)")
    ''
    """
    return url if url.lower().startswith(("https://", "http://")) else ""


def _embedded(data: object) -> str:
    """Return *data* as JSON that cannot end the script element it stands in.

    >>> _embedded("</script>")
    '"\\\\u003c/script\\\\u003e"'
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text
