"""Divergences against scipy, torch, integrals and brute force; and the theorems of the lecture with their constants.

A property test has the theorem as its docstring. Where it is an inequality, a second test reaches it or comes near,
so that a lost factor breaks one of the two.
"""

import itertools
import subprocess
import sys

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, optimize, special, stats
from scipy.spatial import distance

from course_utils.divergences import (
    F_GENERATORS,
    FGenerator,
    chi2_divergence,
    cross_entropy,
    f_divergence,
    gaussian_kl,
    hellinger_distance,
    js_divergence,
    kl_divergence,
    renyi_divergence,
    total_variation,
    transport_plan,
    wasserstein,
    wasserstein_1d,
)

EPS = 1e-9
OF_PMFS = [
    kl_divergence,
    cross_entropy,
    js_divergence,
    total_variation,
    hellinger_distance,
    chi2_divergence,
    lambda p, q, **options: renyi_divergence(p, q, alpha=0.5, **options),
    lambda p, q, **options: renyi_divergence(p, q, alpha=3, **options),
    lambda p, q, **options: f_divergence("js", p, q, **options),
]
WITH_BASE = [
    kl_divergence,
    cross_entropy,
    js_divergence,
    lambda p, q, **options: renyi_divergence(p, q, alpha=2, **options),
    lambda p, q, **options: renyi_divergence(p, q, alpha=1, **options),
    lambda p, q, **options: renyi_divergence(p, q, alpha=0, **options),
    lambda p, q, **options: renyi_divergence(p, q, alpha=np.inf, **options),
]
F_DIVERGENCES = {
    "kl": kl_divergence,
    "reverse_kl": lambda p, q: kl_divergence(q, p),
    "js": js_divergence,
    "total_variation": total_variation,
    "squared_hellinger": lambda p, q: hellinger_distance(p, q) ** 2,
    "chi2": chi2_divergence,
}
METRICS = [total_variation, hellinger_distance, lambda p, q: np.sqrt(js_divergence(p, q))]
P, Q = np.array([0.5, 0.2, 0.2, 0.1]), np.array([0.1, 0.3, 0.2, 0.4])


@st.composite
def pmfs(draw, number=2, *, positive=False):
    """So many pmfs over the same outcomes: spread or peaked, with zeros unless `positive`."""
    k = draw(st.integers(2, 6))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    concentration = draw(st.sampled_from([0.2, 1.0, 20.0]))
    weights = rng.gamma(concentration, size=(number, k)) + 1e-6
    if not positive:
        weights *= rng.random((number, k)) > draw(st.sampled_from([0.0, 0.4]))
        weights[weights.sum(axis=1) == 0, 0] = 1.0
    return weights / weights.sum(axis=1, keepdims=True)


def test_import_is_light():
    code = (
        "import sys, course_utils.divergences, course_utils.divergence_estimation, course_utils.information\n"
        "print({'matplotlib', 'torch', 'sklearn', 'ot', 'scipy.stats', 'scipy.spatial'} & set(sys.modules))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "set()"


# Values


def test_values_by_hand():
    p, q = [0.5, 0.5], [0.25, 0.75]
    assert kl_divergence(p, q) == pytest.approx(0.5 * np.log(2) + 0.5 * np.log(2 / 3))
    assert cross_entropy(p, q) == pytest.approx(-0.5 * np.log(0.25) - 0.5 * np.log(0.75))
    assert total_variation(p, q) == 0.25
    assert chi2_divergence(p, q) == pytest.approx(1 / 4 + 1 / 12)
    assert hellinger_distance(p, q) ** 2 == pytest.approx(1 - np.sqrt(0.125) - np.sqrt(0.375))
    assert renyi_divergence(p, q, alpha=2) == pytest.approx(np.log(1 / 1 + 1 / 3))
    assert js_divergence([1, 0], [0.5, 0.5]) == pytest.approx(0.75 * np.log(4 / 3))


@given(pmfs())
def test_values_are_scipys(pair):
    p, q = pair
    assert kl_divergence(p, q) == pytest.approx(stats.entropy(p, q), abs=1e-12)
    assert kl_divergence(p, q, base=2) == pytest.approx(stats.entropy(p, q, base=2), abs=1e-12)
    assert js_divergence(p, q) == pytest.approx(distance.jensenshannon(p, q) ** 2, abs=1e-12)
    assert js_divergence(p, q, base=3) == pytest.approx(distance.jensenshannon(p, q, base=3) ** 2, abs=1e-12)
    assert total_variation(p, q) == pytest.approx(distance.cityblock(p, q) / 2, abs=1e-15)
    assert hellinger_distance(p, q) == pytest.approx(distance.euclidean(p**0.5, q**0.5) / 2**0.5, abs=1e-12)


@given(pmfs(positive=True))
def test_chi2_is_pearsons_statistic_of_one_observation(pair):
    """The statistic of n observations with frequencies p is n chi2(p || q)."""
    p, q = pair
    assert chi2_divergence(p, q) == pytest.approx(stats.chisquare(p, q).statistic, rel=1e-9, abs=1e-12)
    assert 50 * chi2_divergence(p, q) == pytest.approx(stats.chisquare(50 * p, 50 * q).statistic, rel=1e-9, abs=1e-12)


@given(pmfs())
def test_cross_entropy_is_entropy_plus_divergence(pair):
    """H(p, q) = H(p) + KL(p || q); H(p, p) = H(p), which is not zero."""
    p, q = pair
    assert cross_entropy(p, q) == pytest.approx(stats.entropy(p) + kl_divergence(p, q), abs=1e-12)
    assert cross_entropy(p, p, base=2) == pytest.approx(stats.entropy(p, base=2), abs=1e-12)


@pytest.mark.parametrize("divergence", WITH_BASE)
def test_base_divides_by_its_logarithm(divergence):
    for base in (2, 10, np.e):
        assert divergence(P, Q, base=base) == pytest.approx(divergence(P, Q) / np.log(base))
    for wrong in (1, 0.5, 0, -2, np.nan, "2x"):
        with pytest.raises(ValueError, match="base must"):
            divergence(P, Q, base=wrong)


@pytest.mark.parametrize("divergence", OF_PMFS)
@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2, -3])
def test_any_axis_holds_the_outcomes(divergence, axis):
    """A batch gives what its pmfs give one by one, wherever its axis is."""
    rng = np.random.default_rng(0)
    rows = rng.dirichlet(np.ones(4), (2, 3, 5))  # p and q, batches (3, 5) of 4 outcomes
    rows[0, 0, 0], rows[1, 1, 1] = [1, 0, 0, 0], [0, 0.5, 0.5, 0]
    p, q = np.moveaxis(rows, -1, 1 + axis % 3)
    expected = [[divergence(a, b) for a, b in zip(*row, strict=True)] for row in zip(*rows, strict=True)]
    np.testing.assert_allclose(divergence(p, q, axis=axis), expected, rtol=1e-12)
    fixed = rows[1, 2, 4]  # one q for all
    expected = [[divergence(a, fixed) for a in row] for row in rows[0]]
    np.testing.assert_allclose(divergence(rows[0], fixed), expected, rtol=1e-12)


