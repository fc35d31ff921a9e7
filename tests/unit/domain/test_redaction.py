"""No planted secret survives, and what is no secret stays as it is."""

import re
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import redaction
from domain.redaction import REDACTED, annotations, arguments, env_value, is_sensitive_name, scrub
from tests.support.secrets import CANARY, HEX, SENSITIVE_NAMES, SHAPES

HARMLESS_NAMES = re.findall(
    r"\S+",
    """
LOG_LEVEL PATH HOME AUTHOR AUTHORITY BYPASS_CACHE COMPASS TRESPASS passthrough passive TOKENIZER tokenised
MONKEY KEY KEYSPACE keyword appKeyword BASALT DSNAME SIGNAL SIGNATURES secretName SECRET_NAME
tokenExpirationSeconds PASSWORD_FILE auth.type CREDENTIALS_PATH DATABASE_URL podManagementPolicy hostname
TOKEN_TTL automountServiceAccount
""",
)


@pytest.mark.parametrize("name", SENSITIVE_NAMES)
def test_the_value_of_a_sensitive_name_goes_wherever_it_stands(name: str) -> None:
    secret = "Canary,0x7-value"
    assert is_sensitive_name(name)
    assert env_value(name, secret) == REDACTED
    assert annotations({f"example.com/{name}": secret}) == {f"example.com/{name}": REDACTED}
    for words in ([f"--{name}={CANARY}-1"], [f"--{name}", f"{CANARY}-1"], ["-c", f"run --{name} {CANARY}-1 -v"]):
        assert CANARY not in repr(arguments(words))
        assert name in repr(arguments(words))
    for text in (
        f"{name}={CANARY}-1",
        f"{name}: {CANARY}-1",
        f"{name}:{CANARY}-1",
        f"{name} = {CANARY}-1",
        f"{name} := {CANARY}-1",
        f"{name} => '{CANARY} 1'",
        f"{name}=='{CANARY} 1'",
        f'"{name}":"{CANARY} 1, {CANARY}"',
        f'"{name}" : "{CANARY} \\" {CANARY}"',
        f'{{\\"{name}\\":\\"{CANARY} 1\\"}}',
        f'{{\\\\\\"{name}\\\\\\":\\\\\\"{CANARY} 1\\\\\\"}}',
        f"{name}: |\n  {CANARY}\n  {CANARY}\nnext: 1",
        f"{name}: >-\n\t{CANARY}\n",
        f"{name}='{CANARY} unterminated",
        f'{name}="{CANARY} unterminated',
        f"https://example.com/x?a=1&{name}={CANARY}&b=2",
        f"Server=db;{name}={CANARY};Timeout=3",
        f"OUTER=-D{name}={CANARY} INNER",
        f"--set=image.{name}={CANARY}",
        f"{name}: Bearer {CANARY}",
        f"{name}: token {CANARY}",
        f"{name}=abc{REDACTED}{CANARY}",
    ):
        assert CANARY not in scrub(text), scrub(text)
        assert REDACTED in scrub(text)


