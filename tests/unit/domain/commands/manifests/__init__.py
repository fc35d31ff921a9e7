"""Unit tests of domain.commands.manifests."""
