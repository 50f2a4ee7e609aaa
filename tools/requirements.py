"""Print the requirements of the package and of some extras, one per line, for ``pip install``.

The package itself is left out, so that its dependencies can be installed without building it.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

SELF = re.compile(r"misha-xr\[([^\]]+)\]")


def requirements(project: dict, extras: list[str]) -> list[str]:
    """Collect the requirements of the project and the extras; an extra may name other extras."""
    found = list(project["dependencies"])
    queue = list(extras)
    while queue:
        for requirement in project["optional-dependencies"][queue.pop()]:
            inner = SELF.fullmatch(requirement)
            if inner:
                queue += inner[1].split(",")
            else:
                found.append(requirement)
    return sorted(set(found))


if __name__ == "__main__":
    document = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
    print(
        "\n".join(
            re.sub(r"\s+", "", item) for item in requirements(document["project"], sys.argv[1:])
        )
    )
