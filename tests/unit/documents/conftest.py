"""The printed documents, for the tests that measure them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.documents import office


@pytest.fixture(scope="session")
def paper_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Where the PDF files lie, the same for all workers of a run."""
    if office.PROGRAM is None:
        pytest.skip("LibreOffice is not installed; `make test` says how to get it")
    base = tmp_path_factory.getbasetemp()
    return office.printed(base if worker_id == "master" else base.parent)
