"""Pod templates, selectors, conditions and strategies of workloads.

Source: wire contract 2.4.2.
"""

import json
from typing import Any, Final

from adapters.kubernetes.mappers.containers import container
from adapters.kubernetes.mappers.metadata import annotations
from adapters.kubernetes.mappers.options import MappingOptions
from adapters.kubernetes.mappers.pod_parts import affinity, secret_names, tolerations, volumes
from adapters.kubernetes.mappers.scalars import int_or_string, optional_int32, present, texts, time_text
from adapters.kubernetes.mappers.sharing import labels, name
from adapters.kubernetes.schema.pods import PodSpecStruct
from adapters.kubernetes.schema.templates import (
    ConditionStruct,
    PodTemplateStruct,
    RequirementStruct,
    SelectorStruct,
    TemplateMeta,
)
from adapters.kubernetes.schema.workloads import RollingUpdateStruct, StrategyStruct
from domain.cluster.templates import LabelExpr, LabelSelector, PodTemplate, UpdateStrategy, WorkloadCondition
from domain.redaction import scrub

_NO_TEMPLATE: Final = PodTemplateStruct()
_NO_META: Final = TemplateMeta()
_NO_SPEC: Final = PodSpecStruct()
NO_ROLLING_UPDATE: Final = RollingUpdateStruct()


def pod_template(template: PodTemplateStruct | None, options: MappingOptions) -> PodTemplate:
    """The pods that a workload makes; an empty template for none."""
    meta = (template or _NO_TEMPLATE).metadata or _NO_META
    spec = (template or _NO_TEMPLATE).spec or _NO_SPEC
    return PodTemplate(
        labels=labels(meta.labels),
        annotations=annotations(meta.annotations),
        containers=tuple([container(item, options) for item in present(spec.containers)]),
        volumes=volumes(spec.volumes),
        service_account_name=name(spec.service_account_name),
        node_selector=labels(spec.node_selector),
        tolerations=tolerations(spec.tolerations),
        affinity=affinity(spec.affinity),
        runtime_class_name=name(spec.runtime_class_name),
        image_pull_secrets=secret_names(spec.image_pull_secrets),
        host_network=bool(spec.host_network),
        dns_policy=name(spec.dns_policy),
    )


def label_selector(selector: SelectorStruct | None) -> LabelSelector | None:
    """A selector; None for none."""
    if selector is None:
        return None
    expressions = [
        LabelExpr(key=name(item.key), operator=name(item.operator), values=texts(item.values))
        for item in present(selector.match_expressions)
    ]
    return LabelSelector(match_labels=labels(selector.match_labels), match_expressions=tuple(expressions))


def selector_object(selector: SelectorStruct) -> dict[str, Any]:
    """A selector as the API writes it, without what is empty."""
    found: dict[str, Any] = {}
    if selector.match_labels:
        found["matchLabels"] = dict(labels(selector.match_labels))
    if selector.match_expressions:
        found["matchExpressions"] = [_requirement(item) for item in present(selector.match_expressions)]
    return found


def json_of(value: dict[str, Any]) -> str:
    """Compact JSON text; equal objects give equal text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _requirement(item: RequirementStruct) -> dict[str, Any]:
    found: dict[str, Any] = {"key": item.key or "", "operator": item.operator or ""}
    return found | ({"values": list(texts(item.values))} if item.values else {})


def conditions(items: list[ConditionStruct | None] | None) -> tuple[WorkloadCondition, ...]:
    """Conditions in the API's order."""
    return tuple([_condition(item) for item in present(items)])


def _condition(item: ConditionStruct) -> WorkloadCondition:
    return WorkloadCondition(
        type=name(item.type),
        status=name(item.status),
        reason=name(item.reason),
        message=scrub(item.message) if item.message else "",
        last_update_time=time_text(item.last_update_time or item.last_probe_time),
        last_transition_time=time_text(item.last_transition_time),
    )


def update_strategy(strategy: StrategyStruct | None) -> UpdateStrategy | None:
    """How pods of a StatefulSet or DaemonSet are replaced; None where no type is set."""
    if strategy is None or not strategy.type:
        return None
    rolling = strategy.rolling_update or NO_ROLLING_UPDATE
    return UpdateStrategy(
        type=name(strategy.type),
        partition=optional_int32(rolling.partition),
        max_unavailable=int_or_string(rolling.max_unavailable),
        max_surge=int_or_string(rolling.max_surge),
    )
