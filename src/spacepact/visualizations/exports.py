"""Writes a view as GraphML or GEXF, with its sources and licence.

What edges there are, and what their weights count, is told at ``to_networkx``: attendance does not count.
"""

from __future__ import annotations

from io import BytesIO
from typing import BinaryIO
from xml.etree import ElementTree

from spacepact.errors import ViewError, nearest
from spacepact.visualizations.model import View, to_networkx

__all__ = ["to_gexf", "to_graphml", "write_network"]

_GEXF = "http://www.gexf.net/1.2draft"


def write_network(view: View, format: str, target: BinaryIO) -> None:
    """Write *view* to *target* in *format*, "graphml" or "gexf". Raises ViewError for another format."""
    writers = {"graphml": to_graphml, "gexf": to_gexf}
    if format not in writers:
        raise ViewError(f"no network format '{format}'{nearest(format, list(writers))}; there are: graphml, gexf")
    target.write(writers[format](view).encode())


def to_graphml(view: View, *, weak: bool = False) -> str:
    """Return *view* as GraphML; title, day, licence and sources are data of the graph. For *weak* see to_networkx."""
    import networkx as nx

    written = BytesIO()
    nx.write_graphml_xml(to_networkx(view, weak=weak), written)
    return written.getvalue().decode()


def to_gexf(view: View, *, weak: bool = False) -> str:
    """Return *view* as GEXF 1.2; title, day, licence and sources stand in its description."""
    import networkx as nx

    graph = to_networkx(view, weak=weak)
    text = "\n".join(nx.generate_gexf(graph, version="1.2draft"))
    ElementTree.register_namespace("", _GEXF)
    root = ElementTree.fromstring(text)
    sources = graph.graph["sources"]
    meta = root.find(f"{{{_GEXF}}}meta")
    assert meta is not None
    # networkx writes today's date, where the day of the record counts, and no attributes of the graph.
    meta.clear()
    meta.set("lastmodifieddate", view.as_of)
    for name, value in (
        ("creator", f"Spacepact {view.data_version}"),
        ("keywords", "space, international cooperation"),
        (
            "description",
            f"{view.title}. {view.description} Licence: {view.licence}. Sources: {sources}",
        ),
    ):
        ElementTree.SubElement(meta, f"{{{_GEXF}}}{name}").text = value
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"
