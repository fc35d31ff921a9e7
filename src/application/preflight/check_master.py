"""CheckMaster: whether the Master answers, and how far its clock is from ours."""

from collections.abc import Sequence
from typing import Final

from typing_extensions import override

from application.preflight.section import PreflightSection, Progress
from domain.errors import MisconfigurationError
from domain.preflight.findings import Finding, Section, Status
from domain.preflight.sights import LARGEST_SKEW_SECONDS, MasterSight
from ports.errors import AccessDenied, PortError, Unavailable
from ports.preflight import MasterPreflight

_SUBJECT: Final = "Master"
_CLOCK: Final = "clock"
_UNREACHED: Final = "nothing reaches the Master: no snapshots, no heartbeat, no commands, until it answers"
_SKEWED: Final = "what the Master shows of the last minutes, ages and histories, is shifted by that much"
_SYNCHRONISE: Final = "sudo timedatectl set-ntp true    # on this machine, or on the Master's: whichever is wrong"


class CheckMaster(PreflightSection):
    """One question to the Master."""

    def __init__(self, master: MasterPreflight) -> None:
        self._master = master

    @override
    async def check(self, progress: Progress) -> Sequence[Finding]:
        progress.plan(1)
        try:
            sight = await self._master.look()
        except MisconfigurationError as error:
            return (_finding(Status.FAILED, str(error), _UNREACHED),)
        except AccessDenied as error:
            return (_finding(Status.MISSING, error.why, _UNREACHED, "export AGENT_MASTER_TOKEN_FILE=/path/to/token"),)
        except Unavailable as error:
            remedy = "see that the Master runs and that AGENT_MASTER_URL is its address; the agent goes on trying"
            return (_finding(Status.MISSING, error.why, _UNREACHED, remedy),)
        except PortError as error:
            remedy = "export AGENT_MASTER_URL=http://master:8081    # the Master's agent port"
            return (_finding(Status.MISSING, error.why, _UNREACHED, remedy),)
        finally:
            progress.answer(_SUBJECT)
        return _finding(Status.OK, f"{sight.address} is a Master's agent port"), _clock(sight)


def _clock(sight: MasterSight) -> Finding:
    ahead_seconds = sight.ahead_seconds
    if ahead_seconds is None:
        return Finding(
            section=Section.MASTER, subject=_CLOCK, status=Status.OK, detail="the Master does not tell its time"
        )
    if abs(ahead_seconds) <= LARGEST_SKEW_SECONDS:
        detail = f"within {LARGEST_SKEW_SECONDS:g} s of the Master's"
        return Finding(section=Section.MASTER, subject=_CLOCK, status=Status.OK, detail=detail)
    direction = "behind" if ahead_seconds > 0 else "ahead of"
    return Finding(
        section=Section.MASTER,
        subject=_CLOCK,
        status=Status.MISSING,
        detail=f"ours is {abs(ahead_seconds):.0f} s {direction} the Master's",
        cost=_SKEWED,
        remedy=_SYNCHRONISE,
    )


def _finding(status: Status, detail: str, cost: str = "", remedy: str = "") -> Finding:
    return Finding(section=Section.MASTER, subject=_SUBJECT, status=status, detail=detail, cost=cost, remedy=remedy)
