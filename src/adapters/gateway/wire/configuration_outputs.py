"""ConfigMaps and Secrets as a JSON object of texts, by key: the shape that the Master's pages iterate over.

Never null, never cut in the middle: the longest texts are shortened, and say so. Source: wire contract 1.6.1.
"""

import json
from base64 import b64encode
from collections.abc import Mapping

from adapters.gateway.wire.cleaning import clean_text
from domain.commands.configuration_results import ConfigMapResult, SecretResult


def config_map_output(result: ConfigMapResult, max_bytes: int) -> str:
    """The texts; in place of a binary value its size."""
    binary = {key: f"[binary: {size_bytes} bytes, not shown]" for key, size_bytes in result.binary_sizes.items()}
    return _object({**result.data, **binary}, max_bytes)


def secret_output(result: SecretResult, max_bytes: int) -> str:
    """The decoded texts; what is no text as base64, which it says."""
    return _object({key: _text(value) for key, value in result.values.items()}, max_bytes)


def _text(value: bytes) -> str:
    try:
        text = value.decode()
    except UnicodeDecodeError:
        text = "\0"
    return text if "\0" not in text else f"[binary, as base64] {b64encode(value).decode()}"


def _object(texts: Mapping[str, str], max_bytes: int) -> str:
    longest_chars = max(map(len, texts.values()), default=0)
    while True:
        members = {clean_text(key): _shortened(clean_text(value), longest_chars) for key, value in texts.items()}
        text = json.dumps(members, ensure_ascii=False)
        if len(text.encode()) <= max_bytes or longest_chars == 0:
            return text
        longest_chars = longest_chars * 3 // 4


def _shortened(text: str, max_chars: int) -> str:
    if len(text) <= max_chars:
        return text
    return f"{text[:max_chars]}\n[cut by the agent: the first {max_chars} of {len(text)} characters]"
