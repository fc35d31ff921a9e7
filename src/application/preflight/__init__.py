"""The preflight: everything that can be looked at before the agent runs, section by section.

A section is a class of its own that asks one outside system; adding one adds a module here and a line in the container.
"""
