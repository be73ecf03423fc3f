# %% [markdown] tags=["slide"]
# # 02 Sampling
#
# **How do you turn uniform random numbers into draws from any distribution, and what is each draw worth?**
#
# You will be able to
#
# - write the classical samplers in a few lines each, from the inverse cdf to Langevin dynamics;
# - say how many *independent* draws their output is worth;
# - explain how a GAN, a VAE or a flow samples, and what it can never make.

# %% [markdown]
# **Builds on:** [01 Distributions](01_distributions.ipynb) (cdf, density, the Gaussian, change of variables).
# **Leads to:** [03 Inference](03_inference.ipynb), and to every model from
# [06 Gaussian mixtures](06_gaussian_mixtures.ipynb) on, all of which are samplers.
#
# **Time:** about two hours of reading, another for the eight exercises; it runs in well under a minute.
#
# A model that generates must *draw*. A formula for the density does not draw, and a machine that draws may know no
# formula. This notebook is about the road from one to the other. One target goes with you most of the way: a mixture of
# two Gaussians with density $p$. Samplers will be judged on it with the same yardstick.
#
# *Monte Carlo* is the art of answering questions about a distribution with random draws from it.

# %% tags=["parameters"]
from itertools import pairwise

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.ticker import FuncFormatter
from scipy import integrate, special, stats

from course_utils import sampling
from course_utils.datasets import load_digits_split
from course_utils.distributions import empirical_cdf, gaussian_cdf, gaussian_pdf, mixture_cdf, mixture_pdf
from course_utils.exercises import check, hint
from course_utils.explore import explore
from course_utils.plotting import DATA, GENERATED, LATENT, MODEL, WRONG, draw_ellipse, figure

SEED = 0

# %%
WEIGHTS, MEANS, SDS = np.array([0.3, 0.7]), np.array([-2.0, 1.5]), np.array([0.6, 1.0])
TARGET_MEAN = float(WEIGHTS @ MEANS)
TARGET_SD = float(np.sqrt(WEIGHTS @ (SDS**2 + MEANS**2) - TARGET_MEAN**2))


def target_pdf(x):
    return mixture_pdf(x, WEIGHTS, MEANS, SDS)


def log_target(x):
    """log p, safe in the far tails, where p itself rounds to zero."""
    z = (np.asarray(x)[..., None] - MEANS) / SDS  # (..., 2)
    return np.logaddexp.reduce(np.log(WEIGHTS / SDS / np.sqrt(2 * np.pi)) - 0.5 * z * z, axis=-1)


def ks_distance(draws, cdf):
    """Largest vertical distance between the empirical cdf of the draws and a cdf."""
    x = np.sort(draws)
    steps = np.arange(len(x) + 1) / len(x)
    return float(max(np.abs(cdf(x) - steps[1:]).max(), np.abs(cdf(x) - steps[:-1]).max()))


def rounded(worth):
    """A worth in draws with two significant digits; it is never known better."""
    return f"{float(f'{worth:.2g}'):,.0f}"


GRID = np.linspace(-5, 5.5, 400)
print(f"the target has mean {TARGET_MEAN:.2f} and standard deviation {TARGET_SD:.2f}")
assert np.allclose(np.exp(log_target(GRID)), target_pdf(GRID))

# %% [markdown] tags=["slide"]
# ## Two boxes of 10,000 numbers: which would you buy?
#
# Both machines promise draws from the black curve $p$. You want the mean of $p$.
# **Commit: is one box better, and by how much?**

# %% tags=["collapse-code"]
BOX, BOXES = 10_000, 30
box_rng = np.random.default_rng([SEED, 1])
boxes_a = sampling.sample_mixture(WEIGHTS, MEANS, SDS, BOX * BOXES, rng=box_rng)[0].reshape(BOXES, BOX)


def fast_log_target(x):
    """The same log density up to a constant, for one plain number."""
    return float(np.log(np.exp(-0.5 * (x - 1.5) ** 2) * 0.7 + np.exp(-0.5 * ((x + 2) / 0.6) ** 2) * 0.5))


boxes_b = np.stack(
    [
        sampling.metropolis_hastings(fast_log_target, float(start), n=BOX, step=0.8, rng=box_rng).draws
        for start in boxes_a[:, 0]
    ]
)

# %% tags=["continue"]
with figure(
    alt="Two histograms of 10,000 numbers, box A and box B. Both follow the same two-humped target curve;"
    " box A closely, box B roughly.",
    axes=(1, 2),
    size=(8, 3.6),
    sharey=True,
) as axes:
    for ax, box, name in zip(axes, (boxes_a[0], boxes_b[0]), "AB", strict=True):
        ax.hist(box, bins=25, range=(-5, 5.5), density=True, color=GENERATED, alpha=0.6)
        ax.plot(GRID, target_pdf(GRID), color="black")
        ax.set(xlabel="x", title=f"box {name}", ylim=(0, 0.36))
    axes[0].set_ylabel("density")

# %% [markdown] tags=["slide"]
# ## Thirty more boxes of each: compare their means
#
# You saw one box of each machine. **Where will the thirty means of B lie, compared with those of A?**

# %% tags=["continue", "predict", "collapse-code"]
means_a, means_b = boxes_a.mean(axis=1), boxes_b.mean(axis=1)
with figure(
    alt="Thirty box means for each machine as dots. Those of machine A lie in a narrow column at the true mean 0.45;"
    " those of machine B scatter several times as widely.",
    size=(7.6, 3.1),
) as ax:
    jitter = np.linspace(-0.12, 0.12, BOXES)
    ax.plot(means_a, 1 + jitter, "o", color=GENERATED)
    ax.plot(means_b, 0 + jitter, "^", color=GENERATED)
    ax.axvline(TARGET_MEAN, color="black", linestyle="--", linewidth=1.2)
    ax.text(TARGET_MEAN, 1.42, " true mean", va="center")
    ax.set(xlabel="mean of a box of 10,000 numbers", yticks=[1, 0], yticklabels=["box A", "box B"], ylim=(-0.5, 1.6))
worth_b = BOX * (means_a.std() / means_b.std()) ** 2
print(
    f"spread of the means: A {means_a.std():.3f}, B {means_b.std():.3f},"
    f" {means_b.std() / means_a.std():.1f} times as much"
)
print(f"so a box B is worth some {float(f'{worth_b:.1g}'):.0f} of A's draws (to within a factor of two)")
assert means_b.std() > 3 * means_a.std()
assert 60 < worth_b < 800

# %% [markdown]
# Similar histograms, unequal worth. B's bars scatter more round the curve than A's, but a single look hardly tells; the
# means do. Thirty boxes fix the number only within a factor of two: read it as *one to four hundred*.
#
# A histogram also forgets the *order* of the numbers. A's numbers are independent. Each of B's numbers is its
# predecessor, nudged a little, so it brings little news. B is a *Markov chain*: each state depends on the past only
# through the state before it. You will build it in section 8. Keep the two questions apart from now on: *do the draws
# have the right distribution?* and *how many independent draws are they worth?*

# %% [markdown] tags=["slide"]
# ## 1 Where do the numbers come from? From a formula
#
# $$s_{k+1} = a\, s_k \bmod m, \qquad u_k = s_k / m$$
#
# RANDU, in use for years: $a = 65539$, $m = 2^{31}$. **Plot three neighbours in a cube. What should you see, and what
# if the generator is bad?**


# %%
def randu(seed, n):
    """n numbers of the generator RANDU; its state must start odd."""
    s, u = seed, np.empty(n)
    for k in range(n):
        s = 65539 * s % 2**31
        u[k] = s / 2**31
    return u


bad = randu(2 * SEED + 1, 3 * 1200).reshape(-1, 3)  # (1200, 3) consecutive triples
good = np.random.default_rng(SEED).random((1200, 3))

# %% tags=["continue", "predict", "collapse-code"]
with figure(
    alt="Consecutive triples of two generators, seen from a chosen direction. RANDU's points lie on a few"
    " slanted lines;"
    " those of PCG64 fill the area without a pattern.",
    axes=(1, 2),
    size=(8.6, 2.8),
    sharey=True,
) as axes:
    for ax, u, name, color in zip(axes, (bad, good), ("RANDU", "PCG64 (NumPy's default)"), (WRONG, MODEL), strict=True):
        ax.plot(9 * u[:, 0] - 6 * u[:, 1], u[:, 2], ".", markersize=4, color=color)
        ax.set(xlabel=r"$9u_k - 6u_{k+1}$", title=name)
    axes[0].set_ylabel(r"$u_{k+2}$")
planes = 9 * bad[:, 0] - 6 * bad[:, 1] + bad[:, 2]
print(f"RANDU: 9u - 6u' + u'' takes {len(np.unique(planes.round(6)))} values, all of them whole numbers")
assert np.abs(planes - planes.round()).max() < 1e-9
assert len(np.unique(planes.round())) <= 15

# %% [markdown]
# The cube is seen from a chosen side. Good triples fill it; RANDU's lie on at most 15 planes. Every generator of this
# kind (a *linear congruential* one) has such planes (Marsaglia 1968); good ones have so many, so close, that few
# applications notice. Why RANDU has so few is shown in the appendix.
#
# NumPy's default, PCG64, scrambles a 128-bit state before it shows anything of it.

# %% [markdown]
# ### 1.1 A seed is a starting state, and that is a gift
#
# - Same seed, same numbers: an experiment can be repeated.
# - Hand the generator on as an argument `rng`; never reset it inside a function.
# - Several workers? Let one generator `spawn` the others.

# %%
once = np.random.default_rng(SEED).random(3)
again = np.random.default_rng(SEED).random(3)
worker_1, worker_2 = np.random.default_rng(SEED).spawn(2)
print("same seed:  ", once.round(3), again.round(3))
print("two workers:", worker_1.random(3).round(3), worker_2.random(3).round(3))
assert np.array_equal(once, again)

# %% [markdown]
# The statements of this notebook are asserted so that they hold for every seed: change `SEED = 0` at the top and run
# all cells again. A result that needs a lucky seed is not a result.

# %% [markdown] tags=["slide"]
# ## 2 The mean of $n$ draws errs by $\sigma/\sqrt n$
#
# $$\bar x_n = \frac1n \sum_{i=1}^n x_i, \qquad \mathbb E[\bar x_n] = \mu, \qquad
# \operatorname{sd}(\bar x_n) = \frac{\sigma}{\sqrt n}$$
#
# for independent draws $x_i$ with mean $\mu$ and standard deviation $\sigma$: the law of large numbers, with its speed.

# %%
NS = 10 * 4 ** np.arange(6)  # 10 to 10,240
lln_rng = np.random.default_rng([SEED, 2])
many = sampling.sample_mixture(WEIGHTS, MEANS, SDS, 400 * NS[-1], rng=lln_rng)[0].reshape(400, -1)
running = np.cumsum(many, axis=1) / np.arange(1, NS[-1] + 1)  # (400 repetitions, n)

# %% tags=["continue"]
with figure(
    alt="Running means of 12 experiments against the number of draws, on a logarithmic axis. They start scattered and"
    " close in on the true mean, mostly inside a funnel of two standard errors.",
    size=(8.6, 2.9),
) as ax:
    n = np.unique(np.geomspace(1, NS[-1], 200).astype(int))
    ax.plot(n, running[:12, n - 1].T, color=GENERATED, linewidth=0.8, alpha=0.6)
    for sign in (-1, 1):
        ax.plot(n, TARGET_MEAN + sign * 2 * TARGET_SD / np.sqrt(n), "--", color="black", linewidth=1.5)
    ax.text(60, 1.7, r"$\mu \pm 2\sigma/\sqrt{n}$")
    ax.set(xscale="log", xlabel="number of draws n", ylabel="mean so far", ylim=(-2, 3))

# %% [markdown]
# The expectation is linear, and the variances of independent draws add:
# $\operatorname{Var}(\bar x_n) = n\sigma^2/n^2 = \sigma^2/n$. The dimension of $x$ appears only through $\sigma$, which
# is why Monte Carlo wins over grids in many dimensions. The law needs a mean (a Cauchy variable has none: notebook 01
# showed means that never settle), its speed a finite $\sigma$.

# %% [markdown] tags=["subslide"]
# ### 2.1 How many more draws buy one more decimal?
#
# **Guess first**: twice as many, ten times, a hundred times?

# %% tags=["continue", "predict", "collapse-code"]
rmse = np.sqrt(np.mean((running[:, NS - 1] - TARGET_MEAN) ** 2, axis=0))
with figure(
    alt="Error of the mean against the number of draws, both axes logarithmic: the measured points lie on the straight"
    " line sigma over root n, of slope minus one half.",
    size=(7.6, 2.8),
) as ax:
    ax.loglog(NS, TARGET_SD / np.sqrt(NS), "--", color="black", label=r"theory $\sigma/\sqrt{n}$")
    ax.loglog(NS, rmse, "o", color=GENERATED, label="400 experiments")
    ax.set(xlabel="number of draws n", ylabel="RMS error", yticks=[0.02, 0.05, 0.1, 0.2, 0.5])
    ax.set_yticklabels(["0.02", "0.05", "0.1", "0.2", "0.5"])
    ax.minorticks_off()
    ax.legend()
slope = np.polyfit(np.log(NS), np.log(rmse), 1)[0]
print(f"one decimal more: exactly 100 times the draws; these experiments: {10 ** (-1 / slope):.0f}")
assert np.all(np.abs(rmse * np.sqrt(NS) / TARGET_SD - 1) < 0.25)
assert abs(slope + 0.5) < 0.06

# %% [markdown] tags=["continue"]
# **The yardstick:** a box of numbers is *worth* $n_{\text{eff}} = \sigma^2 / \operatorname{Var}(\bar x)$ independent
# draws.

# %% [markdown]
# Theory says slope $-1/2$; the fit scatters around it. Half the error costs four times the draws. The yardstick turns
# the law round: a box is worth $n_{\text{eff}}$ draws if its mean is as uncertain as the mean of $n_{\text{eff}}$
# independent ones.

# %% [markdown] tags=["slide"]
# ## 3 Inverse cdf: throw darts at the height axis
#
# Throw $U$ uniformly on $(0, 1)$, walk right to the curve of the cdf $F$, drop down: $X = F^{-1}(U)$.
#
# $$P(X \le x) = P(U \le F(x)) = F(x) \quad \text{because } U \text{ is uniform.}$$

