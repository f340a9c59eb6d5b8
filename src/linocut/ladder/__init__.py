"""The main job: recipes of features and model, climbed in order."""

from linocut.ladder.climb import climb
from linocut.ladder.recipes import RECIPES, Recipe, recipes
from linocut.ladder.rung import Ladder, Rung

__all__ = ["RECIPES", "Ladder", "Recipe", "Rung", "climb", "recipes"]