def test_axis_is_not_swallowed():
    p = np.array([[0.9, 0.2], [0.1, 0.8]])  # columns are the pmfs
    with pytest.raises(ValueError, match="another axis"):
        kl_divergence(p, p)
    assert kl_divergence(p, p[:, ::-1], axis=0).shape == (2,)


@pytest.mark.parametrize("divergence", OF_PMFS)
def test_arguments_are_left_alone_and_scalars_come_back(divergence):
    p, q = P.copy(), Q.copy()
    assert np.ndim(divergence(p, q)) == 0
    assert divergence(list(p), tuple(q)) == divergence(p, q)
    divergence(p, q, dx=1.0)
    np.testing.assert_array_equal((p, q), (P, Q))


@pytest.mark.parametrize("divergence", OF_PMFS)
@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ([0.5, np.nan, 0.5], "p must be finite"),
        ([np.inf, 0.0, 0.0], "p must be finite"),
        ([np.inf, -np.inf, 1.0], "p must be finite"),
        ([1.5, -0.5, 0.0], "p must not be negative"),
        ([0.5, 0.5, 0.1], "p must sum to 1 along the axis of outcomes, got a sum of 1.1"),
        ([0.5, 0.5 - 1e-6, 0.0], "sum to 1"),
        ([], "p must have outcomes"),
        (1.0, "p must have outcomes"),
        ("abc", "p must be an array of real numbers"),
        ([0.5, 0.5], "p and q must have the same outcomes, got 2 and 3"),
        ([1.0], "p and q must have the same outcomes, got 1 and 3"),
    ],
)
def test_what_is_no_pmf_is_refused(divergence, bad, message):
    good = [0.2, 0.3, 0.5]
    with pytest.raises(ValueError, match=message):
        divergence(bad, good)
    with pytest.raises(ValueError, match="must"):
        divergence(good, bad)


def test_batches_that_do_not_match_are_refused():
    with pytest.raises(ValueError, match="as many pmfs"):
        kl_divergence(np.full((3, 2), 0.5), np.full((4, 2), 0.5))
    with pytest.raises(ValueError, match="p must have outcomes along axis 1"):
        kl_divergence([0.5, 0.5], [0.5, 0.5], axis=1)


# Zeros and extremes


def test_zeros_have_their_limits():
    """0 log 0 = 0; one outcome with p > 0 = q makes KL, cross-entropy, chi2 and Renyi (alpha >= 1) infinite."""
    p, q = [0.5, 0.5, 0.0], [0.75, 0.25, 0.0]
    assert kl_divergence(p, q) == pytest.approx(kl_divergence(p[:2], q[:2]))
    assert chi2_divergence(p, q) == pytest.approx(chi2_divergence(p[:2], q[:2]))
    assert cross_entropy(p, q) == pytest.approx(cross_entropy(p[:2], q[:2]))
    wide, narrow = [0.5, 0.4999, 0.0001], [0.5, 0.5, 0.0]
    for divergence in (kl_divergence, cross_entropy, chi2_divergence):
        assert divergence(wide, narrow) == np.inf
        assert np.isfinite(divergence(narrow, wide))
    for alpha in (1, 1.001, 2, np.inf):
        assert renyi_divergence(wide, narrow, alpha=alpha) == np.inf
        assert np.isfinite(renyi_divergence(narrow, wide, alpha=alpha))
    for alpha in (0, 0.5, 0.999):
        assert np.isfinite(renyi_divergence(wide, narrow, alpha=alpha))


@pytest.mark.parametrize("gap", [0, 1, 50])
def test_disjoint_supports_are_all_equally_far(gap):
    """Without common support KL, chi2, Renyi are inf, JS ln 2, TV and Hellinger 1, whatever the distance; W is not."""
    p, q = np.zeros(100), np.zeros(100)
    p[:4], q[4 + gap : 8 + gap] = 0.25, 0.25
    assert kl_divergence(p, q) == kl_divergence(q, p) == chi2_divergence(p, q) == np.inf
    assert {float(renyi_divergence(p, q, alpha=alpha)) for alpha in (0, 0.3, 1, 2, np.inf)} == {np.inf}
    assert js_divergence(p, q) == pytest.approx(np.log(2))
    assert js_divergence(p, q, base=2) == pytest.approx(1)
    assert total_variation(p, q) == hellinger_distance(p, q) == 1
    x = np.arange(100)
    assert wasserstein_1d(x, x, real_weights=p, fake_weights=q) == pytest.approx(4 + gap)


