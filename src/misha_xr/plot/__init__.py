"""Pictures of tables and of panels on a genome axis; matplotlib is loaded when one is drawn."""

from misha_xr.plot.cubes import plot_heatmap, plot_profile
from misha_xr.plot.genome_axis import View, round_up
from misha_xr.plot.interval_panels import IntervalsPanel
from misha_xr.plot.intervals import plot_intervals
from misha_xr.plot.map_panels import BoxesPanel, MapPanel
from misha_xr.plot.panels import Panel, Style
from misha_xr.plot.planes import plot_rectangles
from misha_xr.plot.region import draw_region, panel_width
from misha_xr.plot.signal_panels import ColumnsPanel, SignalPanel

__all__ = [
    "BoxesPanel",
    "ColumnsPanel",
    "IntervalsPanel",
    "MapPanel",
    "Panel",
    "SignalPanel",
    "Style",
    "View",
    "draw_region",
    "panel_width",
    "plot_heatmap",
    "plot_intervals",
    "plot_profile",
    "plot_rectangles",
    "round_up",
]
