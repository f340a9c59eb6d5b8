"""The linear models, as scikit-learn estimators."""

from linocut.models.binary import BinaryRegression
from linocut.models.class_means import ClassMeans
from linocut.models.cross_validation import SoftmaxRegressionCV
from linocut.models.descent import GradientDescentClassifier
from linocut.models.least_squares import LeastSquaresClassifier
from linocut.models.linear import LinearClassifier
from linocut.models.one_vs_rest import OneVsRestRegression
from linocut.models.path import RegularisationPath, regularisation_path
from linocut.models.softmax import SoftmaxRegression

__all__ = [
    "BinaryRegression",
    "ClassMeans",
    "GradientDescentClassifier",
    "LeastSquaresClassifier",
    "LinearClassifier",
    "OneVsRestRegression",
    "RegularisationPath",
    "SoftmaxRegression",
    "SoftmaxRegressionCV",
    "regularisation_path",
]
