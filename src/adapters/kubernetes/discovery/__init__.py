"""Which kinds the API server serves: asked rarely, kept, searched by any of their names."""
