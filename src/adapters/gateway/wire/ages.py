"""How long an age text stays true, so that a text is made again only when it changes.

Of 10,000 pods about eleven change theirs in ten seconds. Moments are whole microseconds since 1970: a float would be
off by one unit now and then.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from domain.cluster.ages import age_text

FOREVER_US: Final = 2**63 - 1

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_MINUTE_US: Final = 60 * 10**6
_HOUR_US: Final = 60 * _MINUTE_US
_DAY_US: Final = 24 * _HOUR_US


def microseconds(moment: datetime) -> int:
    """Whole microseconds since 1970; exact."""
    return (moment - EPOCH) // _MICROSECOND


def age_until(created_at: datetime | None, now: datetime) -> tuple[str, int]:
    """The age at this moment, and the moment at which to look again.

    Returns:
        The text, and microseconds since 1970 later than `now`; before them the text is the same, unless the clock
        goes back.
    """
    text = age_text(created_at, now)
    if created_at is None:
        return text, FOREVER_US
    created_us = microseconds(created_at)
    age_us = microseconds(now) - created_us
    unit_us = _DAY_US if age_us >= _DAY_US else _HOUR_US if age_us >= _HOUR_US else _MINUTE_US
    return text, created_us + (age_us // unit_us + 1) * unit_us
