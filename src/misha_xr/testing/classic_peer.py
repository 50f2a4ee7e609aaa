"""Answer classic calls with pymisha, in a process of its own that may crash.

Pickles of ``(number, root, steps)`` come in on standard input; for each, one pickle of ``(number,
answers)`` goes out at once, so that a crash costs one program and no more. A step is ``(function,
args, kwargs)``; an answer is ``("value", value)`` or ``("error", names of the classes, text)``.
"""

from __future__ import annotations

import dataclasses
import os
import pickle
import sys
import types
import warnings
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

__all__ = ["answer", "serve"]


def answer(module: Any, step: tuple[str, tuple[Any, ...], dict[str, Any]]) -> tuple[Any, ...]:
    """Run one step and describe how it ended."""
    name, args, kwargs = step
    function = read if name == "open" else getattr(module, name)
    try:
        return "value", plain(function(*args, **kwargs))
    except Exception as error:  # noqa: BLE001 - every way to fail is an answer here
        return "error", [kind.__name__ for kind in type(error).__mro__], str(error)


def read(path: str) -> str:
    """Return the text of a file that a step before has written."""
    return Path(path).read_text(encoding="utf-8")


def plain(value: Any) -> Any:
    """Turn what has no pickle into what has: arrays of local classes, generators, policies."""
    if isinstance(value, np.ndarray) and "<locals>" in type(value).__qualname__:
        return value.view(np.ndarray)
    if isinstance(value, types.GeneratorType):
        return list(value)
    return vars(value) if dataclasses.is_dataclass(value) else value


def serve(module: Any, requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer programs until the input ends."""
    current, settings = None, dict(module.CONFIG)
    while True:
        try:
            number, root, steps = pickle.load(requests)
        except EOFError:
            return
        if root != current:
            module.gdb_init(root)
            current = root
        module.gvtrack_clear()
        module.CONFIG.update(settings)
        np.random.seed(1)  # noqa: NPY002 - what governs the classic calls
        pickle.dump((number, [answer(module, step) for step in steps]), answers)
        answers.flush()


if __name__ == "__main__":
    channel = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever is printed must not mix with the answers
    warnings.simplefilter("ignore")
    import pymisha

    pymisha.CONFIG.update(multitasking=False, progress=False)
    serve(pymisha, sys.stdin.buffer, channel)