def test_probabilities_near_the_smallest_float_are_handled():
    tiny, subnormal = 1e-300, 1e-310
    for q0 in (tiny, subnormal):
        assert kl_divergence([1 - q0, q0][::-1], [q0, 1 - q0][::-1]) == pytest.approx(-np.log(q0), rel=1e-12)
        assert kl_divergence([0.5, 0.5], [q0, 1 - q0]) == pytest.approx(-0.5 * np.log(q0) - np.log(2), rel=1e-12)
        assert cross_entropy([1, 0], [q0, 1 - q0]) == pytest.approx(-np.log(q0), rel=1e-12)
        assert renyi_divergence([0.5, 0.5], [q0, 1 - q0], alpha=np.inf) == pytest.approx(np.log(0.5) - np.log(q0))
        assert renyi_divergence([0.5, 0.5], [q0, 1 - q0], alpha=500) == pytest.approx(
            np.log(0.5) - np.log(q0) + np.log(0.5) / 499, rel=1e-12
        )
        assert kl_divergence([q0, 1], [q0, 1]) == chi2_divergence([q0, 1], [q0, 1]) == 0
    assert chi2_divergence([1e-150, 1], [subnormal, 1]) == pytest.approx(1e10)
    for name in ("kl", "reverse_kl", "js", "total_variation", "squared_hellinger"):
        for pair in (([1, 0], [subnormal, 1]), ([subnormal, 1], [0.5, 0.5])):
            assert f_divergence(name, *pair) == pytest.approx(F_DIVERGENCES[name](*pair), rel=0.02)


@pytest.mark.parametrize("divergence", [d for d in OF_PMFS if d is not cross_entropy])
@given(pair=pmfs(number=1, positive=True))
def test_nothing_lies_between_a_pmf_and_itself(divergence, pair):
    """D(p, p) = 0, and rounding does not make a neighbour lie on the other side of it (a free choice of f may)."""
    (p,) = pair
    assert abs(divergence(p, p)) < 1e-15
    nearby = p * (1 + 1e-13 * np.cos(np.arange(len(p))))
    assert divergence(p, nearby) >= (-1e-15 if divergence is OF_PMFS[-1] else 0)


def test_large_pmfs():
    rng = np.random.default_rng(0)
    p, q = rng.dirichlet(np.ones(10**6), 2)
    assert kl_divergence(p, q) == pytest.approx(special.rel_entr(p, q).sum(), rel=1e-10)


# Inequalities and identities of pmfs


@given(pmfs())
def test_gibbs(pair):
    """KL(p || q) >= 0, with equality only for p = q."""
    p, q = pair
    assert kl_divergence(p, q) >= 0
    if total_variation(p, q) > 1e-3:
        assert kl_divergence(p, q) > 1e-6


def test_kl_is_no_distance():
    """KL is asymmetric (even infinite one way), and breaks the triangle inequality, as three Bernoullis show."""
    assert kl_divergence([0.5, 0.5], [0.9, 0.1]) != pytest.approx(kl_divergence([0.9, 0.1], [0.5, 0.5]), rel=0.1)
    a, b, c = ([t, 1 - t] for t in (0.5, 0.25, 0.1))
    assert kl_divergence(a, c) > kl_divergence(a, b) + kl_divergence(b, c)


@pytest.mark.parametrize("square", [js_divergence, lambda p, q: hellinger_distance(p, q) ** 2])
def test_squares_of_metrics_break_the_triangle_inequality(square):
    a, b, c = [1, 0], [0.5, 0.5], [0, 1]
    assert square(a, c) > square(a, b) + square(b, c) + 0.1


@pytest.mark.parametrize("metric", METRICS)
@given(three=pmfs(3))
def test_metrics(metric, three):
    """TV, Hellinger and the root of JS: d(p, q) = d(q, p), and d(p, r) <= d(p, q) + d(q, r)."""
    p, q, r = three
    assert metric(p, q) == pytest.approx(metric(q, p), abs=EPS)
    assert metric(p, r) <= metric(p, q) + metric(q, r) + 1e-7  # the root of JS has the root of its rounding


@given(pmfs())
def test_pinsker(pair):
    """TV <= sqrt(KL / 2)."""
    p, q = pair
    assert total_variation(p, q) <= np.sqrt(kl_divergence(p, q) / 2) + EPS


def test_pinsker_is_tight():
    """Its constant is reached as p comes near q = (1/2, 1/2)."""
    p, q = [0.501, 0.499], [0.5, 0.5]
    assert total_variation(p, q) == pytest.approx(np.sqrt(kl_divergence(p, q) / 2), rel=1e-5)


@given(pmfs())
def test_bretagnolle_huber(pair):
    """TV <= sqrt(1 - exp(-KL)); where KL is large, Pinsker says nothing and this one still does."""
    p, q = pair
    assert total_variation(p, q) <= np.sqrt(1 - np.exp(-kl_divergence(p, q))) + EPS


def test_bretagnolle_huber_is_tight():
    """TV -> 1 as KL -> inf: p = (1, 0) and q = (t, 1 - t) have 1 - t <= sqrt(1 - t)."""
    for t in (0.1, 1e-3, 1e-6):
        tv, kl = total_variation([1, 0], [t, 1 - t]), kl_divergence([1, 0], [t, 1 - t])
        assert tv == pytest.approx(1 - np.exp(-kl))
        assert tv / np.sqrt(1 - np.exp(-kl)) == pytest.approx(1, abs=t)


@given(pmfs())
def test_le_cam(pair):
    """H^2 <= TV <= H sqrt(2 - H^2) for the Hellinger distance H with values in [0, 1]."""
    p, q = pair
    h, tv = hellinger_distance(p, q), total_variation(p, q)
    assert h**2 <= tv + EPS
    assert tv <= h * np.sqrt(2 - h**2) + EPS


@given(st.floats(0.001, 0.999))
def test_le_cam_is_tight_on_both_sides(t):
    """The left is reached where p and q agree on all outcomes that they share, the right by a pair that is mirrored."""
    p, q = [t, 1 - t, 0], [0, 1 - t, t]
    assert hellinger_distance(p, q) ** 2 == pytest.approx(total_variation(p, q))
    p, q = [(1 + t) / 2, (1 - t) / 2], [(1 - t) / 2, (1 + t) / 2]
    h = hellinger_distance(p, q)
    assert h * np.sqrt(2 - h**2) == pytest.approx(total_variation(p, q))


