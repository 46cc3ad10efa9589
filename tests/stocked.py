"""For the conftest of a room whose tests begin with the communes and the small course."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.settings import Settings
from tests.conftest import copied


@pytest.fixture
def database_url(stocked: Settings, tmp_path: Path) -> Iterator[str]:
    shutil.copytree(stocked.blobs, tmp_path / stocked.blobs.name)
    with copied(stocked.database, tmp_path) as url:
        yield url
