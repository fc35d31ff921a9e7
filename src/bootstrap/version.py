"""Which version runs: that of the installed distribution."""

from importlib.metadata import version

VERSION = version("atlhyper-agent")
