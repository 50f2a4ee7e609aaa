"""Foreign formats: what queries write beside the database. Knows files, asks through queries."""

from misha_xr.io.parquet import ParquetRows

__all__ = ["ParquetRows"]
