"""The offline world: a small cluster that lives, and twins of the other outside systems.

Product code: `atlhyper-agent demo` runs on it, and so do the tests. Every class here implements the same port as the
real adapter of the same name and passes the same contract test.
"""
