"""Russian replies, rendered from typed results: no fact that a tool or the catalogue did not give."""
