"""One module per group of things that commands do with the API server."""
