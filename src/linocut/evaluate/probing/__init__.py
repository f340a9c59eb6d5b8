"""Linear probes: how far a linear model of given features goes, against the penalty."""

from linocut.evaluate.probing.fitting import probe
from linocut.evaluate.probing.result import Probe, ProbeProgress

__all__ = ["Probe", "ProbeProgress", "probe"]