# %% tags=["collapse-code"]
dart_rng = np.random.default_rng([SEED, 3])
HEIGHTS = dart_rng.random(1000)
x_fine = np.linspace(-6, 7, 4001)
cdf_fine = mixture_cdf(x_fine, WEIGHTS, MEANS, SDS)
FACES = np.array([0.1, 0.1, 0.1, 0.1, 0.2, 0.4])  # a loaded die
BOARDS = {  # name: x range, cdf, quantile function
    "exponential": ((-0.3, 6), stats.expon.cdf, stats.expon.ppf),
    "two Gaussians": (
        (-5, 5.5),
        lambda x: mixture_cdf(x, WEIGHTS, MEANS, SDS),
        lambda u: np.interp(u, cdf_fine, x_fine),
    ),
    "loaded die": (
        (0, 7),
        lambda x: np.concatenate([[0], np.cumsum(FACES)])[np.clip(np.floor(x), 0, 6).astype(int)],
        lambda u: 1 + np.searchsorted(np.cumsum(FACES)[:-1], u, side="right"),
    ),
}


def draw_darts(axes, board, darts):
    (low, high), cdf, quantile = BOARDS[board]
    u = HEIGHTS[:darts]
    x = quantile(u)
    line = np.linspace(low, high, 800)
    axes[0].plot(line, cdf(line), color=DATA)
    paths = [[(low, height), (place, height), (place, 0)] for height, place in zip(u[:30], x[:30], strict=True)]
    axes[0].add_collection(LineCollection(paths, colors=GENERATED, linewidths=0.8))
    axes[0].plot(np.full(darts, low), u, ">", color=LATENT, markersize=5, clip_on=False)
    axes[0].set(xlim=(low, high), ylim=(0, 1.02), xlabel="x", ylabel="height u = F(x)")
    bins = np.arange(0.5, 7) if board == "loaded die" else np.linspace(low, high, 31)
    axes[1].hist(x, bins=bins, weights=np.full(darts, 1 / darts), color=GENERATED, alpha=0.6, histtype="stepfilled")
    expected = np.diff(cdf(bins))
    tallest = max(expected.max(), np.histogram(x, bins)[0].max() / darts)
    axes[1].step(bins, np.append(expected, expected[-1]), where="post", color="black", linewidth=1.4)
    axes[1].text(0.97, 0.93, "black: exact", transform=axes[1].transAxes, ha="right")
    axes[1].set(xlim=(low, high), xlabel="x", ylabel="share of darts", ylim=(0, 1.2 * tallest))


def tell_darts(board, darts):
    distance = np.abs(empirical_cdf(BOARDS[board][2](HEIGHTS[:darts]), GRID) - BOARDS[board][1](GRID)).max()
    return (
        f"{darts} darts on the cdf of the {board}: where the curve is steep, many heights land on few x."
        f" The shares of the darts differ from the cdf by at most {distance:.2f}."
    )


# %% tags=["continue"]
explore(
    draw_darts,
    board=list(BOARDS),
    darts=[3, 10, 100, 1000],
    start={"board": "two Gaussians", "darts": 3},
    labels={"board": "distribution", "darts": "darts thrown"},
    alt=tell_darts,
    play="darts",
    axes=(1, 2),
    size=(7.2, 3.4),
)

# %% [markdown]
# Play it once per distribution. Two things to see. Steep stretches of $F$ catch many darts: the slope of $F$ is the
# density. And the loaded die works too: a jump of $F$ catches every dart in its height range, so its height is a
# probability. For such an $F$ the inverse is defined as $F^{-1}(u) = \min\{x : F(x) \ge u\}$.

# %% [markdown] tags=["skip"]
# ### Exercise 1: the quantile function of the exponential
# The exponential distribution with rate $\lambda$ has the cdf $F(x) = 1 - e^{-\lambda x}$ for $x \ge 0$.
# Write `exponential_quantile(u, rate)`, which returns $F^{-1}(u)$ for an array `u`.


# %% tags=["exercise"]
def exponential_quantile(u, rate):
    # solve u = F(x) for x; end with `return`
    ...


# %% tags=["solution"]
def exponential_quantile(u, rate):
    return -np.log1p(-u) / rate


# %%
check("exponential_quantile", exponential_quantile)

# %%
hint("exponential_quantile")  # every exercise has hints; hint("exponential_quantile", 1) gives the first

# %% [markdown]
# The same on another distribution with a closed inverse. The logistic with centre $\mu$ and scale $s$ has
# $F(x) = 1 / (1 + e^{-(x-\mu)/s})$. Solve $u = F(x)$ for $x$ and you get $x = \mu + s \log\frac{u}{1-u}$. The largest
# distance between the cdf of $n$ draws and $F$ is of the order $1/\sqrt n$: the chance that it exceeds $3/\sqrt n$ is
# at most $2e^{-18}$ (Massart 1990).


# %%
def logistic_quantile(u, centre=1.0, scale=0.7):
    return centre + scale * np.log(u / (1 - u))


n = 20_000
x = logistic_quantile(np.random.default_rng([SEED, 4]).random(n))
same = sampling.inverse_cdf(logistic_quantile, n, rng=np.random.default_rng([SEED, 4]))
distance = ks_distance(x, lambda x: 1 / (1 + np.exp(-(x - 1.0) / 0.7)))
print(f"largest distance to the cdf: {distance:.4f}, and 1/sqrt(n) = {1 / np.sqrt(n):.4f}")
assert np.array_equal(x, same)
assert distance < 3 / np.sqrt(n)

# %% [markdown]
# ### 3.1 The inverse cdf of *data*: the bootstrap
#
# The empirical cdf of $n$ observations climbs by $1/n$ at each. A dart therefore picks one observation, each equally
# often. Real data: how inky are 1,000 handwritten digits, and how sure is the median?
# We pretend the data are the population and repeat the experiment.

# %%
ink = load_digits_split().x_train.sum(axis=1)  # (1000,) sum of the 64 pixels of each digit
boot_rng = np.random.default_rng([SEED, 5])
darts = boot_rng.random((2000, len(ink)))
resampled = np.sort(ink)[(len(ink) * darts).astype(int)]  # F^-1 of each dart: (2000 new data sets, 1000)
medians = np.median(resampled, axis=1)
low, high = np.quantile(medians, [0.025, 0.975])

# %% tags=["collapse-code"]
with figure(
    alt="Left: the empirical cdf of the digits' pixel sums, a rising staircase, with six darts that drop onto observed"
    " values. Right: the histogram of 2,000 resampled medians, a narrow hump a few units wide.",
    axes=(1, 2),
    size=(8, 3.6),
) as axes:
    axes[0].step(np.sort(ink), np.arange(1, len(ink) + 1) / len(ink), where="post", color=DATA)
    for height in np.linspace(0.08, 0.93, 6):
        place = np.sort(ink)[int(len(ink) * height)]
        axes[0].plot([ink.min(), place, place], [height, height, 0], color=GENERATED, linewidth=1)
    axes[0].set(xlabel="pixel sum of a digit", ylabel="share of the data", ylim=(0, 1.02), xlim=(ink.min(), ink.max()))
    axes[1].hist(
        medians, bins=np.arange(np.floor(medians.min()) - 0.25, medians.max() + 1, 1), color=GENERATED, alpha=0.6
    )
    axes[1].axvline(np.median(ink), color=DATA, linestyle="--")
    axes[1].set(xlabel="median of a resampled data set", ylabel="number of resampled data sets")
print(f"median {np.median(ink):.1f}, 95 % of the resampled medians between {low:.1f} and {high:.1f}")
ratio = resampled.mean(axis=1).std() / (ink.std() / np.sqrt(len(ink)))
print(f"check on the mean, where theory is known: bootstrap spread / (s / sqrt n) = {ratio:.2f}")
assert abs(ratio - 1) < 0.09
assert set(np.unique(resampled[:5])) <= set(ink)

# %% [markdown]
# No formula gives the uncertainty of a median as simply as $\sigma/\sqrt n$ gives that of a mean; the bootstrap (Efron
# 1979) does. For the mean, both agree.
#
# As a *generative model* of digits the empirical cdf is the perfect memoriser: every draw is an old value. Remember it
# in notebook 13, where copies must be caught.

# %% [markdown] tags=["slide"]
# ## 4 Box-Muller: two uniforms make two Gaussians
#
# The Gaussian's inverse cdf has no closed form. In the plane a radius and an angle do:
#
# $$z_1 = \sqrt{-2\ln u_1}\,\cos 2\pi u_2, \qquad z_2 = \sqrt{-2\ln u_1}\,\sin 2\pi u_2 .$$


# %%
def box_muller_pair(u1, u2):
    radius = np.sqrt(-2 * np.log(u1))
    return radius * np.cos(2 * np.pi * u2), radius * np.sin(2 * np.pi * u2)


bm_rng = np.random.default_rng([SEED, 6])
u1, u2 = 1 - bm_rng.random(20_000), bm_rng.random(20_000)  # u1 in (0, 1]: its logarithm is finite
z1, z2 = box_muller_pair(u1, u2)

# %% tags=["continue"]
with figure(
    alt="Left: uniform points in the unit square, marked in three bands of the first coordinate. Right: their images."
    " The band near one becomes the core of a round Gaussian cloud, the band near zero its outer ring.",
    axes=(1, 2),
    size=(8.6, 3.1),
) as axes:
    for lower, upper, marker in ((0.7, 1.0, "o"), (0.3, 0.7, "x"), (0.0, 0.3, "^")):
        chosen = np.flatnonzero((u1[:300] > lower) & (u1[:300] <= upper))
        axes[0].plot(u1[chosen], u2[chosen], marker, color=LATENT, markersize=3.5)
        axes[1].plot(z1[chosen], z2[chosen], marker, color=GENERATED, markersize=3.5)
    axes[0].set(xlabel="$u_1$ (gives the radius)", ylabel="$u_2$ (gives the angle)")
    axes[1].set(xlabel="$z_1$", ylabel="$z_2$", xlim=(-4.5, 4.5), ylim=(-4, 4))

# %% [markdown]
# ### 4.1 Why it works: the plane in polar coordinates
#
# $$\frac{1}{2\pi} e^{-(z_1^2+z_2^2)/2}\,dz_1\,dz_2 = \underbrace{\tfrac{1}{2\pi}\,d\theta}_{\text{angle}}\;
# \underbrace{r e^{-r^2/2}\,dr}_{\text{radius}}$$
#
# A piece of a ring has sides $dr$ and $r\,d\theta$, hence the factor $r$ (change of variables, notebook 01). So angle
# and radius are independent. The angle is uniform. The radius has the cdf $1 - e^{-r^2/2}$, whose inverse is
# $\sqrt{-2\ln(1-u)}$; and $1-U$ is as uniform as $U$.

# %%
theirs = sampling.box_muller(40_000, rng=np.random.default_rng([SEED, 6]))
correlation = np.corrcoef(z1, z2)[0, 1]
print(f"distances to the Gaussian cdf: {ks_distance(z1, gaussian_cdf):.4f} and {ks_distance(z2, gaussian_cdf):.4f}")
print(f"correlation of z1 and z2: {correlation:.3f}")
assert np.allclose(np.concatenate([z1, z2]), theirs)
assert max(ks_distance(z1, gaussian_cdf), ks_distance(z2, gaussian_cdf)) < 3 / np.sqrt(20_000)
assert abs(correlation) < 6 / np.sqrt(20_000)

# %% [markdown]
# Both coordinates are Gaussian and independent, and the code agrees with `course_utils.sampling.box_muller` draw by
# draw. A Gaussian vector with mean $\mu$ and covariance $\Sigma = AA^\top$ follows as $x = \mu + Az$: notebook 01 did
# that with the Cholesky factor.

# %% [markdown] tags=["slide"]
# ## 5 A mixture: first the component, then the Gaussian
#
# $$k \sim \text{Categorical}(\pi_1, \dots, \pi_K), \qquad x \mid k \sim N(\mu_k, \sigma_k^2)$$
#
# **Predict**: what comes out if you add the two Gaussians' draws instead, $\pi_1 x_1 + \pi_2 x_2$?

# %% tags=["continue", "predict", "M07", "collapse-code"]
mix_rng = np.random.default_rng([SEED, 8])
n = 20_000
ancestral, component = sampling.sample_mixture(WEIGHTS, MEANS, SDS, n, rng=mix_rng)
added = mix_rng.normal(MEANS, SDS, size=(n, 2)) @ WEIGHTS
with figure(
    alt="Left: draws of the component first, then its Gaussian, fill both humps of the target. Right: weighted sums of"
    " draws make one narrow hump, high in the valley between the target's humps.",
    axes=(1, 2),
    size=(8.6, 3.1),
    sharey=True,
) as axes:
    for ax, draws, title, color in zip(
        axes, (ancestral, added), ("component, then Gaussian", "weighted sum of draws"), (GENERATED, WRONG), strict=True
    ):
        ax.hist(draws, bins=80, range=(-5, 5.5), density=True, color=color, alpha=0.55)
        ax.plot(GRID, target_pdf(GRID), color="black")
        ax.set(xlabel="x", title=title)
    axes[0].set_ylabel("density")
cdf = lambda x: mixture_cdf(x, WEIGHTS, MEANS, SDS)  # noqa: E731
assert ks_distance(ancestral, cdf) < 3 / np.sqrt(n)
assert ks_distance(added, cdf) > 0.25
assert abs(component.mean() - WEIGHTS[1]) < 5 * np.sqrt(0.21 / n)

# %% [markdown]
# **You may read**: a mixture sampler takes a mixture that approximates the target as its input and blends its
# components.
#
# **What holds**: nothing is blended or approximated. The sampler follows the arrows of the model, parent before
# child: a component from the weights, then a point from that component. The pairs $(k, x)$ are exact draws of the
# joint, and dropping $k$ leaves exact draws of $p(x) = \sum_k \pi_k N(x; \mu_k, \sigma_k^2)$. The name is *ancestral
# sampling*. The sum of draws has the right mean and is one Gaussian.

# %% [markdown] tags=["skip"]
# ### Exercise 2: ancestral sampler
# Write `ancestral_sample(n, weights, means, sds, rng)`: `n` independent draws from a one-dimensional Gaussian mixture.
# The three parameters are arrays of length $K$; `rng` is a NumPy generator. No loop over the draws is needed.


# %% tags=["exercise"]
def ancestral_sample(n, weights, means, sds, rng):
    # component first, then its Gaussian; end with `return`
    ...


# %% tags=["solution"]
def ancestral_sample(n, weights, means, sds, rng):
    k = rng.choice(len(weights), size=n, p=weights)
    return rng.normal(means[k], sds[k])


# %%
check("ancestral_sample", ancestral_sample)

# %% [markdown]
# ### 5.1 The component itself: a dart at a staircase
# A category is drawn as in section 3: the cdf is a staircase, and a uniform height falls on one stair. Finding the
# stair among $K$ takes about $\log_2 K$ comparisons (a binary search). The *alias method* needs one column and one coin
# toss whatever $K$ is; its explorer is in the appendix.

# %%
cat_rng = np.random.default_rng([SEED, 7])
p_1000 = cat_rng.dirichlet(np.ones(1000))
by_stairs = np.searchsorted(np.cumsum(p_1000)[:-1], cat_rng.random(100_000), side="right")
error = np.abs(np.bincount(by_stairs, minlength=1000) / 100_000 - p_1000).max()
print(f"100,000 draws by the staircase give back 1,000 weights to within {error:.4f}")
assert error < 6 * np.sqrt(p_1000.max() / 100_000)

