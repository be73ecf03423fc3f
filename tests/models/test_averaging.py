"""The average of weights against the sum that defines it."""

import pytest
import torch
from torch import nn

from course_utils.models.averaging import WeightAverage


def test_it_is_the_exponential_average():
    network = nn.Linear(1, 1, bias=False)
    nn.init.constant_(network.weight, 3.0)
    seen = [3.0]
    average = WeightAverage(network, decay=0.8)
    for value in (1.0, 5.0, -2.0):
        with torch.no_grad():
            network.weight.fill_(value)
        average.update()
        seen.append(value)
    expected = 0.8**3 * seen[0] + 0.2 * (0.8**2 * seen[1] + 0.8 * seen[2] + seen[3])
    assert average.network.weight.item() == pytest.approx(expected)
    assert network.weight.item() == -2.0


def test_buffers_are_copied_and_the_average_has_no_gradients():
    network = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
    average = WeightAverage(network, decay=0.5)
    network(torch.randn(20, 2, generator=torch.Generator().manual_seed(0)) + 5)
    average.update()
    torch.testing.assert_close(average.network[1].running_mean, network[1].running_mean)
    assert not average.network.training
    assert not any(weight.requires_grad for weight in average.network.parameters())


@pytest.mark.parametrize("decay", [-0.1, 1.0])
def test_decay_must_be_a_share(decay):
    with pytest.raises(ValueError, match="decay"):
        WeightAverage(nn.Linear(1, 1), decay=decay)
