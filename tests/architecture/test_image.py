"""The image is built without the demo (deploy/Dockerfile): nothing else may need it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
_PROGRAM = """
import sys
sys.modules["adapters.embedded"] = None
sys.modules["chdb"] = None
import bootstrap.cli, bootstrap.demo, bootstrap.programs
"""


def test_every_program_can_be_loaded_without_the_embedded_adapters() -> None:
    subprocess.run([sys.executable, "-c", _PROGRAM], check=True)


def test_the_images_requirements_hold_no_clickhouse() -> None:
    assert "chdb" not in (ROOT / "requirements" / "runtime.txt").read_text()
    assert "rm -rf src/adapters/embedded" in (ROOT / "deploy" / "Dockerfile").read_text()
