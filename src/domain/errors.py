"""The root of the agent's own errors, and those that the domain itself raises.

Named for what the caller does next. Failures of the outside world are in `ports.errors`.
"""


class AgentError(Exception):
    """Everything the agent raises on purpose; a library's exception never crosses a port."""


class MisconfigurationError(AgentError):
    """Raised at start when something that the operator configured cannot be used, such as an unreadable kubeconfig.

    The text says what, why, and what to do; the process ends with exit code 2.
    """


class InvalidCommandError(AgentError):
    """Raised when a command, or one of its parameters, cannot be what the caller meant. Do not retry.

    Attributes:
        field: name of the parameter as the sender spelt it, for example `replicas`.
        why: what is wrong with it, in a short sentence.
    """

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field = field
        self.why = why


class CommandRefusedError(AgentError):
    """Raised when what a command turned out to ask for is not permitted.

    Where the operator's policy decides, the text names the setting; where the agent would hit itself, it says so.
    """


class InvalidTimeRangeError(AgentError):
    """Raised when a time range is empty, reversed or naive."""


class InvalidQuantityError(AgentError):
    """Raised when a text is no Kubernetes quantity."""
