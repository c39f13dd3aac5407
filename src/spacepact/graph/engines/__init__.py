"""The engines: the embedded store and SPARQL servers, behind one small interface, and how a server is filled."""
