"""How many digits of a computed figure are worth sending. Source: wire contract 3.1."""

import math
from typing import Final

_NANOS_PER_MS: Final = 1e6
_WHOLE: Final = 1.0
_MAX_DECIMALS: Final = 6


def ms_of_nanos(nanos: float) -> float:
    """Milliseconds, two decimals; 0 for what is not finite, such as a quantile of nothing.

    Also for what is negative: a span whose clock was set back ends before it began.
    """
    return round(max(0.0, nanos) / _NANOS_PER_MS, 2) if math.isfinite(nanos) else 0.0


def rate(amount: float, seconds: float) -> float:
    """Per second: two decimals from 1 on, two significant digits below; 0 where nothing was or no time passed."""
    per_second = amount / seconds if seconds > 0 else 0.0
    if per_second <= 0 or not math.isfinite(per_second):
        return 0.0
    if per_second >= _WHOLE:
        return round(per_second, 2)
    return round(per_second, min(_MAX_DECIMALS, 1 - math.floor(math.log10(per_second))))


def ratio(part: float, whole: float) -> float:
    """A share from 0 to 1, four decimals; 0 of nothing."""
    return round(part / whole, 4) if whole > 0 else 0.0


def percent(part: float, whole: float, *, of_nothing: float = 0.0) -> float:
    """A share from 0 to 100, three decimals."""
    return round(100.0 * part / whole, 3) if whole > 0 else of_nothing


def clamped_percent(share: float) -> float:
    """A measured share as a percentage, never outside 0 to 100; two decimals."""
    return round(min(100.0, max(0.0, 100.0 * share)), 2) if math.isfinite(share) else 0.0
