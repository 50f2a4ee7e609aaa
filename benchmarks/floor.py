"""The floor as a subject: C loops over memory maps, the same table out, no checks, no names."""

from __future__ import annotations

import ctypes
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.data import BIN, chrom_sizes

F32 = np.ctypeslib.ndpointer(np.float32, flags="C")
F64 = np.ctypeslib.ndpointer(np.float64, flags="C")
I64 = np.ctypeslib.ndpointer(np.int64, flags="C")
N = ctypes.c_int64


def compile_floor() -> ctypes.CDLL:
    """Compile the C file with the machine's compiler."""
    library = Path(tempfile.mkdtemp(prefix="floor-")) / "floor.so"
    source = Path(__file__).with_name("floor.c")
    compiler = os.environ.get("CC", "cc")
    subprocess.run([compiler, "-O3", "-shared", "-fPIC", "-o", library, source, "-lm"], check=True)
    lib = ctypes.CDLL(str(library))
    lib.copy_values.argtypes = [F32, N, F64]
    lib.fill_bins.argtypes = [N, N, N, I64, I64]
    lib.mean_bins.argtypes = [F32, N, N, N, F64]
    lib.mean_windows.argtypes = [F32, N, I64, I64, N, F64]
    lib.summarise.argtypes = [F32, N, F64]
    lib.screen_above.argtypes = [F32, N, ctypes.c_double, N, I64, I64]
    lib.screen_above.restype = N
    lib.expression.argtypes = [F64, F64, F64, N, F64]
    return lib


