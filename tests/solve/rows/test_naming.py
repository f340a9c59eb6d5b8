"""Names tell features from labels; where two readings are possible, both are named."""

import numpy as np
import pytest

from linocut.core import LinocutError
from linocut.solve.rows import open_rows
from linocut.solve.rows.sources.naming import key_of, sort_arrays

X, y = np.arange(12.0).reshape(6, 2), np.arange(6) % 3


def save(folder, **arrays):
    for name, array in arrays.items():
        np.save(folder / f"{name.replace('__', '.').replace('_HYPHEN_', '-')}.npy", array)
    return folder


@pytest.mark.parametrize(
    "pair",
    [
        ("x-000", "y-000"),
        ("features_000", "labels_000"),
        ("train_features", "train_labels"),
        ("shard0", "shard0.labels"),
        ("X_train", "y_train"),
        ("xtrain", "ytrain"),
        ("embeddings", "targets"),
        ("clip-embeddings", "labels"),
        ("data", "target"),
        ("k49-train-imgs", "k49-train-labels"),
    ],
)
def test_the_usual_names_are_pairs(tmp_path, pair):
    np.save(tmp_path / f"{pair[0]}.npy", X)
    np.save(tmp_path / f"{pair[1]}.npy", y)
    for where in (tmp_path, str(tmp_path / "*.npy"), tmp_path / f"{pair[0]}.npy"):
        if where == tmp_path / f"{pair[0]}.npy" and key_of(pair[0]) != key_of(pair[1]):
            continue  # alone, such a file has no labels of its name
        source = open_rows(where)
        np.testing.assert_array_equal(source.labels[:], y)
        assert source.notes[0] == f"Features: {pair[0]}.npy; labels: {pair[1]}.npy."


def test_shards_are_in_the_order_of_their_numbers(tmp_path):
    for k in (10, 9, 1):
        save(tmp_path, **{f"x{k}": np.full((1, 2), k, np.uint8), f"y{k}": np.array([k])})
    source = open_rows(tmp_path)
    assert source.labels[:].tolist() == source.rows[:][:, 0].tolist() == [1, 9, 10]


def test_one_file_of_labels_may_serve_all_shards(tmp_path):
    save(tmp_path, x0=X[:4], x1=X[4:], labels=y)
    np.testing.assert_array_equal(open_rows(tmp_path).labels[:], y)


def test_folders_of_features_and_labels_are_pairs(tmp_path):
    for k, rows in enumerate((slice(0, 2), slice(2, 6))):
        for name, array in (("features", X), ("labels", y)):
            (tmp_path / name).mkdir(exist_ok=True)
            np.save(tmp_path / name / f"{k}.npy", array[rows])
    source = open_rows(tmp_path)
    np.testing.assert_array_equal(source.rows[:], X)
    np.testing.assert_array_equal(source.labels[:], y)


def test_two_files_of_labels_are_refused(tmp_path):
    save(tmp_path, x=X, y=y, target=y)
    with pytest.raises(LinocutError, match=r"target.npy and y.npy may both hold the labels of x"):
        open_rows(tmp_path)
    source = open_rows(tmp_path / "x.npy", labels=tmp_path / "y.npy")
    np.testing.assert_array_equal(source.labels[:], y)


def test_two_files_of_features_are_refused(tmp_path):
    save(tmp_path, x=X, images=X, y=y)
    with pytest.raises(LinocutError, match=r"images.npy and x.npy may both hold the features"):
        open_rows(tmp_path)


def test_two_sets_are_refused_until_one_is_chosen(tmp_path):
    save(tmp_path, x_train=X, y_train=y, x_test=X[:2], y_test=y[:2])
    with pytest.raises(LinocutError, match=r"several sets \(test, train\) — .*part='train'"):
        open_rows(tmp_path)
    assert open_rows(tmp_path, part="train").n == 6
    assert open_rows(tmp_path, part="test").n == 2
    assert open_rows(tmp_path / "x_test.npy").labels[:].tolist() == y[:2].tolist()
    with pytest.raises(LinocutError, match="nothing there is called validation"):
        open_rows(tmp_path, part="validation")
    with pytest.raises(LinocutError, match="part='dev' — one of train, test, validation"):
        open_rows(tmp_path, part="dev")


def test_missing_labels_of_one_shard_are_named(tmp_path):
    save(tmp_path, x0=X, y0=y, x1=X, y1=y, x2=X)
    with pytest.raises(LinocutError, match=r"the labels of x2.npy are missing — .*x0.npy, x1.npy"):
        open_rows(tmp_path)


def test_missing_features_are_named(tmp_path):
    save(tmp_path, x0=X, y0=y, y1=y)
    with pytest.raises(LinocutError, match=r"the features to the labels y1.npy are missing"):
        open_rows(tmp_path)


def test_a_column_that_may_be_anything_is_refused(tmp_path):
    save(tmp_path, embeddings=X, ids=y)
    with pytest.raises(LinocutError, match=r"ids.npy may hold the labels or something else"):
        open_rows(tmp_path)
    assert open_rows(tmp_path / "embeddings.npy").labels is None
    source = open_rows(tmp_path, labels=tmp_path / "ids.npy")
    np.testing.assert_array_equal(source.labels[:], y)


