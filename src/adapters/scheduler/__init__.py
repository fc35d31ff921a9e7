"""What makes the use cases happen: time and long polls.

A driving adapter: it knows when, never what. Loops run at a fixed rate without overlap and without bursts after a
stall; a supervisor starts again what ended unexpectedly, so that no task ends the process or another task.
"""