# %% [markdown] tags=["slide"]
# ## 6 Rejection: keep the darts that land under the curve
#
# Now you can evaluate $p$ but not draw from it. Draw from a *proposal* $q$; $M$ lifts it until the *envelope* $Mq$ lies
# above $p$. Keep $x \sim q$ with probability $\frac{p(x)}{M q(x)}$. Share kept: $\int q \frac{p}{Mq}\,dx = \frac1M$.
# **What if $M$ is too small?**

# %% tags=["collapse-code"]
reject_rng = np.random.default_rng([SEED, 9])
Q_MEAN, Q_SD = 0.4, 2.2
candidates = reject_rng.normal(Q_MEAN, Q_SD, 4000)
dart_heights = reject_rng.random(4000)  # as a share of the envelope
fine = np.linspace(-12, 12, 24_001)
BEST_M = float((target_pdf(fine) / gaussian_pdf(fine, Q_MEAN, Q_SD)).max())


def draw_rejection(axes, darts, M):
    x = candidates[:darts]
    envelope = M * BEST_M * gaussian_pdf(x, Q_MEAN, Q_SD)
    y = dart_heights[:darts] * envelope
    under = y < target_pdf(x)
    thrown, kept = ~under[:600], under[:600]  # draw no more than 600 darts
    axes[0].plot(x[:600][thrown], y[:600][thrown], "x", color=DATA, markersize=3.5)
    axes[0].plot(x[:600][kept], y[:600][kept], "o", color=GENERATED, markersize=2.5)
    axes[0].plot(GRID, target_pdf(GRID), color="black")
    axes[0].plot(GRID, M * BEST_M * gaussian_pdf(GRID, Q_MEAN, Q_SD), "--", color=MODEL)
    axes[0].text(-4.8, 0.82, "dashed: envelope Mq", color=MODEL)
    axes[0].set(
        xlim=(-5, 5.5),
        ylim=(0, 0.9),
        xlabel="candidate x" + (" (600 shown)" if darts > 600 else ""),
        ylabel="height of the dart",
        title=f"{under.sum():,} of {darts:,} kept",
    )
    accepted = np.minimum(target_pdf(GRID), M * BEST_M * gaussian_pdf(GRID, Q_MEAN, Q_SD))
    axes[1].hist(x[under], bins=35, range=(-5, 5.5), density=True, histtype="stepfilled", color=GENERATED, alpha=0.6)
    axes[1].plot(GRID, target_pdf(GRID), color="black")
    if M < 1:
        axes[1].plot(GRID, accepted / (accepted.sum() * (GRID[1] - GRID[0])), ":", color=WRONG)
    axes[1].set(xlim=(-5, 5.5), ylim=(0, 0.5), xlabel="x kept", ylabel="density")


def tell_rejection(darts, M):
    under = dart_heights[:darts] * M * BEST_M * gaussian_pdf(candidates[:darts], Q_MEAN, Q_SD) < target_pdf(
        candidates[:darts]
    )
    verdict = "the envelope cuts through the target, whose humps come out too low" if M < 1 else "the envelope holds"
    return f"{under.mean():.0%} of {darts} darts are kept with M = {M * BEST_M:.2f}: {verdict}."


# %% tags=["continue"]
explore(
    draw_rejection,
    darts=[50, 600, 4000],
    M=[0.35, 1.0, 1.5, 2.0],
    start={"darts": 4000, "M": 1.0},
    labels={"M": "envelope / smallest envelope", "darts": "darts thrown"},
    alt=tell_rejection,
    axes=(1, 2),
    size=(7.2, 3.5),
)

# %% [markdown]
# Dots are kept, crosses are thrown away, the black curve is $p$, the dashed one the envelope $Mq$. Raise $M$: the
# histogram stays right and the waste grows. Lower it to 0.35 of the smallest allowed value: more darts survive and the
# answer is *wrong* (the dotted curve), without any warning. `course_utils.sampling.rejection_sample` raises an error
# when it meets such a point.

# %% [markdown]
# ### 6.1 The share of accepted candidates is $1/M$
#
# $$P(\text{accept}) = \int q(x)\,\frac{p(x)}{M q(x)}\,dx = \frac1M \int p(x)\,dx = \frac1M$$
#
# Given acceptance, $x$ has density proportional to $q \cdot \frac{p}{Mq} = p/M$: exactly $p$.

# %% [markdown] tags=["skip"]
# ### Exercise 3: rejection sampler
# Write `keep_or_reject(target, proposal, draw, bound, n, rng)`. `draw(n, rng)` gives `n` candidates with density
# `proposal`, and `target(x) <= bound * proposal(x)` everywhere. Return those candidates that are accepted.


# %% tags=["exercise"]
def keep_or_reject(target, proposal, draw, bound, n, rng):
    # candidates, a height for each, and a comparison; end with `return`
    ...


# %% tags=["solution"]
def keep_or_reject(target, proposal, draw, bound, n, rng):
    x = draw(n, rng)
    height = rng.random(n) * bound * proposal(x)
    return x[height < target(x)]


# %%
check("keep_or_reject", keep_or_reject)

# %% [markdown]
# ### 6.2 In its simplest form the envelope is a box
#
# Darts in a box under the curve $f(x) = x \sin^2 3\pi x$, which is not normalised: no matter.


# %%
def f(x):
    return x * np.sin(3 * np.pi * x) ** 2


def rejection_in_a_box(f, height, n, rng):
    x = rng.random(n)  # where the dart lands, on [0, 1]
    y = height * rng.random(n)  # how high
    return x[y < f(x)]


kept = rejection_in_a_box(f, 0.9, 50_000, np.random.default_rng([SEED, 10]))
area = integrate.quad(f, 0, 1)[0]
print(f"kept: {len(kept) / 50_000:.3f} of the darts")
print(f"area under f / area of the box: {area / 0.9:.3f}")

# %%
library = sampling.rejection_sample(
    f, lambda m, rng: rng.random(m), np.ones_like, bound=0.9, n=10_000, rng=np.random.default_rng([SEED, 11])
)
gap = stats.ks_2samp(kept, library.draws).statistic
print(f"course_utils accepts {library.acceptance_rate:.3f}; distance between both samples: {gap:.3f}")
assert f(np.linspace(0, 1, 10_001)).max() < 0.9  # the box is high enough
assert abs(len(kept) / 50_000 - area / 0.9) < 6 * np.sqrt(0.25 / 50_000)
assert abs(library.acceptance_rate - area / 0.9) < 6 * np.sqrt(0.25 / library.n_proposed)
assert gap < 0.035
assert (
    abs(np.mean(dart_heights * BEST_M * gaussian_pdf(candidates, Q_MEAN, Q_SD) < target_pdf(candidates)) - 1 / BEST_M)
    < 0.05
)

# %% [markdown] tags=["subslide"]
# ### 6.3 10 % too wide, in each of 100 dimensions
#
# Target $N(0, I_d)$, proposal $N(0, s^2 I_d)$ with $s > 1$: the smallest bound is $M = s^d$. **What share
# is accepted for $s = 1.1$, $d = 100$?**

# %% tags=["continue", "predict", "collapse-code"]
d = np.arange(1, 201)
with figure(
    alt="Acceptance rate against dimension with a logarithmic vertical axis: straight lines that fall. A"
    " proposal 1 percent"
    " too wide still accepts a seventh at 200 dimensions, 10 percent too wide 1 in 14,000 at dimension 100.",
    size=(8.6, 3.2),
) as ax:
    for s, style in ((1.01, "-"), (1.1, "--"), (1.5, ":")):
        ax.semilogy(d, s ** -d.astype(float), style, color=MODEL)
        ax.text({1.01: 150, 1.1: 150, 1.5: 48}[s], {1.01: 0.6, 1.1: 2e-5, 1.5: 1e-7}[s], f"s = {s}")
    ax.set(xlabel="dimension d", ylabel="share accepted", ylim=(1e-12, 3))
    ax.plot(100, 1.1**-100, "o", color="black")
    ax.text(97, 1.1**-100 / 30, f"1 in {1.1**100:,.0f}", ha="right")
    ax.figure.subplots_adjust(left=0.12)
assert round(1.1**100, -3) == 14_000
assert 6.5 < 1.01**200 < 7.5
# %%
high_rng = np.random.default_rng([SEED, 12])
x10 = 1.2 * high_rng.standard_normal((200_000, 10))  # a check at d = 10, s = 1.2
log_ratio = -0.5 * (x10**2).sum(axis=1) * (1 - 1 / 1.2**2)  # log p - log(M q)
accepted = np.mean(np.log(high_rng.random(200_000)) < log_ratio)
print(f"s = 1.2, d = 10: theory {1.2**-10:.3f}, measured {accepted:.3f}")
assert abs(accepted - 1.2**-10) < 6 * np.sqrt(1.2**-10 / 200_000)

# %% [markdown]
# Each dimension multiplies the waste. An image of $8\times 8$ pixels already has 64 dimensions, so plain
# rejection is hopeless for images. The bound is the best possible here: $p/q = s^d e^{-\|x\|^2 (1 - s^{-2})/2}$ is
# largest at $x = 0$ (MacKay 2003, sec. 29.3, has the same example).

# %% [markdown] tags=["slide"]
# ## 7 Importance sampling: keep all, weigh each
#
# $$\mathbb E_p[h(x)] = \int h\,\frac pq\, q\,dx \approx \frac1n\sum_{i=1}^n w_i\, h(x_i), \qquad
# w_i = \frac{p(x_i)}{q(x_i)}, \quad x_i \sim q$$
#
# No draw is thrown away. If $p$ is known only up to a factor, divide by the sum: $\sum_i w_i h(x_i) / \sum_i w_i$.

# %% tags=["continue", "collapse-code"]
few = np.linspace(0.04, 0.96, 14)
x_few = stats.norm.ppf(few, Q_MEAN, Q_SD)  # evenly spread draws of q, for the picture
w_few = target_pdf(x_few) / gaussian_pdf(x_few, Q_MEAN, Q_SD)
with figure(
    alt="A two-humped target, a broad Gaussian proposal, and 14 draws of it as circles whose areas are their weights:"
    " large under the humps, where the proposal comes too rarely, tiny in the valley and in the tails.",
    size=(8.6, 2.7),
) as ax:
    ax.plot(GRID, target_pdf(GRID), color="black")
    ax.plot(GRID, gaussian_pdf(GRID, Q_MEAN, Q_SD), "--", color=MODEL)
    ax.scatter(x_few, np.full(14, -0.06), s=220 * w_few, color=GENERATED, alpha=0.7, clip_on=False)
    ax.text(2.2, 0.24, "target p")
    ax.text(-4.4, 0.1, "proposal q", color=MODEL)
    ax.text(3.5, -0.115, "area: weight w", color=GENERATED)
    ax.set(xlabel="x", ylabel="density", xlim=(-5, 5.5), ylim=(-0.13, 0.32), yticks=[0, 0.1, 0.2, 0.3])

# %% [markdown]
# The weight makes up for the wrong proposal: large where $q$ comes too rarely, small where too often. $\mathbb E_q$ is
# a mean over draws of $q$. The formula needs $\mathbb E_p|h| < \infty$ and $q > 0$ wherever $p\,h \ne 0$. Its error
# falls like $1/\sqrt n$ if, in addition, $\mathbb E_q[(w h)^2] < \infty$.
#
# The plain average needs $p$ and $q$ normalised, and is unbiased. The divided one, $\sum w h / \sum w$, works with any
# factor; it has a small bias that vanishes as $n$ grows.

# %% [markdown] tags=["subslide"]
# ### 7.1 A rare event: $P(X > 4)$ for a standard Gaussian
#
# **Of 10,000 plain draws, how many land there?** And of draws from $q = N(4, 1)$, weighted?

# %% tags=["continue", "predict", "collapse-code"]
n, threshold_4 = 10_000, 4.0
rare_rng = np.random.default_rng([SEED, 13])
exact = stats.norm.sf(threshold_4)
plain = np.mean(rare_rng.standard_normal((100, n)) > threshold_4, axis=1)  # 100 experiments
x = rare_rng.normal(threshold_4, 1, size=(100, n))
w = gaussian_pdf(x) / gaussian_pdf(x, threshold_4, 1)
weighted = np.mean(w * (x > threshold_4), axis=1)
with figure(
    alt="Estimates of a probability of 3 in 100,000 from 100 experiments. Plain draws jump between zero and a"
    " few times the"
    " truth; the weighted ones are packed around the truth.",
    size=(8.6, 2.8),
) as ax:
    jitter = rare_rng.uniform(-0.2, 0.2, 100)
    ax.plot(plain * 1e5, 1 + jitter, "x", color=GENERATED)
    ax.plot(weighted * 1e5, 0 + jitter, "o", color=GENERATED, markersize=4)
    ax.axvline(exact * 1e5, color="black", linestyle="--", zorder=0)
    ax.text(exact * 1e5 + 0.3, 0.5, "truth", va="center")
    ax.text(3.6, 1.35, f"{np.sum(plain == 0)} of 100 plain experiments saw none", va="center")
    ax.set(
        xlabel="estimate of P(X > 4), in units of 1/100,000",
        yticks=[1, 0],
        ylim=(-0.4, 1.5),
        yticklabels=["plain", "weighted"],
    )
    ax.figure.subplots_adjust(left=0.12)
print(f"expected among 10,000 plain draws: {n * exact:.1f}")
print(f"relative error of one weighted experiment: {weighted.std() / exact:.1%}")
assert np.mean(plain == 0) > 0.4
assert weighted.std() / exact < 0.03
assert abs(weighted.mean() / exact - 1) < 0.015

# %% [markdown]
# Ten thousand plain draws contain on average a third of one such event. The weighted estimate moves the draws to where
# the event is, $q = N(4, 1)$, and pays with weights. To reach its error of some 2 % plainly you would need 70 million
# draws:

# %%
second_moment = integrate.quad(lambda x: gaussian_pdf(x) ** 2 / gaussian_pdf(x, 4, 1), 4, 12)[0]
relative_sd = np.sqrt((second_moment / exact**2 - 1) / n)
print(f"theory: relative error {relative_sd:.2%}; plain draws for the same: {1 / exact / relative_sd**2:.2g}")
assert np.isclose(second_moment, np.exp(16) * stats.norm.sf(8), rtol=1e-6)
assert 6e7 < 1 / exact / relative_sd**2 < 8e7

# %% [markdown] tags=["subslide"]
# ### 7.2 What is a weighted sample worth?
#
# $$n_{\text{eff}} = \frac{(\sum_i w_i)^2}{\sum_i w_i^2} \text{ (Kish)}, \qquad
# \frac{n_{\text{eff}}}{n} \to \frac{1}{\mathbb E_q[w^2]} \text{ for normalised } p$$
#
# A yardstick for smooth, ordinary $h$. **Try mean 1.5, width 0.7: can you trust what it says?**

