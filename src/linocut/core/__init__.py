"""The floor of the house: errors, array checks, blocks of rows, what every result can do."""

from linocut.core.errors import EngineLost, LinocutError, LinocutWarning
from linocut.core.results import Result, Shown, plain

__all__ = ["EngineLost", "LinocutError", "LinocutWarning", "Result", "Shown", "plain"]
