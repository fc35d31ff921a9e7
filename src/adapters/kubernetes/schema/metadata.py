"""What every API object has: the base of all structs, and ObjectMeta.

Source: k8s.io/apimachinery `meta/v1` ObjectMeta and OwnerReference.
"""

from typing import TypeAlias

import msgspec

Text: TypeAlias = str | None
"""A string that may be null."""
Texts: TypeAlias = list[str | None] | None
"""A list of strings; neither the list nor an element needs to be there."""
TextMap: TypeAlias = dict[str, str | None] | None
"""Labels and the like; a null value means an empty one."""
IntOrString: TypeAlias = int | str | None
"""A number, a percentage or a name."""
Quantities: TypeAlias = dict[str, str | int | float | None] | None
"""Resource names to quantities; clients may have written numbers."""


class Partial(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """The named part of an API object; decoded, mapped, thrown away.

    Structs hold no cycles, so the collector need not know them (a tenth of the decoding time). Frozen ones can be
    hashed: a part that was mapped before is recognised without looking into it.
    """


class Marker(Partial, frozen=True):
    """A block of which only the presence counts."""


class Named(Partial, frozen=True):
    """A reference by name."""

    name: Text = None


class OwnerReference(Partial, frozen=True):
    """Who made the object."""

    kind: Text = None
    name: Text = None
    controller: bool | None = None


class ObjectMeta(Partial, frozen=True):
    """Identity, times, labels."""

    name: Text = None
    namespace: Text = None
    uid: Text = None
    resource_version: Text = None
    generation: int | None = None
    creation_timestamp: Text = None
    deletion_timestamp: Text = None
    labels: TextMap = None
    annotations: TextMap = None
    owner_references: list[OwnerReference | None] | None = None


class LeanMeta(Partial, frozen=True):
    """Identity and labels, for kinds of which the wire carries no annotations: theirs may hold whole values."""

    name: Text = None
    namespace: Text = None
    uid: Text = None
    resource_version: Text = None
    creation_timestamp: Text = None
    labels: TextMap = None
    owner_references: list[OwnerReference | None] | None = None
