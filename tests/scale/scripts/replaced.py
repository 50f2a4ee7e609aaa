"""Read a track in a loop while it is replaced: every answer is one state, or a clear error."""

import json
import os
import shutil
import sys
import threading
import time
from pathlib import Path

import misha_xr
from misha_xr.errors import MishaError

SECONDS = 0.8


def swap_folder(place: Path, fresh: Path) -> None:
    """Put a whole new folder in the place of the old one; for a moment there is none."""
    away = place.with_name(f".old.{place.name}")
    place.rename(away)
    fresh.rename(place)
    shutil.rmtree(away)


def swap_files(place: Path, fresh: Path) -> None:
    """Replace file by file, each by a rename."""
    for file in sorted(fresh.iterdir()):
        file.rename(place / file.name)
    fresh.rmdir()


WAYS = {"folder": swap_folder, "files": swap_files}


def main(root: str, way: str) -> None:
    """Count answers by kind."""
    place = Path(root, "tracks/t.track")
    states = [Path(root, f"state{k}") for k in (0, 1)]
    counts = {"old or new": 0, "refused": 0, "mixed": 0, "other": 0}
    misha_xr.open_database(root).extract("t")  # imports what is imported late
    stop = time.monotonic() + SECONDS
    faults: list[str] = []

    def read() -> None:
        while time.monotonic() < stop:
            try:
                db = misha_xr.open_database(root)
                values = set(db.extract("t")["t"].tolist())
                counts["old or new" if len(values) == 1 else "mixed"] += 1
            except MishaError:  # changed, or gone for the moment between two renames
                counts["refused"] += 1
            except Exception as error:  # noqa: BLE001 - reported to the test
                faults.append(repr(error))
                counts["other"] += 1

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    turn = 0
    while time.monotonic() < stop:
        turn += 1
        fresh = Path(root, f"fresh{turn}")
        shutil.copytree(states[turn % 2], fresh)
        WAYS[way](place, fresh)
        time.sleep(0.005)
    for reader in readers:
        reader.join()
    print(json.dumps(counts | {"turns": turn, "faults": faults[:3], "pid": os.getpid()}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
