"""Windows for the training of models: a sampler by number, whole batches by one gather each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.database import Store
from misha_xr.errors import IntervalError
from misha_xr.query.query import Query
from misha_xr.query.window_draws import coins, moves
from misha_xr.query.window_form import WindowForm, whole_number
from misha_xr.query.window_places import WindowPlaces
from misha_xr.query.window_reading import read_one_hot, read_signal

__all__ = ["Batch", "TrainingWindows"]

Batch: TypeAlias = dict[str, Any]
Int64s: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, eq=False, repr=False)
class TrainingWindows:
    """Windows of one size, read when asked for by number: what `Database.windows` returns.

    Immutable; shared by threads; pickled as the path of the database, the stamps of tracks and the
    places of windows, so that worker processes open files for themselves. A torch ``DataLoader``
    takes it as a map-style dataset, in any start method, without a wrapper.

    Attributes
    ----------
    store : Store
        The database.
    query : Query or None
        The expressions; None: bases only.
    places : WindowPlaces
        Where the windows lie, before they are moved and turned.
    form : WindowForm
        What one looks like.

    Examples
    --------
    >>> import misha_xr
    >>> db = misha_xr.example_database()
    >>> peaks = db.genome.intervals("chr1", [1000, 5000], [1200, 5100])
    >>> windows = db.windows(peaks, 100, "dense_track", one_hot=True)
    >>> len(windows), windows[1]["signal"].shape, windows[[0, 1]]["one_hot"].shape
    (2, (1, 100), (2, 4, 100))
    """

    store: Store
    query: Query | None
    places: WindowPlaces
    form: WindowForm

    def __len__(self) -> int:
        return len(self.places) * self._n_turns

    def __repr__(self) -> str:
        form = self.form
        parts = [f"{len(self):,} windows of {form.size:,} bp"]
        if self.query is not None:
            n = len(self.query.columns)
            parts.append(f"{n} track{'s' if n > 1 else ''} at {form.cut.n:,} positions")
        parts += ["bases"] if form.has_bases else []
        return f"<TrainingWindows {', '.join(parts)}>"

    @property
    def _n_turns(self) -> int:
        return 2 if self.form.turns == "both" else 1

    @property
    def names(self) -> list[str]:
        """Names of the expressions, in the order of the axis of the signal.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().windows("chr1", 100, {"x": "dense_track"}).names
        ['x']
        """
        return [] if self.query is None else [column.name for column in self.query.columns]

    @property
    def intervals(self) -> pd.DataFrame:
        """Where the windows lie, before they are moved and turned.

        A row for each place: `chrom`, `start`, `end`, `strand` (-1: read backwards) and `row`, the
        position in the caller's intervals. Starts may be below 0, ends beyond the chromosome.

        Examples
        --------
        >>> import misha_xr
        >>> windows = misha_xr.example_database().windows("chr1:0-10", 20, "dense_track")
        >>> windows.intervals[["start", "end", "strand", "row"]].to_numpy().tolist()
        [[-5, 15, 1, 0]]
        """
        places = self.places
        starts = places.starts(self.form.cut)
        frame = self.store.genome.frame(places.codes, starts, starts + self.form.size)
        return frame.assign(strand=np.where(places.is_reversed, -1, 1), row=places.rows)

    def __getitem__(self, which: Any) -> Batch:
        """Read one window, or many by one gather.

        Parameters
        ----------
        which : int, slice, or array-like of int or bool
            Which; negative numbers count from the end.

        Returns
        -------
        dict of str to array
            ``signal``, float32, shape (n_expressions, n_positions); ``one_hot``, shape (4, size) or
            (size, 4); ``row``, the position in the caller's intervals; ``start``, the first base;
            ``is_reversed``. Those of many windows have one more axis, in front.

        Raises
        ------
        IndexError
            If a number is out of range.
        StaleFileError
            If a track was replaced since the windows were made.

        Examples
        --------
        >>> import misha_xr
        >>> windows = misha_xr.example_database().windows("chr1:500-600", 100, "dense_track")
        >>> windows[-1]["signal"].shape, windows[:]["signal"].shape
        ((1, 100), (1, 1, 100))
        """
        if isinstance(which, int | np.integer) and not isinstance(which, bool):
            batch = self._read(self._checked(np.array([which])))
            return {name: part[0] for name, part in batch.items()}
        if isinstance(which, slice):
            return self._read(np.arange(len(self))[which])
        return self._read(self._checked(self._numbers(which)))

    def _numbers(self, which: Any) -> Int64s:
        """Return numbers of windows, of answers yes and no those of yes."""
        numbers = np.asarray(which)
        if numbers.dtype == np.bool_ and numbers.shape == (len(self),):
            return np.flatnonzero(numbers)
        if numbers.shape == (0,):
            return np.empty(0, np.int64)
        if numbers.ndim != 1 or not np.issubdtype(numbers.dtype, np.integer):
            raise IndexError(
                f"windows are chosen by whole numbers, a slice or {len(self):,} answers; "
                f"found {which!r:.40}"
            )
        return numbers

    def _checked(self, numbers: NDArray[Any]) -> Int64s:
        """Return numbers that count from the front."""
        n = len(self)
        outside = (numbers < -n) | (numbers >= n)  # before they become int64: some may not fit
        if outside.any():
            raise IndexError(f"window {numbers[outside][0]} of {n:,}")
        found: Int64s = numbers.astype(np.int64)
        return found + n * (found < 0)

    def __getitems__(self, which: Sequence[int]) -> list[Batch]:
        """Read many windows by one gather, as a list: what a torch DataLoader asks for.

        Parameters
        ----------
        which : sequence of int
            Numbers of windows.

        Returns
        -------
        list of dict
            As by number, one by one; arrays are views of one batch.

        Examples
        --------
        >>> import misha_xr
        >>> windows = misha_xr.example_database().windows("chr1:500-600", 100, "dense_track")
        >>> len(windows.__getitems__([0, 0, 0]))
        3
        """
        batch = self[np.asarray(which, np.int64)]
        return [{name: part[k] for name, part in batch.items()} for k in range(len(which))]

    def _read(self, numbers: Int64s) -> Batch:
        form, cut, n_turns = self.form, self.form.cut, self._n_turns
        places = self.places.take(numbers // n_turns)
        if form.turns != "no" or form.jitter:
            shifts = moves(form.seed, form.epoch, places.rows, form.jitter) if form.jitter else None
            places = places.changed(cut, shifts, self._turned(numbers, places.rows))
        batch: Batch = {}
        if self.query is not None:
            batch["signal"] = read_signal(self.query, places, cut, form.fill)
        if form.has_bases:
            bases: dict[str, Any] = {"is_channels_first": form.is_channels_first}
            files = self.store.sequence_files()
            batch["one_hot"] = read_one_hot(files, places, cut, dtype=form.dtype, **bases)
        starts = places.starts(cut)
        return batch | {"row": places.rows, "start": starts, "is_reversed": places.is_reversed}

    def _turned(self, numbers: Int64s, rows: Int64s) -> NDArray[np.bool_]:
        form = self.form
        if form.turns == "random":
            return coins(form.seed, form.epoch, rows)
        if form.turns == "both":
            return np.not_equal(numbers % 2, 0)
        return np.full(len(numbers), form.turns == "yes")

    def batches(
        self,
        batch_size: int,
        *,
        shuffle: bool = False,
        seed: int | None = None,
        drop_last: bool = False,
    ) -> Iterator[Batch]:
        """Read all windows, batch by batch.

        Parameters
        ----------
        batch_size : int
            Windows of a batch.
        shuffle : bool
            In random order, another one for each epoch.
        seed : int, optional
            Of the order. Default: that of the windows.
        drop_last : bool
            Leave out the last batch if it is smaller.

        Returns
        -------
        iterator of dict of str to array
            As by index.

        Raises
        ------
        ValueError
            If `batch_size` is below 1.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database()
        >>> windows = db.windows(db.iterator_intervals(1000, "chr1"), 1000, "dense_track", bin=50)
        >>> sizes = [len(batch["signal"]) for batch in windows.batches(64, shuffle=True)]
        >>> len(sizes), sum(sizes)
        (8, 500)
        """
        batch_size = whole_number("batch_size", batch_size, 1)
        n, order = len(self), np.arange(len(self))
        if shuffle:
            seed = self.form.seed if seed is None else whole_number("seed", seed, 0)
            order = np.random.default_rng([seed, self.form.epoch]).permutation(n)
        stop = n // batch_size * batch_size if drop_last else n
        return (self._read(order[lo : lo + batch_size]) for lo in range(0, stop, batch_size))

    def at_epoch(self, epoch: int) -> TrainingWindows:
        """Return the same windows with other draws: turns, moves and order.

        Parameters
        ----------
        epoch : int
            Not negative; the same number gives the same draws.

        Returns
        -------
        TrainingWindows
            Shares the places.

        Examples
        --------
        >>> import misha_xr
        >>> windows = misha_xr.example_database().windows("chr1", 100, "dense_track")
        >>> windows.at_epoch(3).form.epoch
        3
        """
        return replace(self, form=replace(self.form, epoch=whole_number("epoch", epoch, 0)))

    def split(self, groups: Mapping[str, str | Sequence[str]]) -> dict[str, TrainingWindows]:
        """Split by chromosome, so that no base is both learnt from and tested on.

        Parameters
        ----------
        groups : mapping of str to str or sequence of str
            Chromosomes by the name of a group, in any accepted spelling. Those in no group are left
            out.

        Returns
        -------
        dict of str to TrainingWindows
            One for each group, maybe without windows.

        Raises
        ------
        UnknownChromosomeError
            If the genome lacks a chromosome.
        IntervalError
            If two groups share one.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database()
        >>> windows = db.windows("annotations", 500, "dense_track")
        >>> parts = windows.split({"train": ["chr1", "chrX"], "test": "chr2"})
        >>> sum(map(len, parts.values())) == len(windows)
        True
        """
        genome, taken = self.store.genome, np.full(len(self.store.genome), -1)
        for number, (name, chroms) in enumerate(groups.items()):
            codes = np.asarray(genome.codes([chroms] if isinstance(chroms, str) else list(chroms)))
            shared = codes[(taken[codes] >= 0) & (taken[codes] != number)]
            if len(shared):
                other = list(groups)[int(taken[shared[0]])]
                raise IntervalError(
                    f"{genome.name(int(shared[0]))} is in both groups {other!r} and {name!r}"
                )
            taken[codes] = number
        chosen = taken[self.places.codes]
        part = partial(replace, self)
        return {
            name: part(places=self.places.take(chosen == number))
            for number, name in enumerate(groups)
        }