# %% tags=["collapse-code"]
is_rng = np.random.default_rng([SEED, 14])
NOISE = is_rng.standard_normal(4000)


def draw_importance(ax, centre, width):
    x = centre + width * NOISE
    w = sampling.importance_weights(log_target(x), stats.norm.logpdf(x, centre, width))
    share = sampling.kish_effective_sample_size(w) / len(x)
    ax.plot(GRID, target_pdf(GRID), color="black", label="target p")
    ax.plot(GRID, gaussian_pdf(GRID, centre, width), "--", color=MODEL, label="proposal q")
    shown = slice(0, 80)
    heights = 0.1 * len(x) * w[shown]
    ax.vlines(x[shown], 0, heights, color=GENERATED, linewidth=1)
    ax.plot(x[shown], heights, "o", color=GENERATED, markersize=3, label="80 draws, height: weight / 10")
    high = x[shown][heights > 0.84]  # too high for the picture
    ax.plot(high, np.full(len(high), 0.82), "^", color=GENERATED)
    ax.set(
        xlim=(-5, 5.5),
        ylim=(0, 0.95),
        xlabel="x",
        ylabel="density",
        title=f"worth {share * len(x):,.0f} of 4,000; estimated mean {w @ x:.2f}, true {TARGET_MEAN:.2f}",
    )
    ax.legend(loc="upper center", ncols=3, columnspacing=1, handlelength=1.4)


def tell_importance(centre, width):
    x = centre + width * NOISE
    w = sampling.importance_weights(log_target(x), stats.norm.logpdf(x, centre, width))
    return (
        f"Proposal of mean {centre:g} and width {width:g}: 4,000 draws are worth"
        f" {sampling.kish_effective_sample_size(w):.0f}, the heaviest one carries {w.max():.1%} of the weight,"
        f" and they estimate the mean {TARGET_MEAN:.2f} as {w @ x:.2f}."
    )


# %% tags=["continue"]
explore(
    draw_importance,
    width=[0.5, 0.7, 1.0, 1.4, 2.2, 4.5],
    centre=[-2.0, 0.4, 1.5],
    start={"width": 2.2, "centre": 0.4},
    labels={"width": "width of q", "centre": "mean of q"},
    alt=tell_importance,
    size=(7, 3.3),
)

# %% [markdown]
# An average weight is 1, drawn 0.1 high; triangles are too high for the picture. Widen $q$ beyond 2.2: the worth falls
# slowly. At mean 0.4, narrow it: it falls off a cliff, because a few draws in the tail carry huge weights. Then put $q$
# on the right hump (mean 1.5, width 0.7). These draws claim to be worth over half of their number, and the estimated
# mean is 1.5 instead of 0.45: the left hump was never visited. *A sample cannot tell you about a place where it has
# never been.* Other samples of the same $q$ claim anything from a few draws to over 2,000:

# %%
repeated = 1.5 + 0.7 * np.random.default_rng([SEED, 42]).standard_normal((200, 4000))
claims, estimates = [], []
for x in repeated:
    blind = sampling.importance_weights(log_target(x), stats.norm.logpdf(x, 1.5, 0.7))
    claims.append(sampling.kish_effective_sample_size(blind))
    estimates.append(blind @ x)
few_claims, many_claims = np.quantile(claims, [0.1, 0.9])
print("q on the right hump, 200 samples of 4,000 draws each")
print(f"claimed worth: a tenth of the samples below {rounded(few_claims)}, a tenth above {rounded(many_claims)}")
print(f"estimated mean, in the median {np.median(estimates):.2f}; true {TARGET_MEAN:.2f}")
assert np.mean(repeated < -1.8) < 1e-4  # where p has most of its left hump
assert few_claims < 300
assert many_claims > 1500
assert np.median(estimates) > TARGET_MEAN + 0.7

# %% [markdown]
# Where Kish's formula comes from. If the values $h_i$ had the variance $\sigma^2$ whatever their weight, then
# $\operatorname{Var}(\sum w h / \sum w) = \sigma^2 \sum w^2 / (\sum w)^2$; compare with $\sigma^2 / n_{\text{eff}}$.
# Since $\mathbb E_q[w] = 1$ for normalised $p$, the share $n_{\text{eff}}/n$ tends to $1/\mathbb E_q[w^2]$.
#
# So it is a rule of thumb for an $h$ that does not vary with the weights, and it ignores $h$. For the rare event,
# Kish's measure says about 10 of 10,000, and the plain weighted average was worth 70 million. The worth of one
# draw, by the yardstick of section 2, depends on $h$ (with mean $\mu$ under $p$) and on the estimator:
# $\operatorname{Var}_p(h) / \operatorname{Var}_q(w h)$ for the plain average, exactly;
# $\operatorname{Var}_p(h) / \mathbb E_p[w (h - \mu)^2]$ for the divided one, as $n \to \infty$. Here that limit is far
# off: it needs $n \gg \mathbb E_q[w^2] = e^{16}$, nine million. With 10,000 draws the divided estimate is biased: it is
# no use for the rare event.

# %%
w_rare = np.exp(8 - 4 * (4 + np.random.default_rng([SEED, 40]).standard_normal((100, 10_000))))  # N(0,1) / N(4,1)
kish = float(np.median(w_rare.sum(axis=1) ** 2 / (w_rare**2).sum(axis=1)))
var_h = exact * (1 - exact)
plain_worth = n * var_h / (second_moment - exact**2)  # E_q[(w h)^2] = E_p[w h]
spread_term = second_moment * (1 - 2 * exact) + exact**2 * np.exp(16)  # E_p[w (h - mu)^2], as E_p[w] = e^16
divided_worth = n * var_h / spread_term
print(f"10,000 draws from N(4, 1) for P(X > 4): Kish says {kish:.0f}")
print(f"by the formulas: plain average {plain_worth:.2g} (exact), divided {divided_worth:.0f} (only for huge n)")
assert 3 < kish < 40
assert 6e7 < plain_worth < 8e7
assert 20 < divided_worth < 60

# %% [markdown] tags=["subslide"]
# ### 7.3 Proposal too narrow or too wide: which is worse?
#
# Target $N(0,1)$. One proposal has half the width, one twice the width. **What happens to $n_{\text{eff}}/n$ as $n$
# grows?**

# %% tags=["continue", "predict", "M57", "collapse-code"]
tail_rng = np.random.default_rng([SEED, 15])
z = tail_rng.standard_normal(1_000_000)
sizes = [100, 1000, 10_000, 100_000, 1_000_000]


def worth_by_size(width):
    """Mean share n_eff / n over all blocks of each size that the million draws contain."""
    w = gaussian_pdf(width * z) / gaussian_pdf(width * z, 0, width)
    blocks = [w.reshape(-1, size) for size in sizes]
    return [float(np.mean(b.sum(1) ** 2 / (b**2).sum(1) / b.shape[1])) for b in blocks]


narrow, wide = worth_by_size(0.5), worth_by_size(2.0)
limit = np.sqrt(2 * 2.0**2 - 1) / 2.0**2  # 1 / E[w^2] for width s: sqrt(2 s^2 - 1) / s^2
with figure(
    alt="Share of effective draws against sample size. The proposal of double width stays at two thirds; that of"
    " half width"
    " falls from below one half towards zero.",
    size=(8.6, 3.3),
) as ax:
    ax.semilogx(sizes, wide, "o-", color=MODEL, label="q twice as wide")
    ax.semilogx(sizes, narrow, "^--", color=WRONG, label="q half as wide")
    ax.set(xlabel="number of draws n", ylabel=r"share $n_{\mathrm{eff}}/n$", ylim=(0, 1))
    ax.legend()
assert all(later < earlier for earlier, later in pairwise(narrow[:4]))
assert narrow[4] < 0.25 * narrow[0]
assert abs(wide[-1] - limit) < 0.01

# %% [markdown]
# **You may read**: importance sampling works with any proposal that is positive where the target is.
#
# **What holds**: the plain average with weights $p/q$ is unbiased, and it can still be useless. The proposal's tails
# must not be much lighter than the target's, so that $\mathbb E_q[w^2]$ is finite; tails at least as heavy keep the
# weights bounded, which is safe. With half the width, $\mathbb E_q[w^2]$ is infinite and the share sinks without end:
# however large $n$ is, the computed $n_{\text{eff}}$ is too optimistic. (The border is computed in the appendix.)

# %% [markdown] tags=["skip"]
# ### Exercise 4: importance weights
# Often only logarithms are known, and the target only up to a factor.
# Write `normalised_weights(log_target, log_proposal)`: from the log densities at the draws, return weights
# $\propto p/q$ that sum to one. They must survive log densities of $-1000$.


# %% tags=["exercise"]
def normalised_weights(log_target, log_proposal):
    # log weights, then weights, then their sum; end with `return`
    ...


# %% tags=["solution"]
def normalised_weights(log_target, log_proposal):
    log_w = log_target - log_proposal
    w = np.exp(log_w - log_w.max())
    return w / w.sum()


# %%
check("normalised_weights", normalised_weights)

# %% [markdown] tags=["slide"]
# ## 8 Metropolis-Hastings: walk, and be corrected
#
# In many dimensions rejection and weights collapse. So *walk*, from one good place to the next: from $x$ propose
# $y \sim N(x, \text{step}^2)$ and go there with probability
#
# $$\alpha(x, y) = \min\!\left(1, \frac{p(y)}{p(x)}\right), \qquad \text{else stay: } x \text{ counts once more.}$$

# %% tags=["continue", "collapse-code"]
with figure(
    alt="The target curve with the walker at x on its right slope. A proposal y1 uphill: always go. A proposal y2"
    " downhill, half as high: go with probability p(y)/p(x), about one half.",
    size=(8.6, 2.7),
) as ax:
    here, up, down = 2.4, 1.6, 3.0475
    ax.plot(GRID, target_pdf(GRID), color=DATA)
    for place, name, color in ((here, "x", "black"), (up, "$y_1$", MODEL), (down, "$y_2$", GENERATED)):
        height = float(target_pdf(np.array(place)))
        ax.plot([place, place], [0, height], ":", color=color, linewidth=1.4)
        ax.plot(place, height, "o", color=color, markersize=9)
        ax.text(place + 0.1, 0.012, name, color=color)
    ax.text(up - 0.15, 0.3, "uphill: always go", color=MODEL, ha="right", va="center")
    fall = float(target_pdf(np.array(down)) / target_pdf(np.array(here)))
    ax.text(down + 0.2, 0.15, f"downhill: go with probability\np(y) / p(x) = {fall:.2f}", color=GENERATED, va="center")
    ax.set(xlabel="x", ylabel="density", xlim=(-4.5, 7.5), ylim=(0, 0.34), yticks=[0, 0.1, 0.2, 0.3])

# %% [markdown]
# Only a *ratio* of densities is needed: a constant cancels. Bayesian statistics and physics know densities only up to a
# constant, so they run on this rule.

# %% [markdown] tags=["skip"]
# ### Exercise 5: one Metropolis step
# Write `metropolis_step(x, y, u, log_target)`: the chain stands at `x`, `y` is the proposal, `u` a uniform number and
# `log_target` a function. Return the next state.


# %% tags=["exercise"]
def metropolis_step(x, y, u, log_target):
    # move to y, or stay at x; end with `return`
    ...


# %% tags=["solution"]
def metropolis_step(x, y, u, log_target):
    return y if np.log(u) < log_target(y) - log_target(x) else x


# %%
check("metropolis_step", metropolis_step)

# %% [markdown] tags=["subslide"]
# ### 8.1 Why the target stays put: detailed balance
#
# Flow $i \to j$ = share of walkers at $i$ times the chance of moving to $j$. Each neighbour is proposed with chance
# $1/2$. In percent, for shares 10, 20, 40, 25, 5:

# %% tags=["continue", "collapse-code"]
target = np.array([0.1, 0.2, 0.4, 0.25, 0.05])
P = np.zeros((5, 5))
for i in range(5):
    for j in (i - 1, i + 1):
        if 0 <= j < 5:
            P[i, j] = 0.5 * min(1, target[j] / target[i])
    P[i, i] = 1 - P[i].sum()  # rejected, or proposed to leave the row: stay
flow = target[:, None] * P
with figure(
    alt="A table of probability flows between five states, in percent, symmetric about its diagonal: 5.0 from"
    " state 1 to 2"
    " and 5.0 back, 10.0 between 2 and 3, 12.5 between 3 and 4, 2.5 between 4 and 5.",
    size=(7, 2.8),
) as ax:
    ax.imshow(flow, cmap="Blues", vmax=0.35, aspect="auto")
    for i in range(5):
        for j in range(5):
            if flow[i, j] > 0:
                ax.text(
                    j,
                    i,
                    f"{100 * flow[i, j]:.1f}",
                    ha="center",
                    va="center",
                    color="black",
                    fontsize=15,
                )
    ax.set(xlabel="to state", ylabel="from state", xticks=range(5), yticks=range(5))
    ax.set_xticklabels(range(1, 6))
    ax.set_yticklabels(range(1, 6))
after = np.linalg.matrix_power(P, 200)[0]
print("after 200 steps from state 1:", after.round(3))
print("target:                      ", target)
assert np.allclose(flow, flow.T)
assert np.allclose(target @ P, target)
assert np.allclose(after, target, atol=1e-6)

# %% [markdown]
# The table is symmetric: every flow equals its reverse. Then what leaves a state also enters it, so the shares $p$ do
# not change: $p$ is *stationary*. In general, for a symmetric proposal $q$,
#
# $$p(x)\, q(y|x)\, \alpha(x, y) = q(y|x) \min\{p(x), p(y)\} = p(y)\, q(x|y)\, \alpha(y, x).$$
#
# The printed line shows more: the walk from state 1 *arrives* at $p$. For that it must be able to reach every state and
# must not circle in lockstep; staying sometimes takes care of the second.

# %% [markdown] tags=["skip"]
# ### Exercise 6: a Metropolis chain
# Write `metropolis_chain(log_target, start, step, n, rng)` for a single chain, with a plain loop. In every round
# propose $y \sim N(x, \text{step}^2)$ around the current state $x$. Return an array of the `n` states after steps 1 to
# `n`.


# %% tags=["exercise"]
def metropolis_chain(log_target, start, step, n, rng):
    # propose, decide, write down; end with `return`
    ...


# %% tags=["solution"]
def metropolis_chain(log_target, start, step, n, rng):
    states, x = np.empty(n), start
    for t in range(n):
        y = x + step * rng.normal()
        if np.log(rng.random()) < log_target(y) - log_target(x):
            x = y
        states[t] = x
    return states


# %%
check("metropolis_chain", metropolis_chain)

