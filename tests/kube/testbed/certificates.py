"""The cluster's certificate authorities, certificates and the key that signs service-account tokens.

Made with the openssl program (3.0 or newer), so that the test bed needs nothing from a package index.
"""

import base64
import shutil
import ssl
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.kube.testbed.errors import ClusterError
from tests.kube.testbed.loopback import HOST

USERS = ("admin", "kube-controller-manager", "kube-scheduler", "kwok", "metrics-server")
"""Clients of the API server that have a kubeconfig with a certificate."""


class Pki:
    """A directory of certificates and keys, each by name: `ca.crt`, `ca.key` and so on."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def create(self) -> None:
        """Makes everything a cluster needs, unless an earlier run has."""
        self.path.mkdir(mode=0o700, exist_ok=True)
        if (self.path / "complete").exists():
            return
        # An empty configuration: the system's own adds extensions that would appear twice.
        (self.path / "openssl.cnf").write_text("[req]\ndistinguished_name=dn\n[dn]\n")
        local = f"IP:{HOST},DNS:localhost"
        kubernetes = ",".join(
            f"DNS:kubernetes{suffix}" for suffix in ("", ".default", ".default.svc", ".default.svc.cluster.local")
        )
        self._authority("ca")
        self._authority("front-proxy-ca")
        self._openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "service-account.key")
        self._issue("kube-apiserver", "/CN=kube-apiserver", san=f"{local},{kubernetes},IP:10.96.0.1")
        self._issue("kubelet-client", "/O=system:masters/CN=kube-apiserver-kubelet-client")
        self._issue("front-proxy-client", "/CN=front-proxy-client", authority="front-proxy-ca")
        self._issue("admin", "/O=system:masters/CN=kubernetes-admin")
        self._issue("kube-controller-manager", "/CN=system:kube-controller-manager", san=local)
        self._issue("kube-scheduler", "/CN=system:kube-scheduler", san=local)
        self._issue("kwok", "/O=system:masters/CN=kwok", san=local)
        self._issue("metrics-server", "/CN=system:metrics-server", san=f"{local},DNS:metrics-server.kube-system.svc")
        (self.path / "complete").touch()

    def sign(self, key: str, data: bytes) -> bytes:
        """An RSA signature over SHA-256, as tokens of type RS256 carry it."""
        return self._openssl("dgst", "-sha256", "-sign", f"{key}.key", stdin=data)

    def context(self, user: str) -> ssl.SSLContext:
        """TLS as this user: trusts the cluster's authority, shows the user's certificate."""
        context = ssl.create_default_context(cafile=self.crt("ca"))
        context.load_cert_chain(self.crt(user), self.key(user))
        return context

    def crt(self, name: str) -> str:
        """Path of a certificate."""
        return str(self.path / f"{name}.crt")

    def key(self, name: str) -> str:
        """Path of a private key."""
        return str(self.path / f"{name}.key")

    def base64(self, file: str) -> str:
        """A file's content as kubeconfigs and API objects hold it."""
        return base64.b64encode((self.path / file).read_bytes()).decode()

    def _authority(self, name: str) -> None:
        self._req(name, f"/CN={name}", ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign"])

    def _issue(self, name: str, subject: str, *, authority: str = "ca", san: str = "") -> None:
        extensions = [
            "basicConstraints=critical,CA:FALSE",
            "keyUsage=critical,digitalSignature",
            "extendedKeyUsage=serverAuth,clientAuth",
            "authorityKeyIdentifier=keyid",
        ]
        if san:
            extensions.append(f"subjectAltName={san}")
        self._req(name, subject, extensions, ["-CA", f"{authority}.crt", "-CAkey", f"{authority}.key"])

    def _req(self, name: str, subject: str, extensions: Sequence[str], extra: Sequence[str] = ()) -> None:
        args = ["req", "-x509", "-config", "openssl.cnf", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        args += ["-nodes", "-days", "3650", "-subj", subject, "-keyout", f"{name}.key", "-out", f"{name}.crt", *extra]
        for extension in ("subjectKeyIdentifier=hash", *extensions):
            args += ["-addext", extension]
        self._openssl(*args)

    def _openssl(self, *args: str, stdin: bytes | None = None) -> bytes:
        program = shutil.which("openssl")
        if program is None:
            raise ClusterError("no openssl on the PATH: install openssl 3.0 or newer")
        done = subprocess.run([program, *args], check=False, cwd=self.path, input=stdin, capture_output=True)
        if done.returncode:
            raise ClusterError(f"openssl {args[0]}: {done.stderr.decode(errors='replace')}")
        return done.stdout
