"""Drafts of source files, to be read against the document: a help with the typing, never a source of facts."""
