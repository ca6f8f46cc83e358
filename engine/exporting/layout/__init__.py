"""Where the nodes, edges and numbers of a picture stand."""
