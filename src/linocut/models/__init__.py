"""The linear models (and, to compare with, two networks), as scikit-learn estimators."""

from linocut.models.binary import BinaryRegression
from linocut.models.bootstrapping import Bootstrap, bootstrap
from linocut.models.class_means import ClassMeans
from linocut.models.cross_validation import SoftmaxRegressionCV
from linocut.models.descent import GradientDescentClassifier
from linocut.models.fitted import FittedLinear
from linocut.models.least_squares import LeastSquaresClassifier
from linocut.models.linear import LinearClassifier
from linocut.models.logistic import LogisticRegression, LogisticRegressionCV
from linocut.models.neural import NeuralClassifier, neural_available
from linocut.models.one_vs_rest import OneVsRestRegression
from linocut.models.path import RegularisationPath, regularisation_path
from linocut.models.softmax import SoftmaxRegression

__all__ = [
    "BinaryRegression",
    "Bootstrap",
    "ClassMeans",
    "FittedLinear",
    "GradientDescentClassifier",
    "LeastSquaresClassifier",
    "LinearClassifier",
    "LogisticRegression",
    "LogisticRegressionCV",
    "NeuralClassifier",
    "OneVsRestRegression",
    "RegularisationPath",
    "SoftmaxRegression",
    "SoftmaxRegressionCV",
    "bootstrap",
    "neural_available",
    "regularisation_path",
]
