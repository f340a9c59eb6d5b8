"""Replay: templates as they come about, over the iterations of a fit or along its penalty."""

from linocut.explain.replay.moments import Replay, replay_fit, replay_path

__all__ = ["Replay", "replay_fit", "replay_path"]
