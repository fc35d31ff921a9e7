"""What came of a command: as the text that people and the Master's pages read, and as the body that carries it.

Capped, with the truth about what was cut; JSON is never cut in the middle. Source: wire contract 1.5.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from typing_extensions import override

from adapters.gateway.wire.cleaning import clean_text, clean_time
from adapters.gateway.wire.configuration_outputs import config_map_output, secret_output
from adapters.gateway.wire.dynamic_outputs import dynamic_output
from adapters.gateway.wire.manifest_outputs import apply_output
from adapters.gateway.wire.node_outputs import node_output
from adapters.gateway.wire.pod_outputs import exec_output, logs_output
from adapters.gateway.wire.telemetry import encode_answer
from adapters.gateway.wire.workload_outputs import delete_output, restart_output, scale_output, update_image_output
from domain.commands.configuration_results import ConfigMapResult, SecretResult
from domain.commands.dynamic_results import DynamicResult
from domain.commands.manifests.outcomes import ApplyResult
from domain.commands.node_results import CordonResult, DrainResult
from domain.commands.pod_results import ExecResult, LogsResult
from domain.commands.results import CommandResult, Content, RenderedResult, TelemetryResult
from domain.commands.workload_results import DeleteResult, RestartResult, ScaleResult, UpdateImageResult
from ports.gateway import OutputRenderer

MAX_OUTPUT_BYTES: Final = 2 * 1024 * 1024
MAX_ERROR_BYTES: Final = 8 * 1024
_NANOS: Final = 10**9
_LONGEST_SECONDS: Final = 9.0e9
"""Just below the longest time that 64 bits of nanoseconds hold."""


class WireOutputRenderer(OutputRenderer):
    """Renders what commands produced."""

    @override
    def render(self, command_id: str, result: CommandResult, duration_seconds: float) -> RenderedResult:
        return RenderedResult(
            command_id=command_id,
            outcome=result.outcome,
            output="" if result.content is None else _output(result.content),
            error=capped_text(result.error, MAX_ERROR_BYTES),
            duration_seconds=duration_seconds,
        )


def encode_result(result: RenderedResult, executed_at: datetime) -> bytes:
    """The body of a report. Never compressed: this route does not read gzip."""
    nanos = round(min(max(result.duration_seconds, 0.0), _LONGEST_SECONDS) * _NANOS)
    body = {
        "commandId": clean_text(result.command_id),
        "success": result.success,
        "output": clean_text(result.output),
        "error": clean_text(result.error),
        "execTime": nanos,
        "executedAt": clean_time(executed_at).replace(tzinfo=None).isoformat() + "Z",
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def capped_text(text: str, max_bytes: int) -> str:
    """The text, or its beginning and a line that says how much is missing; whole characters only."""
    encoded = clean_text(text).encode()
    if len(encoded) <= max_bytes:
        return encoded.decode()
    note = f"\n[cut by the agent: the first {{kept}} of {len(encoded)} bytes]"
    kept = encoded[: max(0, max_bytes - len(note) - len(str(max_bytes)))].decode(errors="ignore")
    return kept + note.format(kept=len(kept.encode()))


def _output(content: Content) -> str:
    return OUTPUTS[type(content)](content, MAX_OUTPUT_BYTES)


def _logs_output(result: LogsResult, max_bytes: int) -> str:
    return capped_text(logs_output(result), max_bytes)


def _dynamic_output(result: DynamicResult, _max_bytes: int) -> str:
    return dynamic_output(result.answer)


def _telemetry_output(result: TelemetryResult, max_bytes: int) -> str:
    return encode_answer(result.answer, max_bytes)


OUTPUTS: Final[Mapping[type, Callable[[Any, int], str]]] = {
    ScaleResult: scale_output,
    RestartResult: restart_output,
    UpdateImageResult: update_image_output,
    DeleteResult: delete_output,
    CordonResult: node_output,
    DrainResult: node_output,
    LogsResult: _logs_output,
    ExecResult: exec_output,
    ConfigMapResult: config_map_output,
    SecretResult: secret_output,
    ApplyResult: apply_output,
    DynamicResult: _dynamic_output,
    TelemetryResult: _telemetry_output,
}
"""By type of content, the text of it within so many bytes."""
