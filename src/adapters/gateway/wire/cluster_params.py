"""Parameters of the actions on the cluster: one request per action, each parameter in both spellings.

Unknown names are ignored; a known name of the wrong type is refused by name. Source: wire contract 1.6; the names that
the Master does not send yet are kubectl's options.
"""

from dataclasses import replace
from typing import Final, TypeVar

from adapters.gateway.wire.params import Params
from domain.commands.configuration_requests import GetConfigMapRequest, GetSecretRequest
from domain.commands.dynamic_requests import MAX_ITEMS, DynamicCommand, DynamicRequest
from domain.commands.manifest_requests import ApplyManifestsRequest
from domain.commands.node_requests import CordonRequest, DrainOptions, DrainRequest, UncordonRequest, one_node
from domain.commands.pod_requests import DEFAULT_EXEC_SECONDS, DEFAULT_TAIL_LINES, ExecRequest, GetLogsRequest
from domain.commands.target import Target
from domain.commands.workload_requests import (
    DeletePodRequest,
    DeleteRequest,
    DeletionOptions,
    Propagation,
    RestartRequest,
    ScaleRequest,
    UpdateImageRequest,
)
from domain.errors import InvalidCommandError

_MAX_QUOTED_CHARS: Final = 64
ValueT = TypeVar("ValueT")


def to_scale(target: Target, params: Params) -> ScaleRequest:
    """`scale`."""
    replicas = params.integer("replicas")
    if replicas is None:
        raise InvalidCommandError("replicas", "is required")
    return ScaleRequest(
        target=target,
        replicas=replicas,
        current_replicas=params.integer("currentReplicas", "current_replicas"),
        resource_version=params.token("resourceVersion", "resource_version"),
    )


def to_restart(target: Target, _params: Params) -> RestartRequest:
    """`restart`."""
    return RestartRequest(target=target)


def to_update_image(target: Target, params: Params) -> UpdateImageRequest:
    """`update_image`."""
    return UpdateImageRequest(target=target, image=params.text("image"), container=params.text("container"))


def to_delete(target: Target, params: Params) -> DeleteRequest:
    """`delete`."""
    return DeleteRequest(target=target, options=_deletion(params))


def to_delete_pod(target: Target, params: Params) -> DeletePodRequest:
    """`delete_pod`."""
    return DeletePodRequest(target=target, options=_deletion(params))


def to_cordon(target: Target, _params: Params) -> CordonRequest:
    """`cordon`."""
    return CordonRequest(target=one_node(target))


def to_uncordon(target: Target, _params: Params) -> UncordonRequest:
    """`uncordon`."""
    return UncordonRequest(target=one_node(target))


def to_drain(target: Target, params: Params) -> DrainRequest:
    """`drain`."""
    usual = DrainOptions()
    return DrainRequest(
        target=one_node(target),
        options=DrainOptions(
            timeout_seconds=_or(params.integer("timeoutSeconds", "timeout_seconds"), usual.timeout_seconds),
            grace_period_seconds=_or(
                params.integer("gracePeriodSeconds", "grace_period_seconds"), usual.grace_period_seconds
            ),
            ignore_daemon_sets=_or(params.flag("ignoreDaemonSets", "ignore_daemon_sets"), usual.ignore_daemon_sets),
            delete_empty_dir_data=_or(params.flag("deleteEmptyDirData", "delete_empty_dir_data"), default=False),
            force=_or(params.flag("force"), default=False),
            disable_eviction=_or(params.flag("disableEviction", "disable_eviction"), default=False),
            skip_wait_for_delete_timeout_seconds=_or(
                params.integer("skipWaitForDeleteTimeoutSeconds", "skip_wait_for_delete_timeout_seconds"), 0
            ),
            pod_selector=params.text("podSelector", "pod_selector"),
            dry_run=_or(params.flag("dryRun", "dry_run"), default=False),
        ),
    )


