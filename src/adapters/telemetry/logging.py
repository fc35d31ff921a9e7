"""Log lines: JSON for machines, one readable line for people. Messages are constant, what varies is in fields.

Nobody logs a secret on purpose. But libraries put the headers of a variable, or what a credential plugin wrote, into
their messages, and an exception quotes what it stumbled over. So what has the shape of a secret is taken out of all.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any, Final, TextIO

from typing_extensions import override

from domain.redaction import scrub, scrub_shapes

_MAX_TEXT_CHARS: Final = 2000
"""Bound of one field: foreign text in a log must not fill a disk."""
_STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_OWN_PACKAGES: Final = frozenset({"domain", "ports", "adapters", "application", "bootstrap"})
_QUIET_LIBRARIES: Final = ("httpx", "httpcore", "aiohttp.access", "asyncio", "kubernetes", "opentelemetry")


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """What a call gave in `extra`, each value bounded."""
    return {name: _bounded(value) for name, value in vars(record).items() if name not in _STANDARD}


def _bounded(value: Any) -> Any:  # noqa: ANN401 - whatever a caller logs
    if isinstance(value, bool | int | float) or value is None:
        return value
    if isinstance(value, dict):
        return {str(name): _bounded(item) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_bounded(item) for item in value]
    text = scrub_shapes(str(value)[: 2 * _MAX_TEXT_CHARS])
    return text if len(text) <= _MAX_TEXT_CHARS else f"{text[:_MAX_TEXT_CHARS]}..."


def _message(record: logging.LogRecord) -> str:
    """Ours are constant; a library's may also assign a secret to a name."""
    text = record.getMessage()
    return text if record.name.partition(".")[0] in _OWN_PACKAGES else scrub(text)


def _time_text(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class JsonFormatter(logging.Formatter):
    """One JSON object a line; times are RFC 3339, UTC."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": _time_text(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
            **fields_of(record),
        }
        if record.exc_info:
            line["exception"] = scrub_shapes(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)


class TextFormatter(logging.Formatter):
    """`12:00:03.120 INFO    cluster synced  kinds=3 objects=140`."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        fields = "  ".join(
            f"{name}={json.dumps(value, ensure_ascii=False, default=str)}" for name, value in fields_of(record).items()
        )
        line = f"{_time_text(record)[11:23]} {record.levelname:<7} {_message(record)}"
        line = f"{line}  {fields}" if fields else line
        return f"{line}\n{scrub_shapes(self.formatException(record.exc_info))}" if record.exc_info else line


def configure_logging(level: str, *, as_json: bool, stream: TextIO | None = None) -> None:
    """Send every line of the process to one stream (stderr), in one form.

    Args:
        level: `debug`, `info`, `warn` or `error`.
        as_json: JSON lines instead of readable ones.
        stream: where to; stderr unless given.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter() if as_json else TextFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel({"warn": "WARNING"}.get(level, level.upper()))
    logging.captureWarnings(capture=True)
    for name in _QUIET_LIBRARIES:
        logging.getLogger(name).setLevel(logging.WARNING)
