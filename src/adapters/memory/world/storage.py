"""Claims of StatefulSets and the volumes that a provisioner makes for them.

A claim waits until its pod has a node, and stays when the pod goes: the next pod of that number finds its data again.
"""

from typing import Final, cast

from adapters.memory.world.event_log import ATTACHER, PROVISIONER, VOLUME_CONTROLLER, Words
from adapters.memory.world.owned import SimClaim
from adapters.memory.world.state import SimPod, World
from adapters.memory.world.telling import claim_ref, tell, tell_of_pod
from domain.cluster.events import ResourceRef
from domain.cluster.kinds import Kind
from domain.cluster.quantities import readable
from domain.cluster.storage import PersistentVolume, PersistentVolumeClaim

_MODES: Final = ("ReadWriteOnce",)
RETRY_SECONDS: Final = 300.0
"""Controllers look more often, but say the same of one object only so often (client-go's filter of Events)."""


def claim_storage(world: World, pod: SimPod) -> list[SimClaim]:
    """The claims that a pod of a StatefulSet needs and that are not there yet."""
    made: list[SimClaim] = []
    plan = pod.workload.plan
    for wanted in plan.claims:
        name = f"{wanted.name}-{plan.name}-{pod.ordinal}"
        if (plan.namespace, name) in world.claims:
            continue
        uid = world.uid_of(Kind.PERSISTENT_VOLUME_CLAIM, plan.namespace, name)
        claim = SimClaim(plan=wanted, workload=plan, name=name, uid=uid, created_at=world.now)
        world.claims[claim.key] = claim
        _mark(world, claim)
        made.append(claim)
    return made


def provision(world: World, pod: SimPod) -> None:
    """The pod has a node: make the volumes that its claims wait for, and attach what is there."""
    plan = pod.workload.plan
    for wanted in plan.claims:
        claim = world.claims[plan.namespace, f"{wanted.name}-{plan.name}-{pod.ordinal}"]
        if not claim.volume:
            _wait_and_get(world, claim)
        message = f'AttachVolume.Attach succeeded for volume "{claim.volume}"'
        tell_of_pod(world, pod, "SuccessfulAttachVolume", message, writer=ATTACHER)


def bind(world: World, claim: SimClaim) -> None:
    """The claim gets its volume."""
    claim.volume, claim.bound_at = f"pvc-{claim.uid}", world.now
    world.volumes["", claim.volume] = claim
    _mark(world, claim)


def _wait_and_get(world: World, claim: SimClaim) -> None:
    about = claim_ref(claim)
    message = "waiting for first consumer to be created before binding"
    tell(world, about, VOLUME_CONTROLLER, "WaitForFirstConsumer", message)
    message = f'External provisioner is provisioning volume for claim "{claim.workload.namespace}/{claim.name}"'
    tell(world, about, PROVISIONER, "Provisioning", message)
    bind(world, claim)
    tell(world, about, PROVISIONER, "ProvisioningSucceeded", f"Successfully provisioned volume {claim.volume}")


def retry_claims(world: World) -> None:
    """The controller tries again and again to bind the declared claims that ask for what is not there."""
    if world.seconds % RETRY_SECONDS:
        return
    for declared in world.declared[Kind.PERSISTENT_VOLUME_CLAIM].values():
        claim = cast("PersistentVolumeClaim", declared)
        if claim.phase == "Pending":
            world.events.write(words_of_missing_class(claim), world.now)


def words_of_missing_class(claim: PersistentVolumeClaim) -> Words:
    """What is told of a claim for a class that does not exist."""
    return Words(
        about=ResourceRef(kind=claim.kind.value, namespace=claim.namespace, name=claim.name, uid=claim.uid),
        writer=VOLUME_CONTROLLER,
        reason="ProvisioningFailed",
        message=f'storageclass.storage.k8s.io "{claim.storage_class}" not found',
        is_warning=True,
    )


def view_claim(_world: World, claim: SimClaim) -> PersistentVolumeClaim:
    """The claim as a reader sees it."""
    storage = readable("storage", claim.plan.storage)
    return PersistentVolumeClaim(
        uid=claim.uid,
        name=claim.name,
        namespace=claim.workload.namespace,
        labels=claim.workload.labels,
        created_at=claim.created_at,
        phase="Bound" if claim.volume else "Pending",
        volume_name=claim.volume,
        storage_class=claim.plan.storage_class,
        access_modes=_MODES,
        requested_capacity=storage,
        actual_capacity=storage if claim.volume else "",
        volume_mode="Filesystem",
    )


def view_volume(world: World, claim: SimClaim) -> PersistentVolume:
    """The volume of a claim as a reader sees it."""
    return PersistentVolume(
        uid=world.uid_of(Kind.PERSISTENT_VOLUME, "", claim.volume),
        name=claim.volume,
        created_at=claim.bound_at,
        capacity=readable("storage", claim.plan.storage),
        phase="Bound",
        storage_class=claim.plan.storage_class,
        access_modes=_MODES,
        reclaim_policy="Delete",
        volume_source_type="CSI",
        claim_ref_name=claim.name,
        claim_ref_namespace=claim.workload.namespace,
    )


def _mark(world: World, claim: SimClaim) -> None:
    world.mark(Kind.PERSISTENT_VOLUME_CLAIM, claim.key)
    if claim.volume:
        world.mark(Kind.PERSISTENT_VOLUME, ("", claim.volume))
    for quota_key in world.declared[Kind.RESOURCE_QUOTA]:
        if quota_key[0] == claim.workload.namespace:
            world.mark(Kind.RESOURCE_QUOTA, quota_key)
