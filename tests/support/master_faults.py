"""What a Master, or what stands before it, does wrong. Cases are generated from this list, for every endpoint."""

from enum import StrEnum

from tests.support.master_server import COMMANDS, HEARTBEAT, RESULT, SNAPSHOT


class MasterFault(StrEnum):
    """One way to misbehave towards an agent."""

    REFUSED = "nobody listens"
    RESET_IN_BODY = "the connection is reset while the request is sent"
    HANG = "no answer"
    SLOW_READING = "the body of the request is read too slowly, then the connection is closed without an answer"
    SLOW_ANSWER = "an answer that drips"
    CUT_ANSWER = "an answer that ends in the middle"
    IDLE_CLOSED = "the connection is closed, without a word, soon after each answer"
    EMPTY_AT_ONCE = "polls that are answered at once with nothing"
    BAD_REQUEST = "400"
    UNAUTHORISED = "401"
    FORBIDDEN = "403"
    NOT_FOUND = "404"
    TOO_LARGE = "413"
    TOO_MANY = "429"
    TOO_MANY_RETRY_AFTER = "429 with Retry-After"
    BLOCKED = "451, which no Master says"
    INTERNAL = "500"
    BAD_GATEWAY = "502 with a page"
    PAGE = "200 with a page"


class Endpoint(StrEnum):
    """What an agent asks of a Master."""

    PUSH = SNAPSHOT
    HEARTBEAT = HEARTBEAT
    POLL = COMMANDS
    RESULT = RESULT
