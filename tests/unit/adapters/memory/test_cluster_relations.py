"""Whatever happens in the in-memory cluster, its objects fit together: nothing leads nowhere, nothing disagrees."""

from random import Random

import pytest

from adapters.memory.clock import ManualClock
from adapters.memory.cluster import InMemoryCluster
from adapters.memory.world.incidents import roll_out
from domain.cluster.all_readings import FOLLOWED_KINDS, RESOURCES, Readings
from domain.cluster.kinds import Kind
from domain.commands.names import INT32_MAX
from tests.support.commands import a_scale_request
from tests.support.workloads import scale
from tests.unit.adapters.memory.agreements import disagreements
from tests.unit.adapters.memory.living import living
from tests.unit.adapters.memory.relations import Key, dangling, keys_of, references, without

REFERRED_TO = (
    Kind.POD,
    Kind.NODE,
    Kind.DEPLOYMENT,
    Kind.STATEFUL_SET,
    Kind.DAEMON_SET,
    Kind.REPLICA_SET,
    Kind.JOB,
    Kind.CRON_JOB,
    Kind.SERVICE,
    Kind.NAMESPACE,
    Kind.CONFIG_MAP,
    Kind.SECRET,
    Kind.SERVICE_ACCOUNT,
    Kind.PERSISTENT_VOLUME,
    Kind.PERSISTENT_VOLUME_CLAIM,
)

AFTER_SCALING = {*range(400, 420), *range(600, 615)}


def newborn() -> Readings:
    return Readings.taken(InMemoryCluster(ManualClock()).read)


@pytest.mark.parametrize("name", RESOURCES)
def test_there_are_objects_of_every_kind(name: str) -> None:
    assert len(getattr(newborn(), name).objects) >= 2


@pytest.mark.parametrize("seed", [1, 2])
async def test_every_relation_holds_at_many_moments_of_a_quarter_of_an_hour(seed: int) -> None:
    existed: set[Key] = set()
    async with living(seed) as (cluster, clock):
        for second in range(900):
            if second == 400:
                await scale(cluster, a_scale_request(9))
                await scale(cluster, a_scale_request(5, kind="StatefulSet", namespace="data", name="postgres"))
            if second == 600:
                await scale(cluster, a_scale_request(2))
                await scale(cluster, a_scale_request(1, kind="StatefulSet", namespace="data", name="postgres"))
            readings = Readings.taken(cluster.read)
            existed |= keys_of(readings)
            if second % 17 == seed or second in AFTER_SCALING:
                assert dangling(readings, existed) == []
                assert disagreements(readings) == []
            await clock.advance(1)


@pytest.mark.parametrize("seed", [10, 11])
async def test_nothing_disagrees_while_people_scale_and_deploy_at_random(seed: int) -> None:
    chance = Random(seed)
    existed: set[Key] = set()
    async with living(seed) as (cluster, clock):
        rolled = [one for one in cluster._life.world.workloads.values() if one.plan.is_rolled]
        for second in range(300):
            if chance.random() < 0.04:
                replicas = chance.choice((0, 1, 2, 5, 12, 40, INT32_MAX))
                await scale(cluster, a_scale_request(replicas, name=chance.choice(("web", "api", "recommendations"))))
            if chance.random() < 0.02:
                request = a_scale_request(chance.choice((0, 1, 4)), kind="StatefulSet", namespace="data", name="redis")
                await scale(cluster, request)
            if chance.random() < 0.02:
                roll_out(cluster._life.world, chance.choice(rolled))
            await clock.advance(1)
            readings = Readings.taken(cluster.read)
            existed |= keys_of(readings)
            if second % 12 == 0:
                assert dangling(readings, existed) == []
                assert disagreements(readings) == []


@pytest.mark.parametrize("kind", REFERRED_TO)
def test_a_kind_that_is_missing_is_missed(kind: Kind) -> None:
    assert dangling(without(newborn(), kind))


def test_what_disagrees_is_found() -> None:
    found = disagreements(without(newborn(), Kind.POD))
    assert {words.partition(":")[0] for words in found} >= {
        "ReplicaSets",
        "Deployments",
        "StatefulSets",
        "DaemonSets",
        "Jobs",
        "Services",
        "quotas",
    }


def test_every_kind_that_can_be_referred_to_is() -> None:
    assert {to[0] for _, to in references(newborn())} | {Kind.DEPLOYMENT} == set(REFERRED_TO)
    assert set(REFERRED_TO) < set(FOLLOWED_KINDS)
