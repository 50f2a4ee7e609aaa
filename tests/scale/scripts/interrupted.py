"""Run a long query; print the seconds from an interrupt to its end, and what is left behind."""

import json
import os
import signal
import sys
import threading
import time

import pandas as pd

import misha_xr

COLUMNS, CHROMOSOME = ("chrom", "start", "end"), ("chr0", 0, 400_000_000)


def main(root: str, verb: str) -> None:
    """Interrupt after half a second."""
    db = misha_xr.open_database(root)
    slow = "+".join(f"np.log(t + {k})" for k in range(2, 40))
    square = pd.DataFrame(
        {
            f"{name}{k}": [value]
            for k in (1, 2)
            for name, value in zip(COLUMNS, CHROMOSOME, strict=True)
        }
    )
    plane = db.vtrack("t", "t", "max", dim=1)
    calls = {
        "summary": lambda: db.summary(slow),
        "screen": lambda: db.screen(f"{slow} > 1e9"),
        "extract": lambda: db.extract(slow),
        "iterate": lambda: [len(frame) for frame in db.iterate(slow)],
        "quantiles": lambda: db.quantiles(slow),
        "dist": lambda: db.dist(slow, [0, 1, 2]),
        "evaluate": lambda: db.evaluate(slow).load(),
        "plane": lambda: plane.summary(slow, scope=square, iterator=[20_000, 20_000]),
    }
    threads = threading.active_count()
    sent: list[float] = []

    def interrupt() -> None:
        sent.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)

    timer = threading.Timer(0.5, interrupt)
    timer.start()
    try:
        calls[verb]()
        seconds = -1.0
    except KeyboardInterrupt:
        seconds = time.monotonic() - sent[0]
    timer.join()
    still = db.summary("t", scope="chr0:0-100")["Max"]
    left = threading.active_count() - threads
    print(json.dumps({"seconds": seconds, "threads": left, "still": still}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
