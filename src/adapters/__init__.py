"""The answers: one package per technology, each implementing ports; siblings do not know each other."""
