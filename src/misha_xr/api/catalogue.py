"""The catalogue of a database as a table: every track is listed, also those that cannot be read."""

from __future__ import annotations

import warnings

import pandas as pd

from misha_xr.database import Store
from misha_xr.errors import CorruptFileError, MishaWarning, UnknownTrackError, UnsupportedError

__all__ = ["UNREADABLE", "catalogue_table"]

UNREADABLE = "unreadable"
_N_SHOWN = 5

Row = tuple[str, str, int | None, str]


def catalogue_table(store: Store) -> pd.DataFrame:
    """Return the tracks of a database, one row each.

    Parameters
    ----------
    store : Store
        The database.

    Returns
    -------
    DataFrame
        `name`, `type` (text), `bin_size` (Int64, base pairs; missing unless dense), `source`
        (text), sorted by name. A track whose first bytes cannot be read has type ``unreadable``;
        one warning names such tracks and what is wrong, and opening one raises that error.

    Warns
    -----
    MishaWarning
        If a track cannot be read.

    Examples
    --------
    >>> import misha_xr
    >>> catalogue_table(misha_xr.example_database().store)["bin_size"].count()
    np.int64(2)
    """
    faults: dict[str, str] = {}
    rows = [_row(store, name, faults) for name in store.track_names()]
    if faults:
        _warn(faults)
    columns = ["name", "type", "bin_size", "source"]
    table = pd.DataFrame([row for row in rows if row is not None], columns=columns, dtype=object)
    return table.astype({"name": "str", "type": "str", "bin_size": "Int64", "source": "str"})


def _row(store: Store, name: str, faults: dict[str, str]) -> Row | None:
    """Describe a track as far as its files allow; None if it was removed since it was listed."""
    try:
        info = store.info(name)
    except UnknownTrackError:
        return None
    except (CorruptFileError, UnsupportedError, PermissionError) as error:
        holders = store.holders(name)
        if not holders:
            return None
        faults[name] = str(error).partition("\n")[0]
        source = holders[0] if store.root in holders else holders[-1]
        return name, UNREADABLE, None, str(source)
    return name, info.type.value, info.bin_size, str(info.source)


def _warn(faults: dict[str, str]) -> None:
    shown = [f"{name!r} ({reason})" for name, reason in list(faults.items())[:_N_SHOWN]]
    more = f", and {len(faults) - _N_SHOWN:,} more" if len(faults) > _N_SHOWN else ""
    what = "1 track" if len(faults) == 1 else f"{len(faults):,} tracks"
    warnings.warn(
        f"{what} cannot be read: {', '.join(shown)}{more}; opening one shows what is wrong",
        MishaWarning,
        stacklevel=4,
    )
