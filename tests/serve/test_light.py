"""A server holds neither Matplotlib nor what only scikit-learn's training needs."""

import subprocess
import sys

HEAVY = (
    "matplotlib", "numba", "torch", "sklearn.linear_model", "sklearn.svm", "sklearn.metrics",
    "sklearn.model_selection", "sklearn.datasets", "pooch", "requests", "scipy.signal", "pandas",
    "pyarrow", "scipy.optimize", "scipy.interpolate", "sklearn.preprocessing._polynomial",
)  # fmt: skip


def run(code: str, *arguments: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def test_answers_need_no_training_parts(model_file):
    code = (
        "import sys, numpy as np; from pathlib import Path\n"
        "from linocut.serve.shelf import Shelf\n"
        "model = Shelf([Path(sys.argv[1])]).get(None).model\n"
        "model.predict_proba(np.zeros((3, 8, 8), np.uint8)), model.explain(np.eye(8, dtype='u1'))\n"
        "print(*sys.modules, type(sys.modules['scipy.stats']).__name__)"
    )
    loaded = run(code, str(model_file))
    assert not set(HEAVY) & set(loaded)
    assert loaded[-1] == "_OnUse"


def test_what_was_left_out_is_there_for_whoever_asks():
    code = (
        "import linocut.serve, sys, scipy.stats\n"
        "from scipy.stats import rankdata\n"
        "print(*rankdata([3, 1, 2]), scipy.stats.norm.cdf(0), scipy.stats is "
        "sys.modules['scipy.stats'], scipy.stats.__file__ is not None)\n"
        "import sklearn.metrics"
    )
    assert run(code) == ["3.0", "1.0", "2.0", "0.5", "True", "True"]


def test_what_is_loaded_in_parts_is_there_whole():
    code = (
        "import linocut.serve, sklearn.preprocessing as p\n"
        "from sklearn.preprocessing import *\n"
        "print(p.PolynomialFeatures(2).fit_transform([[2.0]])[0, 2], PolynomialFeatures is "
        "p.PolynomialFeatures, {'scale', 'TargetEncoder'} <= set(dir(p)), hasattr(p, 'nothing'))\n"
        "import sklearn.linear_model, sklearn.compose, pickle\n"
        "assert type(pickle.loads(pickle.dumps(p.StandardScaler()))) is p.StandardScaler\n"
        "try:\n    import pandas\nexcept ImportError:\n    print('True')\n"
        "else:\n    print(pandas.__name__ == 'pandas')"
    )
    assert run(code) == ["4.0", "True", "True", "False", "True"]
