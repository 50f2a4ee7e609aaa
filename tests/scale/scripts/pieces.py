"""Print how many rows an interval set has, and how much memory going through them took."""

import json
import sys
from pathlib import Path

from misha_xr.database import Store


def anonymous_mb() -> float:
    """Return resident memory that is no file, in MB."""
    with Path("/proc/self/status").open() as status:
        line = next(line for line in status if line.startswith("RssAnon"))
    return int(line.split()[1]) / 1024


def main(root: str, max_rows: int) -> None:
    """Look after every piece."""
    store = Store(root)
    rows, base, peak = 0, anonymous_mb(), 0.0
    for piece in store.iterate_set("s", max_rows=max_rows):
        rows += len(piece)
        peak = max(peak, anonymous_mb() - base)
    print(json.dumps({"rows": rows, "anonymous_mb": peak}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
