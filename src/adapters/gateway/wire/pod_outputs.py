"""Logs as raw text, and what a command in a container said as JSON.

Source: wire contract 1.6.1: whoever asks for logs shows the text as it is. What is missing is said in a line of its
own, in brackets, where it is missing.
"""

import json
from base64 import b64encode
from typing import Final

from adapters.gateway.wire.cleaning import clean_text
from domain.commands.captured_output import CapturedOutput
from domain.commands.pod_results import ContainerLog, ExecResult, LogsResult

_SMALLEST_STREAM_BYTES: Final = 1024


def logs_output(result: LogsResult) -> str:
    """The text of one log; of several, each under a line with its container's name."""
    notes = [f"[{note}]\n" for note in result.notes]
    if len(result.logs) == 1 and not result.logs[0].problem:
        return "".join((*notes, _log_text(result.logs[0])))
    return "".join((*notes, *(f"==> {log.container} <==\n{_ended(_log_text(log))}" for log in result.logs)))


def _log_text(log: ContainerLog) -> str:
    if log.problem:
        return f"[{log.problem}]"
    text = log.text
    if log.left_out_bytes:
        text = f"[cut by the agent: {log.left_out_bytes} bytes before this line left out]\n{text}"
    if log.is_left:
        text = f"{_ended(text)}[left by the agent: the log goes on after this line]\n"
    return text


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else f"{text}\n"


def exec_output(result: ExecResult, max_bytes: int) -> str:
    """JSON; streams that are too long for it lose their middle."""
    stream_bytes = max(len(one.head) + len(one.tail) for one in (result.stdout, result.stderr))
    while True:
        text = _exec_json(result, result.stdout.shortened(stream_bytes), result.stderr.shortened(stream_bytes))
        if len(text.encode()) <= max_bytes or stream_bytes <= _SMALLEST_STREAM_BYTES:
            return text
        stream_bytes = stream_bytes * 3 // 4


def _exec_json(result: ExecResult, stdout: CapturedOutput, stderr: CapturedOutput) -> str:
    texts = {"stdout": stdout.text(), "stderr": stderr.text()}
    is_binary = None in texts.values()
    members: dict[str, object] = {"exitCode": result.exit_code, "container": result.container}
    if result.note:
        members["note"] = result.note
    members["encoding"] = "base64" if is_binary else "utf-8"
    for name, stream in (("stdout", stdout), ("stderr", stderr)):
        members[name] = b64encode(stream.head + stream.tail).decode() if is_binary else clean_text(texts[name] or "")
        members[f"{name}Truncated"] = stream.is_truncated
        if stream.is_truncated:
            members |= {f"{name}Bytes": stream.total_bytes, f"{name}HeadBytes": len(stream.head)}
    if result.problem:
        members["problem"] = result.problem
    return json.dumps(members, ensure_ascii=False)
