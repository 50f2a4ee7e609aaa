"""What a store knows beside values: attributes, variables, datasets, files of the root."""

from __future__ import annotations

from misha_xr.database.attribute_tables import AttributeTables
from misha_xr.database.dataset_access import DatasetAccess
from misha_xr.database.root_files import RootFiles
from misha_xr.database.variables import Variables

__all__ = ["Metadata"]


class Metadata(AttributeTables, Variables, DatasetAccess, RootFiles):
    """All of it; a base of `Store`.

    Examples
    --------
    >>> import misha_xr
    >>> hasattr(misha_xr.example_database().store, "variable")
    True
    """

    __slots__ = ()
