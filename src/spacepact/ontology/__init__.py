"""The ontology: its files, the vocabulary they define, and the checks that hold it and the facts together."""

from spacepact.ontology.vocabulary import Property, Vocabulary, ontology_triples, vocabulary

__all__ = ["Property", "Vocabulary", "ontology_triples", "vocabulary"]
