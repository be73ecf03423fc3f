"""The chain rule over pixels: what each factor may see, and that all images together have probability one."""

import itertools

import pytest
import torch

from course_utils.models.autoregressive import AutoregressiveImage, earlier_pixels


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def random_model(side, values, seed=0):
    """A model with large random weights everywhere, so that its pixels depend on each other."""
    histogram = torch.rand(side * side, values, generator=generator(seed)) + 0.1
    model = AutoregressiveImage(
        histogram / histogram.sum(1, keepdim=True), hidden=8, rank=3, generator=generator(seed)
    ).eval()
    with torch.no_grad():
        for parameter in (model.say.weight, model.say.bias, model.say_here, model.place):
            parameter.copy_(torch.randn(parameter.shape, generator=generator(seed + 1)))
    return model


def test_a_window_is_the_rows_above_and_the_left_part_of_the_own_row():
    windows = earlier_pixels(4)
    assert windows.shape == (16, 3 * 7 + 3)
    for pixel, window in enumerate(windows.tolist()):
        assert sorted(set(window) - {16}) == list(range(pixel))


def test_a_column_of_the_windows_is_one_step_for_all_pixels():
    side = 5
    for column in earlier_pixels(side).T.tolist():
        steps = {
            (pixel // side - other // side, pixel % side - other % side)
            for pixel, other in enumerate(column)
            if other < side * side
        }
        assert len(steps) == 1


def test_a_factor_sees_all_earlier_pixels_and_no_later_one():
    model = random_model(4, 5)
    x = torch.randint(5, (1, 16), generator=generator(3))
    before = model.logits(x)[0]
    for changed in range(16):
        other = x.clone()
        other[0, changed] = (x[0, changed] + 2) % 5
        moved = (model.logits(other)[0] - before).abs().amax(dim=1) > 1e-6
        assert not moved[: changed + 1].any()
        assert moved[changed + 1 :].all()


def test_the_probabilities_of_all_images_sum_to_one():
    model = random_model(2, 3)
    images = torch.tensor(list(itertools.product(range(3), repeat=4)))
    assert model.log_prob(images).exp().sum().item() == pytest.approx(1, abs=1e-5)


def test_samples_follow_the_likelihood():
    """All 16 images of 2 x 2 bits: observed and exact frequencies."""
    model = random_model(2, 2)
    images = torch.tensor(list(itertools.product(range(2), repeat=4)))
    exact = model.log_prob(images).exp().detach()
    n = 20_000
    codes = model.sample(n, generator=generator(5)) @ torch.tensor([8, 4, 2, 1])
    seen = torch.bincount(codes, minlength=16) / n
    assert (seen - exact).abs().max() < 5 * (exact * (1 - exact) / n).sqrt().max()
    assert exact.max() > 4 * exact.min()  # so that a sampler with other probabilities would be seen


def test_completion_keeps_what_is_given_and_follows_the_conditional():
    model = random_model(2, 2)
    given = torch.tensor([1, 0])
    n = 20_000
    x = model.sample(n, generator=generator(6), given=given)
    assert (x[:, :2] == given).all()
    ends = torch.tensor(list(itertools.product(range(2), repeat=2)))
    joint = model.log_prob(torch.cat([given.expand(4, 2), ends], dim=1)).exp().detach()
    seen = torch.bincount(x[:, 2:] @ torch.tensor([2, 1]), minlength=4) / n
    assert (seen - joint / joint.sum()).abs().max() < 0.02


def test_the_first_model_is_the_histogram():
    histogram = torch.rand(9, 4, generator=generator(7)) + 0.1
    histogram /= histogram.sum(1, keepdim=True)
    model = AutoregressiveImage(histogram, generator=generator(8)).eval()
    x = torch.randint(4, (6, 9), generator=generator(9))
    torch.testing.assert_close(model.log_prob(x), histogram.log()[torch.arange(9), x].sum(1))


def test_sampling_leaves_the_mode_as_it_was():
    model = random_model(2, 3).train()
    model.sample(2, generator=generator())
    assert model.training


def test_bad_input_is_refused():
    model = random_model(3, 4)
    with pytest.raises(ValueError, match=r"shape \(n, 9\), got torch.int64 of shape \(2, 8\)"):
        model.log_prob(torch.zeros(2, 8, dtype=torch.long))
    with pytest.raises(ValueError, match=r"integers \(torch.long\).*got torch.float32"):
        model.log_prob(torch.zeros(2, 9))
    with pytest.raises(ValueError, match="must be 0 to 3, got 0 to 4"):
        model.log_prob(torch.tensor([[0] * 8 + [4]]))
    with pytest.raises(ValueError, match="must be 0 to 3, got 0 to 7"):
        model.sample(1, generator=generator(), given=torch.tensor([7]))
    with pytest.raises(ValueError, match="square image, got 8"):
        AutoregressiveImage(torch.full((8, 4), 0.25), generator=generator())
    with pytest.raises(ValueError, match="add a little to every count"):
        AutoregressiveImage(torch.eye(4), generator=generator())
