"""Quantities in every unit that Kubernetes accepts: exact values, and text that the Master reads."""

import re
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cluster.quantities import INT64_MAX, INT64_MIN, cpu_text, nanocores, quantity, readable, whole_units
from domain.errors import InvalidQuantityError

_FACTORS = {
    "n": Fraction(1, 10**9),
    "u": Fraction(1, 10**6),
    "m": Fraction(1, 1000),
    "": Fraction(1),
    "k": Fraction(1000),
    "K": Fraction(1000),
    **{unit: Fraction(1000) ** power for power, unit in enumerate("MGTPE", start=2)},
    **{f"{unit}i": Fraction(1024) ** power for power, unit in enumerate("KMGTPE", start=1)},
}
_NUMBERS = st.one_of(
    st.integers(min_value=0, max_value=10**15).map(str),
    st.decimals(min_value=0, max_value=10**9, allow_nan=False, places=9).map(lambda number: f"{number:f}"),
    st.sampled_from(["0", ".5", "5.", "+3", "-1.5"]),
)
_SUFFIXES = st.one_of(st.sampled_from(sorted(_FACTORS)), st.integers(-20, 20).map(lambda power: f"e{power}"))


def _value(number: str, suffix: str) -> Fraction:
    if suffix.startswith("e") and len(suffix) > 1:
        return Fraction(Decimal(number)) * Fraction(10) ** int(suffix[1:])
    return Fraction(Decimal(number)) * _FACTORS[suffix]


@given(_NUMBERS, _SUFFIXES)
def test_a_quantity_has_its_exact_value(number: str, suffix: str) -> None:
    assert Fraction(quantity(number + suffix)) == _value(number, suffix)


@given(_NUMBERS, _SUFFIXES)
def test_whole_units_round_up_and_stay_in_64_bits(number: str, suffix: str) -> None:
    for result, exact in (
        (whole_units(number + suffix), _value(number, suffix)),
        (nanocores(number + suffix), _value(number, suffix) * 10**9),
    ):
        assert result == max(INT64_MIN, min(INT64_MAX, -(-exact.numerator // exact.denominator)))


_MASTER_READS = {
    "cpu": re.compile(r"-?\d+(\.\d+)?|-?\d+[nm]"),
    "memory": re.compile(r"-?\d+(Ki|Mi|Gi|Ti|M|G|T)?"),
    "ephemeral-storage": re.compile(r"-?\d+(Ki|Mi|Gi|Ti|M|G|T)?"),
    "hugepages-2Mi": re.compile(r"-?\d+(Ki|Mi|Gi|Ti|M|G|T)?"),
    "nvidia.com/gpu": re.compile(r"-?\d+"),
}


@pytest.mark.parametrize("resource", _MASTER_READS)
@given(number=_NUMBERS, suffix=_SUFFIXES)
def test_readable_text_is_read_by_the_master_and_means_the_same(resource: str, number: str, suffix: str) -> None:
    text = readable(resource, number + suffix)
    assert _MASTER_READS[resource].fullmatch(text)
    count = nanocores if resource == "cpu" else whole_units
    assert count(text) == count(number + suffix)
    assert readable(resource, text) == text


@pytest.mark.parametrize(
    ("resource", "text", "expected"),
    [
        ("cpu", "4", "4"),
        ("cpu", "3920m", "3920m"),
        ("cpu", "0.25", "0.25"),
        ("cpu", "12345678n", "12345678n"),
        ("cpu", "2500u", "2500000n"),
        ("cpu", "1e-1", "100m"),
        ("cpu", "2E0", "2"),
        ("cpu", "1k", "1000"),
        ("cpu", "1Ki", "1024"),
        ("cpu", "0.1n", "1n"),
        ("memory", "16384256Ki", "16384256Ki"),
        ("memory", "1.5Gi", str(3 * 2**29)),
        ("memory", "129M", "129M"),
        ("memory", "2048k", "2048000"),
        ("memory", "1500m", "2"),
        ("memory", "128e6", "128000000"),
        ("memory", "1P", str(10**15)),
        ("memory", "1Pi", str(2**50)),
        ("memory", "1E", str(10**18)),
        ("memory", "1Ei", str(2**60)),
        ("memory", "8Ei", str(INT64_MAX)),
        ("memory", "9e999", str(INT64_MAX)),
        ("memory", "-9e999", str(INT64_MIN)),
        ("memory", "1e-999", "1"),
        ("storage", "10Gi", "10Gi"),
        ("pods", "110", "110"),
        ("pods", "1k", "1000"),
        ("example.com/widget", "4Mi", str(2**22)),
        ("memory", "lots", "lots"),
        ("cpu", "", ""),
        ("cpu", "1 m", "1 m"),
    ],
)
def test_readable_text(resource: str, text: str, expected: str) -> None:
    assert readable(resource, text) == expected


@pytest.mark.parametrize(
    "text", ["", "x", "1x", "1 Gi", "1e", "1e1Gi", "Gi", "1ki", "1Mib", "--1", "1e9999", "٣", "NaN"]
)
def test_other_text_is_no_quantity(text: str) -> None:
    with pytest.raises(InvalidQuantityError):
        quantity(text)
    assert nanocores(text) == whole_units(text) == 0
    assert readable("memory", text) == text


@pytest.mark.parametrize("digits", [15, 16, 17, 18, 19, 24, 5000])
def test_usage_of_any_length_is_read_and_stays_within_64_bits(digits: int) -> None:
    number = "9" * digits
    assert nanocores(f"{number}n") == min(10**digits - 1, INT64_MAX)
    assert whole_units(f"{number}Ki") == min((10**digits - 1) * 1024, INT64_MAX)
    assert (readable("cpu", f"{number}n"), readable("memory", f"{number}Ki")) == (f"{number}n", f"{number}Ki")


@pytest.mark.parametrize(
    ("nanos", "expected"), [(0, "0"), (2 * 10**9, "2"), (1_500_000_000, "1500m"), (1_234, "1234n"), (10**6, "1m")]
)
def test_cpu_is_told_in_the_coarsest_exact_unit(nanos: int, expected: str) -> None:
    assert cpu_text(nanos) == expected
