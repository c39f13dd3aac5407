"""Writes a view as GraphML or GEXF, with its sources and licence."""

from __future__ import annotations

from io import BytesIO
from xml.etree import ElementTree

from spacepact.visualizations.model import View, to_networkx

__all__ = ["to_gexf", "to_graphml"]

_GEXF = "http://www.gexf.net/1.2draft"


def to_graphml(view: View) -> str:
    """Return *view* as GraphML; title, day, licence and sources are data of the graph."""
    import networkx as nx

    written = BytesIO()
    nx.write_graphml_xml(to_networkx(view), written)
    return written.getvalue().decode()


def to_gexf(view: View) -> str:
    """Return *view* as GEXF 1.2; title, day, licence and sources stand in its description."""
    import networkx as nx

    graph = to_networkx(view)
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
