"""Containers that people download, written by the libraries that own them: all hold one set."""

import bz2
import gzip
import io
import pickle
import shutil
import zipfile

import numpy as np
import pytest
from PIL import Image
from scipy import io as scipy_io
from sklearn.datasets import dump_svmlight_file, load_digits

from linocut.core import LinocutError
from linocut.data import TableOptions, load_dataset
from linocut.data.unlabelled import unlabelled_images
from support.files import write_idx_set, write_images

DOTS, LABELS = (array[:300] for array in load_digits(return_X_y=True))
IMAGES = (DOTS * 15).astype(np.uint8).reshape(-1, 8, 8)
FULL = np.floor(DOTS.reshape(-1, 8, 8) * 255 / 16 + 0.5).astype(np.uint8)
TRAIN, TEST = slice(0, 200), slice(200, 300)


def npy_pairs(path):
    path.mkdir()
    for part, rows in (("train", TRAIN), ("test", TEST)):
        np.save(path / f"X_{part}.npy", IMAGES[rows])
        np.save(path / f"y_{part}.npy", LABELS[rows])
    return path


def npy_with_one_hot_labels(path):
    path.mkdir()
    np.save(path / "X.npy", np.asfortranarray(IMAGES))
    np.save(path / "Y.npy", np.eye(10)[LABELS])
    return path


def npz_with_class_names_as_bytes(path):
    names = np.array([str(k).encode() for k in range(10)])
    np.savez(path.with_suffix(".npz"), images=IMAGES, labels=LABELS, class_names=names)
    return path.with_suffix(".npz")


def npz_of_16_bits(path):
    np.savez(path.with_suffix(".npz"), x=IMAGES.astype(np.uint16) * 257, y=LABELS)
    return path.with_suffix(".npz")


def npz_packed_by_lzma(path):
    path = path.with_suffix(".npz")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        for name, array in (("images", IMAGES), ("labels", LABELS)):
            stream = io.BytesIO()
            np.save(stream, array)
            archive.writestr(f"{name}.npy", stream.getvalue())
    return path


def channels_first(path):
    np.savez(path.with_suffix(".npz"), x=np.repeat(IMAGES[:, None], 3, axis=1), y=LABELS)
    return path.with_suffix(".npz")


def svmlight(path, opened=open, ending=""):
    stream = io.BytesIO()
    dump_svmlight_file(DOTS, LABELS, stream, zero_based=False)
    path = path.with_name(f"digits.libsvm{ending}")
    with opened(path, "wb") as file:
        file.write(stream.getvalue())
    return path


def svmlight_gz(path):
    return svmlight(path, gzip.open, ".gz")


def svmlight_bz2(path):
    return svmlight(path, bz2.open, ".bz2")


def libsvm_pair(path):
    for ending, rows in (("", TRAIN), (".t", TEST)):
        dump_svmlight_file(
            DOTS[rows], LABELS[rows], str(path.with_name(f"digits.scale{ending}")), zero_based=False
        )
    return path.with_name("digits.scale")


def arff(path):
    lines = ["@relation digits", *(f"@attribute pixel{k} numeric" for k in range(64))]
    lines += ["@attribute class {" + ",".join(map(str, range(10))) + "}", "@data"]
    rows = np.column_stack([IMAGES.reshape(-1, 64), LABELS])
    lines += [",".join(map(str, row)) for row in rows.tolist()]
    path.with_suffix(".arff").write_text("\n".join(lines))
    return path.with_suffix(".arff")


def matlab_as_svhn(path):
    path.mkdir()
    for part, rows in (("train", TRAIN), ("test", TEST)):
        colour = np.repeat(np.moveaxis(IMAGES[rows], 0, -1)[:, :, None], 3, axis=2)
        scipy_io.savemat(path / f"{part}_8x8.mat", {"X": colour, "y": LABELS[rows, None]})
    return path


def matlab_as_emnist(path):
    def part(rows):
        columns_first = IMAGES[rows].transpose(0, 2, 1).reshape(-1, 64)
        return {"images": columns_first, "labels": LABELS[rows, None]}

    path = path.with_suffix(".mat")
    scipy_io.savemat(path, {"dataset": {"train": part(TRAIN), "test": part(TEST)}})
    return path