def test_what_is_neither_is_left_aside_and_told(tmp_path):
    save(tmp_path, x=X, y=y, mean=X[0], projection=X, sample_weights=y)
    source = open_rows(tmp_path)
    assert source.n == 6
    assert source.notes[1] == "Left aside: mean.npy, projection.npy, sample_weights.npy."
    weighted = open_rows(tmp_path, weights=tmp_path / "sample_weights.npy")
    np.testing.assert_array_equal(weighted.weights[:], y)


def test_labels_may_be_given_in_every_way(tmp_path):
    save(tmp_path, x0=X[:4], x1=X[4:], a0=y[:4], a1=y[4:])
    where = str(tmp_path / "x*.npy")
    names = [tmp_path / "a0.npy", tmp_path / "a1.npy"]
    for labels in (y, y.tolist(), str(tmp_path / "a*.npy"), names, list(map(str, names))):
        np.testing.assert_array_equal(open_rows(where, labels=labels).labels[:], y)
    texts = ["cat", "dog", "cat", "eel", "dog", "dog"]
    assert open_rows(where, labels=texts).classes().tolist() == ["cat", "dog", "eel"]


def test_images_are_rows_of_their_pixels(tmp_path):
    images = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
    save(tmp_path, images=images, labels=y[:2])
    source = open_rows(tmp_path)
    assert (source.n, source.d, source.image_shape) == (2, 12, (3, 4))
    np.testing.assert_array_equal(source.rows[:], images.reshape(2, 12))
    assert open_rows(save(tmp_path, images=X, labels=y)).image_shape is None


def test_fortran_order_is_read(tmp_path):
    save(tmp_path, x=np.asfortranarray(X), y=y)
    source = open_rows(tmp_path)
    np.testing.assert_array_equal(source.rows[1:4], X[1:4])
    np.testing.assert_array_equal(source.rows[np.array([5, 0])], X[[5, 0]])


def test_strings_of_different_lengths_are_labels(tmp_path):
    save(tmp_path, x0=X, x1=X, y0=np.array(["a"] * 6), y1=np.array(["long"] * 6))
    source = open_rows(tmp_path)
    assert source.labels.dtype == "<U4"
    assert source.classes().tolist() == ["a", "long"]
    save(tmp_path, y0=np.array(["é".encode()] * 6), y1=np.array([b"b"] * 6))
    assert open_rows(tmp_path).classes().tolist() == ["b", "é"]


def test_kinds_are_not_mixed(tmp_path):
    save(tmp_path, x=X, y=y)
    (tmp_path / "more.parquet").write_bytes(b"PAR1")
    with pytest.raises(LinocutError, match=r"holds more.parquet and x.npy — give a glob"):
        open_rows(tmp_path)
    assert open_rows(tmp_path / "*.npy").n == 6


def test_archives_are_refused_with_advice(tmp_path):
    np.savez(tmp_path / "set.npz", x=X, y=y)
    for where in (tmp_path, tmp_path / "set.npz"):
        with pytest.raises(LinocutError, match=r"set.npz: arrays in a ZIP .* numpy.save each"):
            open_rows(where)


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("nowhere", "nowhere: no such file or folder"),
        ("x*.npy", r"no file is called so"),
        (".", r"holds .*README.* — files of rows are .npy, IDX"),
        ("README", "README: is of no known kind"),
    ],
)
def test_nothing_to_read_is_one_line(tmp_path, where, told):
    (tmp_path / "README").write_text("nothing")
    with pytest.raises(LinocutError, match=told):
        open_rows(tmp_path / where)


def test_options_that_do_not_fit_are_refused(tmp_path):
    save(tmp_path, x=X, y=y)
    with pytest.raises(LinocutError, match="no columns to name"):
        open_rows(tmp_path, label_column="y")
    with pytest.raises(LinocutError, match="is in the list twice"):
        open_rows([tmp_path / "x.npy", tmp_path / "x.npy"])
    with pytest.raises(LinocutError, match="an empty list of paths"):
        open_rows([])
    with pytest.raises(LinocutError, match="so no file of features is left"):
        open_rows(tmp_path / "x.npy", labels=tmp_path / "x.npy")
    with pytest.raises(LinocutError, match="has no labels — name them"):
        open_rows(str(tmp_path / "x*")).rows and open_rows(X).classes()


def test_labels_of_another_shard_or_set_are_not_taken(tmp_path):
    for features, labels in (("x-000", "y-001"), ("x_train", "y_test")):
        folder = tmp_path / features
        folder.mkdir()
        np.save(folder / f"{features}.npy", X)
        np.save(folder / f"{labels}.npy", y)
        with pytest.raises(LinocutError, match=f"the labels of {features}.npy are missing"):
            open_rows(folder)


@pytest.mark.parametrize("where", [5, None, [[1, 2], [3, 4]], {"x": 1}, ["x.npy", 3]])
def test_what_is_no_path_and_no_array_is_one_line(where):
    with pytest.raises(LinocutError, match=r"rows of a \w+ — a path, a glob, a folder, a URL"):
        open_rows(where)


def test_gzipped_arrays_are_found_by_their_names(tmp_path):
    import gzip

    save(tmp_path, x=X, y=y)
    plain = (tmp_path / "x.npy").read_bytes()
    (tmp_path / "x.npy.gz").write_bytes(gzip.compress(plain))
    (tmp_path / "x.npy").unlink()
    np.testing.assert_array_equal(open_rows(tmp_path).rows[:], X)


def test_only_labels_are_no_rows():
    with pytest.raises(LinocutError, match="none of them holds features"):
        sort_arrays({"y.npy": (5,)}, "here")
