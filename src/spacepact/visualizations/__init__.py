"""Views of the graph: who is tied to whom, and the engagements that show it, as pages, drawings and files."""
