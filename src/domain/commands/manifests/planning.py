"""What will be applied, where and in which order, and what will not: decided before anything is sent.

An object without a namespace gets the one that the caller named for such objects, or none of it is guessed and it is
rejected; a kind that has no namespaces loses one that was written, with a warning. Then the policy is asked, per object
and over the kind that was resolved. A kind that is not served, but that a CustomResourceDefinition of the same set
defines, waits for that one.

Source: `kubectl apply`, where it does not fall back to the namespace of a kubeconfig.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from domain.cluster.resource_types import ResourceType
from domain.commands.actions import Action, Topic
from domain.commands.manifests.escalation import SETTING, escalation_in
from domain.commands.manifests.objects import InvalidManifestError, Manifest, mapping, with_namespace
from domain.commands.manifests.order import defined_kind, in_order
from domain.commands.manifests.outcomes import ObjectOutcome, ObjectResult
from domain.commands.policy import Policy

KindKey: TypeAlias = tuple[str, str]
"""(apiVersion, kind), as written."""
Resolved: TypeAlias = Mapping[KindKey, ResourceType | str]
"""What discovery made of each kind: the kind, or why there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyRules:
    """What decides about each object."""

    policy: Policy
    topic: Topic = Topic.OPS
    default_namespace: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One object that will be applied."""

    number: int
    """Which one of the set, in the order in which they were written."""
    manifest: Manifest
    resource: ResourceType | None
    """None while a definition of the same set has to be applied first."""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A set, decided."""

    steps: tuple[Step, ...]
    """In the order in which they are applied."""
    decided: Mapping[int, ObjectResult]
    """Objects that will not be applied, by number."""
    warnings: tuple[str, ...] = ()


def kinds_of(manifests: Sequence[Manifest]) -> tuple[KindKey, ...]:
    """The kinds that have to be resolved, each once."""
    return tuple(dict.fromkeys((one.api_version, one.kind) for one in manifests))


def plan(manifests: Sequence[Manifest], resolved: Resolved, rules: ApplyRules) -> Plan:
    """Decide about a whole set."""
    defined = {defined_kind(one) for one in manifests}
    steps: list[Step] = []
    decided: dict[int, ObjectResult] = {}
    for number, manifest in in_order(manifests):
        found = resolved[manifest.api_version, manifest.kind]
        if isinstance(found, ResourceType):
            step = step_of(number, manifest, found, rules)
        elif (manifest.group, manifest.kind) in defined:
            step = Step(number=number, manifest=manifest, resource=None)
        else:
            step = ObjectResult(manifest=manifest, outcome=ObjectOutcome.FAILED, error=found)
        if isinstance(step, Step):
            steps.append(step)
        else:
            decided[number] = step
    return Plan(steps=tuple(steps), decided=decided, warnings=tuple(_warnings(steps)))


def step_of(number: int, manifest: Manifest, resource: ResourceType, rules: ApplyRules) -> Step | ObjectResult:
    """What is to be done with one object, or why nothing is."""
    if "patch" not in resource.verbs:
        error = f"{resource.qualified} cannot be applied"
        return ObjectResult(manifest=manifest, outcome=ObjectOutcome.FAILED, error=error)
    try:
        placed, warnings = _in_its_namespace(manifest, resource, rules.default_namespace)
    except InvalidManifestError as error:
        return ObjectResult(manifest=manifest, outcome=ObjectOutcome.FAILED, error=str(error))
    if reason := _refusal(placed, resource, rules):
        return ObjectResult(manifest=placed, outcome=ObjectOutcome.REFUSED, error=reason, warnings=warnings)
    return Step(number=number, manifest=placed, resource=resource, warnings=warnings)


def _in_its_namespace(
    manifest: Manifest, resource: ResourceType, default_namespace: str
) -> tuple[Manifest, tuple[str, ...]]:
    if not resource.namespaced:
        if not manifest.namespace:
            return manifest, ()
        placed = replace(manifest, namespace="", content=with_namespace(manifest.content, ""))
        return placed, (f"{resource.kind} is in no namespace; {manifest.namespace} is left out",)
    if manifest.namespace:
        return manifest, ()
    if not default_namespace:
        raise InvalidManifestError("names no namespace, and none was given for such objects (defaultNamespace)")
    content = with_namespace(manifest.content, default_namespace)
    return replace(manifest, namespace=default_namespace, content=content), ()


def _refusal(manifest: Manifest, resource: ResourceType, rules: ApplyRules) -> str:
    policy = rules.policy
    reason = policy.refusal_of_object(Action.APPLY_MANIFESTS, rules.topic, resource, manifest.namespace, manifest.name)
    if reason or policy.apply_escalation:
        return reason
    found = escalation_in(manifest)
    return f"{found} is applied only where the operator allows it ({SETTING})" if found else ""


def _warnings(steps: Sequence[Step]) -> Iterator[str]:
    counts = Counter((one.manifest.group, str(one.manifest)) for one in steps)
    for (_, name), count in counts.items():
        if count > 1:
            yield f"{name} is there {count} times; the last one counts"
    sized = {
        (one.manifest.kind, one.manifest.namespace, one.manifest.name)
        for one in steps
        if mapping(one.manifest.content, "spec").get("replicas") is not None
    }
    for step in steps:
        if step.manifest.group == "autoscaling" and step.manifest.kind == "HorizontalPodAutoscaler":
            target = mapping(mapping(step.manifest.content, "spec"), "scaleTargetRef")
            if (target.get("kind"), step.manifest.namespace, target.get("name")) in sized:
                yield (
                    f"{step.manifest} scales {target.get('kind')} {target.get('name')}, whose manifest sets replicas: "
                    "each apply would undo it; leave replicas out"
                )
