"""All waiting of this package in one place, so that tests run it in milliseconds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestTimings:
    """How long single requests may take."""

    connect_seconds: float = 5.0
    """To a connection that can be used, waiting for a free one included."""
    idle_seconds: float = 15.0
    """Between two pieces of an answer; the first piece of a large list can take a while."""
    total_seconds: float = 30.0
    """For a whole request and answer, where nothing else is said."""
    list_page_seconds: float = 60.0
    """For one page of a list: 500 large objects over a thin line."""
    token_seconds: float = 60.0
    """Age at which a service account's token is read again; the kubelet renews it long before it expires."""
    reload_pause_seconds: float = 1.0
    """Least time between two reloads of credentials that the API server refuses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecTimings:
    """How a connection to a running command is watched over."""

    ping_seconds: float = 5.0
    """Between two pings: balancers cut what is idle, and a command may say nothing for minutes."""
    silence_seconds: float = 20.0
    """Who says nothing for so long, not even to pings, is gone: four pings, where client-go waits for twelve."""
    drain_seconds: float = 2.0
    """How long after the exit code the rest of the output may keep one waiting."""
    close_seconds: float = 1.0
    """How long the other side may take to say goodbye."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReflectorTimings:
    """How a reflector waits. Numbers as client-go's reflector has them, where it has them."""

    watch_shortest_seconds: float = 300.0
    watch_longest_seconds: float = 600.0
    """A watch asks the server to end it after a random time between the two, so that not all end at once."""
    watch_slack_seconds: float = 30.0
    """How much longer than that a watch may be silent before the client ends it."""
    short_watch_seconds: float = 1.0
    """A watch that ends sooner did not work, whatever its status was."""
    gather_seconds: float = 0.25
    """After a piece of a watch, how long to wait for more: a snapshot leaves every ten seconds, and waking up for each
    event alone costs as much as taking it in."""
    backoff_first_seconds: float = 0.8
    backoff_longest_seconds: float = 30.0
    """Pauses after failures: doubling, with full jitter."""
    healthy_seconds: float = 120.0
    """So long a time without a failure starts the pauses over."""
    probe_first_seconds: float = 10.0
    probe_seconds: float = 300.0
    """Between two looks at a kind that is forbidden or not served: doubling from the first to the second."""
    refusal_grace_seconds: float = 10.0
    """How long a kind that has been read must be refused before that is believed: an API server that has just started
    refuses everything for a moment, and an empty kind tells the Master that everything was deleted."""
    page_limit: int = 500
    """Objects in one page of a list: the peak of memory is one page."""
    yield_every: int = 20
    """Objects after which other tasks get their turn."""