class Floor:
    """Answers of the floor; the maps are opened at each call, as a query would."""

    def __init__(self, folder: Path, scale: Any) -> None:
        self.folder = folder
        self.sizes = chrom_sizes(scale)
        self.names = pd.CategoricalDtype(pd.Index(list(self.sizes), dtype=object), ordered=True)
        self.lib = compile_floor()

    def values(self, track: str, chrom: str) -> np.ndarray:
        path = self.folder / "main" / "tracks" / f"{track}.track" / chrom
        return np.memmap(path, np.float32, "r", offset=4)

    def columns(self, counts: list[int], step: int, *names: str) -> dict[str, Any]:
        """Allocate a table and fill its coordinates."""
        n = sum(counts)
        out: dict[str, Any] = {"codes": np.empty(n, np.int8)}
        out |= {name: np.empty(n, np.int64) for name in ("start", "end", "intervalID")}
        out |= {name: np.empty(n) for name in names}
        at = 0
        for code, (size, count) in enumerate(zip(self.sizes.values(), counts, strict=True)):
            part = slice(at, at + count)
            out["codes"][part] = code
            out["intervalID"][part] = code + 1
            self.lib.fill_bins(count, step, size, out["start"][part], out["end"][part])
            at += count
        return out

    def frame(self, columns: dict[str, Any]) -> pd.DataFrame:
        codes = columns.pop("codes")
        chrom = pd.Categorical.from_codes(codes, dtype=self.names, validate=False)
        return pd.DataFrame({"chrom": chrom, **columns}, copy=False)

    def extract(self, step: int, track: str = "a") -> pd.DataFrame:
        counts = [-(-size // step) for size in self.sizes.values()]
        out = self.columns(counts, step, track)
        self.fill(track, step, counts, out[track])
        return self.frame(out)

    def fill(self, track: str, step: int, counts: list[int], out: np.ndarray) -> None:
        at = 0
        for chrom, count in zip(self.sizes, counts, strict=True):
            values = self.values(track, chrom)
            part = out[at : at + count]
            if step == BIN:
                self.lib.copy_values(values, count, part)
            else:
                self.lib.mean_bins(values, len(values), step // BIN, count, part)
            at += count

    def expression(self, step: int) -> pd.DataFrame:
        counts = [-(-size // step) for size in self.sizes.values()]
        out = self.columns(counts, step, "x")
        block, at = 1 << 15, 0
        columns = [np.empty(block) for _ in "abc"]
        for chrom, count in zip(self.sizes, counts, strict=True):
            maps = [self.values(track, chrom) for track in "abc"]
            for lo in range(0, count, block):
                n = min(block, count - lo)
                self.block(maps, columns, lo, n, step)
                self.lib.expression(*columns, n, out["x"][at + lo : at + lo + n])
            at += count
        return self.frame(out)

    def block(self, maps: list, columns: list, lo: int, n: int, step: int) -> None:
        width = step // BIN
        for values, column in zip(maps, columns, strict=True):
            part = values[lo * width : (lo + n) * width]
            if width == 1:
                self.lib.copy_values(part, n, column)
            else:
                self.lib.mean_bins(part, len(part), width, n, column)

    def peaks(self, peaks: pd.DataFrame) -> pd.DataFrame:
        codes = pd.Categorical(peaks["chrom"], dtype=self.names).codes.copy()
        starts, ends = peaks["start"].to_numpy(), peaks["end"].to_numpy()
        bounds = np.searchsorted(codes, np.arange(len(self.sizes) + 1))
        out = np.empty(len(codes))
        for chrom, lo, hi in zip(self.sizes, bounds[:-1], bounds[1:], strict=True):
            part = slice(lo, hi)
            values = self.values("a", chrom)
            self.lib.mean_windows(values, BIN, starts[part], ends[part], hi - lo, out[part])
        columns = {"codes": codes, "start": starts, "end": ends, "a": out}
        return self.frame(columns | {"intervalID": codes.astype(np.int64) + 1})

    def sparse(self) -> pd.DataFrame:
        record = np.dtype([("start", "<i8"), ("end", "<i8"), ("value", "<f4")])
        parts = [
            np.memmap(self.folder / "main/tracks/sp.track" / chrom, record, "r", offset=4)
            for chrom in self.sizes
        ]
        codes = np.repeat(np.arange(len(parts), dtype=np.int8), [len(part) for part in parts])
        n = len(codes)
        out = {"codes": codes, "start": np.empty(n, np.int64), "end": np.empty(n, np.int64)}
        out |= {"sp": np.empty(n), "intervalID": codes.astype(np.int64) + 1}
        at = 0
        for part in parts:
            rows = slice(at, at + len(part))
            out["start"][rows], out["end"][rows] = part["start"], part["end"]
            out["sp"][rows] = part["value"]
            at += len(part)
        return self.frame(out)

    def summary(self) -> pd.Series:
        out = np.array([0, 0, 0, np.inf, -np.inf])
        total = 0
        for chrom in self.sizes:
            values = self.values("a", chrom)
            total += len(values)
            self.lib.summarise(values, len(values), out)
        n, s, q, low, high = out
        deviation = np.sqrt((q - s * s / n) / (n - 1))
        return pd.Series([total, total - n, low, high, s, s / n, deviation])

    def screen(self, limit: float) -> pd.DataFrame:
        codes, starts, ends = [], [], []
        for code, chrom in enumerate(self.sizes):
            values = self.values("a", chrom)
            first, last = (np.empty(len(values) // 2 + 1, np.int64) for _ in range(2))
            n = self.lib.screen_above(values, len(values), limit, BIN, first, last)
            codes.append(np.full(n, code, np.int8))
            starts.append(first[:n])
            ends.append(last[:n])
        columns = {"codes": codes, "start": starts, "end": ends}
        return self.frame({name: np.concatenate(parts) for name, parts in columns.items()})

    def bases(self, pieces: pd.DataFrame) -> list[str]:
        """Slice one map: NumPy and Python, a str per row."""
        sizes = np.array(list(self.sizes.values()))
        codes = pd.Categorical(pieces["chrom"], dtype=self.names).codes
        firsts = (np.cumsum(sizes) - sizes)[codes] + pieces["start"].to_numpy()
        stops = firsts + (pieces["end"] - pieces["start"]).to_numpy()
        data = np.memmap(self.folder / "bases" / "seq" / "genome.seq", np.uint8, "r")
        text = memoryview(data)
        pairs = zip(firsts.tolist(), stops.tolist(), strict=True)
        return [str(text[first:stop], "ascii") for first, stop in pairs]

    def list_tracks(self) -> list[str]:
        with os.scandir(self.folder / "many" / "tracks") as entries:
            return sorted(entry.name[:-6] for entry in entries if entry.name.endswith(".track"))
