"""Maps what ClickHouse answers, and what its library raises, to `ports.errors`.

One table of the server's codes, one context manager, used at one place (`runner`). Two conditions have classes of
their own because this package acts on them: a column that is not there (the layout has changed), and a login that is
refused (the password may have been rotated). Source of the codes: ClickHouse, `src/Common/ErrorCodes.cpp`.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import aiohttp
from clickhouse_connect.driver import exceptions as library

from ports.errors import AccessDenied, InvalidRequest, NotFound, PortError, Unavailable, UnexpectedAnswer

LONGEST_MESSAGE_CHARS: Final = 256
"""Foreign text in a message: long enough to read, too short to flood a log."""


class UnknownColumn(UnexpectedAnswer):
    """Raised when the server does not know a column or a function of ours: the tables may have changed."""


class LoginRefused(AccessDenied):
    """Raised when the server does not let the agent in: the password may have been rotated."""


_NARROW: Final = "it would read or return more than is allowed; ask about a shorter time"
_RESTRICTED: Final = "the user's profile refuses limits per statement; it needs readonly = 2, not 1"
_BY_CODE: Final[dict[int, tuple[type[PortError], str]]] = {
    159: (Unavailable, "too slow: stopped by the server's time limit"),
    160: (Unavailable, "too slow: stopped by the server's estimate"),
    394: (Unavailable, "cancelled on the server"),
    241: (Unavailable, "out of memory on the server"),
    202: (Unavailable, "the server has too many queries at once"),
    203: (Unavailable, "the server has no free connection"),
    209: (Unavailable, "the server lost a connection of its own"),
    210: (Unavailable, "the server has a network error"),
    216: (Unavailable, "the statement is still running from an earlier try"),
    279: (Unavailable, "all connections of the server's cluster failed"),
    373: (Unavailable, "the session is in use"),
    201: (Unavailable, "the quota of the user is used up"),
    158: (InvalidRequest, _NARROW),
    307: (InvalidRequest, _NARROW),
    396: (InvalidRequest, _NARROW),
    191: (InvalidRequest, _NARROW),
    516: (LoginRefused, "the server refuses the login"),
    192: (LoginRefused, "the server does not know the user"),
    193: (LoginRefused, "the server refuses the password"),
    194: (LoginRefused, "the server wants a password"),
    497: (AccessDenied, "a grant is missing"),
    164: (AccessDenied, _RESTRICTED),
    452: (AccessDenied, "the user's profile does not allow a limit that the agent sets"),
    60: (NotFound, "the table does not exist"),
    81: (NotFound, "the database does not exist"),
    47: (UnknownColumn, "a column or function is not known"),
    10: (UnknownColumn, "a column is not there"),
    16: (UnknownColumn, "a column is not there"),
    46: (UnknownColumn, "a function is not known"),
}
_BUSY: Final = re.compile(r"\b(429|502|503|504)\b|Service Unavailable|Too Many Requests")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_GRANT: Final = re.compile(r"grant [A-Z]+(?:\([^()]{0,100}\))? ON [A-Za-z0-9_.*`]{1,100}")
_TABLE: Final = re.compile(r"\botel_[a-z_]{1,60}\b")


def error_of_code(operation: str, code: int, text: str) -> PortError:
    """The error that one of the server's codes stands for.

    Args:
        operation: what was tried.
        code: as in the header of the answer.
        text: the server's own words. They quote statements and values, so that only a grant or one of the tables
            is taken from them.
    """
    known = _BY_CODE.get(code)
    if known is None:
        return UnexpectedAnswer(operation, f"the server answers with error {code}")
    of, why = known
    detail = _GRANT.search(text) if of is AccessDenied else _TABLE.search(text) if of is NotFound else None
    return of(operation, f"{why}{f' ({detail.group()})' if detail else ''} [{code}]")


@contextmanager
def library_errors(operation: str) -> Iterator[None]:
    """Turns every exception of the libraries into one of `ports.errors`; lets the agent's own pass."""
    try:
        yield
    except library.Error as error:
        raise _of_library(operation, error) from error
    except library.StreamCompleteException as error:
        raise UnexpectedAnswer(operation, "the answer ended where it should not") from error
    except (library.ClickHouseError, library.Warning) as error:
        raise UnexpectedAnswer(operation, capped(str(error)) or type(error).__name__) from error
    except (TimeoutError, aiohttp.ClientError, OSError, RuntimeError) as error:
        # The last one is what a session says that was closed meanwhile.
        raise Unavailable(operation, f"the server cannot be reached ({type(error).__name__})") from error
    except (ValueError, TypeError, LookupError, EOFError) as error:
        # What the library says when the answer is not ClickHouse's, or breaks off in the middle of a block.
        raise UnexpectedAnswer(operation, f"the answer is not ClickHouse's ({type(error).__name__})") from error


def capped(text: str) -> str:
    """Foreign text, fit for a message: one line, bounded."""
    line = _CONTROL.sub(" ", text).strip()
    return line if len(line) <= LONGEST_MESSAGE_CHARS else line[: LONGEST_MESSAGE_CHARS - 1] + "…"


def _of_library(operation: str, error: library.Error) -> PortError:
    text = str(error)
    if error.code is not None:
        return error_of_code(operation, error.code, text)
    if isinstance(error, library.StreamFailureError):
        return Unavailable(operation, "the answer broke off")
    if isinstance(error, library.OperationalError):
        return Unavailable(operation, "the server cannot be reached")
    if isinstance(error, library.ProgrammingError) and "is readonly" in text:
        return AccessDenied(operation, _RESTRICTED)
    if _BUSY.search(text):
        return Unavailable(operation, "the server, or a proxy in front of it, is overloaded")
    return UnexpectedAnswer(operation, f"the answer is not ClickHouse's ({type(error).__name__})")
