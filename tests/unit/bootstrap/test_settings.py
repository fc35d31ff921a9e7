"""Settings: defaults, the forms they are written in, and every problem at once."""

from pathlib import Path

import pytest

from bootstrap.settings import GROUPS, EnvValues, LogFormat, SettingsError, load_settings, warnings_about
from bootstrap.values import split_address
from domain.commands.actions import Action

VARIABLES = sorted(
    (str(field.validation_alias), group.__name__, name)
    for group in GROUPS
    for name, field in group.model_fields.items()
)
DURATIONS = sorted(variable for variable, _, name in VARIABLES if name.endswith("_seconds"))


def problems_of(**environ: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        load_settings(environ)
    return caught.value.problems


def test_nothing_set_is_a_usable_agent() -> None:
    settings = load_settings({})
    assert settings.master.url == "http://localhost:8081"
    assert settings.loops.snapshot_interval_seconds == 10
    assert settings.loops.heartbeat_interval_seconds == 30
    assert settings.loops.poll_interval_seconds == pytest.approx(0.1)
    assert settings.master.poll_timeout_seconds == 75
    assert settings.commands.timeout_seconds == 25
    assert set(Action) - set(settings.commands.allowed_actions) == {Action.EXEC, Action.GET_SECRET}
    assert set(settings.commands.protected_namespaces) == {"kube-system", "kube-public", "kube-node-lease"}
    assert settings.cluster.env_values is EnvValues.REDACTED
    assert settings.process.health_address == "0.0.0.0:8082"
    assert settings.process.log_format is LogFormat.AUTO


@pytest.mark.parametrize(("variable", "group", "name"), VARIABLES)
def test_an_empty_value_counts_as_unset(variable: str, group: str, name: str) -> None:
    del group, name
    assert load_settings({variable: "  "}) == load_settings({})


@pytest.mark.parametrize("variable", DURATIONS)
@pytest.mark.parametrize("text", ["0s", "-1s", "10", "soon"])
def test_durations_must_be_positive_and_have_a_unit(variable: str, text: str) -> None:
    (problem,) = problems_of(**{variable: text})
    assert problem.startswith(f"{variable}: {text!r}")


def test_every_problem_is_listed_at_once() -> None:
    problems = problems_of(AGENT_MASTER_URL="ftp://x", AGENT_SNAPSHOT_INTERVAL="-3s", AGENT_LOG_LEVEL="loud")
    assert [problem.partition(":")[0] for problem in problems] == [
        "AGENT_MASTER_URL",
        "AGENT_SNAPSHOT_INTERVAL",
        "AGENT_LOG_LEVEL",
    ]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("http://master:8081/", "http://master:8081"),
        ("master:8081", "http://master:8081"),
        ("https://edge.example/agents//", "https://edge.example/agents"),
    ],
)
def test_the_masters_address_is_taken_as_people_write_it(written: str, meant: str) -> None:
    assert load_settings({"AGENT_MASTER_URL": written}).master.url == meant


@pytest.mark.parametrize("written", ["ftp://x", "http://", "http://x:port", "http://x?y=1", "http://x:99999"])
def test_what_is_no_address_of_a_master_is_refused(written: str) -> None:
    (problem,) = problems_of(AGENT_MASTER_URL=written)
    assert problem.startswith("AGENT_MASTER_URL: ")


def test_a_url_with_a_password_is_refused_without_showing_it() -> None:
    for written in (
        "ftp://me:hunter2@x",
        "http://me:hunter2/x@h",
        "http://me:hunter2\u2100@h",
        "http://h/me:hunter2@x",
    ):
        assert "hunter2" not in "".join(problems_of(AGENT_MASTER_URL=written))
    assert "hunter2" not in repr(load_settings({"AGENT_MASTER_URL": "http://me:hunter2@h"}))


@pytest.mark.parametrize(
    ("written", "host", "port"), [("127.0.0.1:0", "127.0.0.1", 0), (":8082", "0.0.0.0", 8082), ("[::1]:80", "::1", 80)]
)
def test_addresses_to_listen_on(written: str, host: str, port: int) -> None:
    assert split_address(load_settings({"AGENT_HEALTH_ADDRESS": written}).process.health_address) == (host, port)


