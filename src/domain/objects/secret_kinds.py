"""Which kinds hold secrets, or are made to become one: nothing of them is ever read for `dynamic`.

A kind is known by its names and not by its group, because anybody may serve a copy: an aggregated API, another version,
a custom kind that a Secret is made from. The words cover Secrets themselves, SealedSecret, ExternalSecret and their
like (values, templates, encrypted values), tokens whose very name may be the token, requests for certificates,
credentials of clouds, and kubeconfigs. A kind that merely has such a word in its name is lost to the reader, which
costs little.
"""

from typing import Final

_WORDS: Final = (
    "secret",
    "token",
    "credential",
    "password",
    "kubeconfig",
    "certificatesigningrequest",
)


def holds_secrets(*names: str) -> bool:
    """Whether a kind holds secrets, by its names: kind, plural, singular ..."""
    return any(word in name.lower() for name in names for word in _WORDS)