def hdf5_in_groups(path):
    h5py = pytest.importorskip("h5py")
    with h5py.File(path.with_suffix(".h5"), "w") as file:
        for part, rows in (("train", TRAIN), ("test", TEST)):
            file[f"{part}/data"] = DOTS[rows] / 16
            file[f"{part}/target"] = LABELS[rows]
    return path.with_suffix(".h5")


def hdf5_by_names(path):
    h5py = pytest.importorskip("h5py")
    with h5py.File(path.with_suffix(".hdf5"), "w") as file:
        for part, rows in (("train", TRAIN), ("test", TEST)):
            file.create_dataset(f"x_{part}", data=IMAGES[rows], compression="gzip")
            file[f"y_{part}"] = [str(label) for label in LABELS[rows]]
    return path.with_suffix(".hdf5")


def parquet_with_class_names(path):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    def png(image):
        stream = io.BytesIO()
        Image.fromarray(image).save(stream, "PNG")
        return {"bytes": stream.getvalue(), "path": None}

    features = b'{"info": {"features": {"label": {"names": %s, "_type": "ClassLabel"}}}}'
    names = str([str(k) for k in range(10)]).replace("'", '"').encode()
    table = pa.table({"image": [png(image) for image in IMAGES], "label": LABELS, "label2": LABELS})
    table = table.replace_schema_metadata({b"huggingface": features % names})
    parquet.write_table(table, path.with_suffix(".parquet"))
    return path.with_suffix(".parquet")


def torchvision_root(path):
    write_idx_set(path / "MNIST" / "raw", (IMAGES, LABELS), ending="")
    (path / "MNIST" / "processed").mkdir()
    return path


def folder_in_a_folder(path):
    write_images(path / "digits", IMAGES, LABELS)
    return path


def zip_of_class_folders(path):
    write_images(path / "digits", IMAGES, LABELS)
    return shutil.make_archive(str(path), "zip", path)


def zip_of_idx_files(path):
    return shutil.make_archive(str(path), "zip", torchvision_root(path))


def labels_in_names(path):
    path.mkdir()
    for k, (image, label) in enumerate(zip(IMAGES, LABELS, strict=True)):
        Image.fromarray(image).save(path / f"{label}_{k:05d}.png")
    return path


def labels_in_a_text_file(path):
    (path / "images").mkdir(parents=True)
    for k, image in enumerate(IMAGES):
        Image.fromarray(image).save(path / "images" / f"{k}.png")
    lines = [f"images/{k}.png {label}" for k, label in enumerate(LABELS)]
    (path / "labels.txt").write_text("\n".join(lines))
    return path


WRITERS = [
    npy_pairs, npy_with_one_hot_labels, npz_with_class_names_as_bytes, npz_of_16_bits,
    npz_packed_by_lzma, channels_first, svmlight, svmlight_gz, svmlight_bz2, libsvm_pair, arff,
    matlab_as_svhn, matlab_as_emnist, hdf5_in_groups, hdf5_by_names, parquet_with_class_names,
    torchvision_root, folder_in_a_folder, zip_of_class_folders, zip_of_idx_files, labels_in_names,
    labels_in_a_text_file,
]  # fmt: skip


@pytest.mark.parametrize("write", WRITERS, ids=lambda write: write.__name__)
def test_each_image_comes_with_its_label(tmp_path, write):
    dataset = load_dataset(write(tmp_path / "set"))
    known = {
        image.tobytes(): str(label)
        for images in (IMAGES, FULL)
        for image, label in zip(images, LABELS, strict=True)
    }
    assert len(dataset.images) == 300
    found = [dataset.class_names[label] for label in dataset.labels]
    assert found == [known[image.tobytes()] for image in dataset.images]


def test_a_validation_part_is_left_aside_beside_a_test_part(tmp_path):
    parts = {"train": slice(0, 150), "val": slice(150, 200), "test": TEST}
    arrays = {f"{name}_images": IMAGES[rows] for name, rows in parts.items()}
    arrays |= {f"{name}_labels": LABELS[rows, None] for name, rows in parts.items()}
    np.savez(tmp_path / "medmnist.npz", **arrays)
    dataset = load_dataset(tmp_path / "medmnist.npz")
    assert (len(dataset.train), len(dataset.test)) == (150, 100)
    assert any("validation part" in note and "left aside" in note for note in dataset.notes)