@pytest.mark.parametrize("written", ["8082", "x:y", "1.2.3.4:70000"])
def test_what_is_no_address_to_listen_on_is_refused(written: str) -> None:
    (problem,) = problems_of(AGENT_HEALTH_ADDRESS=written)
    assert "write it like 0.0.0.0:8082" in problem


def test_lists_and_headers_are_separated_by_commas() -> None:
    settings = load_settings(
        {"AGENT_EXCLUDE_KINDS": "ConfigMap, Secret,", "AGENT_MASTER_HEADERS": "X-Tenant=a, X-Key=b=c"}
    )
    assert settings.cluster.exclude_kinds == ("ConfigMap", "Secret")
    assert settings.master.headers == {"X-Tenant": "a", "X-Key": "b=c"}


def test_a_wrong_header_is_named_by_its_place_and_never_by_its_content() -> None:
    (problem,) = problems_of(AGENT_MASTER_HEADERS="X-A=1,s3cret")
    assert problem == "AGENT_MASTER_HEADERS: item 2 is not written as Name=value"


def test_settings_that_contradict_each_other_are_named() -> None:
    problems = problems_of(
        AGENT_NAMESPACES="shop",
        AGENT_EXCLUDE_KINDS="Pods",
        AGENT_ALLOWED_ACTIONS="scale,explode",
        AGENT_MASTER_CERT_FILE="/nowhere/cert.pem",
        AGENT_OTEL_FAST_TTL="10m",
    )
    assert [problem.partition(":")[0] for problem in problems] == [
        "AGENT_CLUSTER_ID",
        "AGENT_EXCLUDE_KINDS",
        "AGENT_ALLOWED_ACTIONS",
        "AGENT_MASTER_CERT_FILE and AGENT_MASTER_KEY_FILE",
        "AGENT_MASTER_CERT_FILE",
        "AGENT_OTEL_FAST_TTL",
    ]


def test_a_namespaced_agent_with_an_id_is_fine(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("t")
    settings = load_settings(
        {"AGENT_NAMESPACES": "a,b", "AGENT_CLUSTER_ID": "c", "AGENT_MASTER_TOKEN_FILE": str(tmp_path / "token")}
    )
    assert settings.cluster.namespaces == ("a", "b")


def test_the_agents_own_kubeconfig_wins_over_the_usual_variable() -> None:
    assert load_settings({"KUBECONFIG": "/a"}).cluster.kubeconfig_path == Path("/a")
    assert load_settings({"KUBECONFIG": "/a", "AGENT_KUBECONFIG": "/b"}).cluster.kubeconfig_path == Path("/b")


def test_variables_without_effect_are_pointed_out() -> None:
    assert warnings_about({"AGENT_MASTER_ULR": "x", "HOME": "z"}) == (
        "AGENT_MASTER_ULR is no setting; did you mean AGENT_MASTER_URL?",
    )
    assert warnings_about({"AGENT_ZZZ": ""}) == ("AGENT_ZZZ is no setting",)


def test_secrets_are_not_shown_when_settings_are() -> None:
    settings = load_settings({"AGENT_MASTER_HEADERS": "X-Key=s3cret", "AGENT_MASTER_PROXY": "http://u:s3cret@p"})
    assert "s3cret" not in repr(settings)


@pytest.mark.parametrize(
    "endpoint", ["ftp://store", "http://", "a:1,b:2", "http://store:notaport", "http://user:pa/ss@h"]
)
def test_an_address_of_the_store_that_is_none_is_a_problem_that_quotes_no_password(endpoint: str) -> None:
    (problem,) = problems_of(AGENT_CLICKHOUSE_ENDPOINT=endpoint)
    assert problem.startswith("AGENT_CLICKHOUSE_ENDPOINT: ")
    assert "pa/ss" not in problem


def test_without_an_address_there_is_no_store() -> None:
    settings = load_settings({"AGENT_CLICKHOUSE_DATABASE": "otel"})
    assert settings.telemetry_store.endpoint is None
    assert settings.telemetry_store.timeout_seconds == 30


def test_a_password_of_the_store_is_a_file_that_must_exist(tmp_path: Path) -> None:
    missing = str(tmp_path / "missing")
    (problem,) = problems_of(AGENT_CLICKHOUSE_ENDPOINT="http://store", AGENT_CLICKHOUSE_PASSWORD_FILE=missing)
    assert problem.startswith("AGENT_CLICKHOUSE_PASSWORD_FILE: ")
