"""Start of the `misha-xr` command.

It stands beside the package, and not in it, so that `misha_xr` can see that a command starts and
not a script: it then leaves pandas and xarray alone until a command needs them.
"""

from __future__ import annotations

__all__ = ["main"]


def main() -> None:
    """Run the command line of this process, and end it."""
    from misha_xr.cli.main import misha_xr  # not above: the package looks whether we are loaded

    misha_xr(prog_name="misha-xr")
