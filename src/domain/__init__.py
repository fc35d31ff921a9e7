"""What the agent knows and decides: plain data and pure functions, standard library only.

No I/O, no clock, no environment. Everything here can be built and compared in a unit test without arranging anything.
"""
