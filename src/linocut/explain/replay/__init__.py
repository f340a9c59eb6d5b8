"""Replay: templates as they come about, over the iterations of a fit or along its penalty."""

from linocut.explain.replay.fitting import replay_fit, replay_path
from linocut.explain.replay.moments import Replay

__all__ = ["Replay", "replay_fit", "replay_path"]
