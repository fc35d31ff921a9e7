"""The golden files: a snapshot in which every field is set, as the Master took it, and the schema of what it reads."""

import json
from pathlib import Path
from typing import Any

GOLDENS = Path(__file__).parent / "goldens"


def golden(name: str) -> Any:
    return json.loads((GOLDENS / name).read_text(encoding="utf-8"))
