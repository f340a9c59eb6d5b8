"""Scattering: what the definition says, and hardly changed by what should not matter."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import affine_transform
from sklearn.datasets import load_digits

from linocut.core import LinocutError
from linocut.features import Scattering
from linocut.features.wavelets import engine_of, filter_bank


def by_definition(images, J, L, order):
    """Convolve everything on the whole grid; read every 2^J-th pixel at the end."""
    n, height, width = images.shape
    bank = filter_bank(J, L, max(height, width))
    x = np.zeros((n, bank.N, bank.N))
    x[:, :height, :width] = images
    step = 2**J
    rows, columns = -(-height // step), -(-width // step)

    def convolved(a, spectrum):
        return np.fft.ifft2(np.fft.fft2(a) * spectrum)

    def smooth(a):
        return convolved(a, bank.smooth).real[:, ::step, ::step][:, :rows, :columns]

    first, second = [smooth(x)], []
    for j in range(J if order else 0):
        for wavelet in bank.wavelets[j]:
            U = np.abs(convolved(x, wavelet))
            first.append(smooth(U))
            for larger in range(j + 1, J if order == 2 else 0):
                second += [smooth(np.abs(convolved(U, other))) for other in bank.wavelets[larger]]
    return np.stack(first + second, axis=1)


def strokes(n, size, seed):
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[: size[0], : size[1]]
    images = []
    for _ in range(n):
        angle, at = rng.uniform(0, np.pi), rng.uniform(0.35, 0.65, 2) * size
        off = np.cos(angle) * (x - at[1]) + np.sin(angle) * (y - at[0])
        along = -np.sin(angle) * (x - at[1]) + np.cos(angle) * (y - at[0])
        images.append(255 * np.exp(-(off**2) / 3) * (np.abs(along) < 0.3 * min(size)))
    return np.stack(images)


@given(
    J=st.integers(1, 3),
    L=st.integers(2, 6),
    order=st.integers(0, 2),
    size=st.sampled_from([(28, 28), (16, 16), (20, 13), (9, 30)]),
    seed=st.integers(0, 100),
)
@settings(max_examples=25, deadline=None)
def test_coefficients_are_those_of_the_definition(J, L, order, size, seed):
    images = strokes(3, size, seed)
    scattering = Scattering(J, L, order=order, full=255.0).fit(images)
    coefficients = scattering.transform(images)
    expected = by_definition(images / 255.0, J, L, order)
    assert expected.shape[1:] == (len(scattering.paths_), *scattering.map_shape_)
    error = np.linalg.norm(coefficients - expected.reshape(3, -1)) / np.linalg.norm(expected)
    assert error < 0.03  # what is read on coarser grids


def test_the_first_map_is_a_mean_of_ink():
    images = np.full((1, 32, 32), 255, np.uint8)
    coefficients = Scattering(2, 4, order=0).fit_transform(images).reshape(8, 8)
    assert coefficients[4, 4] == pytest.approx(1, abs=0.01)


def test_a_shift_by_a_pixel_changes_little():
    images = strokes(20, (28, 28), 1)
    moved = np.roll(images, 1, axis=2)
    scattering = Scattering(3, 8).fit(images)
    before, after = scattering.transform(images), scattering.transform(moved)
    change = np.linalg.norm(after - before) / np.linalg.norm(before)
    in_pixels = np.linalg.norm(moved - images) / np.linalg.norm(images)
    assert change < 0.35 * in_pixels


def test_a_small_deformation_changes_as_little_as_it_is_small():
    images = strokes(10, (28, 28), 2)
    scattering = Scattering(3, 8).fit(images)
    before = scattering.transform(images)
    changes = []
    for shear in (0.02, 0.04, 0.08):
        matrix = np.array([[1.0, 0.0], [shear, 1.0]])
        bent = np.stack(
            [affine_transform(each, matrix, offset=[0, -14 * shear], order=1) for each in images]
        )
        changes.append(np.linalg.norm(scattering.transform(bent) - before))
    size = np.linalg.norm(before)
    assert changes[0] < changes[1] < changes[2] < 0.4 * size
    assert changes[2] < 8 * changes[0]


def test_images_do_not_depend_on_those_beside_them():
    images = strokes(150, (16, 16), 3).astype(np.uint8)
    scattering = Scattering(2, 4).fit(images)
    together = scattering.transform(images)
    np.testing.assert_allclose(scattering.transform(images[140:141]), together[140:141], atol=1e-6)
    assert together.dtype == np.float32


def test_a_stroke_answers_to_the_wavelet_across_it():
    y, x = np.mgrid[:28, :28]
    upright = 255 * np.exp(-((x - 14) ** 2) / 4) * (np.abs(y - 14) < 9)
    scattering = Scattering(2, 4, order=1).fit(upright[None])
    maps = scattering.transform(upright[None]).reshape(len(scattering.paths_), -1).sum(axis=1)
    by_direction = {path[0][1]: maps[i] for i, path in enumerate(scattering.paths_) if path
                    and path[0][0] == 1}  # fmt: skip
    assert max(by_direction, key=by_direction.get) == 0


@pytest.mark.parametrize(
    ("wrong", "named"),
    [({"J": 0}, "J=0"), ({"L": 0.5}, "L=0.5"), ({"order": 3}, "order=3"), ({"J": 5}, "smaller J")],
)
def test_wrong_parameters_are_named(wrong, named):
    with pytest.raises(LinocutError, match=named):
        Scattering(**wrong).fit(np.zeros((2, 8, 8)))


def test_rows_and_other_shapes_are_refused():
    images = load_digits().images
    scattering = Scattering(2, 4).fit(images)
    with pytest.raises(LinocutError, match="takes images"):
        scattering.transform(images.reshape(-1, 64))
    with pytest.raises(LinocutError, match="fitted on"):
        scattering.transform(np.zeros((2, 9, 8)))


def test_large_images_have_the_same_coefficients_by_another_way():
    images = np.random.default_rng(0).random((9, 100, 100), np.float32)
    engine = engine_of(1, 2, 1, 100)
    assert engine.at_once < engine_of(1, 2, 1, 28).at_once
    np.testing.assert_allclose(engine.maps(images), engine.of_many(images), atol=1e-4)
