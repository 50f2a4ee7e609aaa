"""Database: the query methods on a store, without xarray. Thin: nothing is computed here."""

from misha_xr.api.creating import create_database, link_database
from misha_xr.api.database import Database
from misha_xr.api.opening import example_database, open_database
from misha_xr.api.queries import QueryMethods

__all__ = [
    "Database",
    "QueryMethods",
    "create_database",
    "example_database",
    "link_database",
    "open_database",
]
