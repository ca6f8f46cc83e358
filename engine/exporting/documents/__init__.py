"""A trace as a document for other programs: Graphviz and TeX."""
