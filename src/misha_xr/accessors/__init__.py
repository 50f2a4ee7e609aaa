"""The `.misha` accessors on Dataset, DataArray, DataTree and DataFrame: check, call, wrap.

Importing this package registers them; the classes load when one is first used, so that listing
xarray's engines loads nothing compiled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import xarray as xr

if TYPE_CHECKING:
    from misha_xr.accessors.dataarray import MishaArrayAccessor
    from misha_xr.accessors.dataset import MishaDatasetAccessor
    from misha_xr.accessors.datatree import MishaTreeAccessor
    from misha_xr.accessors.frame import MishaFrameAccessor

__all__: list[str] = []


@pd.api.extensions.register_dataframe_accessor("misha")  # type: ignore[type-var]
def _on_frame(frame: pd.DataFrame) -> MishaFrameAccessor:
    from misha_xr.accessors.frame import MishaFrameAccessor

    return MishaFrameAccessor(frame)


@xr.register_dataset_accessor("misha")  # type: ignore[no-untyped-call,untyped-decorator]
def _on_dataset(dataset: xr.Dataset) -> MishaDatasetAccessor:
    from misha_xr.accessors.dataset import MishaDatasetAccessor

    return MishaDatasetAccessor(dataset)


@xr.register_dataarray_accessor("misha")  # type: ignore[no-untyped-call,untyped-decorator]
def _on_array(array: xr.DataArray) -> MishaArrayAccessor:
    from misha_xr.accessors.dataarray import MishaArrayAccessor

    return MishaArrayAccessor(array)


@xr.register_datatree_accessor("misha")  # type: ignore[no-untyped-call,untyped-decorator]
def _on_tree(tree: xr.DataTree) -> MishaTreeAccessor:
    from misha_xr.accessors.datatree import MishaTreeAccessor

    return MishaTreeAccessor(tree)
