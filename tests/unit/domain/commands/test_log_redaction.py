"""domain.commands.log_redaction: no secret in a log, wherever it was cut."""

import pytest

from domain.commands.log_redaction import MAX_CHARS, redacted
from domain.commands.pod_results import ContainerLog, LogsResult

KEY_LINES = [f"MIIEcanary{number:02}".ljust(64, "A") for number in range(6)]
BEGIN, END = "-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----"
BLOCK = [BEGIN, *KEY_LINES, "canaryEnd=", END]
PLAIN = ["starting", "listening on :8080", "GET / 200"]


def _safe(text: str, *, cut: bool = False) -> str:
    result = redacted(LogsResult(logs=(ContainerLog(container="web", text=text),)), may_end_inside_a_line=cut)
    return result.logs[0].text


@pytest.mark.parametrize("start", range(len(BLOCK) + 1))
@pytest.mark.parametrize("stop", range(len(BLOCK) + 1))
@pytest.mark.parametrize("stamp", ["", "2026-01-01T00:00:00.000000000Z "])
def test_a_key_is_gone_wherever_the_log_begins_and_ends(start: int, stop: int, stamp: str) -> None:
    lines = BLOCK[start:stop] if start < stop else BLOCK[start:] + PLAIN
    safe = _safe("".join(f"{stamp}{line}\n" for line in lines))
    # A piece without either mark is known by its long lines; the last, short one alone is a word like any other.
    assert "MIIEcanary" not in safe
    assert "canaryEnd" not in safe or END not in lines
    for line in PLAIN if start >= stop else ():
        assert line in safe


def test_what_stands_around_a_key_stays() -> None:
    safe = _safe("\n".join([*PLAIN, *BLOCK, "went on"]) + "\n")
    assert safe.startswith("starting\nlistening on :8080\nGET / 200\n[redacted]")
    assert safe.endswith("went on\n")


def test_values_of_sensitive_names_are_gone() -> None:
    assert _safe("connecting with password=canary-1 to db\n") == "connecting with password=[redacted] to db\n"


def test_a_line_that_was_cut_is_left_out_because_its_rest_may_be_half_a_secret() -> None:
    assert _safe("ok\ntoken ghp_canaryca", cut=True) == "ok\n"
    assert _safe("one line only ghp_canaryca", cut=True) == ""
    assert _safe("ok\nnot cut") == "ok\nnot cut"


def test_a_log_that_is_too_long_keeps_its_end_from_a_whole_line_on() -> None:
    text = "".join(f"line {number}\n" for number in range(MAX_CHARS // 8))
    (log,) = redacted(LogsResult(logs=(ContainerLog(container="web", text=text),)), may_end_inside_a_line=False).logs
    assert len(log.text) <= MAX_CHARS
    assert text.endswith(log.text)
    assert log.text.startswith("line ")
    assert log.left_out_bytes == len(text) - len(log.text)


def test_one_line_that_is_too_long_is_left_out_whole() -> None:
    (log,) = redacted(
        LogsResult(logs=(ContainerLog(container="web", text="x" * (MAX_CHARS + 1)),)), may_end_inside_a_line=False
    ).logs
    assert (log.text, log.left_out_bytes) == ("", MAX_CHARS + 1)


def test_several_logs_share_the_room() -> None:
    logs = tuple(ContainerLog(container=name, text="a line\n" * MAX_CHARS) for name in ("a", "b"))
    safe = redacted(LogsResult(logs=logs), may_end_inside_a_line=False)
    assert sum(len(one.text) for one in safe.logs) <= MAX_CHARS
    assert [one.container for one in safe.logs] == ["a", "b"]


def test_no_logs_stay_none() -> None:
    assert redacted(LogsResult(logs=()), may_end_inside_a_line=True).logs == ()


def test_a_log_is_in_no_repr() -> None:
    assert "canary" not in repr(LogsResult(logs=(ContainerLog(container="web", text="canary"),)))
