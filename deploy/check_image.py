"""Fails the image's build when one of the five generic package names has another owner than this agent.

Two distributions may install the same top-level package, silently; the later one wins (docs/adr/0001). An editable
install reports no owners, so this half of the guard belongs to the image.
"""

import sys
from importlib.metadata import packages_distributions

PACKAGES = ("domain", "ports", "adapters", "application", "bootstrap")

owners = packages_distributions()
wrong = {name: owners.get(name, []) for name in PACKAGES if set(owners.get(name, [])) != {"atlhyper-agent"}}
if wrong:
    sys.exit(f"packages with a wrong owner: {wrong}")
