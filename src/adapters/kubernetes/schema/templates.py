"""What workloads share: pod templates, selectors, conditions.

Source: k8s.io/api `core/v1` PodTemplateSpec, `meta/v1` LabelSelector.
"""

from adapters.kubernetes.schema.metadata import Partial, Text, TextMap, Texts
from adapters.kubernetes.schema.pods import PodSpecStruct


class TemplateMeta(Partial, frozen=True):
    """Labels and annotations of the pods."""

    labels: TextMap = None
    annotations: TextMap = None


class PodTemplateStruct(Partial, frozen=True):
    """The pods that a workload makes."""

    metadata: TemplateMeta | None = None
    spec: PodSpecStruct | None = None


class RequirementStruct(Partial, frozen=True):
    """One requirement on a label."""

    key: Text = None
    operator: Text = None
    values: Texts = None


class SelectorStruct(Partial, frozen=True):
    """Which labels are meant."""

    match_labels: TextMap = None
    match_expressions: list[RequirementStruct | None] | None = None


class ConditionStruct(Partial, frozen=True):
    """A condition of a workload; which of the times there are depends on the kind."""

    type: Text = None
    status: Text = None
    reason: Text = None
    message: Text = None
    last_update_time: Text = None
    last_probe_time: Text = None
    last_transition_time: Text = None
