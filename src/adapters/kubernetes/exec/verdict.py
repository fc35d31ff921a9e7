"""How a command ended: the Status that the error channel carries.

| Status | meaning |
|---|---|
| Success | exit code 0 |
| Failure, reason NonZeroExitCode, a cause ExitCode | that exit code |
| Failure, reason InternalError or none | the command could not be run, or nobody knows how it ended |
| Failure with another reason | a refusal, as over HTTP |

Source: k8s.io/client-go `tools/remotecommand/errorstream.go`, k8s.io/kubelet `pkg/cri/streaming/remotecommand`.
"""

import re
from typing import Final

import msgspec

from adapters.kubernetes.depth import decoded
from adapters.kubernetes.errors import capped, error_of_status
from adapters.kubernetes.schema.envelopes import StatusDetails
from adapters.kubernetes.schema.metadata import Partial, Text
from ports.errors import Refused, UnexpectedAnswer

_WHOLE_NUMBER: Final = re.compile(r"-?[0-9]{1,10}")
_FIRST_REFUSAL, _FIRST_SERVER_ERROR = 400, 500


class _Verdict(Partial, frozen=True):
    status: Text = None
    code: int | None = None
    reason: Text = None
    message: Text = None
    details: StatusDetails | None = None


_VERDICT: Final = msgspec.json.Decoder(_Verdict)


def is_whole(body: bytes) -> bool:
    """Whether this is all of a Status: it may come in several messages."""
    try:
        decoded(_VERDICT, body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return False
    return True


def exit_code_of(operation: str, body: bytes) -> int:
    """The exit code that a Status tells.

    Raises:
        Refused: the command could not be run.
        UnexpectedAnswer: this is no Status, or tells nothing.
        PortError: the Status is a refusal.
    """
    try:
        verdict = decoded(_VERDICT, body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise UnexpectedAnswer(operation, "what should say how the command ended is no Status") from error
    if verdict.status == "Success":
        return 0
    message = capped(verdict.message or verdict.reason or "no message")
    if verdict.status != "Failure":
        raise UnexpectedAnswer(operation, f"the Status says neither success nor failure: {message}")
    if verdict.reason == "NonZeroExitCode":
        return _exit_code(operation, verdict)
    if verdict.code is not None and _FIRST_REFUSAL <= verdict.code < _FIRST_SERVER_ERROR:
        raise error_of_status(operation, verdict.code, body)
    raise Refused(operation, f"the command could not be run: {message}")


def _exit_code(operation: str, verdict: _Verdict) -> int:
    causes = verdict.details.causes if verdict.details is not None else None
    for cause in causes or ():
        if cause is not None and cause.reason == "ExitCode":
            text = cause.message or ""
            if _WHOLE_NUMBER.fullmatch(text):
                return int(text)
            raise UnexpectedAnswer(operation, f"the exit code is no number: {capped(text)!r}")
    raise UnexpectedAnswer(operation, "the command failed, and the Status names no exit code")