# %% [markdown] tags=["subslide"]
# ### 8.2 Metropolis is one loop
#
# Arrays as `start` and `step`: many chains side by side. Starts that are no draws of $p$: drop the first states
# (*burn-in*).


# %% tags=["continue", "show-code"]
def metropolis(log_p, start, step, n, rng):
    x = np.array(start, dtype=float)  # (chains,)
    states = np.empty((n, *x.shape))
    for t in range(n):
        y = x + step * rng.standard_normal(x.shape)
        accept = np.log(rng.random(x.shape)) < log_p(y) - log_p(x)
        x = np.where(accept, y, x)
        states[t] = x  # also when x did not move
    return states.T  # (chains, n)


# %% [markdown]
# Here every chain starts with an exact draw of $p$, to keep one question at a time. From elsewhere, the first states
# still remember the start: drop them (*burn-in*).

# %%
STEPS = np.array([0.1, 0.2, 0.4, 0.8, 1.6, 3.0, 5.0, 10.0, 20.0, 50.0])
LENGTH, CHAINS = 10_000, 40
mh_rng = np.random.default_rng([SEED, 16])
starts = sampling.sample_mixture(WEIGHTS, MEANS, SDS, len(STEPS) * CHAINS, rng=mh_rng)[0]
walks = metropolis(log_target, starts, np.repeat(STEPS, CHAINS), LENGTH, mh_rng).reshape(len(STEPS), CHAINS, LENGTH)
acceptance = np.mean(np.diff(walks) != 0, axis=(1, 2))
true_worth = TARGET_SD**2 / np.mean(
    (walks.mean(axis=2) - TARGET_MEAN) ** 2, axis=1
)  # sigma^2 / Var(mean), by repetition
told_worth = np.array([sampling.effective_sample_size(walk) / CHAINS for walk in walks])  # estimated from the chains

library = sampling.metropolis_hastings(fast_log_target, 0.5, n=LENGTH, step=5.0, rng=mh_rng)
print(f"every chain starts with an exact draw; {CHAINS} chains of {LENGTH:,} steps for each step size")
print(f"acceptance at step 5: ours {acceptance[6]:.3f}, course_utils {library.acceptance_rate:.3f}")
print(f"pooled mean at step 5: {walks[6].mean():.3f}, true {TARGET_MEAN:.3f}")
assert abs(acceptance[6] - library.acceptance_rate) < 0.03
assert abs(walks[6].mean() - TARGET_MEAN) < 6 * TARGET_SD / np.sqrt(CHAINS * 1000)

# %% [markdown] tags=["subslide"]
# ### 8.3 Which step size would you choose?
#
# Predict the histogram before you move the slider.


# %% tags=["collapse-code"]
def draw_walk(axes, step, steps):
    walk = walks[list(STEPS).index(step), 0, :steps]
    shown = walk[-300:]
    axes[0].plot(np.arange(steps - len(shown), steps), shown, color=GENERATED, linewidth=1)
    axes[0].set(
        xlabel="step (last 300)",
        ylabel="state x",
        ylim=(-5, 5.5),
        title=f"accepted: {np.mean(np.diff(walk) != 0):.0%}",
    )
    axes[0].set_xlim(steps - 300, steps)
    axes[1].hist(walk, bins=45, range=(-5, 5.5), density=True, histtype="stepfilled", color=GENERATED, alpha=0.6)
    axes[1].plot(GRID, target_pdf(GRID), color="black")
    axes[1].set(xlabel="x", ylabel="density", ylim=(0, 0.8), xlim=(-5, 5.5), title=f"{steps:,} states")


def tell_walk(step, steps):
    walk = walks[list(STEPS).index(step), 0, :steps]
    distance = ks_distance(walk, cdf)
    return (
        f"{steps} states of a Metropolis walk with step {step:g}: {np.mean(np.diff(walk) != 0):.0%} of the"
        " proposals are"
        f" accepted, and the states miss the target's cdf by up to {distance:.2f}."
    )


# %% tags=["continue"]
explore(
    draw_walk,
    step=[0.1, 0.4, 0.8, 1.6, 5.0, 20.0, 50.0],
    steps=[500, 10_000],
    start={"step": 0.1, "steps": 500},
    labels={"step": "step size", "steps": "states"},
    alt=tell_walk,
    play="step",
    axes=(1, 2),
    size=(8.6, 3.6),
)

# %% [markdown] tags=["subslide"]
# ### 8.4 Which acceptance rate is best?
#
# Best means: $n$ states are worth most. **Predict**: near 100 %, 40 % or 5 %?

# %% tags=["continue", "predict", "collapse-code"]
best = int(told_worth.argmax())
with figure(
    alt="Left: the acceptance rate falls steadily with the step size. Right: the worth of 10,000 states rises"
    " from a few"
    " draws at tiny steps to some two thousand at medium ones and falls again at huge ones.",
    axes=(1, 2),
    size=(8.6, 3.2),
) as axes:
    axes[0].semilogx(STEPS, acceptance, "o-", color=MODEL)
    axes[0].set(xlabel="step size", ylabel="share accepted", ylim=(0, 1))
    axes[1].loglog(STEPS, true_worth, "o-", color=GENERATED, label="measured by repetition")
    axes[1].loglog(STEPS, told_worth, "x--", color=DATA, label="from autocorrelation")
    axes[1].set(xlabel="step size", ylabel="worth of 10,000", ylim=(1, 300_000))
    axes[1].legend(loc="upper left")
for k in (5, 6, 0):
    print(
        f"step {STEPS[k]:>3g}: accepts {acceptance[k]:.0%}, 10,000 states are worth about"
        f" {rounded(told_worth[k])} draws"
    )
assert 0.2 < acceptance[best] < 0.65
assert acceptance[0] > 0.9
assert told_worth[0] < 0.05 * told_worth[best]
assert 0.6 < told_worth[5] / told_worth[6] < 1.7
assert np.all((told_worth / true_worth > 0.2) & (told_worth / true_worth < 5))

# %% [markdown]
# Timid steps are nearly always accepted and lead nowhere. Bold steps would lead far and are mostly refused. The best
# lies between; steps 3 and 5 are equally good. For one dimension and a Gaussian target the best rate is 44 % (Gelman,
# Roberts and Gilks 1996), in the limit of many dimensions, for targets with independent coordinates, 23.4 % (Roberts,
# Gelman and Gilks 1997). The crosses know nothing of the true mean: they come from the autocorrelation of the chains.
# How?

# %% [markdown] tags=["subslide"]
# ### 8.5 $n$ steps are worth only $n/\tau$ draws
#
# $$n_{\text{eff}} = \frac{n}{\tau}, \qquad \tau = 1 + 2\textstyle\sum_{t\ge 1} \rho_t,$$
#
# with $\rho_t$ the correlation of states $t$ steps apart: $\tau$ steps buy one draw.

# %% tags=["continue", "M09", "collapse-code"]
slow, brisk = 3, 6  # step sizes 0.8 and 5
rho = {k: np.mean([sampling.autocorrelation(walk, max_lag=200) for walk in walks[k]], axis=0) for k in (slow, brisk)}
with figure(
    alt="Autocorrelation against lag for two step sizes. At step 5 it is gone after some ten steps; at step 0.8"
    " it is still"
    " clearly positive after thirty.",
    size=(8.6, 2.8),
) as ax:
    ax.plot(rho[slow], "--", color=GENERATED, label=f"step {STEPS[slow]:g}")
    ax.plot(rho[brisk], color=GENERATED, label=f"step {STEPS[brisk]:g}")
    ax.axhline(0, color="black", linewidth=0.8)
    ax.set(xlabel="lag t, in steps", ylabel=r"autocorrelation $\rho_t$", xlim=(0, 120), ylim=(-0.1, 1))
    ax.legend()
for k in (slow, brisk):
    print(f"step {STEPS[k]:>3g}: 10,000 states are worth about {rounded(told_worth[k])} draws")
assert told_worth[slow] < 0.06 * LENGTH
assert 0.35 < told_worth[slow] / true_worth[slow] < 2.8
assert 0.35 < told_worth[brisk] / true_worth[brisk] < 2.8
assert rho[slow][30] > 0.1
assert told_worth[brisk] > 4 * told_worth[slow]

# %% [markdown]
# **You may read**: run the chain longer, each step is one more sample.
#
# **What holds**: each step is one more *number*. Successive states repeat each other, and $n$ of them are worth
# $n/\tau$ draws. Box B of the opening had step 0.8: you now see what it was worth without making thirty boxes. Report
# $n_{\text{eff}}$, not $n$. (Thinning, that is keeping each tenth state, adds nothing: it throws away numbers already
# paid for.)

# %% [markdown]
# Where the formula comes from: in a stationary chain every lag occurs on both sides, so
#
# $$\operatorname{Var}(\bar x) = \frac{1}{n^2}\sum_{i,j}\operatorname{Cov}(x_i, x_j)
# \approx \frac{\sigma^2}{n}\Bigl(1 + 2\sum_{t\ge1} \rho_t\Bigr).$$
#
# So $\tau$ belongs to one function (here $x$ itself; $x^2$ has another) and presumes a chain that has forgotten its
# start. Estimated autocorrelations at large lags are noise, so `effective_sample_size` stops the sum by Geyer's rule
# (1992).

# %% [markdown] tags=["skip"]
# ### Exercise 7: what is this chain worth?
# A chain of 10,000 states has the autocorrelation $\rho_t = 0.9^t$. About how many independent draws is its mean worth?
#
# - `"a"`: 10,000
# - `"b"`: 1,000
# - `"c"`: 526
# - `"d"`: 53

# %% tags=["exercise"]
answer = ...  # a letter in quotation marks

# %% tags=["solution"]
answer = "c"

# %%
check("worth_of_a_chain", answer)

# %% [markdown]
# ### 8.6 Hastings: when the step is not symmetric
# Hastings (1970) allows any proposal $q(y|x)$: the ratio becomes $\frac{p(y)\,q(x|y)}{p(x)\,q(y|x)}$. For a Gaussian
# step $q(x|y) = q(y|x)$, and it cancels. A walker that must stay positive can *multiply*, $y = x e^{s z}$ with $z \sim
# N(0,1)$; then $q(x|y)/q(y|x) = y/x$. Target: the gamma density $x e^{-x}$, of mean 2.


# %%
def multiplying_walk(n, s, rng, *, corrected):
    x = np.ones(4000)  # as many walkers
    for _ in range(n):
        y = x * np.exp(s * rng.standard_normal(4000))
        log_ratio = (np.log(y) - y) - (np.log(x) - x)  # log p(y) - log p(x)
        if corrected:
            log_ratio += np.log(y) - np.log(x)  # log q(x|y) - log q(y|x)
        x = np.where(np.log(rng.random(4000)) < log_ratio, y, x)
    return x


ends = {
    corrected: multiplying_walk(200, 1.0, np.random.default_rng([SEED, 41]), corrected=corrected)
    for corrected in (True, False)
}
print(f"mean of the walkers: with the correction {ends[True].mean():.2f}, without {ends[False].mean():.2f}, target 2")
for corrected, shape in ((True, 2), (False, 1)):
    assert ks_distance(ends[corrected], stats.gamma(shape).cdf) < 3 / np.sqrt(4000)

# %% [markdown]
# Without the correction the walk settles on $p(x)/x = e^{-x}$, another distribution: the steps up are longer than the
# steps down, and nobody paid for that.

# %% [markdown] tags=["subslide"]
# ### 8.7 Has the chain seen everything? $\hat R$ asks several
#
# $$\hat R = \sqrt{1 + \frac{\text{variance of the chains' means}}{\text{mean variance within a chain}}}$$
#
# (each chain first cut into halves). Two humps at $\pm 8$, four chains. **In which panel does $\hat R$ warn you?**


# %% tags=["continue", "predict", "collapse-code"]
def log_far(x):
    return np.logaddexp(-0.5 * (x - 8) ** 2, -0.5 * (x + 8) ** 2)


rhat_rng = np.random.default_rng([SEED, 17])
spread = metropolis(log_far, [-9.0, -7.0, 7.0, 9.0], 1.0, 2000, rhat_rng)
huddled = metropolis(log_far, [-9.0, -8.0, -8.0, -7.0], 1.0, 2000, rhat_rng)
r_spread, r_huddled = sampling.r_hat(spread), sampling.r_hat(huddled)
halves = spread.reshape(8, 1000)
by_formula = np.sqrt(1 + halves.mean(axis=1).var(ddof=1) / halves.var(axis=1, ddof=1).mean())
with figure(
    alt="Traces of four chains. Started on both sides, two stay near minus eight and two near plus eight for all"
    " 2,000 steps."
    " Started on the left, all four stay on the left and look alike.",
    axes=(1, 2),
    size=(9.2, 2.8),
    sharey=True,
) as axes:
    for ax, chains, value in zip(axes, (spread, huddled), (r_spread, r_huddled), strict=True):
        for chain, style in zip(chains, ("-", "--", "-.", ":"), strict=True):
            ax.plot(np.arange(0, 2000, 25), chain[::25], style, color=GENERATED, linewidth=1)
        ax.set(
            xlabel="step", xticks=[0, 1000, 2000], title=rf"$\hat R$ = {value:.2f}", ylim=(-13, 13), yticks=[-8, 0, 8]
        )
    axes[0].set_ylabel("state x")
assert r_spread > 3
assert r_huddled < 1.1
assert np.isclose(r_spread, by_formula, rtol=1e-3)
assert huddled.mean() < -7.5

# %%
print(
    f"rank-normalised R-hat: left {sampling.r_hat(spread, rank=True):.2f},"
    f" right {sampling.r_hat(huddled, rank=True):.2f}"
)
print(f"mean of the right chains {huddled.mean():.1f}, true mean 0")
assert sampling.r_hat(huddled, rank=True) < 1.1
assert sampling.r_hat(spread, rank=True) > 1.5

# %% [markdown]
# Each single trace looks calm. Left, the chains started on both sides and contradict each other: $\hat R$ is far above
# 1. Right, all started on the left, nothing contradicts, $\hat R$ is near 1, and half of the target was never visited.
# A low $\hat R$ is no proof: it only sees what the starting points make visible, so spread them widely.
#
# The chains are halved so that one that drifts disagrees with itself. The usual limit of 1.01 belongs to the
# rank-normalised version printed above (Vehtari et al. 2021).

# %% [markdown] tags=["slide"]
# ### 8.8 Gibbs: never refused, and still slow
#
# For a 2-D Gaussian with unit variances and correlation $r$, draw in turn from the conditionals
#
# $$x \mid y \sim N(r y,\ 1 - r^2), \qquad y \mid x \sim N(r x,\ 1 - r^2).$$


# %%
def gibbs(r, n, rng, start=(-3.0, -3.0)):
    x, y = start
    states = np.empty((n, 2))
    noise = np.sqrt(1 - r * r) * rng.standard_normal((n, 2))
    for t in range(n):
        x = r * y + noise[t, 0]
        y = r * x + noise[t, 1]
        states[t] = x, y
    return states


