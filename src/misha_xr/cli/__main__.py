"""Lets ``python -m misha_xr.cli`` run where the `misha-xr` script is not installed."""

from misha_xr.cli.main import misha_xr

misha_xr(prog_name="misha-xr")
