"""What `dynamic` answers."""

from dataclasses import dataclass

from domain.objects.listing import Description, FoundObject, Listing


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamicResult:
    """Objects that were asked for, without secrets and without what is hidden from whoever asked."""

    answer: FoundObject | Listing | Description