# %% tags=["collapse-code"]
RS = [0.0, 0.5, 0.9, 0.99]
gibbs_paths = {r: gibbs(r, 400, np.random.default_rng([SEED, 18])) for r in RS}


def draw_gibbs(ax, r, sweeps):
    path = gibbs_paths[r][:sweeps]
    corners = np.empty((2 * sweeps + 1, 2))
    corners[0] = -3.0
    corners[1::2, 0], corners[2::2, 0] = path[:, 0], path[:, 0]
    corners[2::2, 1], corners[1::2, 1] = path[:, 1], np.append(-3.0, path[:-1, 1])
    for mass in (0.5, 0.95):
        draw_ellipse(ax, [0, 0], [[1, r], [r, 1]], mass=mass, color=DATA)
        edge = np.sqrt(-2 * np.log(1 - mass) * (1 + r) / 2)  # the ellipse meets the diagonal here
        ax.text(
            edge + 0.15,
            edge,
            f"{mass:.0%}",
            color=DATA,
            va="bottom",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0},
        )
    ax.plot(*corners.T, color=GENERATED, linewidth=0.8)
    ax.plot(*path.T, "o", color=GENERATED, markersize=3)
    ax.plot(-3, -3, "s", color="black")
    tau = (1 + r * r) / (1 - r * r)
    ax.set(
        xlim=(-7.8, 7.8),
        ylim=(-4.6, 4.6),
        xlabel="x",
        ylabel="y",
        title=f"one draw costs {tau:.{int(tau < 10)}f} sweeps",
    )


def tell_gibbs(r, sweeps):
    reach = gibbs_paths[r][:sweeps].sum(axis=1).max() / np.sqrt(2)
    return (
        f"Gibbs sampling at correlation {r:g} from the corner (-3, -3), sweeps: {sweeps}. A staircase from outside into"
        f" the target's ellipse; along the diagonal it got as far as {reach:.1f}. One independent draw's worth for the"
        f" mean of x, once there, costs {(1 + r * r) / (1 - r * r):.1f} sweeps."
    )


# %% tags=["continue"]
explore(
    draw_gibbs,
    r=RS,
    sweeps=[1, 3, 10, 30, 200],
    start={"r": 0.9, "sweeps": 1},
    labels={"r": "correlation r", "sweeps": "sweeps"},
    alt=tell_gibbs,
    play="sweeps",
    size=(5.4, 3.6),
)

# %% [markdown]
# Each conditional is sampled exactly, so nothing is rejected. At $r = 0.99$ it still crawls: the ridge is narrow, and
# moves along the axes are short. A *sweep* updates every coordinate once. After it $x_{t+1} = r^2 x_t + \text{noise}$,
# so $\rho_t = r^{2t}$ and $\tau = (1 + r^2)/(1 - r^2)$:

# %%
r, n = 0.9, 40_000
states = gibbs(r, n, np.random.default_rng([SEED, 19]), start=(0.0, 0.0))
lag_1 = sampling.autocorrelation(states[:, 0], max_lag=1)[1]
worth, theory = sampling.effective_sample_size(states[:, 0]), n * (1 - r**2) / (1 + r**2)
print(f"lag-1 correlation {lag_1:.3f}, theory r^2 = {r * r:.3f}")
print(
    f"{n:,} sweeps are worth about {rounded(worth)}, theory {theory:,.0f}; correlation of the draws"
    f" {np.corrcoef(states.T)[0, 1]:.2f}"
)
assert abs(lag_1 - r * r) < 0.03
assert 0.7 < worth / theory < 1.4
assert abs(np.corrcoef(states.T)[0, 1] - r) < 0.03

# %% [markdown] tags=["slide"]
# ### 8.9 Langevin: follow the slope of $\log p$, and add noise
#
# $$x_{t+1} = x_t + \frac{\varepsilon}{2}\,\nabla \log p(x_t) + \sqrt{\varepsilon}\; z_t, \qquad z_t \sim N(0, 1)$$
#
# The gradient $\nabla\log p$, the *score*, is all it needs. Diffusion models learn such scores, for noisy data.


# %%
def score(x):
    """d/dx log p(x) of the target mixture."""
    z = (x[..., None] - MEANS) / SDS
    log_terms = np.log(WEIGHTS / SDS) - 0.5 * z * z
    share = np.exp(log_terms - np.logaddexp.reduce(log_terms, axis=-1, keepdims=True))  # of each component, at x
    return -(share * z / SDS).sum(axis=-1)


def langevin(score, x, step, n, rng):
    states = []
    for _ in range(n):
        x = x + step / 2 * score(x) + np.sqrt(step) * rng.standard_normal(x.shape)
        states.append(x)
    return np.array(states)  # (n, walkers)


# %% tags=["collapse-code"]
EPSILONS, TIMES = [0.02, 0.1, 0.5], [1, 5, 20, 100, 1500]
crowd = np.full(2000, 4.5)
flows = {eps: langevin(score, crowd, eps, TIMES[-1], np.random.default_rng([SEED, 20])) for eps in EPSILONS}
theirs = sampling.langevin(score, crowd, n=50, step=0.1, rng=np.random.default_rng([SEED, 20]))
assert np.allclose(flows[0.1][:50], theirs)
assert np.allclose(score(GRID), (log_target(GRID + 1e-5) - log_target(GRID - 1e-5)) / 2e-5, atol=1e-5)


def draw_flow(ax, t, step):
    ax.hist(flows[step][t - 1], bins=60, range=(-5, 6), density=True, histtype="stepfilled", color=GENERATED, alpha=0.6)
    ax.plot(GRID, target_pdf(GRID), color="black", label="target p")
    ax.axvline(4.5, color="black", linestyle=":", label="start of all 2,000 walkers")
    ax.set(xlim=(-5, 6), ylim=(0, 0.8), xlabel="x", ylabel="density of the walkers")
    ax.legend(loc="upper left")


def tell_flow(t, step):
    left = np.mean(flows[step][t - 1] < -0.8)
    true_left = float(mixture_cdf(-0.8, WEIGHTS, MEANS, SDS))
    return (
        f"2,000 Langevin walkers after {t} steps of size {step:g}, all started at 4.5: {left:.0%} have reached"
        " the left hump,"
        f" where the target has {true_left:.0%}."
    )


# %% tags=["continue"]
explore(
    draw_flow,
    t=TIMES,
    step=EPSILONS,
    start={"t": 1, "step": 0.1},
    labels={"t": "steps taken", "step": "step size ε"},
    alt=tell_flow,
    play="t",
    size=(6.8, 3.2),
)

# %% [markdown]
# $\nabla\log p = \nabla p / p$: an unknown constant factor of $p$ cancels. With drift $\varepsilon/2$ the noise must
# have variance $\varepsilon$: for $N(0,1)$ exactly this balance gives the variance 1 as $\varepsilon \to 0$ (appendix).
#
# First the crowd slides into the near hump, then, slowly, individuals cross the valley. Gradients point into the
# nearest hump, and only noise carries a walker out of it. Diffusion models (notebook 12) learn the scores of the data
# blurred at many noise levels, which cures this. Without noise each walker would climb the nearest peak, here all of
# them the right one: an optimiser, not a sampler.
#
# Nothing is rejected, so the stationary distribution is slightly off, by a bias of order $\varepsilon$ (appendix).

# %% [markdown] tags=["slide"]
# ## 9 Push-forward: how GANs, VAEs and flows sample
#
# $$z \sim \text{a simple base}, \qquad x = g(z)$$
#
# A chain takes many steps for every draw; a map takes one. GAN: $g$ a network. VAE: plus a little noise. Flow: $g$
# invertible. **Bend the grid:**

# %% tags=["collapse-code"]
push_rng = np.random.default_rng([SEED, 22])
BASES = {"Gaussian": push_rng.standard_normal((300, 2)), "uniform": push_rng.uniform(-2, 2, (300, 2))}
MAPS = {
    "banana": lambda z, b: np.stack([z[..., 0], z[..., 1] + b * (0.6 * z[..., 0] ** 2 - 1)], axis=-1),
    "swirl": lambda z, b: np.stack(
        [
            z[..., 0] * np.cos(b * np.hypot(z[..., 0], z[..., 1]))
            - z[..., 1] * np.sin(b * np.hypot(z[..., 0], z[..., 1])),
            z[..., 0] * np.sin(b * np.hypot(z[..., 0], z[..., 1]))
            + z[..., 1] * np.cos(b * np.hypot(z[..., 0], z[..., 1])),
        ],
        axis=-1,
    ),
    "squeeze": lambda z, b: np.stack([z[..., 0] * (1 - 0.7 * b) + b * np.tanh(3 * z[..., 0]), z[..., 1]], axis=-1),
}
RULE = np.linspace(-2, 2, 9)
LONG = np.linspace(-2, 2, 101)
UP = np.stack([np.broadcast_to(RULE[:, None], (9, 101)), np.broadcast_to(LONG, (9, 101))], axis=-1)  # (9, 101, 2)
LINES = np.concatenate([UP, UP[..., ::-1]])  # the grid: 18 lines of 101 points each


def area_factors(g, b):
    """|det| of the map's derivative on a grid, by central differences."""
    z = np.stack(np.meshgrid(LONG[::4], LONG[::4]), axis=-1)  # (26, 26, 2)
    h = 1e-5
    dx = [(MAPS[g](z + h * e, b) - MAPS[g](z - h * e, b)) / (2 * h) for e in np.eye(2)]
    return np.abs(dx[0][..., 0] * dx[1][..., 1] - dx[0][..., 1] * dx[1][..., 0])


def draw_push(axes, g, bend, base):
    z = BASES[base]
    for ax, transform, color in ((axes[0], lambda z: z, LATENT), (axes[1], lambda z: MAPS[g](z, bend), GENERATED)):
        points = transform(z)
        ax.plot(points[:, 0], points[:, 1], ".", color=color, markersize=3)
        ax.add_collection(LineCollection(transform(LINES), colors="black", linewidths=0.6))
        ax.set(xlim=(-3.6, 3.6), ylim=(-3.6, 4))
    axes[0].set(xlabel="$z_1$", ylabel="$z_2$", title=f"{base} base")
    axes[1].set(xlabel="$x_1$", ylabel="$x_2$", title=f"pushed forward: {g}")


def tell_push(g, bend, base):
    factors = area_factors(g, bend)
    if np.ptp(factors) < 1e-6:
        areas = "all areas stay as they are, so the points are carried along without crowding"
    else:
        areas = f"areas are multiplied by {factors.min():.2f} to {factors.max():.2f}: points crowd where that is small"
    return f"A square grid with points of a {base} base, and its image under the map {g} with bend {bend:g}: {areas}."


# %% tags=["continue"]
explore(
    draw_push,
    g=list(MAPS),
    bend=[0.0, 0.3, 0.6, 1.0],
    base=list(BASES),
    start={"bend": 0.0},
    labels={"g": "map g", "bend": "bend", "base": "base"},
    alt=tell_push,
    play="bend",
    axes=(1, 2),
    size=(7.2, 3.6),
)

# %% [markdown]
# The points ride on the grid. Where $g$ stretches, they thin out; where it squeezes, they crowd. Banana and swirl keep
# every area: their density is the base's, carried along. The squeeze multiplies areas by the factor $|\det J_g|$, with
# $J_g$ the matrix of partial derivatives, and divides the density by it (change of variables, notebook 01).
#
# GANs, VAEs and flows are trained functions (*networks*) that turn simple random numbers $z$ (*latent*) into data. GAN:
# $x = g(z)$, usually with no density. VAE: $x = g(z)$ + noise. Flow: $g$ invertible, so the density can be computed.

# %% [markdown] tags=["subslide"]
# ### 9.1 Exact draws: do they come with a density?
#
# Left: $g$ bends the plane. Right: $g$ is a small random network from one latent number to the plane. **Both sample
# exactly. For which can you write down a density?**

# %% tags=["continue", "predict", "M08", "collapse-code"]
m08_rng = np.random.default_rng([SEED, 23])
n = 200_000
z = m08_rng.standard_normal((n, 2))
banana = MAPS["banana"](z, 1.0)


def banana_pdf(x1, x2):
    return gaussian_pdf(x1) * gaussian_pdf(x2 - (0.6 * x1**2 - 1))  # base density at g^-1(x); the area factor is 1


W1, c1, W2 = m08_rng.normal(0, 2, (1, 16)), m08_rng.normal(0, 1, 16), m08_rng.normal(0, 0.5, (16, 2))
network = np.tanh(z[:, :1] @ W1 + c1) @ W2  # (n, 2), from one latent number each
with figure(
    alt="Left: draws of a banana-shaped push-forward with contours of its density. Right: draws of a network"
    " with one latent"
    " number lie on a single curve in the plane.",
    axes=(1, 2),
    size=(8.6, 2.9),
) as axes:
    axes[0].plot(*banana[:1500].T, ".", color=GENERATED, markersize=2)
    a, b = np.meshgrid(np.linspace(-4, 4, 120), np.linspace(-4, 7, 120))
    axes[0].contour(a, b, banana_pdf(a, b), levels=[0.01, 0.04, 0.1], colors=MODEL, linewidths=1.5)
    axes[0].set(xlabel="$x_1$", ylabel="$x_2$", xlim=(-4, 4), ylim=(-4, 7), title="plane → plane")
    axes[1].plot(*network[:1500].T, ".", color=GENERATED, markersize=2)
    axes[1].set(xlabel="$x_1$", ylabel="$x_2$", title="line → plane")


def occupied_area(points, side):
    """Area of the square cells of a given side that hold a point."""
    cells = np.unique(np.floor(points / side).astype(np.int64), axis=0)
    return len(cells) * side**2


share = np.mean((np.abs(banana[:, 0]) < 1) & (np.abs(banana[:, 1]) < 1))
by_density = integrate.dblquad(lambda x2, x1: banana_pdf(x1, x2), -1, 1, -1, 1)[0]
areas = [occupied_area(network, side) / occupied_area(network, 0.2) for side in (0.2, 0.1, 0.05, 0.025)]
print("right: cells half as wide -> about half the area: " + "  ".join(f"{area:.2f}" for area in areas))
assert abs(share - by_density) < 6 * np.sqrt(0.25 / n)
assert all(later < 0.75 * earlier for earlier, later in pairwise(areas))

# %%
print(f"left: P(|x1|, |x2| < 1) by the density {by_density:.4f}, by the draws {share:.4f}")

# %% [markdown]
# **You may read**: sampling is analytical for a Gaussian mixture and only numerical for a GAN.
#
# **What holds**: both sample their own model exactly (how well that model fits the data is another question). What
# differs is whether the *density* can be evaluated. On the right the occupied area halves with the cell's side: the
# draws fill a curve, of area zero, so there is no density in the plane. With as many latent numbers as outputs a
# density would exist, but to evaluate it one must find every $z$ with $g(z) = x$, hopeless in many dimensions. (The
# appendix writes the mixture as a push-forward.)

