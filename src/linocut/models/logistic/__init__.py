"""scikit-learn's ``LogisticRegression`` and ``LogisticRegressionCV``, with our solver beneath."""

from linocut.models.logistic.logistic_regression import LogisticRegression
from linocut.models.logistic.logistic_regression_cv import LogisticRegressionCV
from linocut.models.logistic.question import MULTI_CLASS, SOLVERS, read_penalty

__all__ = ["MULTI_CLASS", "SOLVERS", "LogisticRegression", "LogisticRegressionCV", "read_penalty"]
