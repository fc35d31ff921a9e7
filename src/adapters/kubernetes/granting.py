"""The line that grants rights: `kubectl create` of a role and its binding, to be pasted into a shell as it is.

A role that kubectl creates has one set of verbs, so rights are bundled by namespace and verbs. Names follow from what
is granted: what was granted before by such a line is not in the way of the next.

Source: `kubectl create clusterrole --help`; user names of service accounts are `system:serviceaccount:NAMESPACE:NAME`.
"""

import hashlib
import shlex
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from domain.preflight.rights import Right

DEPLOYED_ACCOUNT: Final = "system:serviceaccount:atlhyper:atlhyper-agent"
"""As whom the agent runs when it is deployed from deploy/kustomize."""
_ACCOUNT_PREFIX: Final = "system:serviceaccount:"
_LONGEST_NAME: Final = 63
_DIGEST_CHARS: Final = 8
_NOT_IN_NAMES: Final = str.maketrans("./", "--")


def grant_line(rights: Iterable[Right], account: str) -> str:
    """One line that grants these rights to an account.

    Args:
        rights: what is to be granted; without any the line is empty.
        account: user name as the API server knows it; empty: that of the deployed agent.
    """
    verbs: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for right in rights:
        verbs[right.namespace, right.qualified].append(right.verb)
    bundles: defaultdict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for (namespace, resource), found in verbs.items():
        bundles[namespace, tuple(found)].append(resource)
    subject = _subject(account or DEPLOYED_ACCOUNT)
    return " && ".join(_role(namespace, found, resources, subject) for (namespace, found), resources in bundles.items())


def _role(namespace: str, verbs: Sequence[str], resources: Sequence[str], subject: str) -> str:
    name = _name(verbs, resources)
    kind, where = ("role", f" --namespace={shlex.quote(namespace)}") if namespace else ("clusterrole", "")
    return (
        f"kubectl create {kind} {name}{where} --verb={','.join(verbs)} --resource={','.join(resources)} && "
        f"kubectl create {kind}binding {name}{where} --{kind}={name} {subject}"
    )


def _name(verbs: Sequence[str], resources: Sequence[str]) -> str:
    name = "-".join(("atlhyper-agent", *verbs, *(resource.translate(_NOT_IN_NAMES) for resource in resources)))
    if len(name) <= _LONGEST_NAME:
        return name
    # Cut alone, two different names could become one.
    digest = hashlib.sha256(name.encode()).hexdigest()[:_DIGEST_CHARS]
    return f"{name[: _LONGEST_NAME - _DIGEST_CHARS - 1].rstrip('-')}-{digest}"


def _subject(account: str) -> str:
    if account.startswith(_ACCOUNT_PREFIX):
        return f"--serviceaccount={shlex.quote(account.removeprefix(_ACCOUNT_PREFIX))}"
    return f"--user={shlex.quote(account)}"
