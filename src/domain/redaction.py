"""Takes secrets out of what leaves the cluster: names stay, values go.

Two ways to know a secret: by the name it stands under (`DB_PASSWORD`, `api-token`), and by its shape (PEM blocks, JSON
web tokens, keys of well-known clouds and services, `user:password@`, `Bearer ...`). What neither shows, for example a
secret in a variable called `FOO`, cannot be known: `AGENT_ENV_VALUES=none` leaves out all values instead.

The texts come from whoever can create a pod, so every pattern here takes time in proportion to the text: names start
only where a word starts, repetitions are bounded or give nothing back.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

REDACTED: Final = "[redacted]"

MAX_ANNOTATION_CHARS: Final = 4096
"""Longer annotation values are cut: nobody reads them, and they are the bulk of some objects."""

MAX_TEXT_CHARS: Final = 65536
"""Any other text is cut here: looking for secrets takes half a second per megabyte, and nothing else runs meanwhile."""

_MAX_NAME_CHARS: Final = 256
"""Of a longer name, what it ends with decides."""

_SENSITIVE_NAME: Final = re.compile(
    r"(?<!by)(?<!com)(?<!tres)(?<!sur)pass(?:wo?r?ds?|wds?|phrases?|codes?)?(?![a-z])|pwd|secret|token(?!i[sz])"
    r"|(?:api|access|private|enc(?:rypt(?:ion)?)?|crypto|cipher|fernet|stripe|sign(?:ing)?|master|account|shared|ssh|ssl|tls|aes|rsa|gpg|hmac|session"
    r"|client|server|app|deploy|license|storage|service|admin|sas)[-_.]?key(?!word)"
    r"|credential|(?<![a-z])creds?(?![a-z])|authorization|(?<![a-z])auth(?![a-z])|(?<![a-z])dsn(?![a-z])"
    r"|conn(?:ection)?[-_.]?str(?:ing)?|cookie|(?<![a-z])jwt(?![a-z])|bearer|(?<![a-z])salt(?![a-z])|keytab|kubeconfig"
    r"|dockerconfig|htpasswd|webhook[-_.]?url|(?<![a-z])sig(?:nature)?(?![a-z])"
    r"|(?:(?<![a-z])|bind|root|admin)pw(?![a-z])|(?<![a-z])(?:pat|psk|hmac)(?![a-z])|mnemonic|seed[-_.]?phrase|otp[-_.]?seed",
    re.IGNORECASE,
)
_ABOUT_A_SECRET: Final = re.compile(
    r"[-_.](?:names?|namespace|refs?|types?|files?|paths?|dir|enabled|length|size|ttl|expiry|expiration|timeout|seconds"
    r"|minutes|hours|days|algorithm)\Z",
    re.IGNORECASE,
)
"""Names of what stands beside a secret: where it is, how long it lives."""
_CAMEL_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_PUBLIC_VALUE: Final = re.compile(
    r"true|false|yes|no|on|off|null|nil|none|\$\([\w.-]{1,256}\)|\$\{[\w.-]{1,256}\}|\{\}|\[\]", re.IGNORECASE
)
"""What is no secret under any name: switches, nothing, references to variables."""

_SECRET_SHAPES: Final = (
    r"-----BEGIN [A-Z0-9 ]{0,40}?(?:PRIVATE KEY|CERTIFICATE)[A-Z ]{0,20}-----[\s\S]*?(?:-----END [^-]{0,60}-----|\Z)",
    r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}+\.[A-Za-z0-9_-]{8,}+(?:\.[A-Za-z0-9_-]*+){0,4}",  # JSON web token
    r"(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}(?![0-9A-Za-z])",  # AWS access key id
    r"(?<![A-Za-z0-9])AIza[0-9A-Za-z_-]{35}",  # Google API key
    r"(?<![A-Za-z0-9])ya29\.[0-9A-Za-z_-]{20,1024}",  # Google OAuth token
    r"(?<![A-Za-z0-9])(?:gh[pousr]_[0-9A-Za-z]{20,255}|github_pat_[0-9A-Za-z_]{20,255})",  # GitHub
    r"(?<![A-Za-z0-9])gl(?:pat|ptt|dt|rt|cbt|soat|ft|agent)-[0-9A-Za-z_-]{16,255}",  # GitLab
    r"(?<![A-Za-z0-9])(?:xox[abceoprs]|xapp)-[0-9A-Za-z-]{10,255}",  # Slack
    r"(?<=hooks\.slack\.com/)(?:services|workflows)/[0-9A-Za-z/_-]{10,255}",  # Slack webhook
    r"(?<=discord\.com/api/webhooks/)[0-9A-Za-z/_-]{10,255}",  # Discord webhooks, under both of its names
    r"(?<=discordapp\.com/api/webhooks/)[0-9A-Za-z/_-]{10,255}",
    r"(?<=\.webhook\.office\.com/)webhookb2/[0-9A-Za-z@/_-]{10,512}",  # Teams webhook
    r"(?<![A-Za-z0-9])(?:sk|pk|rk)_(?:live|test)_[0-9A-Za-z]{10,255}",  # Stripe
    r"(?<![A-Za-z0-9])sk-[0-9A-Za-z_-]{20,255}",  # keys of several text and mail services
    r"(?<![A-Za-z0-9])SG\.[0-9A-Za-z_-]{16,255}\.[0-9A-Za-z_-]{16,255}",  # SendGrid
    r"(?<![A-Za-z0-9])(?:npm_|pypi-)[0-9A-Za-z_-]{20,255}",  # package registries
    r"(?<![A-Za-z0-9])dckr_pat_[0-9A-Za-z_-]{16,255}",  # Docker Hub
    r"(?<![A-Za-z0-9])hv[sbr]\.[0-9A-Za-z_-]{20,255}",  # Vault
    r"(?<![A-Za-z0-9])do[opr]_v1_[0-9a-f]{32,255}",  # DigitalOcean
    r"(?<![A-Za-z0-9])glsa_[0-9A-Za-z_]{20,255}",  # Grafana
    r"(?<![A-Za-z0-9])shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32,64}",  # Shopify
    r"(?<![A-Za-z0-9])AGE-SECRET-KEY-1[0-9A-Z]{50,70}",  # age
    r"(?<![A-Za-z0-9])[0-9]{8,10}:AA[0-9A-Za-z_-]{33}(?![0-9A-Za-z_-])",  # Telegram bot
)
_SHAPES: Final = re.compile("|".join(_SECRET_SHAPES))
_URL_USERINFO: Final = re.compile(r"""(?<=://)([^\s/?#@:"'<>\\]{0,256}):[^\s/?#"'<>\\]{1,1024}@""")
_URL_SLASHED_USERINFO: Final = re.compile(
    # A password with an unquoted slash; a port is none, nor is what names one.
    r"""(?<=://)([^\s/?#@:"'<>\\\[]{0,256}+):(?!\d{0,5}(?:[/?#,]|\Z)|[${\[])[^\s"'<>\\@,]{1,1024}+@"""
)
_URL_TOKEN: Final = re.compile(r"""(?:(?<=https://)|(?<=http://))[^\s/?#@:"'<>\\]{1,1024}+@""")
"""Nobody logs in by a name alone: it is the token of a repository or of an error tracker."""
_ORACLE_USERINFO: Final = re.compile(r"""(jdbc:oracle:[a-z0-9]{1,16}:[^\s/@:"']{1,64}+)/[^\s@"']{1,256}+@""")
_USERINFO: Final = re.compile(
    r"(?<![\w/.%+-])(?!(?:mailto|email|mail|contact|owner|maintainer|author|sips?|xmpp|acct|[0-9]+):)"
    r"""([\w.-]{1,64}):(?:[^\s/@:]{1,256}(?=@(?:tcp|udp|unix)\()|[^\s/@:"'\\,;(){}\[\]<>]{1,256}(?=@(?!sha\d)\w))"""
)
_SCHEMES: Final = "Bearer|Basic|Token|Digest|Negotiate|ApiKey"
_BEARER: Final = re.compile(
    r"((?<![A-Za-z0-9])(?:Bearer|bearer|BEARER|Basic|basic|BASIC)[ \t]{1,8})"
    # "Basic authentication" is English: a credential has a digit, an inner capital, or is long.
    r"(?=[A-Za-z._~+/-]{0,255}[0-9=]|[A-Za-z]{0,255}[a-z][A-Z]|[A-Za-z._~+/-]{20})[A-Za-z0-9._~+/=-]{8,}+"
)
_ASSIGNMENT: Final = re.compile(
    r"(?<![A-Za-z0-9_.-])(?P<name>[A-Za-z0-9_.-]{2,}+)"
    r"""\\{0,4}["']?(?:[ \t]{0,4}(?:=>|:=|={1,3})|[ \t]{0,4}:(?=[ \t]{0,4}\\{0,4}["'])|:(?!//))[ \t]{0,8}"""
)
_NAME_AND_VALUE: Final = re.compile(
    # An element of a list of variables, as JSON, as JSON within JSON, as YAML, as attributes of XML.
    r"""(?<![A-Za-z0-9_.-])(?:name|key)\\{0,4}["']?[ \t]{0,4}[:=][ \t]{0,4}\\{0,4}["']?"""
    r"""(?P<name>[A-Za-z0-9_.-]{2,256}+)\\{0,4}["']?[ \t]{0,4},?"""
    r"""(?:\s|\\{1,4}n){0,64}+\\{0,4}["']?value\\{0,4}["']?[ \t]{0,4}[:=][ \t]{0,4}"""
)
_VALUE: Final = re.compile(
    r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)'
    r"|'[^']*+(?:'|\Z)"
    r"""|\\{1,8}["'][^"']*+(?:["']|\Z)"""
    r"|[|>][+-]?[ \t]{0,8}\n(?:[ \t]++[^\n]*+\n?)++"
    rf"""|(?:(?:{_SCHEMES})[ \t]{{1,8}})?[^\s,;&"']++""",
    re.IGNORECASE | re.DOTALL,
)
_QUOTE: Final = re.compile(r"""\\{0,8}["']""")
_REDACTED_ALREADY: Final = re.compile(
    rf"""\\{{0,8}}["']?(?:(?:{_SCHEMES})[ \t]+)?\[redacted\].{{0,9}}""", re.IGNORECASE
)
_FLAG: Final = re.compile(r"-{1,2}(?P<name>[A-Za-z][A-Za-z0-9_.-]*)")
_FLAG_IN_SCRIPT: Final = re.compile(
    r"""(?<![\w-])(-{1,2}(?P<name>[A-Za-z][A-Za-z0-9_.-]*+)[ \t]{1,8})("[^"]*+"|'[^']*+'|[^\s|;&<>"'-][^\s|;&<>"']*+)"""
)
_USER_FLAGS: Final = frozenset({"u", "user", "proxy-user"})
_USER_AND_PASSWORD: Final = re.compile(r"""\A(["']?(?!\d+:)[^\s:/"']{0,256}):[^"']{1,1024}""")
_BETWEEN_WORDS: Final = "\x1f"
_WORD: Final = r"""("[^"\x1f]*+"|'[^'\x1f]*+'|[^\s;&|"']++)"""
_CLIENT_CALL: Final = re.compile(
    r"(?<![\w-])(?:(?P<joined>mysql|mariadb)|(?P<either>sshpass)|(?P<p>mongo|rabbitmqadmin)|(?P<a>redis-cli)|(?P<w>ldap)"
    r"|(?P<user>curl))[^;&|\n]*+"
)
"""Clients whose short flags take a password, with their words to the end of the command."""
_CLIENT_PASSWORD: Final = {
    "joined": re.compile(rf"(\s-p){_WORD}"),
    "either": re.compile(rf"(\s-p\s?){_WORD}"),
    "p": re.compile(rf"(\s-p\s){_WORD}"),
    "a": re.compile(rf"(\s-a\s){_WORD}"),
    "w": re.compile(rf"(\s-w\s){_WORD}"),
    "user": re.compile(rf"(\s(?:-u|--(?:proxy-)?user=)){_WORD}"),
}
_SHAPE_BEGINNINGS: Final = (
    # Alternatives that begin with a literal, so that the search skips what begins none of them.
    r"eyJ|-----|AKIA|ASIA|ABIA|ACCA|AIza|ya29|gh[pousr]_|github_pat|gl[a-z]{2,5}-|xox|xapp|sk[_-]|pk_|rk_|SG\.|npm_"
    r"|pypi-|dckr_|hv[sbr]\.|do[opr]_|glsa_|shp|AGE-|hooks\.|webhook|bearer|Bearer|BEARER|basic|Basic|BASIC"
)
_MAY_HAVE_A_SHAPE: Final = re.compile(rf"{_SHAPE_BEGINNINGS}|:AA")
"""Twenty times as fast as looking for the shapes themselves, and nearly every text has none."""
_WORTH_A_LOOK: Final = re.compile(rf"{_SHAPE_BEGINNINGS}|=|:|@")
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
    return _is_sensitive(name[-_MAX_NAME_CHARS:])


