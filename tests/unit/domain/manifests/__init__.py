"""Unit tests of domain.manifests."""
