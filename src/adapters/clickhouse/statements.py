"""The statements: one file each, constant but for places where a table layout needs another text.

Such a place is written in the file as it is right for the oldest layout, with a marker comment. What may stand there
instead is a member of `Fragment`, chosen by the dialect. Nothing else is ever put into a statement: values are bound
by the server.
"""

import re
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib import resources
from typing import Final

_PARAMETER: Final = re.compile(r"\{(\w+):[^{}]+\}")
_BUCKET: Final = "/*bucket*/"
_NAMESPACE: Final = "''/*namespace*/"
_DELTA: Final = "0/*delta*/"


class Fragment(Enum):
    """What a marked place may hold instead, each with the text that it replaces."""

    GAUGE_HOME = ("otel_metrics_sum/*home*/", "otel_metrics_gauge")
    SERVICE = ("/*service*/", "AND ServiceName IN {services:Array(String)}")
    """Without it the whole primary key of the newer metric tables is searched."""
    JOBS = ("CAST([], 'Array(String)')/*jobs*/", "groupUniqArray(32)(toString(ServiceName))")
    OLD_TEMPORALITY = (_DELTA, "any(AggTemp) = 1")
    TEMPORALITY = (_DELTA, "any(AggregationTemporality) = 1")
    NAMESPACE = (
        _NAMESPACE,
        (
            "if(ResourceAttributes['service.namespace'] != '', ResourceAttributes['service.namespace'],"
            " ResourceAttributes['k8s.namespace.name'])"
        ),
    )
    """Costs a look into a map for every span; only where a name lives in several namespaces."""
    FIVE_MINUTES = (
        _BUCKET,
        (
            "AND toStartOfFiveMinutes(Timestamp) >= toStartOfFiveMinutes({f:DateTime64(9,'UTC')})"
            " AND toStartOfFiveMinutes(Timestamp) <= toStartOfFiveMinutes({t:DateTime64(9,'UTC')})"
        ),
    )
    """Repeats the window on the key of the log table: without it thirty times as many rows are read."""
    TIMESTAMP_TIME = (
        _BUCKET,
        (
            "AND TimestampTime >= toDateTime({f:DateTime64(9,'UTC')})"
            " AND TimestampTime <= toDateTime({t:DateTime64(9,'UTC')})"
        ),
    )

    @property
    def replaces(self) -> str:
        """The text in the file."""
        return self.value[0]

    @property
    def text(self) -> str:
        """What stands there instead."""
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement, ready to be sent."""

    name: str
    """Name of its file."""
    text: str
    parameters: frozenset[str]
    """Names of all that has to be bound."""


@cache
def statement(name: str, fragments: frozenset[Fragment] = frozenset()) -> Statement:
    """The statement of a file, in a layout's dialect.

    Args:
        name: of the file, without ending.
        fragments: the layout's; those whose place the file does not have do nothing.
    """
    file = resources.files("adapters.clickhouse.sql") / f"{name}.sql"
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("--")]
    text = "\n".join(lines)
    for fragment in sorted(fragments, key=lambda one: one.name):
        text = text.replace(fragment.replaces, fragment.text)
    return Statement(name, text, frozenset(_PARAMETER.findall(text)))


def statement_names() -> tuple[str, ...]:
    """Names of all files, sorted."""
    files = resources.files("adapters.clickhouse.sql").iterdir()
    return tuple(sorted(file.name.removesuffix(".sql") for file in files if file.name.endswith(".sql")))
