"""The main job: recipes of features and model, climbed in order."""

from linocut.ladder.budget import Plan, plan
from linocut.ladder.climbing import climb
from linocut.ladder.estimating import Estimates
from linocut.ladder.preparation import Preparation
from linocut.ladder.recipe import Recipe
from linocut.ladder.rung import Ladder, Rung, Skipped, Step
from linocut.ladder.scoring import labels_for, scored_rung
from linocut.ladder.standard_recipes import RECIPES, recipes

__all__ = [
    "RECIPES",
    "Estimates",
    "Ladder",
    "Plan",
    "Preparation",
    "Recipe",
    "Rung",
    "Skipped",
    "Step",
    "climb",
    "labels_for",
    "plan",
    "recipes",
    "scored_rung",
]
