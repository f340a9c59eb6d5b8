"""Charts as plain data: lines, values with intervals, tables, points and tiles."""

from linocut.plot.charts.drawing import Chart, plot_charts
from linocut.plot.charts.images import Points, Tiles
from linocut.plot.charts.lines import Line, Lines, Mark
from linocut.plot.charts.values import Table, Values

__all__ = ["Chart", "Line", "Lines", "Mark", "Points", "Table", "Tiles", "Values", "plot_charts"]
