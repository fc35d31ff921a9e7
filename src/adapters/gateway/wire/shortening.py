"""A result that is too large for what stands before the Master, made smaller, and saying so.

The Master itself takes results of any size (wire contract 1.1), but a proxy may let 1 MiB through, and a result may
have twice that. To drop it would leave whoever asked without an answer, and the command `running` for ever.

Plain text is cut, and ends with a line about it. JSON is never cut in the middle, and half an answer is no answer:
then the error tells the size and what to do. Source: wire contract 1.5; `error` is shown to people, `output` is parsed.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from adapters.gateway.wire.results import MAX_ERROR_BYTES, capped_text
from domain.commands.results import Outcome, RenderedResult

OUTPUT_BYTES: Final = (512 * 1024, 64 * 1024, 4 * 1024)
"""How much of a text is tried, one after the other. Quotes and line ends take twice the room in the body, so the first
one passes where 1 MiB does."""


def shortened(result: RenderedResult) -> Iterator[RenderedResult]:
    """The same result, shorter and shorter; nothing where there is nothing to leave out."""
    size_bytes = len(result.output.encode(errors="replace"))
    if size_bytes <= OUTPUT_BYTES[-1]:
        return
    if _is_json(result.output):
        yield _without_output(result, size_bytes)
        return
    for most_bytes in OUTPUT_BYTES:
        if most_bytes < size_bytes:
            yield replace(result, output=capped_text(result.output, most_bytes))


def _without_output(result: RenderedResult, size_bytes: int) -> RenderedResult:
    why = (
        f"the answer of {size_bytes} bytes is larger than what is let through to the Master (413); "
        "ask for less, or raise the limit for bodies of what stands before it"
    )
    if not result.success:
        return replace(result, output="", error=capped_text(f"{result.error}; {why}", MAX_ERROR_BYTES))
    return replace(result, outcome=Outcome.FAILED, output="", error=f"carried out, but {why}")


def _is_json(text: str) -> bool:
    if text.lstrip()[:1] not in {"{", "["}:
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