@given(pmfs())
def test_jensen_shannon_between_bounds_by_total_variation(pair):
    """TV^2 / 2 <= JS <= ln 2 TV <= ln 2."""
    p, q = pair
    js, tv = js_divergence(p, q), total_variation(p, q)
    assert tv**2 / 2 - EPS <= js <= np.log(2) * tv + EPS <= np.log(2) + 2 * EPS


@given(st.floats(0.001, 1))
def test_jensen_shannon_bounds_are_tight(t):
    assert js_divergence([t, 1 - t, 0], [0, 1 - t, t]) == pytest.approx(np.log(2) * t)
    near, half = [0.501, 0.499], [0.5, 0.5]
    assert js_divergence(near, half) == pytest.approx(total_variation(near, half) ** 2 / 2, rel=1e-5)


@given(pmfs())
def test_jensen_shannon_is_what_mixing_adds_to_the_entropy(pair):
    """JS = H((p + q) / 2) - (H(p) + H(q)) / 2."""
    p, q = pair
    expected = stats.entropy((p + q) / 2) - (stats.entropy(p) + stats.entropy(q)) / 2
    assert js_divergence(p, q) == pytest.approx(expected, abs=1e-12)


@given(pmfs())
def test_the_best_discriminator_finds_jensen_shannon(pair):
    """max_D E_p log D + E_q log(1 - D) = 2 JS - 2 ln 2, reached at D = p / (p + q)."""
    p, q = pair
    d = p / np.where(p + q > 0, p + q, 1)
    value = special.xlogy(p, d).sum() + special.xlogy(q, 1 - d).sum()
    assert value == pytest.approx(2 * js_divergence(p, q) - 2 * np.log(2), abs=1e-12)


@given(pmfs())
def test_chain_of_divergences(pair):
    """2 H^2 <= -2 log(1 - H^2) <= KL <= log(1 + chi2) <= chi2."""
    p, q = pair
    h2, kl, chi2 = hellinger_distance(p, q) ** 2, kl_divergence(p, q), chi2_divergence(p, q)
    bhattacharyya = -2 * np.log(1 - h2) if h2 < 1 else np.inf
    assert 2 * h2 <= bhattacharyya + EPS
    assert bhattacharyya <= kl + 1e-7
    assert kl <= np.log1p(chi2) + EPS
    assert np.log1p(chi2) <= chi2


@given(st.floats(0.01, 0.99))
def test_chain_of_divergences_is_tight(t):
    """For p = (1, 0) all of the middle are -log t."""
    p, q = [1, 0], [t, 1 - t]
    h2 = hellinger_distance(p, q) ** 2
    assert -2 * np.log(1 - h2) == pytest.approx(-np.log(t))
    assert kl_divergence(p, q) == pytest.approx(-np.log(t))
    assert np.log1p(chi2_divergence(p, q)) == pytest.approx(-np.log(t))
    near = [0.5 + 1e-4, 0.5 - 1e-4], [0.5, 0.5]
    assert chi2_divergence(*near) == pytest.approx(2 * kl_divergence(*near), rel=1e-6)
    assert kl_divergence(*near) == pytest.approx(4 * hellinger_distance(*near) ** 2, rel=1e-6)


@given(pmfs())
def test_total_variation_is_the_largest_difference_of_an_event(pair):
    """TV = max_A P(A) - Q(A), over all events A; so the best test beats guessing by TV."""
    p, q = pair
    events = itertools.product([0, 1], repeat=len(p))
    assert total_variation(p, q) == pytest.approx(max(np.dot(event, p - q) for event in events))


@given(pmfs(positive=True), st.integers(0, 2**32 - 1))
def test_donsker_varadhan(pair, seed):
    """KL >= E_p T - log E_q exp T for every T, with equality for T = log p / q."""
    p, q = pair
    t = np.random.default_rng(seed).normal(0, 2, len(p))
    assert p @ t - np.log(q @ np.exp(t)) <= kl_divergence(p, q) + EPS
    best = np.log(p / q)
    assert p @ best - np.log(q @ np.exp(best)) == pytest.approx(kl_divergence(p, q), abs=1e-9)


@pytest.mark.parametrize("divergence", [d for d in OF_PMFS if d is not cross_entropy])
@given(pair=pmfs(), seed=st.integers(0, 2**32 - 1))
def test_data_processing(divergence, pair, seed):
    """D(pW, qW) <= D(p, q) for every channel W, with equality where W only renames the outcomes."""
    p, q = pair
    rng = np.random.default_rng(seed)
    w = rng.dirichlet(np.full(3, 0.3), len(p))
    before, after = divergence(p, q), divergence(p @ w, q @ w)
    assert after <= before * (1 + 1e-9) + 1e-7
    order = rng.permutation(len(p))
    assert divergence(p[order], q[order]) == pytest.approx(before, rel=1e-9, abs=1e-12)


@given(pmfs(positive=True), pmfs(positive=True))
def test_kl_and_renyi_add_over_independent_parts(first, second):
    """D(p1 x p2 || q1 x q2) = D(p1 || q1) + D(p2 || q2), and 1 - H^2 multiplies."""
    (p1, q1), (p2, q2) = first, second
    p, q = np.outer(p1, p2).ravel(), np.outer(q1, q2).ravel()
    assert kl_divergence(p, q) == pytest.approx(kl_divergence(p1, q1) + kl_divergence(p2, q2), abs=1e-9)
    for alpha in (0.5, 2, 7, np.inf):
        parts = renyi_divergence(p1, q1, alpha=alpha) + renyi_divergence(p2, q2, alpha=alpha)
        assert renyi_divergence(p, q, alpha=alpha) == pytest.approx(parts, rel=1e-9, abs=1e-9)
    overlap = (1 - hellinger_distance(p1, q1) ** 2) * (1 - hellinger_distance(p2, q2) ** 2)
    assert 1 - hellinger_distance(p, q) ** 2 == pytest.approx(overlap, abs=1e-12)


