"""Questions and their answers: the catalogue, names, results and their evidence."""