@lru_cache(maxsize=8192)
def _is_sensitive(name: str) -> bool:
    name = name.removeprefix("-D")  # a property of a Java program
    words = _CAMEL_HUMP.sub("_", name)
    if _ABOUT_A_SECRET.search(words):
        return False
    return bool(_SENSITIVE_NAME.search(name) or _SENSITIVE_NAME.search(words))


def scrub(text: str) -> str:
    """Free text without what has the shape of a secret, or is assigned to a sensitive name inside the text."""
    if len(text) > MAX_TEXT_CHARS:
        return _cut(scrub(text[:MAX_TEXT_CHARS]), MAX_TEXT_CHARS, len(text))
    return scrub_whole(text)


def scrub_whole(text: str) -> str:
    """The same of any length: whoever calls this bounds it, and does it where nothing waits."""
    if not _WORTH_A_LOOK.search(text):
        return text
    text = scrub_shapes(text)
    if "value" in text:
        text = _scrub_values(_NAME_AND_VALUE, text)
    return _scrub_values(_ASSIGNMENT, text)


def scrub_shapes(text: str) -> str:
    """Free text without what has the shape of a secret; what is assigned to names stays. Of any length."""
    may_have_a_shape = _MAY_HAVE_A_SHAPE.search(text)
    if may_have_a_shape:
        text = _SHAPES.sub(REDACTED, text)
    if "@" in text:
        text = _URL_USERINFO.sub(rf"\1:{REDACTED}@", text)
        text = _URL_SLASHED_USERINFO.sub(rf"\1:{REDACTED}@", text)
        text = _URL_TOKEN.sub(f"{REDACTED}@", text)
        text = _ORACLE_USERINFO.sub(rf"\1/{REDACTED}@", text)
        text = _USERINFO.sub(rf"\1:{REDACTED}", text)
    return _BEARER.sub(rf"\1{REDACTED}", text) if may_have_a_shape else text


