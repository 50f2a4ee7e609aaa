"""Database: the query methods on a store, without xarray. Thin: nothing is computed here."""

from misha_xr.api.database import Database
from misha_xr.api.opening import example_database, open_database

__all__ = ["Database", "example_database", "open_database"]
