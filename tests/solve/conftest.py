"""Every test of the objective runs for both losses."""

import pytest

from linocut.solve import Sigmoids, Softmax


@pytest.fixture(params=[Softmax(), Sigmoids()], ids=lambda loss: loss.name)
def loss(request):
    return request.param
