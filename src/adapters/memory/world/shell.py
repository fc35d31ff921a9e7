"""The few harmless programs that containers of the simulated cluster can run.

Nothing is ever run on this machine: a program is a function from its arguments to what it says.
"""

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain.cluster.pods import Pod, PodContainer

NOT_FOUND: Final = 127


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a program runs."""

    pod: Pod
    container: PodContainer
    now: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """What a program said and how it ended."""

    stdout: str = ""
    stderr: str = ""
    exit_code: int = 0
    lasts_seconds: float = 0.0


Program = Callable[[Place, Sequence[str]], Said]


def run(place: Place, command: Sequence[str]) -> Said | None:
    """Run a command; None where the container has no such program."""
    program = PROGRAMS.get(command[0].rpartition("/")[2])
    return None if program is None else program(place, command[1:])


def _shell(place: Place, words: Sequence[str]) -> Said:
    """`sh -c 'a && b; c'` without pipes, variables or redirections."""
    if len(words) < 2 or words[0] != "-c":  # noqa: PLR2004 - the flag and the script
        return Said(stderr="sh: this simulated shell only takes -c and a script\n", exit_code=2)
    lexer = shlex.shlex(words[1], posix=True, punctuation_chars=";&|<>$")
    lexer.whitespace_split = True
    stdout, stderr, code, lasts_seconds = "", "", 0, 0.0
    try:
        for needs_success, line in _statements(list(lexer)):
            if needs_success and code:
                continue
            if line[0] == "exit":
                code = int(line[1]) % 256 if len(line) > 1 else code
                break
            said = run(place, line) or Said(stderr=f"sh: {line[0]}: not found\n", exit_code=NOT_FOUND)
            stdout, stderr, code = stdout + said.stdout, stderr + said.stderr, said.exit_code
            lasts_seconds += said.lasts_seconds
    except ValueError as error:
        return Said(stderr=f"sh: syntax error: {error}\n", exit_code=2)
    return Said(stdout, stderr, code, lasts_seconds)


def _statements(words: list[str]) -> list[tuple[bool, list[str]]]:
    """Each command with whether the one before it must have succeeded.

    Raises:
        ValueError: the script uses what this shell has not.
    """
    statements: list[tuple[bool, list[str]]] = [(False, [])]
    for word in words:
        if word in {";", "&&"}:
            statements.append((word == "&&", []))
        elif word and set(word) <= set(";&|<>$"):
            raise ValueError(f"{word} is not simulated")
        else:
            statements[-1][1].append(word)
    return [one for one in statements if one[1]]


def _echo(_place: Place, words: Sequence[str]) -> Said:
    return Said(" ".join(words[1:]) if list(words[:1]) == ["-n"] else " ".join(words) + "\n")


def _environment(place: Place) -> Mapping[str, str]:
    literals = {one.name: one.value for one in place.container.envs if not one.value_from}
    return {"HOSTNAME": place.pod.name, "PATH": "/usr/local/bin:/usr/bin:/bin", **literals}


def _env(place: Place, words: Sequence[str]) -> Said:
    variables = _environment(place)
    if words:
        value = variables.get(words[0])
        return Said(exit_code=1) if value is None else Said(f"{value}\n")
    return Said("".join(f"{name}={value}\n" for name, value in variables.items()))


def _cat(place: Place, words: Sequence[str]) -> Said:
    files = {
        "/etc/hostname": f"{place.pod.name}\n",
        "/etc/os-release": 'NAME="Simulated Linux"\nID=simulated\n',
        "/etc/resolv.conf": f"search {place.pod.namespace}.svc.cluster.local\nnameserver 10.43.0.10\n",
    }
    stdout = "".join(files.get(word, "") for word in words)
    missing = [word for word in words if word not in files]
    stderr = "".join(f"cat: can't open '{word}': No such file or directory\n" for word in missing)
    return Said(stdout, stderr, 1 if missing else 0)


def _sleep(_place: Place, words: Sequence[str]) -> Said:
    try:
        return Said(lasts_seconds=max(0.0, float(words[0])))
    except (IndexError, ValueError):
        return Said(stderr="sleep: invalid number\n", exit_code=1)


def _ps(place: Place, _words: Sequence[str]) -> Said:
    command = " ".join((*place.container.command, *place.container.args)) or f"/{place.container.name}"
    return Said(f"PID   USER     COMMAND\n    1 app      {command}\n   42 app      ps\n")


def _fixed(text: str = "", exit_code: int = 0) -> Program:
    return lambda _place, _words: Said(text, exit_code=exit_code)


PROGRAMS: Final[Mapping[str, Program]] = {
    "sh": _shell,
    "echo": _echo,
    "env": _env,
    "printenv": _env,
    "cat": _cat,
    "sleep": _sleep,
    "ps": _ps,
    "date": lambda place, _words: Said(f"{place.now:%a %b %d %H:%M:%S UTC %Y}\n"),
    "hostname": lambda place, _words: Said(f"{place.pod.name}\n"),
    "pwd": _fixed("/\n"),
    "whoami": _fixed("app\n"),
    "id": _fixed("uid=10001(app) gid=10001(app)\n"),
    "uname": _fixed("Linux\n"),
    "ls": _fixed("bin\netc\nhome\nproc\ntmp\nusr\nvar\n"),
    "true": _fixed(),
    "false": _fixed(exit_code=1),
}
