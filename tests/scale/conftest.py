"""What the tests of scale share: scripts in processes of their own, with a time limit."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

TIME_LIMIT = 300


@pytest.fixture
def run_script() -> Callable[..., Any]:
    """Return a function that runs a script of this folder and reads its last line as JSON."""

    def run(name: str, *arguments: object) -> Any:
        path = Path(__file__).parent / "scripts" / f"{name}.py"
        command = [sys.executable, "-W", "error", str(path), *map(str, arguments)]
        result = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=TIME_LIMIT
        )
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout.splitlines()[-1])

    return run
