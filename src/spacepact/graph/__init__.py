"""The graph: fact files read, checked, compiled, derived from, verified and stored."""