@given(st.integers(0, 2**32 - 1))
def test_chain_rule_of_kl(seed):
    """KL(p(x, y) || q(x, y)) = KL(p(x) || q(x)) + E_p(x) KL(p(y|x) || q(y|x))."""
    p, q = np.random.default_rng(seed).dirichlet(np.ones(12), 2).reshape(2, 3, 4)
    px, qx = p.sum(axis=1), q.sum(axis=1)
    conditional = px @ kl_divergence(p / px[:, None], q / qx[:, None])
    assert kl_divergence(p.ravel(), q.ravel()) == pytest.approx(kl_divergence(px, qx) + conditional)


@given(pmfs(4), st.floats(0, 1))
def test_joint_convexity(four, t):
    """D(t p + (1-t) p', t q + (1-t) q') <= t D(p, q) + (1-t) D(p', q') for f-divergences."""
    p, q, p2, q2 = four
    for name in F_GENERATORS:
        ends = f_divergence(name, p, q), f_divergence(name, p2, q2)
        bound = sum(weight * end for weight, end in zip((t, 1 - t), ends, strict=True) if weight)
        assert f_divergence(name, t * p + (1 - t) * p2, t * q + (1 - t) * q2) <= bound * (1 + 1e-9) + EPS


@given(pmfs())
def test_renyi_special_orders(pair):
    """Order 0, 1/2, 1, 2 and inf: -log Q(p > 0), -2 log(1 - H^2), KL, log(1 + chi2), log max p/q."""
    p, q = pair
    with np.errstate(divide="ignore", invalid="ignore"):
        assert renyi_divergence(p, q, alpha=0) == pytest.approx(max(-np.log(q[p > 0].sum()), 0), abs=1e-9)
        half = -2 * np.log(np.sqrt(p * q).sum())
        assert renyi_divergence(p, q, alpha=0.5) == pytest.approx(half, rel=1e-9, abs=1e-9)
        assert renyi_divergence(p, q, alpha=1) == kl_divergence(p, q)
        expected = np.log1p(chi2_divergence(p, q))
        assert renyi_divergence(p, q, alpha=2) == pytest.approx(expected, rel=1e-9, abs=1e-9)
        largest = np.log((p[p > 0] / q[p > 0]).max())
        assert renyi_divergence(p, q, alpha=np.inf) == pytest.approx(largest, rel=1e-9, abs=1e-9)


@given(pmfs())
def test_renyi_grows_with_its_order(pair):
    """Alpha <= beta implies D_alpha <= D_beta; and alpha -> 1 leads to KL from both sides."""
    p, q = pair
    orders = [0, 0.1, 0.5, 0.9, 1 - 1e-7, 1, 1 + 1e-7, 1.1, 2, 10, 1000, np.inf]
    values = [float(renyi_divergence(p, q, alpha=alpha)) for alpha in orders]
    assert all(low <= high * (1 + 1e-9) + EPS for low, high in itertools.pairwise(values))
    if np.isfinite(values[5]):
        assert values[4] == pytest.approx(values[5], rel=1e-4, abs=1e-9)
        assert values[6] == pytest.approx(values[5], rel=1e-4, abs=1e-9)


def test_renyi_is_precise_next_to_order_one():
    """(1 / (alpha - 1)) log(1 + small) would lose all digits."""
    for alpha in (1 - 1e-12, 1 + 1e-12):
        assert renyi_divergence(P, Q, alpha=alpha) == pytest.approx(kl_divergence(P, Q), rel=1e-10)