def _scrub_values(pattern: re.Pattern[str], text: str) -> str:
    """Values of sensitive names; a value of another name is looked into, as in `JAVA_OPTS=-Dpassword=x`."""
    pieces: list[str] = []
    done = 0
    for match in pattern.finditer(text):
        if match.start() < done or not is_sensitive_name(match["name"]):
            continue
        value = _VALUE.match(text, match.end())
        if value is None or _is_public(value[0]):
            continue
        quote = _QUOTE.match(value[0])
        pieces += text[done : match.end()], f"{quote[0]}{REDACTED}{quote[0]}" if quote else REDACTED
        done = value.end()
    return "".join([*pieces, text[done:]]) if pieces else text


def _is_public(value: str) -> bool:
    bare = value.strip("\"'\\")
    return not bare or bool(_PUBLIC_VALUE.fullmatch(bare) or _REDACTED_ALREADY.fullmatch(value))


def env_value(name: str, value: str) -> str:
    """The value of an environment variable as it may leave the cluster; empty stays empty."""
    if is_sensitive_name(name) and not _is_public(value):
        return REDACTED
    return scrub(value)


def arguments(words: Iterable[str]) -> tuple[str, ...]:
    """A command line; `--password=x` loses its value, and so does `--password x`, in two words or inside a script."""
    result: list[str] = []
    flag_before = ""
    for word in words:
        flag = _FLAG.fullmatch(word)
        safe = word if flag else _value_of_flag(flag_before, word)
        result.append(safe if safe == REDACTED else scrub(_FLAG_IN_SCRIPT.sub(_scrub_flag, safe)))
        flag_before = flag["name"] if flag else ""
    return _without_client_passwords(result)


