"""How loads and requests run over time, in closed form: a rate, and what has come about since the epoch.

A counter is the difference of such sums between now and the start of the process that counts, rounded down. That makes
it exact and monotonic at any two moments, however far apart they are written; and a restart is only another start.
"""

import math
from dataclasses import dataclass
from typing import Final

_DAY_SECONDS: Final = 86_400.0
_TAU: Final = 2.0 * math.pi
_WAVES: Final = ((0.35, _DAY_SECONDS), (0.13, 1260.0), (0.08, 171.0))
"""Amplitude and period in seconds of what makes traffic differ from its mean; together less than 0.6."""
_INCIDENT_EVERY_SECONDS: Final = 47 * 60.0
_INCIDENT_SECONDS: Final = 5 * 60.0
_INCIDENT_SHARE: Final = 0.3
"""Share of the mean rate that an incident touches."""
INCIDENT_SLOWNESS: Final = 3.5
INCIDENT_ERRORS: Final = 12.0
"""Factors on the usual."""
_MOST_ERRORS: Final = 0.25
_SIGMA: Final = 0.65
"""Spread of the log-normal latencies: p99 is 4.5 times the median."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """Requests of one service."""

    name: str
    mean_rps: float
    median_ms: float
    error_ratio: float

    @property
    def _phase(self) -> int:
        return sum(self.name.encode())

    def requests(self, at_seconds: float) -> float:
        """Requests from the epoch to a moment."""
        total = at_seconds
        for amplitude, period in _WAVES:
            turn = _TAU / period
            shift = -math.pi / 2 if period == _DAY_SECONDS else self._phase
            total -= amplitude / turn * math.cos(turn * (at_seconds % period) + shift)
        return self.mean_rps * total

    def touched(self, at_seconds: float) -> float:
        """Those of them that came into an incident."""
        rounds, rest = divmod(at_seconds + self._phase * 60, _INCIDENT_EVERY_SECONDS)
        return self.mean_rps * _INCIDENT_SHARE * (rounds * _INCIDENT_SECONDS + min(rest, _INCIDENT_SECONDS))

    def errors(self, at_seconds: float) -> float:
        """Those of them that failed."""
        extra = min(_MOST_ERRORS, self.error_ratio * INCIDENT_ERRORS / _INCIDENT_SHARE)
        return self.error_ratio * self.requests(at_seconds) + extra * self.touched(at_seconds)

    def is_incident(self, at_seconds: float) -> bool:
        """Whether the service is in trouble: a few minutes in every three quarters of an hour."""
        return (at_seconds + self._phase * 60) % _INCIDENT_EVERY_SECONDS < _INCIDENT_SECONDS

    def between(self, low_ms: float, high_ms: float, at_seconds: float) -> float:
        """Requests whose latency lay between two bounds."""
        touched = self.touched(at_seconds)
        usual = _share(high_ms, self.median_ms) - _share(low_ms, self.median_ms)
        slow_ms = self.median_ms * INCIDENT_SLOWNESS
        slow = _share(high_ms, slow_ms) - _share(low_ms, slow_ms)
        return usual * (self.requests(at_seconds) - touched) + slow * touched

    def total_ms(self, at_seconds: float) -> float:
        """Latencies added up."""
        touched = self.touched(at_seconds)
        mean_ms = self.median_ms * math.exp(_SIGMA**2 / 2)
        return mean_ms * (self.requests(at_seconds) + (INCIDENT_SLOWNESS - 1.0) * touched)


def _share(bound_ms: float, median_ms: float) -> float:
    """Share of latencies up to a bound."""
    if bound_ms <= 0.0:
        return 0.0
    if math.isinf(bound_ms):
        return 1.0
    return (1.0 + math.erf(math.log(bound_ms / median_ms) / _SIGMA / math.sqrt(2.0))) / 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How busy a machine is: a wave of an hour and a half, and a smaller one."""

    low_ratio: float
    phase: float

    _AMPLITUDES = ((0.16, 5400.0), (0.05, 310.0))

    def ratio(self, at_seconds: float) -> float:
        """Share of the machine that is busy at a moment, 0..1."""
        return self.low_ratio + sum(
            amplitude * (1.0 + math.sin(_TAU * (at_seconds % period) / period + self.phase))
            for amplitude, period in self._AMPLITUDES
        )

    def busy_seconds(self, at_seconds: float) -> float:
        """Seconds that one core has been busy since the epoch."""
        total = self.low_ratio * at_seconds
        for amplitude, period in self._AMPLITUDES:
            turn = _TAU / period
            total += amplitude * (at_seconds - math.cos(turn * (at_seconds % period) + self.phase) / turn)
        return total


@dataclass(frozen=True, slots=True, kw_only=True)
class Lives:
    """When something was started: once at a known moment, and at even distances before and after it."""

    anchor_seconds: float
    every_seconds: float

    def started(self, at_seconds: float) -> float:
        """The last start before a moment."""
        return at_seconds - (at_seconds - self.anchor_seconds) % self.every_seconds
