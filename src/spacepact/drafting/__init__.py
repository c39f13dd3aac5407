"""Drafts of source files, for a person to read against the document: a help with the typing, never a source of facts."""