@pytest.mark.parametrize("name", HARMLESS_NAMES)
def test_a_harmless_name_hides_nothing(name: str) -> None:
    assert not is_sensitive_name(name)
    assert env_value(name, "plain value") == "plain value"
    assert scrub(f"{name}=plain") == f"{name}=plain"


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
@pytest.mark.parametrize(
    "around", ["{}", "before {} after", "x={}", '{{"a":"{}"}}', "({})", "a,{},b", "line\n{}\nline"]
)
def test_a_shape_goes_wherever_it_stands(shape: str, around: str) -> None:
    text = around.format(shape)
    body = re.sub(r"^(-----BEGIN [A-Z ]+-----|[a-zA-Z0-9_-]+[._:]|https://hooks.slack.com/services/)", "", shape)
    assert body[:24] in text
    for safe in (scrub(text), env_value("FOO", text), repr(arguments([text])), repr(annotations({"a": text}))):
        assert REDACTED in safe
        assert CANARY not in safe.lower()
        assert HEX[:24] not in safe


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("postgres://app:canary@db:5432/shop", f"postgres://app:{REDACTED}@db:5432/shop"),
        ("redis://:canary@cache/0", f"redis://:{REDACTED}@cache/0"),
        ("postgres://app:can/ary@db:5432/shop", f"postgres://app:{REDACTED}@db:5432/shop"),
        ("https://canary@github.com/org/repo.git", f"https://{REDACTED}@github.com/org/repo.git"),
        ("jdbc:oracle:thin:scott/canary@//db:1521/x", f"jdbc:oracle:thin:scott/{REDACTED}@//db:1521/x"),
        ('[{"name":"DB_PASSWORD","value":"canary"}]', f'[{{"name":"DB_PASSWORD","value":"{REDACTED}"}}]'),
        (
            '{\\"name\\":\\"API_TOKEN\\",\\"value\\":\\"canary\\"}',
            f'{{\\"name\\":\\"API_TOKEN\\",\\"value\\":\\"{REDACTED}\\"}}',
        ),
        ("- name: DB_PASSWORD\n  value: canary\n- name: A", f"- name: DB_PASSWORD\n  value: {REDACTED}\n- name: A"),
        ('<add key="Password" value="canary"/>', f'<add key="Password" value="{REDACTED}"/>'),
        ("amqp://u:canary1@a,amqp://u:canary2@b", f"amqp://u:{REDACTED}@a,amqp://u:{REDACTED}@b"),
        ("https://u:can@ry@host/x", f"https://u:{REDACTED}@host/x"),
        ("jdbc:mysql://root:canary@db/shop", f"jdbc:mysql://root:{REDACTED}@db/shop"),
        ("app:canary@tcp(db:3306)/shop", f"app:{REDACTED}@tcp(db:3306)/shop"),
        ("app:can,(ary@unix(/tmp/x)/shop", f"app:{REDACTED}@unix(/tmp/x)/shop"),
        ("user:canary@db.example.com:5432", f"user:{REDACTED}@db.example.com:5432"),
        ("user:canary@db", f"user:{REDACTED}@db"),
        ("Authorization: Bearer canary-0123456789", f"Authorization: Bearer {REDACTED}"),
        ("authorization: basic dXNlcjpjYW5hcnk=", f"authorization: basic {REDACTED}"),
        ("curl -H 'Bearer canaryCanary'", f"curl -H 'Bearer {REDACTED}'"),
        ("Bearer canarycanarycanarycanary", f"Bearer {REDACTED}"),
        ("user=app password=canary host=db", f"user=app password={REDACTED} host=db"),
        ('{"auths":{"r.io":{"auth":"canary"}}}', f'{{"auths":{{"r.io":{{"auth":"{REDACTED}"}}}}}}'),
        ("JAVA_OPTS=-Dpassword=canary -Dx=y", f"JAVA_OPTS=-Dpassword={REDACTED} -Dx=y"),
        ("password={}&x=1", "password={}&x=1"),
    ],
)
def test_only_the_secret_goes(text: str, expected: str) -> None:
    assert scrub(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain",
        "Back-off restarting failed container=app pod=web-1_shop(6f0e)",
        'MountVolume.SetUp failed for volume "db-credentials" : secret "db" not found',
        "couldn't find key password in Secret shop/db",
        "0/3 nodes are available: 3 node(s) had untolerated taint {key: value}.",
        "Basic authentication failed",
        "basic configuration, bearer certificates",
        "nginx:1.25@sha256:6f0e",
        "docker.io/library/nginx:1.25@sha256:6f0e",
        "mailto:ops@example.com",
        "git@github.com:org/repo.git",
        "http://host:8080/path?x=1@y",
        "http://registry:4873/@scope/package",
        "http://[::1]:8080/path@x",
        "http://${HOST}:${PORT}/path@x",
        "https://example.com/path@x",
        '[{"name":"LOG_LEVEL","value":"debug"}]',
        '"url":"http://host:80","mail":"a@b"',
        "12:30:45@node",
        "password=$(DB_PASSWORD)",
        "password: ${DB_PASSWORD}",
        "automountServiceAccountToken: false",
        "ALLOW_EMPTY_PASSWORD=yes",
        "token=",
        'token=""',
        "secretName=db",
        "AKIA",
        "eyJ",
        "sk-short",
        "https://example.com/tokens/list",
        "npm_config_cache=/tmp",
        "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    ],
)
def test_a_text_without_secrets_stays_as_it_is(text: str) -> None:
    assert scrub(text) == text
    assert env_value("FOO", text) == text
    assert arguments([text]) == (text,)
    assert annotations({"a": text}) == {"a": text}


