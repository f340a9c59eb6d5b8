"""The main job: recipes of features and model, climbed in order."""

from linocut.ladder.climb import climb
from linocut.ladder.recipe import Recipe
from linocut.ladder.recipes import RECIPES, recipes
from linocut.ladder.rung import Ladder, Rung, Skipped, Step

__all__ = ["RECIPES", "Ladder", "Recipe", "Rung", "Skipped", "Step", "climb", "recipes"]
