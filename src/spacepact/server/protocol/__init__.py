"""The SPARQL 1.1 Protocol, as functions: what is asked, in which media type it is answered, and the answer's bytes."""
