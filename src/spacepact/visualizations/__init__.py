"""Views of the graph: who is tied to whom, and the engagements that show it, as pages, drawings and files."""

from __future__ import annotations

from spacepact.visualizations.cooperation import build_view
from spacepact.visualizations.exports import to_gexf, to_graphml, write_network
from spacepact.visualizations.model import View, to_json, to_networkx
from spacepact.visualizations.page import view_page, write_page
from spacepact.visualizations.views import view_names

__all__ = [
    "View",
    "build_view",
    "to_gexf",
    "to_graphml",
    "to_json",
    "to_networkx",
    "view_names",
    "view_page",
    "write_network",
    "write_page",
]
