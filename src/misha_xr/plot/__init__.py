"""Pictures of tables and of panels on a genome axis; matplotlib is loaded when one is drawn.

Names are imported on first use: a query draws nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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

_HOMES = {
    "BoxesPanel": "map_panels",
    "ColumnsPanel": "signal_panels",
    "IntervalsPanel": "interval_panels",
    "MapPanel": "map_panels",
    "Panel": "panels",
    "SignalPanel": "signal_panels",
    "Style": "panels",
    "View": "genome_axis",
    "draw_region": "region",
    "panel_width": "region",
    "plot_heatmap": "cubes",
    "plot_intervals": "intervals",
    "plot_profile": "cubes",
    "plot_rectangles": "planes",
    "round_up": "genome_axis",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"misha_xr.plot.{_HOMES[name]}"), name)
