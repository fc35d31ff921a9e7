"""Telemetry of a shop that is not there: what an OpenTelemetry collector would have written, and goes on writing.

It is a function of a plan and of the time: the same moment gives the same rows in every process, counters go on where
they were, and nothing has to be remembered but how far it is written. Names and addresses come from whoever composes
the demo, so that they are those of the simulated cluster.
"""
