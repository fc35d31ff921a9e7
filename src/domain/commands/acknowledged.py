"""The acknowledged entries of a ledger, oldest first, so that forgetting costs what is forgotten and not what is kept.

A ledger holds thousands of them, and looks at every new command whether one has to go.
"""

from bisect import bisect_left, insort
from dataclasses import dataclass, field
from typing import TypeAlias

_Place: TypeAlias = tuple[int, str]
"""Number in the order in which commands were finished, and id."""


@dataclass(slots=True)
class _Queue:
    """Places in order; nearly every one is put at the end and taken from the front."""

    places: list[_Place] = field(default_factory=list)

    def add(self, place: _Place) -> None:
        insort(self.places, place)

    def first(self) -> str:
        return self.places[0][1] if self.places else ""

    def discard(self, place: _Place) -> None:
        number = bisect_left(self.places, place)
        if number < len(self.places) and self.places[number] == place:
            del self.places[number]


class Acknowledged:
    """Ids of acknowledged commands in the order in which they were finished, and how much output they hold."""

    def __init__(self) -> None:
        self._all = _Queue()
        self._with_output = _Queue()
        self._chars: dict[str, int] = {}
        self.output_chars = 0
        """Of all of them together."""

    @property
    def oldest(self) -> str:
        """Id of the one that was finished first; empty where there is none."""
        return self._all.first()

    @property
    def oldest_with_output(self) -> str:
        """Id of the first that has an output to lose; empty where none has."""
        return self._with_output.first()

    def add(self, order: int, command_id: str, output_chars: int) -> None:
        """Take one in; `output_chars` is 0 where there is no output to lose."""
        self._all.add((order, command_id))
        if output_chars:
            self._with_output.add((order, command_id))
            self._chars[command_id] = output_chars
            self.output_chars += output_chars

    def discard(self, order: int, command_id: str) -> None:
        """Let one go, if it is there."""
        self._all.discard((order, command_id))
        self.drop_output(order, command_id)

    def drop_output(self, order: int, command_id: str) -> None:
        """One has lost its output."""
        self._with_output.discard((order, command_id))
        self.output_chars -= self._chars.pop(command_id, 0)
