"""The manifests of configs/flink/kubernetes: the schema of the Flink operator, and of pods in it, accepts them."""

import copy
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import typer
import yaml

from pipeline.commands.main import app
from tests.engines.cluster import CONFIGS, fetched_operator

pytestmark = pytest.mark.slow

MANIFESTS = {
    path.name: list(yaml.safe_load_all(path.read_text())) for path in sorted(CONFIGS.glob("kubernetes/*.yaml"))
}
_CRD = "META-INF/fabric8/flinkdeployments.flink.apache.org-v1.yml"


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    """The schema of a FlinkDeployment's spec, as a server would read it that refuses unknown fields."""
    (jar,) = fetched_operator().iterdir()
    with zipfile.ZipFile(jar) as archive:
        crd = yaml.load(archive.read(_CRD), yaml.CSafeLoader)
    (version,) = (one for one in crd["spec"]["versions"] if one["name"] == "v1beta1")
    strict: dict[str, Any] = _strict(version["schema"]["openAPIV3Schema"]["properties"]["spec"])
    return strict


def _strict(schema: Any) -> Any:
    """Unknown fields are refused, as `kubectl apply --validate=strict` does; quantities may be numbers."""
    if isinstance(schema, list):
        return [_strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: _strict(value) for name, value in schema.items()}
    if schema.get("x-kubernetes-int-or-string"):
        made["type"] = ["integer", "string"]
        made.pop("anyOf", None)
    if isinstance(schema.get("properties"), dict) and not schema.get("x-kubernetes-preserve-unknown-fields"):
        made.setdefault("additionalProperties", False)
    return made


def of_kind(kind: str) -> list[dict[str, Any]]:
    return [manifest for manifests in MANIFESTS.values() for manifest in manifests if manifest["kind"] == kind]


def test_the_operator_accepts_the_cluster(spec: dict[str, Any]) -> None:
    (cluster,) = of_kind("FlinkDeployment")
    assert cluster["apiVersion"] == "flink.apache.org/v1beta1"
    jsonschema.validate(cluster["spec"], spec)
    wrong = copy.deepcopy(cluster["spec"])
    wrong["taskManager"]["podTemplate"]["spec"]["containers"][1]["imagePolicy"] = "Always"
    with pytest.raises(jsonschema.ValidationError, match="imagePolicy"):
        jsonschema.validate(wrong, spec)


def test_the_pods_of_the_others_are_pods(spec: dict[str, Any]) -> None:
    pods = [one["spec"]["template"] for one in [*of_kind("Deployment"), *of_kind("Job")]]
    assert len(pods) == 3
    for pod in pods:
        jsonschema.validate(pod, spec["properties"]["podTemplate"])
        mounts = {mount["name"] for one in pod["spec"]["containers"] for mount in one["volumeMounts"]}
        assert mounts == {volume["name"] for volume in pod["spec"]["volumes"]}
    for deployment in of_kind("Deployment"):
        assert deployment["spec"]["selector"]["matchLabels"] == deployment["spec"]["template"]["metadata"]["labels"]


def test_the_cluster_is_that_of_the_configuration() -> None:
    (cluster,) = of_kind("FlinkDeployment")
    explained = yaml.safe_load((CONFIGS / "flink-conf.yaml").read_text())
    for key, value in cluster["spec"]["flinkConfiguration"].items():
        assert value == (str(explained[key]).lower() if isinstance(explained[key], bool) else str(explained[key])), key


@pytest.mark.parametrize("name", ["run.yaml", "stream.yaml"])
def test_the_command_is_one_that_newsfold_takes(name: str) -> None:
    (manifest,) = MANIFESTS[name]
    command, *words = manifest["spec"]["template"]["spec"]["containers"][0]["args"]
    context = typer.main.get_command(app).commands[command].make_context(command, words)  # type: ignore[attr-defined]
    assert context.params["output"] == Path("/var/lib/newsfold")
    (service,) = of_kind("Service")
    given = [*context.args, *(context.params.get("inputs") or ()), *(context.params.get("feeds") or ())]
    assert f"--job_endpoint={service['metadata']['name']}:8099" in given
    assert all(word.startswith("--") for word in given)


def test_what_they_name_exists() -> None:
    (secret,), (claim,) = of_kind("Secret"), of_kind("PersistentVolumeClaim")
    for name in ("run.yaml", "stream.yaml"):
        pod = MANIFESTS[name][0]["spec"]["template"]["spec"]
        reference = pod["containers"][0]["env"][0]["valueFrom"]["secretKeyRef"]
        assert reference["name"] == secret["metadata"]["name"]
        assert reference["key"] in secret["stringData"]
        assert pod["volumes"][0]["persistentVolumeClaim"]["claimName"] == claim["metadata"]["name"]
    (cluster,), server = of_kind("FlinkDeployment"), MANIFESTS["job-server.yaml"][0]
    arguments = server["spec"]["template"]["spec"]["containers"][0]["args"]
    assert f"--flink-master={cluster['metadata']['name']}-rest:8081" in arguments
    readme = (CONFIGS / "README.md").read_text()
    assert all(f"`{name}`" in readme for name in MANIFESTS)