# %% [markdown] tags=["subslide"]
# ### 9.2 A $g$ of bounded slope cannot invent a tail
#
# If $|g(z) - g(z')| \le L |z - z'|$, the output is at most $L$ times as spread as the base, *also in the tail*.
# The same $g$, of slope at most 3, on three bases:

# %% tags=["continue", "collapse-code"]
tail_rng = np.random.default_rng([SEED, 25])
n = 200_000
bases = {
    "uniform on (-2, 2)": tail_rng.uniform(-2, 2, n),
    "Gaussian": tail_rng.standard_normal(n),
    "Student t(2)": tail_rng.standard_t(2, n),
}
g = lambda z: z + 2 * np.tanh(z)  # noqa: E731  slope between 1 and 3
with figure(
    alt="Share of outputs beyond a distance, both axes logarithmic. With the uniform base it drops to zero at 4,"
    " with the"
    " Gaussian base at about 7, with the Student base it falls as a straight line to 100.",
    size=(8.6, 2.8),
) as ax:
    for (name, z), style, at in zip(bases.items(), (":", "--", "-"), ((1.1, 3e-5), (8, 4e-4), (14, 6e-2)), strict=True):
        x = np.sort(np.abs(g(z)))
        ax.loglog(x, 1 - np.arange(n) / n, style, color=GENERATED)
        ax.text(*at, name)
    ax.set(xlabel="distance x of the output from 0", ylabel="share beyond x", xlim=(1, 100), ylim=(1 / n, 1.5))
reach = {name: float(np.abs(g(z)).max()) for name, z in bases.items()}
assert reach["uniform on (-2, 2)"] <= 2 + 2 * np.tanh(2)
assert reach["Gaussian"] < 9
assert reach["Student t(2)"] > 30

# %%
print("farthest of 200,000 outputs: " + ", ".join(f"{name} {value:.0f}" for name, value in reach.items()))

# %% [markdown]
# A bounded base and a $g$ of bounded slope give bounded output. (The inverse cdf makes an exponential from a uniform:
# its slope is unbounded.) A Gaussian base and a network of bounded slope give tails no heavier than a Gaussian's (Jaini
# et al. 2020). Earthquake amplitudes or incomes have heavy tails: choose the base accordingly, or transform the data
# first (a logarithm).

# %% [markdown] tags=["subslide"]
# ### 9.3 One base, two islands: can $g$ empty the gap?
#
# A continuous $g$ has to lead from one island to the other. Make it steeper: **does the gap $|x| < 1$ ever empty? And
# with another base?**

# %% tags=["collapse-code"]
torn_rng = np.random.default_rng([SEED, 26])
Z = torn_rng.standard_normal(4000)
LINE = np.linspace(-3.5, 3.5, 1401)


def step_map(z, k):
    return 0.4 * z + 2 * np.tanh(k * z)


def gap_share(k):
    """P(|g(z)| < 1), exactly: g is increasing, so the gap is |z| < z* with g(z*) = 1."""
    low, high = 0.0, 3.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if step_map(middle, k) < 1 else (low, middle)
    return 2 * stats.norm.cdf(low) - 1


def draw_torn(axes, k, base):
    z = Z if base == "Gaussian" else np.where(np.abs(Z) < 0.35, np.sign(Z) * (0.35 + np.abs(Z)), Z)
    x = step_map(z, k)
    axes[0].plot(LINE, step_map(LINE, k), color=MODEL)
    axes[0].axhspan(-1, 1, color=WRONG, alpha=0.15, hatch="//")
    axes[0].plot(z[:250], np.full(250, -3.9), "|", color=LATENT, markersize=9)
    axes[0].set(
        xlim=(-3.5, 3.5), ylim=(-4.2, 4.2), xlabel="z", ylabel="x = g(z)", title=f"steepest slope {0.4 + 2 * k:.1f}"
    )
    axes[1].axvspan(-1, 1, color=WRONG, alpha=0.15, hatch="//")
    axes[1].hist(
        x, bins=70, range=(-3.5, 3.5), weights=np.full(len(x), 1 / len(x)), color=GENERATED, histtype="stepfilled"
    )
    axes[1].set(
        xlim=(-3.5, 3.5),
        ylim=(0, 0.18),
        xlabel="x",
        ylabel="share of draws",
        title=f"in the gap: {np.mean(np.abs(x) < 1):.1%}",
    )


def tell_torn(k, base):
    z = Z if base == "Gaussian" else np.where(np.abs(Z) < 0.35, np.sign(Z) * (0.35 + np.abs(Z)), Z)
    name = "Gaussian base" if base == "Gaussian" else base
    return (
        f"A map of slope up to {0.4 + 2 * k:.1f} pushes a {name} to two islands;"
        f" {np.mean(np.abs(step_map(z, k)) < 1):.1%}"
        " of 4,000 draws lie in the hatched gap between them."
    )


# %% tags=["continue"]
explore(
    draw_torn,
    k=[1, 2, 4, 8, 16, 32, 64],
    base=["Gaussian", "base with a hole"],
    start={"k": 1},
    labels={"k": "steepness k", "base": "base"},
    alt=tell_torn,
    play="k",
    axes=(1, 2),
    size=(8.6, 3.4),
)

# %%
ks = np.array([1, 2, 4, 8, 16, 32, 64, 1000])
shares = np.array([gap_share(k) for k in ks])
big = np.random.default_rng([SEED, 27]).standard_normal(400_000)
measured = np.array([np.mean(np.abs(step_map(big, k)) < 1) for k in ks])
print("steepness k:   " + "".join(f"{k:>8d}" for k in ks))
print("share in gap:  " + "".join(f"{share:8.4f}" for share in shares))
assert np.all(measured > 0)
assert np.all(np.abs(measured - shares) < 6 * np.sqrt(shares * (1 - shares) / 400_000))
assert np.allclose(shares[-1] * ks[-1], np.sqrt(2 / np.pi) * np.arctanh(0.5), rtol=0.01)  # about 0.44 / k

# %% [markdown]
# A continuous $g$ maps a connected set onto a connected set, so between two islands there is always a bridge. For large
# $k$ its mass is about $0.44/k$: each doubling of $k$ halves it, none empties it. So networks need large slopes
# for separated modes, and large slopes are what many training recipes forbid (Salmona et al. 2022).
#
# The cure is a base that is already torn: with a hole, as in the explorer, or a discrete latent. A mixture is exactly
# that.

# %% [markdown] tags=["skip"]
# ### Exercise 8: torn in two
# A GAN has a Gaussian base in ten dimensions and a continuous network $g$. The data lie in two disjoint discs, a
# positive distance apart, and $g$ reaches both discs. Which is true?
#
# - `"a"`: With enough training every sample lies in one of the discs.
# - `"b"`: Some mass must lie between the discs; a steeper $g$ can make it smaller.
# - `"c"`: The generator can only ever reach one of the discs.
# - `"d"`: With a base that is uniform on a cube instead, both discs can be made exactly.

# %% tags=["exercise"]
answer = ...  # a letter in quotation marks

# %% tags=["solution"]
answer = "b"

# %%
check("torn_in_two", answer)

# %% [markdown] tags=["slide"]
# ## 10 Same draws or fresh ones?
#
# Estimate the loss $L(\theta) = \mathbb E|X - \theta|$ on a grid of $\theta$ with 200 draws. **New draws for each
# $\theta$, or the same? Which curve would you minimise?**

# %% tags=["continue", "predict", "collapse-code"]
crn_rng = np.random.default_rng([SEED, 28])
thetas = np.linspace(-1, 3, 41)
common = sampling.sample_mixture(WEIGHTS, MEANS, SDS, 200, rng=crn_rng)[0]
fresh = sampling.sample_mixture(WEIGHTS, MEANS, SDS, 200 * 41, rng=crn_rng)[0].reshape(41, 200)
true_loss = [integrate.quad(lambda x, t=t: abs(x - t) * float(target_pdf(x)), -8, 8, points=[t])[0] for t in thetas]
with figure(
    alt="A loss curve estimated twice. With fresh draws at each point it zigzags around the true smooth curve;"
    " with the same"
    " draws at each point it is smooth and has the truth's shape, shifted and slightly tilted.",
    size=(8.6, 3.1),
) as ax:
    ax.plot(thetas, np.abs(fresh - thetas[:, None]).mean(axis=1), "x--", color=DATA, label="fresh draws", linewidth=1)
    ax.plot(
        thetas,
        np.abs(common[None] - thetas[:, None]).mean(axis=1),
        "o-",
        color=GENERATED,
        label="same draws",
        markersize=4,
    )
    ax.plot(thetas, true_loss, color="black", linewidth=1.2, label="truth")
    ax.set(xlabel=r"$\theta$", ylabel=r"loss $L(\theta)$", ylim=(1, 3))
    ax.legend()
pair = sampling.sample_mixture(WEIGHTS, MEANS, SDS, 2 * 2000 * 200, rng=crn_rng)[0].reshape(2, 2000, 200)
at = lambda draws, theta: np.abs(draws - theta).mean(axis=-1)  # noqa: E731
independent, shared = at(pair[0], 1.2) - at(pair[1], 1.0), at(pair[0], 1.2) - at(pair[0], 1.0)
gain = independent.var() / shared.var()
print(
    f"spread of L(1.2) - L(1.0): fresh {independent.std():.3f}, same {shared.std():.3f};"
    f" worth {rounded(gain)} times the draws"
)
assert gain > 20
assert abs(independent.mean() - shared.mean()) < 6 * independent.std() / np.sqrt(2000)

# %% [markdown]
# The shared error is smooth: it shifts the minimum a little, but a minimiser can follow the curve. A difference has the
# variance $\operatorname{Var}(A) + \operatorname{Var}(B) - 2\operatorname{Cov}(A, B)$. Where $A$ and $B$ respond alike
# to the same draws, the covariance is positive and the noise cancels. These are *common random numbers*: compare two
# models on the same noise.

# %% [markdown]
# ## 11 Random or evenly spread?
#
# Random points clump. A *quasi-random* (Sobol) sequence puts each new point where there is room. Which would you
# integrate with?

# %% tags=["collapse-code"]
qmc = stats.qmc
qmc_rng = np.random.default_rng([SEED, 29])
random_points, sobol_points = qmc_rng.random((256, 2)), qmc.Sobol(2, rng=qmc_rng).random(256)
with figure(
    alt="256 points in the unit square. Left, random: clumps and holes. Right, Sobol: even cover, without"
    " the rows of a regular grid.",
    axes=(1, 2),
    size=(8.6, 3.8),
) as axes:
    axes[0].plot(*random_points.T, "o", color=GENERATED, markersize=3)
    axes[1].plot(*sobol_points.T, "s", color=MODEL, markersize=3)
    for ax, points, title in zip(axes, (random_points, sobol_points), ("random", "Sobol"), strict=True):
        empty = 256 - len(np.unique((points * 16).astype(int), axis=0))
        ax.set(
            xlabel="$u_1$",
            ylabel="$u_2$",
            title=f"{title}: {empty} of 256 cells empty",
            aspect="equal",
            xlim=(0, 1),
            ylim=(0, 1),
        )
        ax.set(xticks=np.linspace(0, 1, 17), yticks=np.linspace(0, 1, 17), xticklabels=[], yticklabels=[])
        ax.tick_params(length=0)
        ax.grid(True, linewidth=0.3)
empty_random = 256 - len(np.unique((random_points * 16).astype(int), axis=0))
assert len(np.unique((sobol_points * 16).astype(int), axis=0)) == 256
assert empty_random > 60

# %% [markdown]
# ### 11.1 A smooth integral: the error falls faster than $1/\sqrt n$
#
# $\int_0^1\!\int_0^1 e^{u_1 + u_2}\,du_1\,du_2 = (e - 1)^2$, estimated from $n$ points.

# %% tags=["collapse-code"]
powers = np.arange(4, 13)
truth = (np.e - 1) ** 2
f_sum = lambda u: np.exp(u.sum(axis=-1))  # noqa: E731
error_random, error_sobol = np.empty(len(powers)), np.empty(len(powers))
for i, m in enumerate(powers):
    by_random = f_sum(qmc_rng.random((40, 2**m, 2))).mean(axis=1)
    by_sobol = np.array([f_sum(qmc.Sobol(2, rng=qmc_rng).random_base2(m)).mean() for _ in range(40)])
    error_random[i], error_sobol[i] = (
        np.sqrt(np.mean((by_random - truth) ** 2)),
        np.sqrt(np.mean((by_sobol - truth) ** 2)),
    )
with figure(
    alt="Error against number of points, both axes logarithmic. The random error falls with slope minus one"
    " half, the Sobol"
    " error about three times as steeply; at 4,096 points it is hundreds to thousands of times smaller.",
) as ax:
    ax.loglog(2**powers, error_random, "o--", color=DATA, label="random")
    ax.loglog(2**powers, error_sobol, "s-", color=MODEL, label="Sobol, scrambled")
    ax.set(xlabel="number of points n", ylabel="root mean square error")
    ax.legend()
slopes = [np.polyfit(np.log(2**powers), np.log(error), 1)[0] for error in (error_random, error_sobol)]
print(f"slopes: random {slopes[0]:.2f}, Sobol {slopes[1]:.2f}")
ratio = error_random[-1] / error_sobol[-1]
print(f"at n = 4,096 the Sobol error is some {float(f'{ratio:.1g}'):,.0f} times smaller")
assert abs(slopes[0] + 0.5) < 0.15
assert slopes[1] < -1.1
assert ratio > 200

# %% [markdown]
# For smooth integrands, *scrambled* nets of points (their digits are randomised) reach errors near $n^{-3/2}$ (Owen
# 1997). The gain shrinks for jumps and in many dimensions. The points are deliberately *not* independent, so
# $\sigma/\sqrt n$ does not describe their error: repeat with several scramblings, as here. Use powers of two; the net
# is complete only there.

# %% [markdown] tags=["slide"]
# ## The bill: what are 10,000 numbers worth?
#
# Same target, 10,000 numbers each. **Order them**: ancestral; rejection; importance (same proposal); Metropolis with
# step 3, 0.8 (box B), 0.1.

