"""How kinds are spoken of."""

from tests.support.resource_types import a_resource_type


def test_the_core_has_no_group_in_its_names() -> None:
    assert (a_resource_type("Pod").api_version, a_resource_type("Pod").qualified) == ("v1", "pods")
    deployment = a_resource_type("Deployment")
    assert (deployment.api_version, deployment.qualified) == ("apps/v1", "deployments.apps")
    assert deployment.group_kind == ("apps", "Deployment")