@pytest.mark.parametrize("value", ["", "true", "False", "no", "null", "$(OTHER)", "${OTHER}", '""', REDACTED])
def test_a_switch_or_a_reference_is_no_secret_under_any_name(value: str) -> None:
    assert env_value("DB_PASSWORD", value) == value
    assert arguments(["--password", value]) == ("--password", value)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], ()),
        (["--password=x", "run"], (f"--password={REDACTED}", "run")),
        (["--password", "x", "y"], ("--password", REDACTED, "y")),
        (["-password", "x"], ("-password", REDACTED)),
        (["--password", "--token", "x"], ("--password", "--token", REDACTED)),
        (["--password"], ("--password",)),
        (["--level", "debug"], ("--level", "debug")),
        (["--url", "a://u:x@h"], ("--url", f"a://u:{REDACTED}@h")),
        (["-u", "bob:hunter2"], ("-u", f"bob:{REDACTED}")),
        (["--user", "1000:1000"], ("--user", "1000:1000")),
        (["--user", "bob"], ("--user", "bob")),
        (["sh", "-c", "mysql --password hunter2 -h db"], ("sh", "-c", f"mysql --password {REDACTED} -h db")),
        (["mysql --password 'hunter 2' -v"], (f"mysql --password {REDACTED} -v",)),
        (['curl -u "bob:hunter2" https://x'], (f'curl -u "bob:{REDACTED}" https://x',)),
        (["run --level debug --token $(TOKEN)"], ("run --level debug --token $(TOKEN)",)),
        (["run --password"], ("run --password",)),
        (["mysqladmin", "ping", "-uroot", "-phunter2"], ("mysqladmin", "ping", "-uroot", f"-p{REDACTED}")),
        (["sh", "-c", "mysql -p'hunter 2' -h db; ls -p x"], ("sh", "-c", f"mysql -p{REDACTED} -h db; ls -p x")),
        (["mysql", "-p", "shop", "-P", "3306"], ("mysql", "-p", "shop", "-P", "3306")),
        (["redis-cli", "-a", "hunter2", "ping"], ("redis-cli", "-a", REDACTED, "ping")),
        (["redis-cli -a $(PASSWORD) ping"], ("redis-cli -a $(PASSWORD) ping",)),
        (["sshpass", "-phunter2", "ssh", "h"], ("sshpass", f"-p{REDACTED}", "ssh", "h")),
        (["sshpass -p hunter2 ssh h"], (f"sshpass -p {REDACTED} ssh h",)),
        (["mongosh", "-p", "hunter2"], ("mongosh", "-p", REDACTED)),
        (["ldapsearch", "-w", "hunter2"], ("ldapsearch", "-w", REDACTED)),
        (["curl -ubob:hunter2 https://x"], (f"curl -ubob:{REDACTED} https://x",)),
        (["curl", "--user=bob:hunter2", "https://x"], ("curl", f"--user=bob:{REDACTED}", "https://x")),
        (["tail", "-a", "x", "-p", "y"], ("tail", "-a", "x", "-p", "y")),
        (["redis-cli", "info", "a\x1fb"], ("redis-cli", "info", "a\x1fb")),
        (["run --password -v"], ("run --password -v",)),
    ],
)
def test_command_lines(words: list[str], expected: tuple[str, ...]) -> None:
    assert arguments(words) == expected


