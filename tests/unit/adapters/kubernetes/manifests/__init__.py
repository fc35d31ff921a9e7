"""Unit tests of adapters.kubernetes.manifests."""
