"""One use case per module, named by a verb, built from ports only."""