def to_get_logs(target: Target, params: Params) -> GetLogsRequest:
    """`get_logs`; people send `tailLines`, the assistant `tail_lines`, and a tail of nothing means the usual."""
    tail_lines = _or(params.integer("tailLines", "tail_lines"), DEFAULT_TAIL_LINES)
    return GetLogsRequest(
        target=target,
        tail_lines=tail_lines if tail_lines > 0 else DEFAULT_TAIL_LINES,
        container=params.text("container"),
        all_containers=_or(params.flag("allContainers", "all_containers"), default=False),
        previous=_or(params.flag("previous"), default=False),
        since_seconds=params.integer("sinceSeconds", "since_seconds"),
        since_time=params.time("sinceTime", "since_time"),
        timestamps=_or(params.flag("timestamps"), default=False),
        limit_bytes=params.integer("limitBytes", "limit_bytes"),
    )


def to_exec(target: Target, params: Params) -> ExecRequest:
    """`exec`."""
    return ExecRequest(
        target=target,
        command=params.texts("command"),
        container=params.text("container"),
        timeout_seconds=_or(params.integer("timeoutSeconds", "timeout_seconds"), DEFAULT_EXEC_SECONDS),
    )


def to_get_configmap(target: Target, _params: Params) -> GetConfigMapRequest:
    """`get_configmap`."""
    return GetConfigMapRequest(target=target)


def to_get_secret(target: Target, _params: Params) -> GetSecretRequest:
    """`get_secret`."""
    return GetSecretRequest(target=target)


def to_apply_manifests(_target: Target, params: Params) -> ApplyManifestsRequest:
    """`apply_manifests`; its targets are in the manifests, and one beside them means nothing."""
    return ApplyManifestsRequest(
        manifests=params.text("manifests"),
        path=params.text("path"),
        dry_run=_or(params.flag("dryRun", "dry_run"), default=False),
        force=_or(params.flag("force"), default=False),
        default_namespace=params.text("defaultNamespace", "default_namespace"),
        continue_on_error=_or(params.flag("continueOnError", "continue_on_error"), default=True),
    )


def to_dynamic(target: Target, params: Params) -> DynamicRequest:
    """`dynamic`."""
    command = params.text("command")
    if not command:
        raise InvalidCommandError("command", "is required: " + ", ".join(DynamicCommand))
    return DynamicRequest(
        target=target if target.kind else replace(target, kind=params.text("kind")),
        command=_member(DynamicCommand, "command", command),
        label_selector=params.text("label_selector", "labelSelector"),
        field_selector=params.text("field_selector", "fieldSelector"),
        limit=min(_or(params.integer("limit"), MAX_ITEMS), MAX_ITEMS),
        continue_token=params.text("continue"),
        involved_kind=params.text("involved_kind", "involvedKind"),
        involved_name=params.text("involved_name", "involvedName"),
    )


def _deletion(params: Params) -> DeletionOptions:
    propagation = params.text("propagationPolicy", "propagation_policy")
    return DeletionOptions(
        grace_period_seconds=params.integer("gracePeriodSeconds", "grace_period_seconds"),
        force=_or(params.flag("force"), default=False),
        propagation=_member(Propagation, "propagationPolicy", propagation) if propagation else Propagation.BACKGROUND,
        uid=params.text("uid"),
        resource_version=params.token("resourceVersion", "resource_version"),
        dry_run=_or(params.flag("dryRun", "dry_run"), default=False),
    )


def _or(value: ValueT | None, default: ValueT) -> ValueT:
    return default if value is None else value


MemberT = TypeVar("MemberT", DynamicCommand, Propagation)


def _member(members: type[MemberT], name: str, text: str) -> MemberT:
    for member in members:
        if member.value == text:
            return member
    raise InvalidCommandError(name, f"must be one of {', '.join(members)}, not {text[:_MAX_QUOTED_CHARS]!r}")
