"""The service: the explorer's pages, SPARQL for everyone, linked data, and the processes that answer."""
