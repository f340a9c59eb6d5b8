"""safetensors are mapped by their offsets."""

import json

import numpy as np
import pytest
from safetensors.numpy import save_file

from linocut.core import LinocutError
from linocut.solve.rows import open_rows

X, y = np.arange(12, dtype=np.float32).reshape(6, 2), np.arange(6)


@pytest.mark.parametrize("dtype", [np.uint8, np.float16, np.float32, np.float64])
def test_each_type_is_read(tmp_path, dtype):
    save_file({"x": X.astype(dtype), "y": y.astype(np.int32)}, tmp_path / "a.safetensors")
    source = open_rows(tmp_path / "a.safetensors")
    assert (source.rows.dtype, source.labels.dtype) == (dtype, np.int32)
    np.testing.assert_array_equal(source.rows[:], X)
    assert source.rows.shards[0].fingerprint != source.labels.shards[0].fingerprint


def test_bfloat16_is_read_as_float32_exactly(tmp_path, need_extra):
    torch = need_extra("torch")
    from safetensors.torch import save_file as save_torch

    tensor = torch.randn(50, 7, generator=torch.Generator().manual_seed(0)).to(torch.bfloat16)
    tensors = {"embeddings": tensor, "labels": torch.arange(50)}
    save_torch(tensors, tmp_path / "a.safetensors")
    source = open_rows(tmp_path / "a.safetensors")
    assert source.rows.dtype == np.float32
    np.testing.assert_array_equal(source.rows[:], tensor.float().numpy())
    np.testing.assert_array_equal(source.rows[np.array([9, 2])], tensor[[9, 2]].float().numpy())


def test_names_choose_tensors(tmp_path):
    tensors = {"cls": X, "patch": X + 1, "fine": y, "coarse": y // 2, "w": np.ones(6)}
    save_file(tensors, tmp_path / "a.safetensors")
    with pytest.raises(
        LinocutError, match=r"cls and patch may both hold the features — .*features="
    ):
        open_rows(tmp_path)
    with pytest.raises(LinocutError, match=r"fine, .* may hold the labels .* with label_column="):
        open_rows(tmp_path, features="patch")
    options = {"features": "patch", "label_column": "coarse", "weights": "w"}
    source = open_rows(tmp_path, **options)
    np.testing.assert_array_equal(source.rows[:], X + 1)
    np.testing.assert_array_equal(source.labels[:], y // 2)
    assert source.read(0, 6)[2].sum() == 6
    assert source.notes[1] == "Left aside: fine, cls."
    for option, value in (("features", "pach"), ("label_column", "finer"), ("weights", "ww")):
        with pytest.raises(LinocutError, match=rf"has no '{value}' \({option}=\) — it holds"):
            open_rows(tmp_path, **{**options, option: value})
    np.testing.assert_array_equal(open_rows(tmp_path, features="cls", labels=y).labels[:], y)


def test_parts_in_one_file_are_chosen(tmp_path):
    tensors = {"x_train": X, "y_train": y, "x_test": X[:2], "y_test": y[:2]}
    save_file(tensors, tmp_path / "a.safetensors")
    with pytest.raises(LinocutError, match=r"several sets \(test, train\)"):
        open_rows(tmp_path)
    assert open_rows(tmp_path, part="test").n == 2


def test_a_shard_without_labels_is_named(tmp_path):
    save_file({"x": X, "y": y}, tmp_path / "0.safetensors")
    save_file({"x": X}, tmp_path / "1.safetensors")
    with pytest.raises(LinocutError, match=r"1.safetensors: has no 'y', which the first"):
        open_rows(tmp_path)


def header(entry):
    text = json.dumps({"x": entry}).encode()
    return len(text).to_bytes(8, "little") + text + bytes(48)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xff" * 64, "truncated, or no safetensors file"),
        ((4).to_bytes(8, "little") + b"{{{{", "its header is no JSON"),
        ((2).to_bytes(8, "little") + b"[]", "its header is no object"),
        (header({"dtype": "F32"}), "tensor 'x' is not described"),
        (header(5), "tensor 'x' is not described"),
        (header({"dtype": "F32", "shape": [6, 2], "data_offsets": [0, 40]}), "40 bytes cannot"),
        (header({"dtype": "F32", "shape": [6, -2], "data_offsets": [0, -48]}), "cannot hold"),
        (header({"dtype": "F32", "shape": [7, 2], "data_offsets": [0, 56]}), "8 bytes are missing"),
    ],
)
def test_a_damaged_header_is_one_line(tmp_path, content, told):
    (tmp_path / "a.safetensors").write_bytes(content)
    with pytest.raises(LinocutError, match=rf"a.safetensors: .*{told}"):
        open_rows(tmp_path / "a.safetensors")
