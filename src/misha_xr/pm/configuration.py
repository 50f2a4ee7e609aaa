"""Classic calls on the configuration; the rest of it is the dictionary ``CONFIG``."""

from __future__ import annotations

from misha_xr.pm.calls import classic
from misha_xr.pm.session import CONFIG

__all__ = ["gmax_processes"]


@classic()
def gmax_processes(n: int | None = None) -> int:
    """Read or set ``CONFIG["max_processes"]``.

    Parameters
    ----------
    n : int, optional
        The new limit.

    Returns
    -------
    int
        The limit now.

    Raises
    ------
    ValueError
        If it is below 1 or no number.

    See Also
    --------
    misha_xr.set_options : Its option ``n_threads`` says how many threads queries use.

    Notes
    -----
    Differs from pymisha: queries run on threads and start no processes.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.gmax_processes() >= 1
    True
    """
    if n is not None:
        number = int(n)
        if number < 1:
            raise ValueError("gmax_processes must be >= 1")
        CONFIG["max_processes"] = number
    return int(CONFIG["max_processes"])
