"""Values that an API object may hold and nobody expects: wrong types, extreme numbers, times, quantities and texts."""

from typing import Any, Final

from hypothesis import strategies as st

TIMES: Final = (
    "2026-01-01T00:00:00Z",
    "2026-01-01T00:00:00.123456Z",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "2026-01-01T09:00:00+09:00",
    "9999-12-31T23:59:59-12:00",
    "0001-01-01T00:00:00+14:00",
    "0000-01-01T00:00:00Z",
    "-0001-01-01T00:00:00Z",
    "292277026596-12-04T15:30:07Z",
    "2016-12-31T23:59:60Z",
    "2026-02-30T00:00:00Z",
    "2026-01-01T00:00:00.123456789123Z",
    "2026-01-01T00:00:00",
    "2026-01-01t00:00:00z",
    "2026-01-01 00:00:00+0000",
    "2026-01-01",
    "20260101T000000Z",
    "2026-W01-1T00:00:00Z",
    "yesterday",
    "",
)
"""Those that a server writes first; then those that only a clock or a program gone wrong would."""

QUANTITIES: Final[tuple[Any, ...]] = (
    "1",
    "250m",
    "128Mi",
    "1.5Gi",
    "0",
    "1e3",
    "100000000n",
    3,
    0.25,
    "-5",
    "+1",
    ".5",
    "1.",
    "9" * 50,
    "1e999999",
    "1E-999999",
    "9223372036854775808",
    "8Ei",
    "1Zi",
    "1.5.3",
    "0x10",
    "NaN",
    "1 Gi",
    "",
    -1,
    2**70,
    1e308,
)

INTEGERS: Final = (1, 0, 3, -1, 2**31 - 1, -(2**31), 2**31, 2**63 - 1, -(2**63), 2**63, -(2**63) - 1, 2**64)

WORDS: Final = (
    *("web", "shop", "a", "True", "False", "Unknown", "Ready", "Available", "Progressing", "Complete", "Failed"),
    *("Deployment", "ReplicaSet", "Node", "Pod", "Job", "Warning", "cpu", "memory", "pods", "requests.cpu", "http"),
    *("CrashLoopBackOff", "ProgressDeadlineExceeded", "app", "deployment.kubernetes.io/revision", "10.0.0.1", "::1"),
    *("kubectl.kubernetes.io/last-applied-configuration", "node-role.kubernetes.io/control-plane", "25%", "-1"),
)
"""What code looks for: conditions, kinds, resources, well-known names."""

ODD_TEXTS: Final = (
    "",
    " ",
    "\u0000",
    "\u0085",
    "\u2028\u2029",
    "\ufffe\uffff",
    "\U0001f9ea",
    "\u202egnp.exe",
    "a\nb\r\n\tc",
    "/../..",
    '"}],"x":[{"',
    "x" * 5000,
)
"""Control characters, separators of lines, long ones."""

OUT_OF_RANGE: Final = "@@1e999@@"
"""Stands for a number that no double holds; `tests.support.openapi_objects` writes it into the JSON."""

TEXTS: Final = st.one_of(
    st.sampled_from(WORDS), st.sampled_from(WORDS), st.text(max_size=12), st.sampled_from(ODD_TEXTS)
)

WRONG: Final[st.SearchStrategy[Any]] = st.sampled_from(
    [
        True,
        7,
        -1.5,
        1e308,
        10**400,
        OUT_OF_RANGE,
        "text",
        "12",
        "true",
        [],
        {},
        [None],
        [[[]]],
        [1, "a", {}],
        {"": None},
        {"a": {"b": []}},
        {"name": 1},
    ]
)
"""Something, wherever something else belongs. No halves of surrogate pairs: the API server writes none, whatever it was
given, and with one in it a list is no JSON."""
