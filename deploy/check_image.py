"""Fails the image's build when a generic package name has another owner, or when something of the demo is in it.

Two distributions may install the same top-level package, silently; the later one wins (docs/adr/0001). An editable
install reports no owners, so this half of the guard belongs to the image.
"""

import sys
from importlib.metadata import packages_distributions
from importlib.util import find_spec

PACKAGES = ("domain", "ports", "adapters", "application", "bootstrap")

owners = packages_distributions()
wrong = {name: owners.get(name, []) for name in PACKAGES if set(owners.get(name, [])) != {"atlhyper-agent"}}
if wrong:
    sys.exit(f"packages with a wrong owner: {wrong}")
unwanted = [name for name in ("adapters.embedded", "chdb") if find_spec(name) is not None]
if unwanted:
    sys.exit(f"packages of the demo: {unwanted}")
