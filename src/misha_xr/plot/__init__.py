"""Pictures of intervals; matplotlib is loaded when one is drawn."""

from misha_xr.plot.intervals import plot_intervals
from misha_xr.plot.planes import plot_rectangles

__all__ = ["plot_intervals", "plot_rectangles"]
