"""What an API server, or what stands before it, does wrong. Cases are generated from this list."""

from enum import StrEnum


class ApiFault(StrEnum):
    """One way to misbehave towards who lists and watches one kind."""

    # connections and streams
    REFUSED_HALFWAY = "the connection breaks instead of an answer"
    SILENT_CLOSE = "a watch ends at once without a word"
    SHORT_WATCH = "a watch ends right after it has said something"
    HALF_OPEN = "a watch is open and dead"
    CUT_LINE = "a watch ends in the middle of a line"
    SLOW_BODY = "a list comes so slowly that it never ends"
    # what is in a stream
    OVERLONG_LINE = "a line that no object should need"
    SPLIT_UTF8 = "a character that comes in two pieces"
    NEXT_LINE = "U+0085 in a text"
    LINE_SEPARATOR = "U+2028 in a text"
    BOOKMARKS_ONLY = "a watch that says how far it is and nothing else"
    OUT_OF_ORDER = "an event that comes after a later one"
    DUPLICATES = "every event twice"
    RECREATED = "deleted and created again under one name"
    HISTORY_LOST = "versions begin anew: the server was put back from a backup"
    FOREIGN_LINE = "a line of a watch that is no event"
    ERROR_LINE = "an ERROR event with 500"
    # refusals
    TOO_MANY_TEXT = "429 in plain text"
    TOO_MANY_RETRY_AFTER = "429 with Retry-After"
    BAD_GATEWAY_PAGE = "502 with a page"
    GONE_STATUS = "410 as a status"
    GONE_IN_STREAM = "410 in the stream"
    EXPIRED_CONTINUE = "410 for every page but the first"
    UNAUTHENTICATED_ONCE = "401 once"
    UNAUTHENTICATED_FOR_EVER = "401 for ever"
    BLOCKED = "403 in plain text, from a proxy"
    BOOTING = "403 for a moment, from a server that does not know its roles yet"
    NO_ROUTE = "404 in plain text, from a proxy"