def test_a_validation_part_is_tested_on_where_there_is_no_test_part(tmp_path):
    np.savez(
        tmp_path / "a.npz",
        x_train=IMAGES[TRAIN], y_train=LABELS[TRAIN], x_val=IMAGES[TEST], y_val=LABELS[TEST],
    )  # fmt: skip
    dataset = load_dataset(tmp_path / "a.npz")
    assert (len(dataset.train), len(dataset.test)) == (200, 100)
    assert any("the validation part is the test part" in note for note in dataset.notes)


@pytest.mark.parametrize("labels", ["csv", "txt", "npy", "idx"])
def test_labels_may_stand_in_a_file_of_their_own(tmp_path, labels):
    np.save(tmp_path / "pixels.npy", IMAGES)
    file = tmp_path / f"given.{labels}"
    if labels == "csv":
        file.write_text("id,label\n" + "".join(f"{k},{y}\n" for k, y in enumerate(LABELS)))
    elif labels == "txt":
        file.write_text("\n".join(map(str, LABELS)))
    elif labels == "npy":
        np.save(file, LABELS)
    else:
        file.write_bytes(b"\0\0\x08\x01" + (300).to_bytes(4, "big") + LABELS.astype("u1").tobytes())
    dataset = load_dataset(tmp_path / "pixels.npy", labels=file)
    assert dataset.class_names == tuple(map(str, range(10)))
    assert np.bincount(dataset.labels).tolist() == np.bincount(LABELS).tolist()


def test_rows_that_are_no_squares_have_the_shape_asked_for(tmp_path):
    np.savez(tmp_path / "a.npz", x=IMAGES.reshape(-1, 64)[:, :32], y=LABELS)
    with pytest.raises(LinocutError, match="--shape HEIGHTxWIDTH"):
        load_dataset(tmp_path / "a.npz")
    dataset = load_dataset(tmp_path / "a.npz", shape=(4, 8))
    assert {i.tobytes() for i in dataset.images} == {i.tobytes() for i in IMAGES[:, :4]}


def pickled(path):
    path.write_bytes(pickle.dumps((IMAGES, LABELS)))


def pickled_and_gzipped(path):
    path.write_bytes(gzip.compress(pickle.dumps((IMAGES, LABELS))))


