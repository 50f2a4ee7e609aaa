"""Reads a whole database and tells what is wrong with it, and how to mend it. Changes nothing."""

from misha_xr.database.verification.findings import Finding, findings_table
from misha_xr.database.verification.roots import verify_database

__all__ = ["Finding", "findings_table", "verify_database"]
