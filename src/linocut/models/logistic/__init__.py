"""scikit-learn's ``LogisticRegression`` and ``LogisticRegressionCV``, with our solver beneath."""

from linocut.models.logistic.logistic_regression import LogisticRegression

__all__ = ["LogisticRegression"]
