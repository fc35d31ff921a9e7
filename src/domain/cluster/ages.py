"""The age of an object as the Master prints it.

Source: wire contract 2.3: one unit, truncated; `0m` below a minute and for times ahead of the clock.
"""

from datetime import datetime
from typing import Final

_MINUTE_SECONDS: Final = 60
_HOUR_SECONDS: Final = 3600
_DAY_SECONDS: Final = 86400


def age_text(created_at: datetime | None, now: datetime) -> str:
    """`3d`, `7h`, `12m`; `0m` also when the birth is not known."""
    if created_at is None:
        return "0m"
    return age_text_of_seconds((now - created_at).total_seconds())


def age_text_of_seconds(seconds: float) -> str:
    """The same for an age in seconds."""
    if seconds >= _DAY_SECONDS:
        return f"{int(seconds // _DAY_SECONDS)}d"
    if seconds >= _HOUR_SECONDS:
        return f"{int(seconds // _HOUR_SECONDS)}h"
    return f"{max(0, int(seconds // _MINUTE_SECONDS))}m"