def _without_client_passwords(words: list[str]) -> tuple[str, ...]:
    """The words without what short flags of well-known clients give, as in `mysql -psecret`, `redis-cli -a secret`."""
    line = _BETWEEN_WORDS.join(words)
    if line.count(_BETWEEN_WORDS) + 1 != len(words) or not _CLIENT_CALL.search(line):
        return tuple(words)
    return tuple(_CLIENT_CALL.sub(_scrub_client, line).split(_BETWEEN_WORDS))


def _scrub_client(call: re.Match[str]) -> str:
    client = call.lastgroup or ""

    def safe(match: re.Match[str]) -> str:
        if client == "user":
            return match[1] + _USER_AND_PASSWORD.sub(rf"\1:{REDACTED}", match[2])
        return match[0] if _is_public(match[2]) else match[1] + REDACTED

    return _CLIENT_PASSWORD[client].sub(safe, call[0])


def _scrub_flag(match: re.Match[str]) -> str:
    return match[1] + _value_of_flag(match["name"], match[3])


def _value_of_flag(flag: str, value: str) -> str:
    if flag in _USER_FLAGS:
        return _USER_AND_PASSWORD.sub(rf"\1:{REDACTED}", value)
    return REDACTED if is_sensitive_name(flag) and not _is_public(value) else value


def annotations(values: Mapping[str, str]) -> dict[str, str]:
    """Annotations, sorted by key, without the noisy ones; long values are cut, and say so."""
    kept: dict[str, str] = {}
    for name in sorted(values):
        if name not in _DROPPED_ANNOTATIONS:
            kept[name] = _annotation(name.rpartition("/")[2], values[name])
    return kept


def _annotation(name: str, value: str) -> str:
    if len(value) <= MAX_ANNOTATION_CHARS:
        return env_value(name, value)
    # A secret that the cut would split is seen whole: the text beyond it is looked at too, and then cut.
    safe = env_value(name, value[: 2 * MAX_ANNOTATION_CHARS])
    return safe if safe == REDACTED else _cut(safe, MAX_ANNOTATION_CHARS, len(value))


def _cut(safe: str, max_chars: int, original_chars: int) -> str:
    return f"{safe[:max_chars]}... ({original_chars} characters)"
