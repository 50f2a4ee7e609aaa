"""The cases: what each subject does, and how its answer is reduced to numbers for comparison."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks import analyses, interval_functions, virtual_tracks
from benchmarks.data import SCALES, read_peaks, read_pieces

EXPRESSION = "np.log(a+1) - 0.5*b + c/(a+0.1)"
Call = Callable[[], Any]


@dataclass(frozen=True)
class Case:
    """One row of the table: subject name to a factory of the call to measure, and the targets."""

    name: str
    target_faster: float
    target_floor: float | None
    why: str


CASES = [
    Case("open2k.init_ls", 1, 3, "open a database of 2,000 tracks and list them"),
    Case("x.native20", 4, 3, "extract one dense track at its own bins, whole genome"),
    Case("x.it100", 4, 2.5, "the same, iterator 100"),
    Case("x.it1000", 4, None, "the same, iterator 1000"),
    Case("x.expr3.it20", 3, 2, "an expression of three dense tracks, own bins"),
    Case("x.expr3.it1000", 4, 2, "the same, iterator 1000"),
    Case("x.peaks", 3, 3, "one dense track on a table of intervals"),
    Case("x.sparse1.native", 4, 3, "one sparse track at its own steps"),
    Case("gscreen", 6, 2, "one dense track > 3, whole genome"),
    Case("gsummary", 8, 2, "one dense track, whole genome"),
    Case("gquantiles", 5, 2, "0.05, 0.5, 0.95 of one dense track, whole genome, exact"),
    Case("gdist.1d", 8, 2, "9 bins of one dense track, whole genome"),
    Case("gdist.2d", 8, None, "9 x 9 bins of two dense tracks"),
    Case("gpartition", 4, 2, "the same breaks to intervals"),
    Case("x.win1kb", 3, None, "one window of 1 kb: overhead of a call"),
    Case("vt.avg.peaks", 3.5, 2.5, "mean, 500 bp more on both sides, on a table of intervals"),
    Case("vt.avg.bins500", 2, 1.5, "the same, iterator 500, whole genome"),
    Case("vt.quantile.peaks", 2, 1.8, "median, 500 bp more, on a table of intervals"),
    Case("vt.quantile.bins500", 3, None, "the same, iterator 500, whole genome"),
    Case("vt.avg3.random", 3, 2, "mean, maximum and sum on random intervals"),
    Case("vt.many50", 2.5, None, "50 virtual tracks on 10,000 intervals"),
    Case("vt.max.bins500", 3, 1.8, "maximum, 500 bp more, iterator 500"),
    Case("vt.globalpct.it100", 10, None, "share of all values below the mean, iterator 100"),
    Case("vt.distance.peaks", 5, 4, "distance to the nearest of 20,000 genes, on a table"),
    Case("vt.ncount.peaks", 5, None, "intervals within 5,000 bp, of 100,000"),
    Case("vt.coverage.peaks", 5, None, "share under 100,000 intervals, 500 bp more on both sides"),
    Case("gwilcox", 3, None, "windows of 50,000 and 2,000 bp, bins of 100"),
    Case("seq.extract", 1, 1, "bases of 20,000 intervals of 500 bp as texts"),
    Case("names.1m", 0, None, "codes of a million chromosome names, against a pandas index"),
    Case("lazy.values", 0, None, "ds['a'].values over the whole genome, against one copy"),
]


def digest(answer: Any) -> list[float]:
    """Reduce an answer to its size and sums, so that subjects can be compared."""
    if isinstance(answer, pd.Series) and answer.dtype == "str":
        answer = answer.tolist()
    if isinstance(answer, (list, tuple)):
        text = "".join(answer)
        return [float(len(answer)), float(len(text)), float(zlib.crc32(text.encode()))]
    if isinstance(answer, np.ndarray):
        return [float(answer.size), float(np.nansum(answer, dtype=np.float64))]
    if isinstance(answer, pd.Series):
        return [float(value) for value in answer]
    numbers = answer.select_dtypes("number").drop(columns="intervalID", errors="ignore")
    return [float(len(answer)), *(float(np.nansum(numbers[name])) for name in numbers)]


@cache
def _asked(names: tuple[str, ...]) -> list[str]:
    return np.random.default_rng(0).choice(np.array(names, object), 1_000_000).tolist()


def names_asked(names: list[str]) -> list[str]:
    """Draw a million names; once, so that the measured calls find them made."""
    return _asked(tuple(names))


def ours(folder: Path, scale: str, threads: int) -> dict[str, Call]:
    """Native calls of misha_xr."""
    import xarray as xr

    import misha_xr
    from misha_xr.options import set_options

    set_options(n_threads=threads)
    del scale
    db = misha_xr.open_database(folder / "main")
    bases = misha_xr.open_database(folder / "bases")
    peaks, pieces = read_peaks(folder), read_pieces(folder)
    window = pd.DataFrame({"chrom": ["chr2"], "start": [1_000_000], "end": [1_001_000]})
    return {
        "open2k.init_ls": lambda: misha_xr.open_database(folder / "many").store.track_names(),
        "x.native20": lambda: db.extract("a"),
        "x.it100": lambda: db.extract("a", iterator=100),
        "x.it1000": lambda: db.extract("a", iterator=1000),
        "x.expr3.it20": lambda: db.extract(EXPRESSION),
        "x.expr3.it1000": lambda: db.extract(EXPRESSION, iterator=1000),
        "x.peaks": lambda: db.extract("a", iterator=peaks),
        "x.sparse1.native": lambda: db.extract("sp"),
        "gscreen": lambda: db.screen("a > 3"),
        "gsummary": lambda: db.summary("a"),
        **analyses.native(db),
        "x.win1kb": lambda: db.extract("a", window),
        "seq.extract": lambda: bases.sequence(pieces),
        **virtual_tracks.native(db, folder),
        **interval_functions.native(db, folder),
        "names.1m": lambda: db.genome.codes(names_asked(list(db.genome.names))),
        "lazy.values": lambda: xr.open_dataset(folder / "main", engine="misha", tracks=["a"])[
            "a"
        ].to_numpy(),
    }


def pm_ours(folder: Path, scale: str) -> dict[str, Call]:
    """The classic calls of misha_xr.pm."""
    from misha_xr import pm
    from misha_xr.options import set_options

    set_options(n_threads=1)
    pm.CONFIG["max_data_size"] = 10**9
    return _classic(pm, folder)


def peer(folder: Path, scale: str) -> dict[str, Call]:
    """The classic calls of pymisha."""
    import pymisha

    pymisha.CONFIG.update(progress=False, max_data_size=10**9)
    return _classic(pymisha, folder)


def _classic(pm: Any, folder: Path) -> dict[str, Call]:
    peaks, pieces = read_peaks(folder), read_pieces(folder)

    def open_many() -> list[str]:
        pm.gdb_init(str(folder / "many"))
        return pm.gtrack_ls()

    def on_main(call: Callable[..., Any], *args: Any, **kwargs: Any) -> Call:
        pm.gdb_init(str(folder / "main"))
        return lambda: call(*args, **kwargs)

    calls = {
        "x.native20": on_main(pm.gextract, "a"),
        "x.it100": on_main(pm.gextract, "a", iterator=100),
        "x.it1000": on_main(pm.gextract, "a", iterator=1000),
        "x.expr3.it20": on_main(pm.gextract, EXPRESSION),
        "x.expr3.it1000": on_main(pm.gextract, EXPRESSION, iterator=1000),
        "x.peaks": on_main(pm.gextract, "a", iterator=peaks),
        "x.sparse1.native": on_main(pm.gextract, "sp"),
        "gscreen": on_main(pm.gscreen, "a > 3"),
        "gsummary": on_main(pm.gsummary, "a"),
        **analyses.classic(pm, lambda: pm.gdb_init(str(folder / "main"))),
        "x.win1kb": on_main(pm.gextract, "a", pm.gintervals("chr2", 1_000_000, 1_001_000)),
    }

    @cache
    def open_bases() -> None:  # at the first call, which is not measured
        pm.gdb_init(str(folder / "bases"))

    def read_bases() -> Any:
        open_bases()
        return pm.gseq_extract(pieces)

    calls |= virtual_tracks.classic(pm, folder)
    calls |= interval_functions.classic(pm, folder)
    return {"open2k.init_ls": open_many, "seq.extract": read_bases, **calls}


def floor(folder: Path, scale: str) -> dict[str, Call]:
    """C loops over memory maps."""
    from benchmarks.floor import Floor

    base = Floor(folder, SCALES[scale])
    peaks, pieces = read_peaks(folder), read_pieces(folder)
    index = pd.Index(list(base.sizes), dtype=object)
    maps = [base.values("a", chrom) for chrom in base.sizes]
    return {
        "open2k.init_ls": base.list_tracks,
        "x.native20": lambda: base.extract(20),
        "x.it100": lambda: base.extract(100),
        "x.it1000": lambda: base.extract(1000),
        "x.expr3.it20": lambda: base.expression(20),
        "x.expr3.it1000": lambda: base.expression(1000),
        "x.peaks": lambda: base.peaks(peaks),
        "x.sparse1.native": base.sparse,
        "gscreen": lambda: base.screen(3.0),
        "gsummary": base.summary,
        **analyses.floor(base),
        "seq.extract": lambda: base.bases(pieces),
        "names.1m": lambda: index.get_indexer(names_asked(list(index))),
        "lazy.values": lambda: np.concatenate(maps),
    }


SUBJECTS: dict[str, Callable[..., dict[str, Call]]] = {
    "floor": floor,
    "pymisha": peer,
    "misha_xr": lambda folder, scale: ours(folder, scale, 1),
    "misha_xr-2": lambda folder, scale: ours(folder, scale, 2),
    "pm": pm_ours,
}
