"""The web inspector, asked without a network."""

from pathlib import Path
from typing import Any

import pytest


def client(output: Path, host: str = "127.0.0.1") -> Any:
    pytest.importorskip("fastapi", reason="the extra web is not installed")
    pytest.importorskip("httpx2", reason="httpx2 is not installed")
    from starlette.testclient import TestClient

    from pipeline.outputs.folder import OutputFolder
    from pipeline.web.app import create_app
    from pipeline.web.inspector import Inspector

    folder = OutputFolder(output)
    inspector = Inspector(folder.store_url, folder.index, folder.labels)
    return TestClient(create_app(inspector, host), base_url="http://127.0.0.1:8000", follow_redirects=False)