def test_noisy_annotations_are_dropped_and_the_rest_sorted() -> None:
    noisy = dict.fromkeys(redaction._DROPPED_ANNOTATIONS, CANARY)
    assert list(annotations({"b": "2", **noisy, "a": ""}).items()) == [("a", ""), ("b", "2")]


def test_long_annotations_are_cut_and_say_so() -> None:
    limit = redaction.MAX_ANNOTATION_CHARS
    assert annotations({"a": "x" * limit}) == {"a": "x" * limit}
    assert annotations({"a": "x" * (limit + 1)}) == {"a": "x" * limit + f"... ({limit + 1} characters)"}
    assert annotations({"api-token": "x" * (limit + 1)}) == {"api-token": REDACTED}


def test_a_secret_across_the_cut_is_seen_whole() -> None:
    start = redaction.MAX_ANNOTATION_CHARS - 20
    safe = annotations({"a": "x" * start + " postgres://app:canary-canary-canary@db " + "y" * 9000})["a"]
    assert CANARY not in safe


def test_other_texts_are_cut_later() -> None:
    limit = redaction.MAX_TEXT_CHARS
    assert scrub("x" * (limit + 1)) == "x" * limit + f"... ({limit + 1} characters)"


_HOSTILE: dict[str, Callable[[int], str]] = {
    "letters before a sign": lambda size: "x" * size + "=",
    "dotted words": lambda size: "=" + "ab." * (size // 3),
    "beginnings of tokens": lambda size: "eyJ" * (size // 3),
    "beginnings of tokens in parts": lambda size: "-eyJaaaaaaaa" * (size // 12),
    "beginnings of blocks": lambda size: "-----BEGIN PRIVATE KEY-----" * (size // 27),
    "beginnings of addresses": lambda size: "a://" * (size // 4),
    "colons": lambda size: "http://" + "a:" * (size // 2),
    "blanks": lambda size: "password" + " " * size,
    "bearers": lambda size: "Bearer " * (size // 7),
    "quotes": lambda size: 'password="' * (size // 10),
    "backslashes": lambda size: "password" + "\\" * size,
    "flags": lambda size: "--token " * (size // 8),
    "passwords of addresses": lambda size: "a://a:b/" * (size // 8) + "@",
    "names before values": lambda size: 'name: aa value: "' * (size // 17),
    "clients": lambda size: "mysql " * (size // 6),
    "flags of a client": lambda size: "mysql" + " -p" * (size // 3),
    "users": lambda size: "a:" * (size // 2) + "@",
}


@pytest.mark.parametrize("build", _HOSTILE.values(), ids=_HOSTILE.keys())
def test_a_hostile_text_takes_time_in_proportion_to_its_length(build: Callable[[int], str]) -> None:
    def cpu_seconds(text: str) -> float:
        began = time.process_time()
        arguments([text])
        return time.process_time() - began

    # Four times the text may take four times as long; squared it would be sixteen. The floor is the clock's own noise.
    quarter = min(cpu_seconds(build(16000)) for _ in range(3))
    whole = min(cpu_seconds(build(64000)) for _ in range(3))
    assert whole < max(quarter, 0.005) * 10


@given(st.text(alphabet=st.sampled_from("pas word=:\"'\\@/-{}[],;&|\n$()uTokenBearr 09"), max_size=60))
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    once = scrub(text)
    assert scrub(once) == once


@given(st.text(max_size=80))
def test_any_text_can_be_scrubbed(text: str) -> None:
    for safe in (scrub(text), env_value(text, text), *arguments([text, text]), *annotations({text: text}).values()):
        assert isinstance(safe, str)
