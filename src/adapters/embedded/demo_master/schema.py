"""The wire schema turned into checks: one callable per type, built once from the schema file beside this module.

A type of the schema is a list of `{json, goType, omitempty}`. `goType` is read as Go reads it: `[]T`, `*T`,
`map[string]T`, a scalar, or the name of another type, which without a package belongs to the package of the type that
mentions it.
`<embed>` puts the fields of its type on the same level; the outer type's own fields win.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources

from adapters.embedded.demo_master.scalars import (
    Check,
    WrongValueError,
    check_bool,
    check_float64,
    check_int32,
    check_int64,
    check_string,
    check_timestamp,
    wrong,
)

SNAPSHOT = "cluster.ClusterSnapshot"
RESULT = "command.Result"

_SCALARS: Mapping[str, Check] = {
    "string": check_string,
    "bool": check_bool,
    "int": check_int64,
    "int32": check_int32,
    "int64": check_int64,
    "float64": check_float64,
    "time.Time": check_timestamp,
    "time.Duration": check_int64,
    "model_v3.HealthStatus": check_string,
}
_EMBED = "<embed>"


def folded(name: str) -> str:
    """The name as Go compares it when no field has exactly this spelling: folded character by character."""
    return "".join(low if len(low := char.casefold()) == 1 else char for char in name)


class ObjectCheck:
    """Judges a JSON object by the fields of one type; unknown members pass unseen."""

    __slots__ = ("_exact", "_folded")

    def __init__(self, fields: Mapping[str, Check]) -> None:
        self._exact = fields
        self._folded = {folded(name): check for name, check in fields.items()}

    def member(self, name: str) -> Check | None:
        """The check of the member with that name in any letter case; None for an unknown one."""
        return self._exact.get(name) or self._folded.get(folded(name))

    def __call__(self, value: object) -> None:
        """Judge one value; see `scalars.Check`."""
        if not isinstance(value, dict):
            if value is None:
                return
            raise wrong("object", value)
        exact = self._exact
        for name, member in value.items():
            check = exact.get(name) or self._folded.get(folded(name))
            if check is None:
                continue
            try:
                check(member)
            except WrongValueError as error:
                error.steps.append(name)
                raise


class ListCheck:
    """Judges a JSON array; null is accepted as an element of any type."""

    __slots__ = ("element",)

    def __init__(self, element: Check) -> None:
        self.element = element

    def __call__(self, value: object) -> None:
        """Judge one value; see `scalars.Check`."""
        if not isinstance(value, list):
            if value is None:
                return
            raise wrong("array", value)
        check = self.element
        for position, element in enumerate(value):
            try:
                check(element)
            except WrongValueError as error:
                error.steps.append(position)
                raise


class MapCheck:
    """Judges a JSON object with free names and values of one type."""

    __slots__ = ("_value",)

    def __init__(self, value: Check) -> None:
        self._value = value

    def __call__(self, value: object) -> None:
        """Judge one value; see `scalars.Check`."""
        if not isinstance(value, dict):
            if value is None:
                return
            raise wrong("object", value)
        check = self._value
        for name, member in value.items():
            try:
                check(member)
            except WrongValueError as error:
                error.steps.append(name)
                raise


def read_schema() -> dict[str, list[dict[str, str]]]:
    """The schema file as it is: type name to its fields in wire order."""
    text = resources.files("adapters.embedded.demo_master").joinpath("wire-schema.json").read_text("utf-8")
    schema: dict[str, list[dict[str, str]]] = json.loads(text)
    return schema


class _Compiler:
    """Builds each named type once, so that types share their checks."""

    def __init__(self, schema: Mapping[str, list[dict[str, str]]]) -> None:
        self._schema = schema
        self._built: dict[str, ObjectCheck] = {}

    def named(self, name: str) -> ObjectCheck:
        if name not in self._built:
            self._built[name] = ObjectCheck(self.fields(name))
        return self._built[name]

    def fields(self, name: str) -> dict[str, Check]:
        package = name.partition(".")[0]
        embedded: dict[str, Check] = {}
        own: dict[str, Check] = {}
        for field in self._schema[name]:
            if field["json"] == _EMBED:
                embedded |= self.fields(self._qualified(field["goType"], package))
            else:
                own[field["json"]] = self._of(field["goType"], package)
        return embedded | own

    def _of(self, go_type: str, package: str) -> Check:
        if go_type.startswith("[]"):
            return ListCheck(self._of(go_type[2:], package))
        if go_type.startswith("*"):
            return self._of(go_type[1:], package)
        if go_type.startswith("map[string]"):
            return MapCheck(self._of(go_type.removeprefix("map[string]"), package))
        return _SCALARS.get(go_type) or self.named(self._qualified(go_type, package))

    @staticmethod
    def _qualified(go_type: str, package: str) -> str:
        return go_type if "." in go_type else f"{package}.{go_type}"


@cache
def snapshot_check() -> ObjectCheck:
    """The check of the body of a push. Reads the schema file on the first call."""
    return _Compiler(read_schema()).named(SNAPSHOT)


@cache
def result_check() -> ObjectCheck:
    """The check of a result; unlike the schema, `executedAt` is not looked at and `clusterId` must be a string."""
    fields = _Compiler(read_schema()).fields(RESULT)
    del fields["executedAt"]
    return ObjectCheck(fields | {"clusterId": check_string})
