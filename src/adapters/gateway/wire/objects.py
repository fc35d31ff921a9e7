"""One domain object as JSON bytes, or the reason why the Master could not read it.

The domain's dataclasses are encoded as they stand, renamed by an alias generator (docs/adr/0004). What is unfit is
cleaned once and tried again: half a surrogate pair, a number beyond its width, a time in another zone. What no cleaning
helps, such as a time without zone, is refused here, because one such value costs the whole snapshot at the Master.
"""

from typing import Any, Final, Generic, TypeVar

from pydantic import ConfigDict, RootModel, TypeAdapter, create_model

from adapters.gateway.wire.checks import UnsendableError, checker_of
from adapters.gateway.wire.cleaning import cleaner_of
from adapters.gateway.wire.names import INT32_FIELDS, NOT_SENT, wire_name

_MAX_REASON_CHARS = 256
UNFIT: Final = (ValueError, TypeError, AttributeError, OverflowError)
"""What checks, cleaning and pydantic raise on values that are not what their type says."""

T = TypeVar("T")


class WireBody(RootModel[Any]):
    """A domain object on the wire; the configuration reaches the dataclasses inside."""

    model_config = ConfigDict(alias_generator=wire_name)


class ObjectEncoder(Generic[T]):
    """Encodes the objects of one dataclass.

    Args:
        of: the dataclass.
        with_defaults: whether fields that hold their default are sent too; otherwise they are left out, which is the
            wire's own rule wherever a default exists.
    """

    def __init__(self, of: type[T], *, with_defaults: bool = False) -> None:
        self._body = create_model(f"{of.__name__}Body", __base__=WireBody, root=(of, ...))
        self._adapter = TypeAdapter(self._body)
        self._check = checker_of(of)
        self._clean = cleaner_of(of, int32_fields=INT32_FIELDS)
        self._exclude_defaults = not with_defaults
        self._exclude = set(NOT_SENT.get(of, ())) or None

    def encode(self, value: T) -> bytes:
        """One JSON object; members in the order of the fields.

        Raises:
            UnsendableError: it cannot be encoded so that the Master takes it.
        """
        try:
            return self._encode(value)
        except UNFIT:
            try:
                return self._encode(value if self._clean is None else self._clean(value))
            except UNFIT as error:
                raise UnsendableError(str(error)[:_MAX_REASON_CHARS] or type(error).__name__) from error

    def _encode(self, value: T) -> bytes:
        if self._check is not None:
            self._check(value)
        body = self._body.model_construct(value)
        return self._adapter.dump_json(
            body, by_alias=True, exclude=self._exclude, exclude_defaults=self._exclude_defaults, warnings="error"
        )
