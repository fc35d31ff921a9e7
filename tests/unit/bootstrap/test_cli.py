"""Errors that become one line, and errors that do not."""

import pytest

from bootstrap.cli import _first_expected, _run
from domain.errors import AgentError, MisconfigurationError


def raising(error: Exception) -> object:
    async def program() -> None:
        raise error

    return program


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (MisconfigurationError("no such file"), 2),
        (AgentError("refused"), 1),
        (OSError("in use"), 1),
        (ExceptionGroup("start", [ExceptionGroup("inner", [MisconfigurationError("no such file")])]), 2),
    ],
)
def test_what_an_operator_must_act_on_is_one_line(
    error: Exception, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        _run(raising(error))  # type: ignore[arg-type]  # an async program
    assert caught.value.code == code
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_bug_is_never_hidden_behind_an_expected_error() -> None:
    group = ExceptionGroup("run", [OSError("in use"), ZeroDivisionError()])
    assert _first_expected(group) is None
    with pytest.raises(ExceptionGroup):
        _run(raising(group))  # type: ignore[arg-type]  # an async program
