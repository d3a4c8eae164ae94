"""`khcn` on the store of a test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.console.khcn import Khcn
from tests.spec import Spec


@pytest.fixture
def khcn(spec: Spec, tmp_path: Path) -> Khcn:
    return Khcn(spec.url, tmp_path)
