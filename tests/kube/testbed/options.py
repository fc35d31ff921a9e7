"""What can be chosen about a cluster."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Choices that do not change while the cluster runs."""

    metrics: bool = True
    """With metrics-server."""
    scheduler: bool = True
    """With kube-scheduler."""
    controllers: bool = True
    """With kube-controller-manager."""
    audit: bool = False
    """The API server writes a line of JSON about each request."""
    lease_seconds: int = 40
    """How long a node's lease lasts, renewed at a quarter of it; 0 turns leases off."""
    etcd_compaction: str = "5m"
    """How often the API server compacts etcd; "0" for never."""
    hpa_sync: str = "15s"
    """How often the horizontal autoscaler looks."""
    apiserver_args: tuple[str, ...] = ()
    """Further arguments of kube-apiserver."""

    @property
    def servers(self) -> list[str]:
        """The components that run, in the order of their start."""
        optional = {
            "metrics-server": self.metrics,
            "kube-scheduler": self.scheduler,
            "kube-controller-manager": self.controllers,
        }
        return ["etcd", "kube-apiserver", *(name for name, wanted in optional.items() if wanted), "kwok"]
