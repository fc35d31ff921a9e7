"""Events, as old and new writers leave them.

core/v1 spells `reportingController` as `reportingComponent`. Source: k8s.io/api `core/v1` Event.
"""

from adapters.kubernetes.schema.metadata import LeanMeta, Partial, Text


class ObjectReference(Partial, frozen=True):
    """The object that an Event is about."""

    kind: Text = None
    namespace: Text = None
    name: Text = None
    uid: Text = None


class EventSourceStruct(Partial, frozen=True):
    """Who wrote it, as old writers say."""

    component: Text = None
    host: Text = None


class EventSeriesStruct(Partial, frozen=True):
    """How often it happened, as new writers say."""

    count: int | None = None
    last_observed_time: Text = None


class EventStruct(Partial, frozen=True):
    """An Event."""

    metadata: LeanMeta | None = None
    involved_object: ObjectReference | None = None
    type: Text = None
    reason: Text = None
    message: Text = None
    source: EventSourceStruct | None = None
    count: int | None = None
    first_timestamp: Text = None
    last_timestamp: Text = None
    event_time: Text = None
    series: EventSeriesStruct | None = None
    reporting_component: Text = None
