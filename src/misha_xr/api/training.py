"""Windows for the training of models: the same for a Database and a Dataset."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

from misha_xr import query
from misha_xr.database import Store
from misha_xr.query import Expressions, VirtualTrack

__all__ = ["TrainingMethods"]


class TrainingMethods:
    """Samplers of windows; what a class mixes in that knows its store and its defaults.

    Examples
    --------
    >>> import misha_xr
    >>> isinstance(misha_xr.example_database(), TrainingMethods)
    True
    """

    __slots__ = ()

    @property
    @abstractmethod
    def store(self) -> Store:
        """The store below."""

    @abstractmethod
    def _question(self, exprs: Expressions, given: dict[str, Any]) -> dict[str, Any]:
        """Fill the keywords of a query with what the object brings along."""

    def windows(  # noqa: PLR0913 - one keyword per property of a window
        self,
        intervals: Any,
        size: int,
        tracks: Expressions | None = None,
        *,
        bin: int = 1,
        fill: float = np.nan,
        one_hot: bool | Literal["channels_first", "channels_last"] = False,
        one_hot_dtype: Literal["uint8", "float32"] = "uint8",
        anchor: Literal["center", "start", "end"] = "center",
        strand_aware: bool | None = None,
        edges: Literal["pad", "drop", "error"] = "pad",
        reverse_complement: bool | Literal["random", "both"] = False,
        jitter: int = 0,
        seed: int = 0,
        variables: Mapping[str, Any] | None = None,
        vtracks: Mapping[str, VirtualTrack] | None = None,
    ) -> query.TrainingWindows:
        """Put a window on each interval, to be read by number: what models are trained on.

        Parameters
        ----------
        intervals : str or DataFrame
            A table with `chrom`, `start`, `end`, a saved set, a sparse track or a region. Rows keep
            their order, and may overlap.
        size : int
            Base pairs of every window.
        tracks : str, list of str, or dict of str to str, optional
            Expressions of tracks and virtual tracks. Default: bases only.
        bin : int
            Base pairs of each position; `size` is a multiple of it. The value of a position is that
            of `extract` for a step there, so 1 spells a dense track out base by base.
        fill : float
            Stands for missing values, and for positions outside the chromosome.
        one_hot : bool, "channels_first" or "channels_last"
            Read bases too, as indicators of A, C, G, T: shape (4, size), which True means, or
            (size, 4). Other letters, and what lies outside the chromosome, are four zeros.
        one_hot_dtype : {"uint8", "float32"}
            Type of these.
        anchor : {"center", "start", "end"}
            Which point of an interval is the middle of its window; where strands count, the start
            is the 5' end.
        strand_aware : bool, optional
            Read rows with `strand` -1 or ``"-"`` backwards, bases as complement. Default: if there
            is such a column.
        edges : {"pad", "drop", "error"}
            Of windows that leave their chromosome: fill, leave out, refuse.
        reverse_complement : bool, "random" or "both"
            Turn windows round, signal too: all, a random half in each epoch, or give each twice,
            window k as numbers 2k and 2k + 1.
        jitter : int
            Move each window by up to so many base pairs, differently in each epoch.
        seed : int
            Of what is random.
        variables : mapping, optional
            Numbers that expressions may name.
        vtracks : mapping of str to VirtualTrack, optional
            More virtual tracks.

        Returns
        -------
        TrainingWindows
            ``windows[3]`` is a dict of arrays, ``windows[[3, 5]]`` and ``windows[:64]`` are whole
            batches; ``windows.batches(64, shuffle=True)``, ``windows.split(...)`` by chromosome,
            ``windows.at_epoch(1)``. Pickles small; a torch ``DataLoader`` takes it as it is.

        Raises
        ------
        ValueError
            If a number or a word is not one of those above, or `size` is no multiple of `bin`.
        UnknownTrackError, ExpressionError, TrackTypeError, UnsupportedError
            For expressions that cannot be read along windows, 2D tracks among them.
        IntervalError, UnknownChromosomeError, UnknownSetError
            For intervals that are none here; with ``edges="error"`` for windows that do not fit.
        DatabaseNotFoundError
            If bases are wanted and the database holds none.

        Notes
        -----
        Dense tracks on their own are gathered by a kernel, as `stack` does. Expressions, virtual
        tracks and sparse tracks go through the engine, with each position as a step: at a base a
        step they are many, and `bin` helps. A batch looks at the state of the files once, and so
        does a single window, which costs more than reading it. A selection of a Dataset does not
        cut windows. Reading raises StaleFileError once a track was replaced.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database()
        >>> windows = db.windows("annotations", 1000, ["dense_track"], bin=50, one_hot=True)
        >>> batch = windows[:4]
        >>> batch["signal"].shape, batch["one_hot"].shape
        ((4, 1, 20), (4, 4, 1000))
        """
        form = query.WindowForm.of(
            size,
            bin=bin,
            fill=fill,
            one_hot=one_hot,
            one_hot_dtype=one_hot_dtype,
            reverse_complement=reverse_complement,
            jitter=jitter,
            seed=seed,
        )
        given = {"scope": "genome", "variables": variables, "vtracks": vtracks}
        context = self._question([] if tracks is None else tracks, given)
        where: dict[str, Any] = {"anchor": anchor, "strand_aware": strand_aware, "edges": edges}
        return query.training_windows(self.store, intervals, tracks, form, context=context, **where)
