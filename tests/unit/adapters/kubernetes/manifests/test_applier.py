"""KubernetesManifestApplier: what is sent, and what is made of the answers."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from adapters.kubernetes.manifests.applier import KubernetesManifestApplier
from domain.commands.manifests.outcomes import FieldConflict, ObjectOutcome
from ports.errors import Unavailable, UnexpectedAnswer
from ports.manifests import ApplyOptions
from tests.support.api_answers import Request, with_status, with_text
from tests.support.api_client import connected
from tests.support.api_server import ApiServer
from tests.support.manifests import a_manifest
from tests.support.resource_types import a_resource_type
from tests.support.workloads import served

MAP = served("ConfigMap")
JSON = "application/json"
DEFINITION = "customresourcedefinitions"


@pytest.fixture
async def server() -> AsyncIterator[ApiServer]:
    server = ApiServer()
    server.put("namespaces", {"metadata": {"name": "shop"}})
    async with server.serving():
        yield server


@pytest.fixture
async def applier(server: ApiServer, tmp_path: Path) -> AsyncIterator[KubernetesManifestApplier]:
    async with connected(server, tmp_path) as connection:
        yield KubernetesManifestApplier(connection)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (ApplyOptions(), {"force": "false"}),
        (ApplyOptions(force=True), {"force": "true"}),
        (ApplyOptions(dry_run=True), {"force": "false", "dryRun": "All"}),
    ],
)
async def test_an_apply_is_strict_under_the_agents_own_name(
    applier: KubernetesManifestApplier, server: ApiServer, options: ApplyOptions, expected: dict[str, str]
) -> None:
    manifest = a_manifest(data={"a": "ä"})
    await applier.apply(manifest, MAP, options)
    (patch,) = [one for one in server.requests if one.verb == "patch"]
    assert patch.query == {"fieldManager": "atlhyper-agent", "fieldValidation": "Strict", **expected}
    assert patch.http.path == "/api/v1/namespaces/shop/configmaps/settings"
    assert patch.http.content_type == "application/apply-patch+yaml"
    assert json.loads(await patch.http.read()) == manifest.content


async def test_a_version_alone_makes_nothing_different(applier: KubernetesManifestApplier, server: ApiServer) -> None:
    server.put("configmaps", {**a_manifest(data={"a": "1"}).content, "status": {"by": "a controller"}})
    manifest = a_manifest(data={"a": "1"})
    found = server.get("configmaps", "settings", "shop")
    answer = {**found, "metadata": {**found["metadata"], "resourceVersion": "999", "managedFields": []}, "status": {}}
    server.fail(with_text(200, json.dumps(answer), content_type=JSON), verb="patch")
    assert (await applier.apply(manifest, MAP, ApplyOptions())).outcome is ObjectOutcome.UNCHANGED


async def test_fields_of_a_client_side_apply_are_warned_about(
    applier: KubernetesManifestApplier, server: ApiServer
) -> None:
    managed = [{"manager": "kubectl-client-side-apply", "operation": "Update"}]
    server.put("configmaps", {"metadata": {"name": "settings", "namespace": "shop", "managedFields": managed}})
    (warning,) = (await applier.apply(a_manifest(), MAP, ApplyOptions())).warnings
    assert "kubectl-client-side-apply" in warning


@pytest.mark.parametrize(
    ("headers", "warnings"),
    [
        (['299 - "v1 Endpoints is deprecated in v1.33+"'], ["v1 Endpoints is deprecated in v1.33+"]),
        (['299 - "a \\"b\\""', '299 kube "second", 299 - "third"'], ['a "b"', "second", "third"]),
        ([r'299 - "\q"', "199 - nothing", "nonsense"], [r"\q"]),
    ],
)
async def test_what_the_api_server_warns_of_is_told(
    applier: KubernetesManifestApplier, server: ApiServer, headers: list[str], warnings: list[str]
) -> None:
    async def warned(_: Request) -> web.StreamResponse:
        body = {"metadata": {"name": "settings", "namespace": "shop"}}
        return web.json_response(body, headers=[("Warning", text) for text in headers], status=201)

    server.fail(warned, verb="patch")
    assert list((await applier.apply(a_manifest(), MAP, ApplyOptions())).warnings) == warnings


def _status(code: int, message: str, *causes: dict[str, str]) -> str:
    return json.dumps({"kind": "Status", "code": code, "message": message, "details": {"causes": causes}})


async def test_a_conflict_is_a_result_with_who_and_what(applier: KubernetesManifestApplier, server: ApiServer) -> None:
    cause = {"reason": "FieldManagerConflict", "field": ".data.a", "message": 'conflict with "kubectl" using v1'}
    server.fail(with_text(409, _status(409, "Apply failed with 1 conflict", cause), content_type=JSON), verb="patch")
    result = await applier.apply(a_manifest(), MAP, ApplyOptions())
    assert result.outcome is ObjectOutcome.FAILED
    assert result.conflicts == (FieldConflict("kubectl", (".data.a",)),)


async def test_a_refusal_that_repeats_the_whole_object_is_read_to_its_end(
    applier: KubernetesManifestApplier, server: ApiServer
) -> None:
    dump = json.dumps({"containers": ["x" * 1000] * 60})
    cause = {
        "reason": "FieldValueInvalid",
        "field": "spec.template",
        "message": f"Invalid value: {dump}: field is immutable",
    }
    server.fail(with_text(422, _status(422, f"Job is invalid: {dump}", cause), content_type=JSON), verb="patch")
    result = await applier.apply(a_manifest(), MAP, ApplyOptions())
    assert result.error == "spec.template: field is immutable"


async def test_an_unknown_field_is_a_result_though_its_status_says_try_again(
    applier: KubernetesManifestApplier, server: ApiServer
) -> None:
    why = ".dta: field not declared in schema"
    message = f"failed to create typed patch object (shop/settings; /v1, Kind=ConfigMap): {why}"
    server.fail(with_text(500, _status(500, message), content_type=JSON), verb="patch")
    result = await applier.apply(a_manifest(), MAP, ApplyOptions())
    assert (result.outcome, result.error) == (ObjectOutcome.FAILED, why)


@pytest.mark.parametrize(("verb", "status"), [("patch", 503), ("patch", 500), ("get", 504), ("patch", 429)])
async def test_no_answer_that_decides_is_unavailable(
    applier: KubernetesManifestApplier, server: ApiServer, verb: str, status: int
) -> None:
    server.fail(with_status(status, "not now"), verb=verb)
    with pytest.raises(Unavailable):
        await applier.apply(a_manifest(), MAP, ApplyOptions())


@pytest.mark.parametrize("verb", ["get", "patch"])
async def test_an_answer_that_is_no_object_is_a_failure(
    applier: KubernetesManifestApplier, server: ApiServer, verb: str
) -> None:
    server.put("configmaps", {"metadata": {"name": "settings", "namespace": "shop"}})
    server.fail(with_text(200, "[1, 2]", content_type=JSON), verb=verb)
    result = await applier.apply(a_manifest(), MAP, ApplyOptions())
    assert (result.outcome, "no object" in result.error) == (ObjectOutcome.FAILED, True)


async def test_a_name_that_is_no_path_is_not_sent(applier: KubernetesManifestApplier, server: ApiServer) -> None:
    before = len(server.requests)
    result = await applier.apply(a_manifest(name="A:b"), MAP, ApplyOptions())
    assert result.outcome is ObjectOutcome.FAILED
    assert "name" in result.error
    assert len(server.requests) == before


async def test_a_role_may_have_a_name_with_a_colon(applier: KubernetesManifestApplier, server: ApiServer) -> None:
    role = a_manifest("Role", "system:x", api_version="rbac.authorization.k8s.io/v1")
    kind = a_resource_type("Role", group="rbac.authorization.k8s.io")
    assert (await applier.apply(role, kind, ApplyOptions())).outcome is ObjectOutcome.CREATED


@pytest.mark.parametrize(
    ("conditions", "trouble"),
    [
        ([{"type": "Established", "status": "True"}, None], ""),
        ([{"type": "Established", "status": "False"}], "not established"),
        ([{"type": "NamesAccepted", "status": "False", "message": "already taken"}], "not accepted: already taken"),
        ([{"type": "NamesAccepted", "status": "False"}], "not accepted"),
        (None, "not established"),
    ],
)
async def test_a_definition_serves_its_kind_once_it_is_established(
    applier: KubernetesManifestApplier, server: ApiServer, conditions: Any, trouble: str
) -> None:
    server.put(DEFINITION, {"metadata": {"name": "widgets.e.com"}, "status": {"conditions": conditions}})
    said = await applier.trouble_of_definition("widgets.e.com")
    assert trouble in said
    assert bool(said) is bool(trouble)


async def test_a_definition_that_is_something_else_is_unexpected(
    applier: KubernetesManifestApplier, server: ApiServer
) -> None:
    server.fail(with_text(200, "[]", content_type=JSON), plural=DEFINITION)
    with pytest.raises(UnexpectedAnswer):
        await applier.trouble_of_definition("widgets.e.com")
