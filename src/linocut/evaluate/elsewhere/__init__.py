"""How a model does on another set of images, and how far that set lies from its own."""

from linocut.evaluate.elsewhere.judging import judge_elsewhere
from linocut.evaluate.elsewhere.result import Elsewhere
from linocut.evaluate.elsewhere.telling_apart import ToldApart, tell_apart

__all__ = ["Elsewhere", "ToldApart", "judge_elsewhere", "tell_apart"]