@given(pmfs(positive=True), st.floats(0.05, 0.95))
def test_renyi_skew_symmetry(pair, alpha):
    """(1 - alpha) D_alpha(p || q) = alpha D_(1 - alpha)(q || p)."""
    p, q = pair
    left = (1 - alpha) * renyi_divergence(p, q, alpha=alpha)
    assert left == pytest.approx(alpha * renyi_divergence(q, p, alpha=1 - alpha), rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("alpha", [-0.1, np.nan, -np.inf])
def test_renyi_refuses_what_is_no_order(alpha):
    with pytest.raises(ValueError, match="alpha must"):
        renyi_divergence(P, Q, alpha=alpha)


@pytest.mark.parametrize("name", F_GENERATORS)
@given(pair=pmfs())
def test_generators_make_the_divergences(name, pair):
    """Each of the four and two more is D_f of its generator, zeros included."""
    p, q = pair
    assert f_divergence(name, p, q) == pytest.approx(F_DIVERGENCES[name](p, q), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name", F_GENERATORS)
def test_generators_are_convex_with_the_limits_they_state(name):
    f, at_zero, slope = F_GENERATORS[name]
    t = np.geomspace(1e-3, 1e3, 400)
    assert f(np.array(1.0)) == pytest.approx(0, abs=1e-15)
    assert (np.diff(np.diff(f(t)) / np.diff(t)) > -1e-6).all()
    tiny, huge = np.array(1e-14), np.array(1e14)
    assert f(tiny) == pytest.approx(at_zero, abs=1e-6) if np.isfinite(at_zero) else f(tiny) > 30
    assert f(huge) / huge == pytest.approx(slope, abs=1e-6) if np.isfinite(slope) else f(huge) / huge > 30


def test_f_divergence_takes_a_generator_of_ones_own():
    """Le Cam's f(t) = (1 - t)^2 / (2 (t + 1)) makes 1/2 sum (p - q)^2 / (p + q)."""
    mine = FGenerator(lambda t: (1 - t) ** 2 / (2 * (t + 1)), 0.5, 0.5)
    p, q = np.array([0.5, 0.5, 0]), np.array([0.2, 0, 0.8])
    assert f_divergence(mine, p, q) == pytest.approx((0.5 * (p - q) ** 2 / (p + q)).sum())
    with pytest.raises(ValueError, match="f must be one of kl, reverse_kl"):
        f_divergence("KL", p, q)


# Densities on grids

GRID = np.linspace(-12, 12, 2401)
STEP = GRID[1] - GRID[0]


def normal(mean, std, x=GRID):
    return stats.norm.pdf(x, mean, std)


@given(st.floats(-2, 2), st.floats(0.5, 1.5), st.floats(-2, 2), st.floats(0.5, 1.5))
@settings(max_examples=25)
def test_gaussians_on_a_grid_have_their_closed_forms(m, s, n, t):
    p, q = normal(m, s), normal(n, t)
    kl = np.log(t / s) + (s**2 + (m - n) ** 2) / (2 * t**2) - 0.5
    overlap = np.sqrt(2 * s * t / (s**2 + t**2)) * np.exp(-((m - n) ** 2) / (4 * (s**2 + t**2)))
    assert kl_divergence(p, q, dx=STEP) == pytest.approx(kl, rel=1e-6, abs=1e-9)
    assert hellinger_distance(p, q, dx=STEP) == pytest.approx(np.sqrt(1 - overlap), rel=1e-5, abs=1e-7)
    assert renyi_divergence(p, q, alpha=0.5, dx=STEP) == pytest.approx(-2 * np.log(overlap), rel=1e-6, abs=1e-9)
    expected = 0.5 * np.log(2 * np.pi * t**2) + (s**2 + (m - n) ** 2) / (2 * t**2)
    assert cross_entropy(p, q, dx=STEP) == pytest.approx(expected, rel=1e-6)


def test_grids_agree_with_integration():
    p, q = (lambda x: stats.norm.pdf(x, 0, 1)), (lambda x: stats.norm.pdf(x, 1, 2))
    tv = integrate.quad(lambda x: 0.5 * abs(p(x) - q(x)), -12, 12, limit=400)[0]
    assert total_variation(p(GRID), q(GRID), dx=STEP) == pytest.approx(tv, abs=1e-4)

    def mean_log_ratio(x):
        m = (p(x) + q(x)) / 2
        return 0.5 * p(x) * np.log(p(x) / m) + 0.5 * q(x) * np.log(q(x) / m)

    js = integrate.quad(mean_log_ratio, -12, 12)[0]
    assert js_divergence(p(GRID), q(GRID), dx=STEP) == pytest.approx(js, abs=1e-6)
    assert chi2_divergence(q(GRID), normal(0, 3), dx=STEP) == pytest.approx(
        integrate.quad(lambda x: q(x) ** 2 / stats.norm.pdf(x, 0, 3), -12, 12)[0] - 1, abs=1e-4
    )


def test_cells_may_differ_in_width():
    """The total variation of N(1, 1) and N(-1, 1) is 2 Phi(1) - 1, whatever the grid."""
    x = np.sinh(np.linspace(-4, 4, 4001)) / 2
    widths = np.gradient(x)
    p, q = normal(1, 1, x), normal(-1, 1, x)
    assert total_variation(p, q, dx=widths) == pytest.approx(2 * stats.norm.cdf(1) - 1, abs=1e-4)
    assert kl_divergence(p, q, dx=widths) == pytest.approx(2, abs=1e-4)
    assert cross_entropy(p, q, dx=widths, base=2) == pytest.approx(
        (0.5 * np.log(2 * np.pi * np.e) + 2) / np.log(2), abs=1e-4
    )
    batch = np.stack([p, q])
    np.testing.assert_allclose(kl_divergence(batch.T, p, axis=0, dx=widths), [0, 2], atol=1e-4)


def test_cross_entropy_of_narrow_densities_is_negative():
    x = np.linspace(0, 0.1, 100, endpoint=False)
    assert cross_entropy(np.full(100, 10.0), np.full(100, 10.0), dx=x[1]) == pytest.approx(np.log(0.1))


@pytest.mark.parametrize("divergence", OF_PMFS)
@pytest.mark.parametrize(
    ("density", "dx", "message"),
    [
        (normal(0, 1), 2 * STEP, "p must integrate to 1 on the grid, got 2"),
        (normal(0, 1), 1.0, "integrate"),
        (normal(12, 1), STEP, "widen"),
        (normal(0, 1), -STEP, "dx must be positive"),
        (normal(0, 1), [STEP, STEP], "dx must be one width, or one for each of the 2401"),
        (-normal(0, 1), STEP, "negative"),
        (normal(0, 1) * np.nan, STEP, "finite"),
    ],
)
def test_what_is_no_density_is_refused(divergence, density, dx, message):
    with pytest.raises(ValueError, match=message):
        divergence(density, normal(0, 1), dx=dx)


# Gaussians


def random_gaussian(seed, d):
    rng = np.random.default_rng(seed)
    a = rng.standard_normal((d, d + 2))
    return rng.standard_normal(d), a @ a.T


@given(st.integers(0, 2**32 - 1), st.integers(1, 5))
def test_gaussian_kl_matches_torch(seed, d):
    p, q = random_gaussian(seed, d), random_gaussian(seed + 1, d)
    normals = [torch.distributions.MultivariateNormal(*map(torch.from_numpy, pair)) for pair in (p, q)]
    expected = float(torch.distributions.kl_divergence(*normals))
    assert gaussian_kl(*p, *q) == pytest.approx(expected, rel=1e-6, abs=1e-9)
    assert gaussian_kl(*p, *q, base=2) == pytest.approx(expected / np.log(2), rel=1e-6, abs=1e-9)


def test_gaussian_kl_is_its_integral():
    x, y = np.meshgrid(np.linspace(-7, 7, 141), np.linspace(-6, 6, 121), indexing="ij")
    points = np.stack([x, y], axis=-1)
    log_p = stats.multivariate_normal([0.3, 0], [[1, 0.3], [0.3, 0.5]]).logpdf(points)
    log_q = stats.multivariate_normal([0, -0.2], [[2, -0.4], [-0.4, 1]]).logpdf(points)
    expected = (np.exp(log_p) * (log_p - log_q)).sum() * 0.01
    value = gaussian_kl([0.3, 0], [[1, 0.3], [0.3, 0.5]], [0, -0.2], [[2, -0.4], [-0.4, 1]])
    assert value == pytest.approx(expected, rel=1e-8)


@given(st.integers(0, 2**32 - 1), st.integers(1, 4))
def test_gaussian_kl_does_not_depend_on_coordinates(seed, d):
    """KL is the same after any invertible affine map, and 0 for p = q."""
    (m, c), (n, e) = random_gaussian(seed, d), random_gaussian(seed + 1, d)
    a = np.linalg.qr(np.random.default_rng(seed).standard_normal((d, d)))[0] * np.geomspace(0.1, 10, d)
    mapped = gaussian_kl(a @ m + 1, a @ c @ a.T, a @ n + 1, a @ e @ a.T)
    assert mapped == pytest.approx(gaussian_kl(m, c, n, e), rel=1e-5, abs=1e-8)
    assert 0 <= gaussian_kl(m, c, m, c) < 1e-9


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0, 0], np.eye(2), [0, 0], [[1, 1], [1, 1]]), "cov_q must be positive definite"),
        (([0, 0], [[1, 2], [2, 1]], [0, 0], np.eye(2)), "cov_p must have no negative eigenvalue"),
        (([0, 0], [[1, 0.5], [0, 1]], [0, 0], np.eye(2)), "cov_p must be symmetric"),
        (([0, 0], np.eye(3), [0, 0], np.eye(2)), r"cov_p must be \(d, d\)"),
        (([0], np.eye(1), [0, 0], np.eye(2)), "mean_p and mean_q must have the same shape"),
        (([np.nan], np.eye(1), [0], np.eye(1)), "mean_p must be finite"),
        ((0, 1, 1, 1), "mean_p must have 1 axes"),
    ],
)
def test_gaussian_kl_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        gaussian_kl(*arguments)


