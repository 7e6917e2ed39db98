"""Schemathesis asks every route of the OpenAPI document for whatever it can think of."""

from typing import Any

import hypothesis
import pytest

from tests.support.inspector import client

pytestmark = pytest.mark.slow

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed: make browser installs it")
openapi_checks = pytest.importorskip("schemathesis.specs.openapi.checks")

TRAVERSAL = ("../../../etc/passwd", "..%2f..%2fnewsfold.db", "/etc/passwd", "file:///etc/passwd", "\0", "%00")
INJECTION = (
    "' OR 1=1 --",
    '"; DROP TABLE stories; --',
    "1 UNION SELECT manifest FROM runs",
    "%' AND 1=0 --",
    "{{7*7}}",
)
PARAMETERS = ("q", "source", "language", "since", "sort", "state", "a", "b", "id", "name")


def test_every_route_answers_as_described(web: Any) -> None:
    app = client(web.app.state.site.inspector.labels.parent, "testserver").app
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) > 10
    for operation in operations:

        @hypothesis.given(case=operation.as_strategy())
        @hypothesis.settings(max_examples=25, deadline=None, suppress_health_check=list(hypothesis.HealthCheck))
        def ask(case: Any) -> None:
            # A pattern cannot say which days a month has, nor that only a query has a best match.
            case.call_and_validate(excluded_checks=[openapi_checks.positive_data_acceptance])

        ask()


@pytest.mark.parametrize("value", [*TRAVERSAL, *INJECTION])
def test_no_parameter_is_a_path_or_a_statement(web: Any, value: str) -> None:
    before = web.get("/api/stories").json()
    for path in ("/", "/compare", "/article", "/source", "/difference", "/feed.xml", "/stories.csv", "/api/stories",
                 "/api/compare", "/api/article", "/api/difference", f"/stories/{value}", f"/runs/{value}",
                 f"/static/{value}", f"/api/stories/{value}", f"/api/runs/{value}"):  # fmt: skip
        if "\0" in path:
            continue  # no client sends it
        answer = web.get(path, params=dict.fromkeys(PARAMETERS, value))
        assert answer.status_code < 500, path
        assert "root:" not in answer.text
        assert "SQLite format" not in answer.text
    assert web.get("/api/stories").json() == before
