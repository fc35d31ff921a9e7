"""Takes secrets out of what leaves the cluster: names stay, values go.

Two ways to know a secret: by the name it stands under (`DB_PASSWORD`, `api-token`), and by its shape (PEM blocks, JSON
web tokens, keys of well-known clouds and services, `user:password@` in URLs, `Bearer ...`). What neither shows, for
example a secret in a variable called `FOO`, cannot be known: `AGENT_ENV_VALUES=none` leaves out all values instead.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

REDACTED: Final = "[redacted]"

MAX_ANNOTATION_CHARS: Final = 4096
"""Longer annotation values are cut: nobody reads them, and they are the bulk of some objects."""

_SENSITIVE_NAME: Final = re.compile(
    r"pass(?:wo?r?d|wd|phrase|code)?(?![a-z])|pwd|secret|token(?!ize)|api[-_.]?key|access[-_.]?key|private[-_.]?key"
    r"|encryption[-_.]?key|signing[-_.]?key|master[-_.]?key|account[-_.]?key|shared[-_.]?key|ssh[-_.]?key|credential"
    r"|(?<![a-z])creds?(?![a-z])|authorization|(?<![a-z])auth(?![a-z])|(?<![a-z])dsn(?![a-z])|conn(?:ection)?[-_.]?str(?:ing)?"
    r"|cookie|(?<![a-z])jwt(?![a-z])|bearer|(?<![a-z])salt(?![a-z])|kubeconfig|dockerconfig|htpasswd|webhook[-_.]?url",
    re.IGNORECASE,
)
_CAMEL_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

_SECRET_SHAPES: Final = (
    r"-----BEGIN [A-Z0-9 ]*(?:PRIVATE KEY|CERTIFICATE)[A-Z0-9 ]*-----[\s\S]*?(?:-----END [A-Z0-9 ]*-----|\Z)",
    r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?",  # JSON web token
    r"\b(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}\b",  # AWS access key id
    r"\bAIza[0-9A-Za-z_-]{35}",  # Google API key
    r"\bya29\.[0-9A-Za-z_-]{20,}",  # Google OAuth token
    r"\b(?:gh[pousr]_[0-9A-Za-z]{20,}|github_pat_[0-9A-Za-z_]{20,})",  # GitHub
    r"\bglpat-[0-9A-Za-z_-]{16,}",  # GitLab
    r"\bxox[abeoprs]-[0-9A-Za-z-]{10,}",  # Slack
    r"\b(?:sk|pk|rk)_(?:live|test)_[0-9A-Za-z]{10,}",  # Stripe
    r"\bsk-[0-9A-Za-z_-]{20,}",  # API keys of several model and mail services
    r"\bSG\.[0-9A-Za-z_-]{16,}\.[0-9A-Za-z_-]{16,}",  # SendGrid
    r"\bnpm_[0-9A-Za-z]{20,}",  # npm
    r"\bhv[sb]\.[0-9A-Za-z_-]{20,}",  # Vault
    r"\bdop_v1_[0-9a-f]{32,}",  # DigitalOcean
)
_SHAPES: Final = re.compile("|".join(_SECRET_SHAPES))
_URL_USERINFO: Final = re.compile(
    r"(?P<scheme>\b[a-zA-Z][a-zA-Z0-9+.-]{0,30}://)(?P<user>[^\s/?#@:]*):(?P<password>[^\s/?#]+)@"
)
_DSN_USERINFO: Final = re.compile(r"(?P<user>(?<![\w/])[\w.-]+):(?P<password>[^\s/@:]+)@(?=(?:tcp|unix|udp)\()")
_BEARER: Final = re.compile(r"(?P<scheme>\b(?:Bearer|Basic)\s+)[A-Za-z0-9._~+/=-]{8,}", re.IGNORECASE)
_ASSIGNMENT: Final = re.compile(
    r"""(?P<name>[A-Za-z0-9_.-]{2,80})(?P<glue>["']?\s*(?:=|:)\s*)(?P<value>"[^"]*"|'[^']*'|[^\s,;&"'}\]]+)"""
)
_FLAG: Final = re.compile(r"-{1,2}(?P<name>[A-Za-z][A-Za-z0-9_.-]*)")
_WORTH_A_LOOK: Final = re.compile(
    r"[=:@]|eyJ|-----|AKIA|ASIA|ABIA|ACCA|AIza|ya29|gh[pousr]_|github_pat|glpat|xox|[spr]k[_-]|SG\.|npm_|hv[sb]\.|dop_|[Bb]earer|BEARER|[Bb]asic|BASIC"
)
_DROPPED_ANNOTATIONS: Final = frozenset(
    {
        "kubectl.kubernetes.io/last-applied-configuration",
        "control-plane.alpha.kubernetes.io/leader",
        "objectset.rio.cattle.io/applied",
        "kapp.k14s.io/original",
        "banzaicloud.com/last-applied",
    }
)


def is_sensitive_name(name: str) -> bool:
    """Whether a value under this name is taken to be a secret."""
    return bool(_SENSITIVE_NAME.search(name) or _SENSITIVE_NAME.search(_CAMEL_HUMP.sub("_", name)))


def scrub(text: str) -> str:
    """Free text without what has the shape of a secret, or is assigned to a sensitive name inside the text."""
    if not _WORTH_A_LOOK.search(text):
        return text
    text = _SHAPES.sub(REDACTED, text)
    text = _URL_USERINFO.sub(rf"\g<scheme>\g<user>:{REDACTED}@", text)
    text = _DSN_USERINFO.sub(rf"\g<user>:{REDACTED}@", text)
    text = _BEARER.sub(rf"\g<scheme>{REDACTED}", text)
    return _ASSIGNMENT.sub(_scrub_assignment, text)


def _scrub_assignment(match: re.Match[str]) -> str:
    if is_sensitive_name(match["name"]) and REDACTED not in match["value"]:
        return f"{match['name']}{match['glue']}{REDACTED}"
    return match[0]


def env_value(name: str, value: str) -> str:
    """The value of an environment variable as it may leave the cluster; empty stays empty."""
    if not value:
        return ""
    return REDACTED if is_sensitive_name(name) else scrub(value)


def arguments(words: Iterable[str]) -> tuple[str, ...]:
    """A command line; both `--password=x` and `--password x` lose the value."""
    result: list[str] = []
    secret_follows = False
    for word in words:
        flag = _FLAG.fullmatch(word)
        result.append(REDACTED if secret_follows and flag is None else scrub(word))
        secret_follows = flag is not None and is_sensitive_name(flag["name"])
    return tuple(result)


def annotations(values: Mapping[str, str]) -> dict[str, str]:
    """Annotations, sorted by key, without the noisy ones; long values are cut, and say so."""
    kept: dict[str, str] = {}
    for name in sorted(values):
        if name in _DROPPED_ANNOTATIONS:
            continue
        value = values[name]
        kept[name] = REDACTED if value and is_sensitive_name(name.rpartition("/")[2]) else _short(scrub(value))
    return kept


def _short(text: str) -> str:
    if len(text) <= MAX_ANNOTATION_CHARS:
        return text
    return f"{text[:MAX_ANNOTATION_CHARS]}... ({len(text)} characters)"
