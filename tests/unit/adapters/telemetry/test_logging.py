"""Log lines."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from adapters.telemetry.logging import configure_logging


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield io.StringIO()
    root.handlers[:] = before
    root.setLevel(level)
    logging.captureWarnings(capture=False)


def test_a_json_line_has_its_fields_and_a_utc_time(stream: io.StringIO) -> None:
    configure_logging("info", as_json=True, stream=stream)
    logging.getLogger("agent").info("cluster synced", extra={"kinds": 3, "missing": {"Secret": "forbidden"}})
    line = json.loads(stream.getvalue())
    assert line["time"].endswith("Z")
    del line["time"]
    assert line == {
        "level": "info",
        "logger": "agent",
        "message": "cluster synced",
        "kinds": 3,
        "missing": {"Secret": "forbidden"},
    }


def test_foreign_text_cannot_fill_a_disk_or_forge_a_line(stream: io.StringIO) -> None:
    configure_logging("info", as_json=True, stream=stream)
    logging.getLogger("agent").info("loop fails", extra={"error": 'x\n{"level":"forged"}' + "y" * 100_000})
    (text,) = stream.getvalue().splitlines()
    assert len(text) < 3000


@pytest.mark.parametrize("as_json", [True, False])
def test_a_traceback_stays_with_its_line(stream: io.StringIO, as_json: bool) -> None:
    configure_logging("info", as_json=as_json, stream=stream)
    try:
        int("by nought")
    except ValueError:
        logging.getLogger("agent").exception("task crashed")
    assert "by nought" in stream.getvalue()


@pytest.mark.parametrize("as_json", [True, False])
def test_what_libraries_quote_is_taken_out(stream: io.StringIO, as_json: bool) -> None:
    configure_logging("info", as_json=as_json, stream=stream)
    logging.getLogger("opentelemetry.util.re").warning(
        "Header format invalid: %s", "authorization: Bearer canary-01234"
    )
    logging.getLogger("kubernetes.aio").error("exec: process returned 1. password=canary")
    logging.getLogger("adapters.x").info("loop fails", extra={"errors": ["http://u:canary@proxy refused"]})
    try:
        int("http://u:canary@proxy")
    except ValueError:
        logging.getLogger("adapters.x").exception("task crashed")
    assert "canary" not in stream.getvalue()
    assert "proxy refused" in stream.getvalue()


def test_own_words_stay_as_they_are(stream: io.StringIO) -> None:
    configure_logging("info", as_json=True, stream=stream)
    why = "read token: /var/run/secrets/token (AGENT_MASTER_TOKEN_FILE) holds no token"
    logging.getLogger("adapters.gateway").warning("push fails", extra={"error": why})
    assert json.loads(stream.getvalue())["error"] == why


def test_a_line_for_people_is_one_line(stream: io.StringIO) -> None:
    configure_logging("warn", as_json=False, stream=stream)
    logging.getLogger("agent").info("not shown")
    logging.getLogger("agent").warning("loop fails", extra={"error": "a\nb", "failures": (1, 2), "key": object})
    (line,) = stream.getvalue().splitlines()
    assert 'WARNING loop fails  error="a\\nb"  failures=[1, 2]' in line