def torch_file(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", b"\x80\x02.")


def leading_out(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../outside.csv", "1,2")


def strings(path):
    path.mkdir()
    for k in range(20):
        Image.fromarray(IMAGES[k]).save(path / f"a{k % 7}b{k:02d}.png")


def two_sets(path):
    for name in ("MNIST", "FashionMNIST"):
        write_idx_set(path / name / "raw", (IMAGES, LABELS))


def matlab_of_version_7_3(path):
    path.with_suffix(".mat").write_bytes(b"MATLAB 7.3 MAT-file".ljust(512))
    return path.with_suffix(".mat")


@pytest.mark.parametrize(
    ("write", "told"),
    [
        (pickled, "is a pickle, which is never read, since unpickling may run any program"),
        (pickled_and_gzipped, "is a pickle, which is never read"),
        (torch_file, "pickled objects, as torch.save writes"),
        (leading_out, "a path that leads out of the folder"),
        (strings, "a string of 5 symbols"),
        (two_sets, r"several sets \(FashionMNIST/raw, MNIST/raw\)"),
        (matlab_of_version_7_3, "save it with -v7"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_is_not_read_is_refused_with_the_reason(tmp_path, write, told):
    path = write(tmp_path / "set") or tmp_path / "set"
    with pytest.raises(LinocutError, match=told) as caught:
        load_dataset(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"table": TableOptions(label_column="label")}, "no columns that --label-column could"),
        ({"table": TableOptions(header=False)}, "no columns that --header could"),
        ({"table": TableOptions(skip_columns=("1",))}, "no columns that --skip-columns could"),
    ],
)
def test_an_option_that_would_do_nothing_is_refused(tmp_path, options, told):
    with pytest.raises(LinocutError, match=told):
        load_dataset(npz_of_16_bits(tmp_path / "set"), **options)
    with pytest.raises(LinocutError, match="leave out labels, shape and table"):
        load_dataset("digits", **options)


def npz_of_both_parts(path):
    np.savez(path.with_suffix(".npz"), x_train=IMAGES[TRAIN], x_test=IMAGES[TEST])
    return path.with_suffix(".npz")


def csv_without_labels(path):
    lines = [",".join(map(str, row)) for row in IMAGES.reshape(-1, 64).tolist()]
    path.with_suffix(".csv").write_text("\n".join(lines))
    return path.with_suffix(".csv")


def idx_pair(path):
    return write_idx_set(path, (IMAGES, LABELS))


@pytest.mark.parametrize(
    "write",
    [
        npy_pairs, npz_of_both_parts, csv_without_labels, idx_pair, svmlight_gz, arff,
        matlab_as_svhn, matlab_as_emnist, hdf5_in_groups, hdf5_by_names, parquet_with_class_names,
    ],
    ids=lambda write: write.__name__,
)  # fmt: skip
def test_a_model_is_given_the_images_without_the_labels(tmp_path, write):
    found = [each.image for each in unlabelled_images(write(tmp_path / "set"), (8, 8))]
    as_counted = np.rint(FULL * (16 / 255)).astype(np.uint8)  # which a model's intake stretches
    known = {image.tobytes() for images in (IMAGES, FULL, as_counted) for image in images}
    assert len(found) == 300
    assert all(image.tobytes() in known for image in found)


def npz_with_hidden_test_labels(path):
    hidden = np.full((100, 1), -1)
    np.savez(
        path.with_suffix(".npz"),
        x_train=IMAGES[TRAIN], y_train=LABELS[TRAIN], x_test=IMAGES[TEST], y_test=hidden,
    )  # fmt: skip
    return path.with_suffix(".npz")


def parquet_with_hidden_test_labels(path):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    path.mkdir()
    features = b'{"info": {"features": {"label": {"names": %s, "_type": "ClassLabel"}}}}'
    names = str([f"digit {k}" for k in range(10)]).replace("'", '"').encode()
    for part, rows, labels in (("train", TRAIN, LABELS[TRAIN]), ("test", TEST, np.full(100, -1))):
        table = pa.table({"image": IMAGES[rows].tolist(), "label": labels})
        table = table.replace_schema_metadata({b"huggingface": features % names})
        parquet.write_table(table, path / f"{part}-00000-of-00001.parquet")
    return path


@pytest.mark.parametrize(
    "write",
    [npz_with_hidden_test_labels, parquet_with_hidden_test_labels],
    ids=lambda write: write.__name__,
)
def test_a_test_part_whose_labels_are_hidden_is_left_aside_and_said(tmp_path, write):
    dataset = load_dataset(write(tmp_path / "set"))
    assert dataset.n_classes == 10
    assert (dataset.split, len(dataset.images)) == ("stratified", 200)
    (told,) = (note for note in dataset.notes if "hidden" in note)
    assert told.startswith("The labels of the test part are hidden (all are -1), so it was left")


def test_minus_one_among_other_labels_is_a_class(tmp_path):
    labels = np.where(LABELS == 0, -1, 1)
    np.savez(tmp_path / "a.npz", x_train=IMAGES[TRAIN], y_train=labels[TRAIN],
             x_test=IMAGES[TEST], y_test=labels[TEST])  # fmt: skip
    dataset = load_dataset(tmp_path / "a.npz")
    assert (set(dataset.class_names), dataset.split) == ({"-1", "1"}, "given")


def test_files_of_many_images_and_class_folders_are_found_behind_the_same_wrappings(tmp_path):
    (tmp_path / "a" / "archive" / "set").mkdir(parents=True)
    np.savez(tmp_path / "a" / "archive" / "set" / "set.npz", images=IMAGES, labels=LABELS)
    write_images(tmp_path / "b" / "archive" / "set", IMAGES, LABELS)
    for side in ("a", "b"):
        (tmp_path / side / "__MACOSX").mkdir()
        (tmp_path / side / "@eaDir").mkdir()
        dataset = load_dataset(tmp_path / side)
        assert len(dataset.images) == 300
        assert any("archive/set" in note for note in dataset.notes)
