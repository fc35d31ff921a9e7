"""Asks the API server what the agent may do, instead of trying and being denied.

A denied try stands in the audit log of the cluster, every few minutes for each kind that may not be read; a question
does not. Every authenticated account may ask about itself (the role `system:basic-user`).

Source: authorization.k8s.io/v1 SelfSubjectAccessReview.
"""

from typing import Final

import msgspec

from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.depth import decoded
from adapters.kubernetes.errors import capped
from ports.errors import PortError, Unavailable, UnexpectedAnswer

_PATH: Final = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"


class _Verdict(msgspec.Struct, gc=False, rename="camel"):
    allowed: bool = False
    denied: bool = False
    evaluation_error: str | None = None
    """What an authoriser could not find out, also when another one has decided."""

    @property
    def is_undecided(self) -> bool:
        """Whether nobody said yes or no, and somebody could not be asked.

        RBAC reports bindings to roles that do not exist here; that is no doubt about the answer.
        """
        error = self.evaluation_error or ""
        return bool(error) and not self.allowed and not self.denied and not error.startswith("RBAC:")


class _Review(msgspec.Struct, gc=False):
    status: _Verdict = msgspec.field(default_factory=_Verdict)


_REVIEW: Final = msgspec.json.Decoder(_Review)


async def may(
    connection: KubernetesConnection, verb: str, group: str, resource: str, namespace: str = "", *, unknown: bool
) -> bool:
    """Whether the agent may do something, where an answer has to be had.

    Args:
        connection: who is asked.
        verb: `list`, `watch` ...
        group: API group; empty for the core.
        resource: plural name, with a subresource after a slash.
        namespace: empty for all of them, or for what has none.
        unknown: what to answer where the API server does not answer this question.

    Raises:
        Unavailable: the API server cannot be reached now.
    """
    try:
        return await is_allowed(connection, verb, group, resource, namespace)
    except Unavailable:
        raise
    except PortError:
        return unknown


async def is_allowed(
    connection: KubernetesConnection, verb: str, group: str, resource: str, namespace: str = ""
) -> bool:
    """What the API server answers when it is asked; arguments as for `may`.

    Raises:
        Unavailable: also while its authoriser cannot decide, which is not to be taken for a no.
        PortError: it does not answer this question.
    """
    plural, _, subresource = resource.partition("/")
    attributes = {
        "verb": verb,
        "group": group,
        "resource": plural,
        "subresource": subresource,
        "namespace": namespace,
    }
    question = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": attributes},
    }
    operation = f"ask whether {verb} {resource} is allowed"
    answer = await connection.send(
        "POST",
        _PATH,
        msgspec.json.encode(question),
        content_type="application/json",
        operation=operation,
        resource="selfsubjectaccessreviews",
        is_question=True,
    )
    try:
        verdict = decoded(_REVIEW, answer).status
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise UnexpectedAnswer(operation, "the answer is no review") from error
    if verdict.is_undecided:
        raise Unavailable(operation, f"the authoriser cannot decide: {capped(verdict.evaluation_error or '')}")
    return verdict.allowed
