"""Run import-linter on the sources and fail if it saw fewer modules than there are.

Beside an installed or editable package import-linter can analyse nothing and still be content.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Return the exit status for the shell."""
    n_modules = sum(1 for _ in Path("src/misha_xr").rglob("*.py"))
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    environment = {**os.environ, "PYTHONPATH": "src", "NO_COLOR": "1"}
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    print(result.stdout + result.stderr)
    seen = re.search(r"Analyzed (\d+) files", result.stdout)
    if seen is None or int(seen[1]) < n_modules:
        print(f"import-linter saw {seen and seen[1]} of {n_modules} modules")
        return 1
    return result.returncode


if __name__ == "__main__":
    sys.exit(main())