# Wasserstein

coordinates = st.lists(st.integers(-20, 20).map(lambda i: i / 4), min_size=1, max_size=9)


def optimal_cost(cost, a, b):
    """Transport as a linear programme: all masses that leave and all that arrive."""
    n, m = cost.shape
    leaving = np.kron(np.eye(n), np.ones(m))
    arriving = np.kron(np.ones(n), np.eye(m))
    result = optimize.linprog(cost.ravel(), A_eq=np.vstack([leaving, arriving]), b_eq=np.concatenate([a, b]))
    return result.fun


@given(coordinates, coordinates)
def test_wasserstein_1d_matches_scipy(x, y):
    assert wasserstein_1d(x, y) == pytest.approx(stats.wasserstein_distance(x, y), abs=1e-12)


@given(st.integers(0, 2**32 - 1), st.integers(1, 30), st.integers(1, 30))
def test_weighted_wasserstein_1d_matches_scipy(seed, n, m):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=n), rng.normal(1, 2, size=m)
    v, w = rng.dirichlet(np.full(n, 0.3)), rng.dirichlet(np.full(m, 0.3))
    v[rng.random(n) < 0.2] = 0
    v = v / v.sum() if v.any() else np.full(n, 1 / n)
    expected = stats.wasserstein_distance(x, y, v, w)
    assert wasserstein_1d(x, y, real_weights=v, fake_weights=w) == pytest.approx(expected, abs=1e-9)
    expected = stats.wasserstein_distance(x, y, v)
    assert wasserstein_1d(x, y, real_weights=v) == pytest.approx(expected, abs=1e-9)
    assert wasserstein_1d(y, x, fake_weights=v) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("order", [1, 1.5, 2, 3])
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 6), m=st.integers(1, 6))
@settings(max_examples=15)
def test_quantiles_solve_the_transport_problem(order, seed, n, m):
    """On a line the plan that keeps the order is optimal for every cost |x - y|^r with r >= 1."""
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=n), rng.normal(1, 2, size=m)
    v, w = rng.dirichlet(np.ones(n)), rng.dirichlet(np.ones(m))
    cost = np.abs(x[:, None] - y) ** order
    even = optimal_cost(cost, np.full(n, 1 / n), np.full(m, 1 / m)) ** (1 / order)
    assert wasserstein_1d(x, y, order=order) == pytest.approx(even, rel=1e-6)
    weighted = optimal_cost(cost, v, w) ** (1 / order)
    assert wasserstein_1d(x, y, order=order, real_weights=v, fake_weights=w) == pytest.approx(weighted, rel=1e-6)


@given(coordinates, st.floats(-5, 5), st.floats(0.1, 10))
def test_wasserstein_moves_and_stretches_with_the_data(x, shift, scale):
    """W(X, X + c) = |c|, linear where KL is infinite and JS flat; W(s X, s Y) = s W(X, Y)."""
    x = np.array(x)
    for order in (1, 2, 4, np.inf):
        assert wasserstein_1d(x, x + shift, order=order) == pytest.approx(abs(shift), abs=1e-9)
    y = x**2
    stretched = wasserstein_1d(scale * x, scale * y, order=2)
    assert stretched == pytest.approx(scale * wasserstein_1d(x, y, order=2), abs=1e-9)


@given(coordinates, coordinates, coordinates)
def test_wasserstein_is_a_metric_that_grows_with_its_order(x, y, z):
    """W_r(x, z) <= W_r(x, y) + W_r(y, z); W_r(x, x) = 0; |E X - E Y| <= W_1 <= W_2 <= W_inf."""
    for order in (1, 2, np.inf):
        there = wasserstein_1d(x, z, order=order)
        assert there <= wasserstein_1d(x, y, order=order) + wasserstein_1d(y, z, order=order) + EPS
        assert there == pytest.approx(wasserstein_1d(z, x, order=order), abs=EPS)
        assert wasserstein_1d(x, [*x, *x], order=order) == 0
    w1, w2, w_inf = (wasserstein_1d(x, y, order=order) for order in (1, 2, np.inf))
    assert abs(np.mean(x) - np.mean(y)) - EPS <= w1 <= w2 + EPS <= w_inf + 2 * EPS


@given(st.integers(0, 2**32 - 1))
def test_kantorovich_rubinstein(seed):
    """W_1 = max E f(X) - E f(Y) over f with |f'| <= 1; the best f follows the sign of the cdfs' difference."""
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=7), rng.normal(1, 2, size=5)
    w1 = wasserstein_1d(x, y)
    for f in (np.sin, np.abs, np.tanh, lambda t: -t):
        assert f(x).mean() - f(y).mean() <= w1 + EPS
    knots = np.sort(np.concatenate([x, y]))
    cdf_gap = stats.ecdf(x).cdf.evaluate(knots[:-1]) - stats.ecdf(y).cdf.evaluate(knots[:-1])
    values = np.concatenate([[0.0], np.cumsum(-np.sign(cdf_gap) * np.diff(knots))])
    best = np.interp(x, knots, values).mean() - np.interp(y, knots, values).mean()
    assert best == pytest.approx(w1)