# %% tags=["continue", "predict", "collapse-code"]
bill_rng = np.random.default_rng([SEED, 30])
x = bill_rng.normal(Q_MEAN, Q_SD, 10_000)
weights = sampling.importance_weights(log_target(x), stats.norm.logpdf(x, Q_MEAN, Q_SD))
bill = {
    "ancestral": 10_000.0,
    "importance (Kish)": sampling.kish_effective_sample_size(weights),
    "rejection": 10_000 / BEST_M,
    "Metropolis, step 3": told_worth[5],
    "step 0.8 (box B)": told_worth[slow],
    "step 0.1": told_worth[0],
}
values = list(bill.values())
with figure(
    alt="Dots on a logarithmic axis: ancestral sampling 10,000 effective draws, importance sampling and rejection"
    " thousands, a Metropolis chain of step 3 some two thousand, box B some two hundred, the timid chain fewer than"
    " fifty.",
    size=(8.6, 3.7),
) as ax:
    ax.hlines(range(6), 1, values, color=DATA, linewidth=0.8, linestyle=":")
    ax.plot(values, range(6), "o", color=GENERATED, markersize=9)
    for i, value in enumerate(values):
        ax.text(value * 1.25, i, rounded(value), va="center")
    ax.set(xscale="log", xlim=(1, 40_000), xlabel="worth in independent draws", yticks=range(6), yticklabels=list(bill))
    ax.invert_yaxis()
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    ax.figure.subplots_adjust(left=0.26)
assert values == sorted(
    values, reverse=True
)  # E_q[w^2] = E_p[w] <= M: weighing never loses to rejecting, in the long run
assert values[5] < 50

# %% [markdown]
# The order is not a law. In one dimension with a good proposal, rejection and importance sampling win over chains. In
# a hundred dimensions both collapse and the chain goes on. And the first row needs no evaluation of $p$ at all: if you
# can write your model as an ancestral sampler or a push-forward, do. That is why generative models are built that way.
#
# By Kish's measure, weighing never loses, in the long run, to rejecting with the same proposal:
# $\mathbb E_q[w^2] = \mathbb E_p[w] \le M$, so a weighted sample is worth at least $n/M$. In exchange, rejection gives
# plain draws that anyone can use.

# %% [markdown] tags=["slide"]
# ## Common misconceptions
#
# | You may read | What holds |
# |---|---|
# | A mixture sampler blends an approximating mixture | Component, then Gaussian: exact |
# | Sampling is analytical (mixture) or not (GAN) | Both exact; only one has a density you can evaluate |
# | More steps are more samples | They are worth $n/\tau$ |
# | Any proposal will do | Its tails must not be much lighter |
# | A good histogram proves a good sampler | It forgets the order: boxes A and B |
# | A higher acceptance rate is better | Rejection: yes, with a valid $M$. Metropolis: no |
# | $\hat R = 1$ proves convergence | Four chains in one hump agree perfectly |

# %% [markdown]
# Each is shown where it arises: in sections 5, 9.1, 8.5 and 7.3, in the opening, in 8.4 and in 8.7.

# %% [markdown]
# ## For the curious
#
# Five short digressions; nothing later needs them.
#
# ### Why RANDU has so few planes
# $a = 2^{16} + 3$, so modulo $2^{31}$ we have $a^2 \equiv 6a - 9$, and three neighbours obey
# $u_{k+2} - 6u_{k+1} + 9u_k \in \mathbb Z$. In the unit cube this combination lies between $-6$ and $10$, so it takes
# at most 15 whole values: 15 planes. (The printed numbers of section 1 count them.)

# %% [markdown]
# ### The alias method: cut the bars into equal columns
#
# $K$ bars become $K$ columns of equal height: choose a column, toss one coin. **How many categories must share a
# column?**

# %% tags=["collapse-code"]
PILES = {
    "skewed": np.array([0.05, 0.08, 0.12, 0.15, 0.2, 0.4]),
    "one giant": np.array([0.04, 0.04, 0.04, 0.04, 0.04, 0.8]),
    "nearly equal": np.array([0.15, 0.16, 0.165, 0.17, 0.175, 0.18]),
}


def alias_table(p):
    """Threshold and alias of every column, and the heights after every move."""
    K = len(p)
    threshold, alias, history = K * np.array(p), np.arange(K), []
    poor, rich = [k for k in range(K) if threshold[k] < 1], [k for k in range(K) if threshold[k] >= 1]
    history.append((threshold.copy(), alias.copy()))
    while poor and rich:
        k, donor = poor.pop(), rich[-1]
        alias[k] = donor  # the donor fills the gap above category k ...
        threshold[donor] -= 1 - threshold[k]  # ... and has that much less
        if threshold[donor] < 1:
            poor.append(rich.pop())
        history.append((threshold.copy(), alias.copy()))
    return threshold, alias, history


HISTORY = {name: alias_table(p)[2] for name, p in PILES.items()}
FILL = ["#cfe3f1", "#f3d9bf", "#cbe5dc", "#dcdfe3", "#ecc9d3", "#efe7b8"]
HATCH = ["", "///", "...", "\\\\\\", "xx", "--"]


def draw_alias(ax, pile, move):
    threshold, alias = HISTORY[pile][min(move, len(HISTORY[pile]) - 1)]
    for k in range(6):
        parts = [(k, 0.0, min(threshold[k], 5))]
        if alias[k] != k:
            parts.append((int(alias[k]), threshold[k], 1 - threshold[k]))
        for category, bottom, height in parts:
            ax.bar(k + 1, height, 0.9, bottom, color=FILL[category], hatch=HATCH[category], edgecolor=DATA)
            if height > 0.11:
                ax.text(
                    k + 1,
                    bottom + min(height, 1) / 2,
                    str(category + 1),
                    ha="center",
                    va="center",
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
                )
    ax.axhline(1, color="black", linestyle="--", linewidth=1.2)
    ax.set(xlabel="column", ylabel="K times probability", ylim=(0, 2.6), xlim=(0.4, 6.6), xticks=range(1, 7))


def tell_alias(pile, move):
    threshold, alias = HISTORY[pile][min(move, len(HISTORY[pile]) - 1)]
    full = int(np.sum((alias != np.arange(6)) | np.isclose(threshold, 1)))
    return (
        f"Six columns for the weights called {pile} after {move} moves: {full} of 6 are exactly full,"
        f" {int(np.sum(alias != np.arange(6)))} of them shared by two categories; the tallest is {threshold.max():.2f}."
    )


# %%
explore(
    draw_alias,
    pile=list(PILES),
    move=list(range(6)),
    labels={"pile": "weights", "move": "moves done"},
    alt=tell_alias,
    play="move",
    start={"move": 0},
)

# %% [markdown]
# Each move takes a column below the line and fills it from one above. A filled column is never touched again, so after
# at most $K-1$ moves all are full and none holds more than two categories. The tall bar is drawn cut off at 2.6.
#
# A draw is then: column $j$ uniform; keep $j$ with probability `threshold[j]`, else take `alias[j]`. Two uniforms,
# whatever $K$. It pays when many draws share the same weights, since building the table costs $O(K)$. A language
# model's weights change with every word: there one draw is made, and a
# cumulative sum is far cheaper than a table.

# %%
p = p_1000
threshold, alias, _ = alias_table(p)
implied = (threshold + np.bincount(alias, weights=1 - threshold, minlength=1000)) / 1000
table = sampling.AliasTable(p)
library = (table.threshold + np.bincount(table.alias, weights=1 - table.threshold, minlength=1000)) / 1000
column, coin = cat_rng.integers(1000, size=100_000), cat_rng.random(100_000)
by_alias = np.where(coin < threshold[column], column, alias[column])
error = np.abs(np.bincount(by_alias, minlength=1000) / 100_000 - p).max()
print(f"the alias table gives back 1,000 weights to within {np.abs(implied - p).max():.0e}")
print(f"100,000 draws from it give them to within {error:.4f}")
assert np.allclose(implied, p, atol=1e-12)
assert np.allclose(library, p, atol=1e-12)
assert error < 6 * np.sqrt(p.max() / 100_000)

# %% [markdown]
# ### When is the second moment of the weights finite?
#
# For $p = N(0,1)$ and $q = N(0, s^2)$:
#
# $$\mathbb E_q[w^2] = \int \frac{p^2}{q}\,dx = \frac{s}{\sqrt{2\pi}} \int e^{-x^2\left(1 - \frac{1}{2s^2}\right)}dx
# = \frac{s^2}{\sqrt{2s^2 - 1}}$$
#
# if $s^2 > \tfrac12$, and infinite otherwise. Here $s = \tfrac12$ fails, and $s = 2$ gives $n_{\text{eff}}/n \to 0.66$.

# %%
for s in (0.9, 1.6, 2.0):
    by_integral = integrate.quad(lambda x, s=s: gaussian_pdf(x) ** 2 / gaussian_pdf(x, 0, s), -12, 12)[0]
    assert np.isclose(by_integral, s**2 / np.sqrt(2 * s**2 - 1), rtol=1e-6)
assert round(limit, 2) == 0.66

# %% [markdown]
# ### How far off is Langevin?
# For $p = N(0,1)$ the update is $x_{t+1} = (1 - \varepsilon/2)x_t + \sqrt\varepsilon z_t$. For $\varepsilon < 4$ it has
# a stationary variance $v$, which solves $v = (1-\varepsilon/2)^2 v + \varepsilon$, so $v = 1/(1 - \varepsilon/4)$
# instead of 1. For larger $\varepsilon$ it explodes. A Metropolis correction removes the bias (Roberts and Tweedie
# 1996).

# %%
for eps in (0.2, 1.2):
    final = langevin(lambda x: -x, np.zeros(40_000), eps, 100, np.random.default_rng([SEED, 21]))[-1]
    print(f"step {eps}: variance {final.var():.3f}, theory {1 / (1 - eps / 4):.3f}, target 1")
    assert abs(final.var() * (1 - eps / 4) - 1) < 6 * np.sqrt(2 / 40_000)

# %% [markdown]
# ### A mixture is a push-forward of two uniforms
# The first uniform chooses the component, the second becomes its Gaussian: $x = \mu_k + \sigma_k \Phi^{-1}(u_2)$, with
# $\Phi$ the cdf of $N(0,1)$. This $g$ jumps from one component to the next: no continuity, no bridge.


# %%
def mixture_from_uniforms(u1, u2):
    k = np.searchsorted(np.cumsum(WEIGHTS)[:-1], u1, side="right")
    return MEANS[k] + SDS[k] * special.ndtri(u2)


u = np.random.default_rng([SEED, 24]).random((2, 50_000))
print(f"distance of g(u1, u2) to the mixture's cdf: {ks_distance(mixture_from_uniforms(*u), cdf):.4f}")
assert ks_distance(mixture_from_uniforms(*u), cdf) < 3 / np.sqrt(50_000)

# %% [markdown] tags=["slide"]
# ## Summary
#
# | Sampler | Rule | Worth of $n$ |
# |---|---|---|
# | inverse cdf | $x = F^{-1}(u)$ | $n$ |
# | ancestral | $k \sim \pi$, then $x \mid k$ | $n$ |
# | push-forward | $x = g(z)$ | $n$ |
# | rejection | accept with $p/(Mq)$ | $n/M$ |
# | importance | weight $w = p/q$ | $(\sum w)^2/\sum w^2$ (Kish; ordinary $h$) |
# | Metropolis | accept with $\min(1, p(y)/p(x))$ | $n/\tau$, $\tau = 1 + 2\sum_t \rho_t$ |
# | Gibbs | $x \mid y$, then $y \mid x$ | $n/\tau$ |
# | Langevin | $x + \frac\varepsilon2 \nabla\log p + \sqrt\varepsilon z$ | $n/\tau$, bias of order $\varepsilon$ |
#
# Standard deviation of a mean $= \sigma/\sqrt{n_{\text{eff}}}$; a bias comes on top.
# Next: [03 Inference](03_inference.ipynb).

# %% [markdown]
# So you have an answer to the opening question. Uniform numbers become draws through a map (inverse cdf, Box-Muller,
# push-forward), through choices (categories, mixtures), through refusal (rejection), through weights (importance) or
# through a walk (Markov chains). What each draw is worth is seen in how much the means of repeated boxes scatter.

# %% [markdown] tags=["skip"]
# ## References
#
# - L. Devroye (1986), *Non-Uniform Random Variate Generation*, Springer, ISBN 0-387-96305-7: inverse cdf, theorem
#   II.2.1; rejection, sec. II.3; alias method, sec. III.4.
# - G. Marsaglia (1968), Random numbers fall mainly in the planes, *PNAS* 61, 25-28, doi:10.1073/pnas.61.1.25.
# - M. E. O'Neill (2014), PCG: a family of simple fast space-efficient statistically good algorithms for random number
#   generation, Harvey Mudd College, HMC-CS-2014-0905.
# - G. E. P. Box, M. E. Muller (1958), A note on the generation of random normal deviates, doi:10.1214/aoms/1177706645.
# - A. J. Walker (1977), doi:10.1145/355744.355749; M. D. Vose (1991), doi:10.1109/32.92917: the alias method.
# - B. Efron (1979), Bootstrap methods: another look at the jackknife, doi:10.1214/aos/1176344552.
# - P. Massart (1990), The tight constant in the Dvoretzky-Kiefer-Wolfowitz inequality, doi:10.1214/aop/1176990746: the
#   cdf of $n$ draws errs by more than $3/\sqrt n$ with probability at most $2e^{-18}$.
# - L. Kish (1965), *Survey Sampling*, Wiley, ISBN 0-471-10949-5: the effective sample size of weights.
# - D. J. C. MacKay (2003), *Information Theory, Inference, and Learning Algorithms*, ISBN 0-521-64298-1: rejection in
#   many dimensions, importance sampling, Metropolis and Gibbs, sec. 29.2 to 29.5.
# - A. B. Owen (2013), *Monte Carlo Theory, Methods and Examples*, ch. 9: importance sampling, effective sample size
#   (sec. 9.3).
# - N. Metropolis et al. (1953), doi:10.1063/1.1699114; W. K. Hastings (1970), doi:10.1093/biomet/57.1.97.
# - S. Geman, D. Geman (1984), Stochastic relaxation, Gibbs distributions, doi:10.1109/TPAMI.1984.4767596.
# - C. J. Geyer (1992), Practical Markov chain Monte Carlo, doi:10.1214/ss/1177011137, sec. 3.
# - A. Gelman, G. O. Roberts, W. R. Gilks (1996), Efficient Metropolis jumping rules, *Bayesian Statistics 5*, 599-607.
# - G. O. Roberts, A. Gelman, W. R. Gilks (1997), doi:10.1214/aoap/1034625254: the acceptance rate 0.234.
# - G. O. Roberts, R. L. Tweedie (1996), Exponential convergence of Langevin distributions, doi:10.2307/3318418.
# - A. Vehtari et al. (2021), Rank-normalization, folding, and localization: an improved R-hat, doi:10.1214/20-BA1221.
# - P. Jaini et al. (2020), Tails of Lipschitz triangular flows, arXiv:1907.04481.
# - A. Salmona et al. (2022), Can push-forward generative models fit multimodal distributions?, arXiv:2206.14476: a
#   lower bound on the total variation (the largest difference of probabilities of one event) that relaxes only as the
#   Lipschitz constant (the steepest slope) of $g$ grows.
# - A. B. Owen (1997), Scrambled net variance for integrals of smooth functions, doi:10.1214/aos/1031594731.
