import numpy as np
import pytest

from linocut.features import Scattering


@pytest.fixture(params=[(2, 2, (16, 12)), (3, 2, (28, 28)), (1, 1, (9, 9)), (2, 0, (8, 8))])
def case(request):
    J, order, shape = request.param
    rng = np.random.default_rng(0)
    images = 255 * rng.random((2, *shape)) * (rng.random((2, *shape)) > 0.3)
    return J, order, images, rng


@pytest.mark.parametrize("root", [False, True])
def test_the_gradient_is_the_slope_of_the_weighted_coefficients(case, root):
    J, order, images, rng = case
    scattering = Scattering(J, L=4, order=order, root=root).fit(images)
    G = rng.normal(size=scattering.transform(images).shape)
    step = rng.normal(size=images.shape)
    made, gradient = scattering.gradient(images, G)
    np.testing.assert_allclose(made, scattering.transform(images), atol=1e-5)

    def weighted(moved):
        return float((G * scattering.gradient(moved, G)[0]).sum())

    slope = (weighted(images + 1e-4 * step) - weighted(images - 1e-4 * step)) / 2e-4
    assert slope == pytest.approx(float((gradient * step).sum()), rel=1e-4)


@pytest.mark.parametrize("root", [False, True])
def test_ink_times_gradient_is_the_degree_times_the_coefficients(case, root):
    J, order, images, rng = case
    scattering = Scattering(J, L=4, order=order, root=root).fit(images)
    G = rng.normal(size=scattering.transform(images).shape)
    made, gradient = scattering.gradient(images, G)
    euler = (images * gradient).sum(axis=(1, 2))
    np.testing.assert_allclose(euler, scattering.degree_ * (G * made).sum(axis=1), rtol=1e-9)
    np.testing.assert_allclose(
        scattering.gradient(9 * images, G)[0], 9**scattering.degree_ * made, rtol=1e-9
    )


def test_a_blank_image_has_no_coefficients_and_no_gradient_that_is_not_finite():
    blank = np.zeros((1, 12, 12))
    scattering = Scattering(2, L=4, root=True).fit(blank)
    made, gradient = scattering.gradient(blank, np.ones((1, scattering.transform(blank).shape[1])))
    assert not made.any()
    assert np.isfinite(gradient).all()