@given(pmfs())
def test_wasserstein_on_a_line_of_outcomes_is_the_l1_of_cdfs(pair):
    """W_1 = sum |F - G| on the integers, and TV <= W_1 <= (k - 1) TV."""
    p, q = pair
    x = np.arange(len(p))
    w1 = wasserstein_1d(x, x, real_weights=p, fake_weights=q)
    assert w1 == pytest.approx(np.abs(np.cumsum(p - q)).sum(), abs=1e-9)
    assert total_variation(p, q) - 1e-7 <= w1 <= (len(p) - 1) * total_variation(p, q) + 1e-7


@pytest.mark.parametrize("order", [1, 2, np.inf])
def test_points_without_weight_do_not_count(order):
    assert wasserstein_1d([0, 100], [0], order=order, real_weights=[1, 0]) == 0
    assert wasserstein_1d([0, 3], [-7, 1, 50], order=order, fake_weights=[0, 1, 0]) == pytest.approx(
        np.mean(np.array([1, 2]) ** order) ** (1 / order) if order < np.inf else 2
    )


def test_wasserstein_1d_of_gaussians():
    """W_2^2 = (m - n)^2 + (s - t)^2."""
    u = (np.arange(20000) + 0.5) / 20000
    x, y = stats.norm.ppf(u, 0, 1), stats.norm.ppf(u, 3, 2)
    assert wasserstein_1d(x, y, order=2) == pytest.approx(np.sqrt(9 + 1), rel=1e-3)


def test_wasserstein_1d_leaves_its_arguments_and_has_no_overflow():
    x, y = np.array([3.0, 1.0]), np.array([2.0, 5.0])
    wasserstein_1d(x, y)
    assert (x.tolist(), y.tolist()) == ([3, 1], [2, 5])
    assert wasserstein_1d([1e200], [-1e200], order=2) == pytest.approx(2e200)
    assert wasserstein_1d([0, 1], [1e-200, 1], order=3) == pytest.approx(1e-200 / 2 ** (1 / 3))


@pytest.mark.parametrize("distance_of", [wasserstein_1d, wasserstein])
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"real": []}, "real must"),
        ({"fake": [np.nan, 1]}, "fake must be finite"),
        ({"order": 0.5}, "order must"),
        ({"order": np.nan}, "order must"),
        ({"real_weights": [0.5, 0.5]}, "real_weights must have one entry a point, got 2 for 3"),
        ({"fake_weights": [0.7, 0.7]}, "fake_weights must sum to 1"),
        ({"fake_weights": [1.5, -0.5]}, "fake_weights must not be negative"),
    ],
)
def test_wasserstein_refuses(distance_of, change, message):
    arguments = {"real": [0.0, 1.0, 2.0], "fake": [0.0, 1.0]} | change
    with pytest.raises(ValueError, match=message):
        distance_of(arguments.pop("real"), arguments.pop("fake"), **arguments)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_transport_in_the_plane_is_the_best_assignment(order):
    """For as many points on both sides some optimal plan is a permutation."""
    rng = np.random.default_rng(order)
    x, y = rng.normal(size=(5, 2)), rng.normal(1, 2, size=(5, 2))
    cost = np.linalg.norm(x[:, None] - y, axis=2) ** order
    best = min(cost[range(5), list(to)].mean() for to in itertools.permutations(range(5)))
    assert wasserstein(x, y, order=order) == pytest.approx(best ** (1 / order))
    plan = transport_plan(x, y, order=order)
    assert (plan * cost).sum() == pytest.approx(best)
    np.testing.assert_allclose((plan.sum(axis=0), plan.sum(axis=1)), 0.2)
    assert np.count_nonzero(plan) == 5


def test_weighted_transport_solves_the_linear_programme():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(6, 3)), rng.normal(1, 2, size=(4, 3))
    a, b = rng.dirichlet(np.ones(6)), rng.dirichlet(np.ones(4))
    cost = np.linalg.norm(x[:, None] - y, axis=2)
    assert wasserstein(x, y, order=1, real_weights=a, fake_weights=b) == pytest.approx(optimal_cost(cost, a, b))
    plan = transport_plan(x, y, order=1, real_weights=a, fake_weights=b)
    np.testing.assert_allclose(plan.sum(axis=1), a)
    np.testing.assert_allclose(plan.sum(axis=0), b)
    assert (plan >= 0).all()
    assert np.count_nonzero(plan) <= 6 + 4 - 1


def test_transport_on_a_line_agrees_with_the_quantiles():
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=40), rng.normal(1, 2, size=25)
    for order in (1, 2, 2.5):
        assert wasserstein(x, y, order=order) == pytest.approx(wasserstein_1d(x, y, order=order))
    assert wasserstein(x, x) == 0


def test_transport_of_a_shifted_cloud_is_the_shift():
    x = np.random.default_rng(2).normal(size=(50, 2))
    assert wasserstein(x, x + np.array([3, 4])) == pytest.approx(5)


def test_transport_refuses():
    with pytest.raises(ValueError, match="same dimension, got 2 and 3"):
        wasserstein(np.zeros((4, 2)), np.zeros((4, 3)))
    with pytest.raises(ValueError, match="finite, got inf"):
        wasserstein([0, 1], [1, 2], order=np.inf)


def test_a_solver_that_gives_up_is_an_error(monkeypatch):
    import warnings

    from course_utils.divergences import _transport

    monkeypatch.setattr(_transport, "SIMPLEX_STEPS", 1)
    x = np.random.default_rng(0).normal(size=(30, 2))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(RuntimeError, match="no optimal transport"):
            wasserstein(x, x + x[::-1])
        with pytest.raises(RuntimeError, match="no optimal transport"):
            transport_plan(x, x + x[::-1])
