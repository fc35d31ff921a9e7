"""Service-account tokens, and the files that a pod finds them in."""

import base64
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.kube.testbed.api import Api
from tests.kube.testbed.errors import Json
from tests.kube.testbed.layout import Site
from tests.kube.testbed.loopback import HOST

ISSUER = "https://kubernetes.default.svc.cluster.local"
_LEEWAY_SECONDS = 60
"""How long past its "exp" the API server still takes a token."""


class Tokens:
    """Tokens of service accounts that exist in the cluster."""

    def __init__(self, api: Api, site: Site) -> None:
        self._api = api
        self._site = site

    def token(
        self,
        namespace: str,
        account: str,
        seconds: int = 3600,
        audiences: Sequence[str] = (),
        *,
        pod: Json | None = None,
    ) -> str:
        """A bound token from the TokenRequest API, which gives no less than 600 s; with `pod` it dies with that pod."""
        spec: Json = {"expirationSeconds": seconds} | ({"audiences": list(audiences)} if audiences else {})
        if pod is not None:
            identity = {"name": pod["metadata"]["name"], "uid": pod["metadata"]["uid"]}
            spec["boundObjectRef"] = {"apiVersion": "v1", "kind": "Pod", **identity}
        answer = self._api.request(
            "POST",
            f"/api/v1/namespaces/{namespace}/serviceaccounts/{account}/token",
            {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec},
        )
        return str(answer["status"]["token"])

    def short_token(self, namespace: str, account: str, seconds: float) -> str:
        """A token that is refused after about `seconds`, signed with the cluster's own key: for tests of expiry.

        The API server allows a minute past "exp" and remembers a good token for 10 s. So "exp" lies a minute
        early, and the refusal may come up to 10 s late.
        """
        owner = self._api.get(f"/api/v1/namespaces/{namespace}/serviceaccounts/{account}")
        uid = owner["metadata"]["uid"]
        start = datetime.now(UTC).timestamp() - _LEEWAY_SECONDS
        claims = {
            "iss": ISSUER,
            "aud": [ISSUER],
            "sub": f"system:serviceaccount:{namespace}:{account}",
            "iat": int(start),
            "nbf": int(start),
            "exp": int(start + seconds),
            "kubernetes.io": {"namespace": namespace, "serviceaccount": {"name": account, "uid": uid}},
        }
        signed = ".".join(_base64url(json.dumps(part).encode()) for part in ({"alg": "RS256", "typ": "JWT"}, claims))
        return f"{signed}.{_base64url(self._site.pki.sign('service-account', signed.encode()))}"

    def write_service_account(
        self, directory: Path, namespace: str, account: str, seconds: int = 3600
    ) -> dict[str, str]:
        """Writes token, ca.crt and namespace as a pod sees them; returns the environment that goes with them."""
        directory.mkdir(parents=True, exist_ok=True)
        (directory / "token").write_text(self.token(namespace, account, seconds))
        (directory / "ca.crt").write_text(Path(self._site.pki.crt("ca")).read_text())
        (directory / "namespace").write_text(namespace)
        return {"KUBERNETES_SERVICE_HOST": HOST, "KUBERNETES_SERVICE_PORT": str(self._site.ports["kube-apiserver"])}

    def token_kubeconfig(self, path: Path, token: str) -> Path:
        """A kubeconfig that uses a token."""
        return self._site.write_kubeconfig(path, {"token": token})


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
