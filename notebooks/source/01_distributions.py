# %% [markdown] tags=["slide"]
# # 01 Distributions
#
# **When do you know a distribution, and what do a mean and a standard deviation leave out?**
#
# You will be able to
#
# - go between cdf, density, quantiles and samples, and pick the one that a question needs;
# - say when a Gaussian is a fair description, and how far off it is when it is not;
# - count modes without being fooled by bins, bandwidths or components.

# %% [markdown]
# **Builds on:** [00 Start here](00_start_here.ipynb) (how explorers, predictions and exercises work), first-year
# calculus and linear algebra. **Leads to:** [02 Sampling](02_sampling.ipynb) and everything after it, since a
# generative model *is* a distribution that you can draw from.
#
# **Time:** about two hours of reading, another for the eight exercises; it runs in well under a minute. Where a cell's
# output is folded, write your guess down first. That is where the learning happens. Part 1 is about one variable,
# part 2 about several; what may wait stands in *For the curious* at the end.

# %% tags=["parameters"]
from functools import partial
from itertools import product

import numpy as np
from scipy import stats
from scipy.interpolate import BSpline

from course_utils.datasets import (
    SAMPLING_RATE,
    data_directory,
    load_digits_split,
    load_iris,
    load_stead,
    peak_ground_acceleration,
    snr_db,
)
from course_utils.distributions import (
    berry_esseen_bound,
    conditional_gaussian,
    count_modes,
    empirical_cdf,
    find_modes,
    gaussian_cdf,
    gaussian_pdf,
    kernel_density,
    mahalanobis_distance,
    marginal_gaussian,
    mixture_cdf,
    mixture_pdf,
    multivariate_gaussian_logpdf,
    push_forward_pdf,
    silverman_bandwidth,
)
from course_utils.exercises import check, hint
from course_utils.explore import explore
from course_utils.plotting import DATA, GENERATED, LATENT, MODEL, WRONG, draw_ellipse, figure
from course_utils.sampling import sample_gaussian

SEED = 0

# %% [markdown] tags=["slide"]
# ## Would you buy this bell curve?
#
# 150 iris flowers, one number each: the length of a petal. The curve is the Gaussian with their mean, 3.76 cm, and
# their standard deviation, 1.76 cm.
#
# **Guess: how many of the 150 petals are between 1.95 and 2.95 cm long?**

# %% tags=["continue", "collapse-code"]
iris = load_iris()
petal = iris.x[:, iris.columns.index("petal length")]  # (150,) in cm
petal_mean, petal_std = petal.mean(), petal.std()
assert (round(petal_mean, 2), round(petal_std, 2)) == (3.76, 1.76)

x = np.linspace(-1, 8.5, 500)
gap = (x > 1.95) & (x < 2.95)
with figure(
    alt="Gaussian with mean 3.76 and standard deviation 1.76 cm; the strip from 1.95 to 2.95 cm is hatched.",
    size=(9.0, 3.1),
) as ax:
    ax.plot(x, gaussian_pdf(x, petal_mean, petal_std), color=MODEL)
    ax.fill_between(x[gap], gaussian_pdf(x[gap], petal_mean, petal_std), facecolor="none", edgecolor=MODEL, hatch="///")
    ax.set(xlabel="petal length x (cm)", ylabel="density (per cm)", ylim=(0, 0.25))

# %% [markdown]
# The area of the hatched strip is the share of petals that the curve expects there. Whether the petals agree is for
# them to say.

# %% [markdown] tags=["subslide"]
# ### The curve and the petals

# %% tags=["predict", "continue", "collapse-code"]
expected = 150 * (gaussian_cdf(2.95, petal_mean, petal_std) - gaussian_cdf(1.95, petal_mean, petal_std))
found = np.sum((petal > 1.95) & (petal < 2.95))
assert found == 0
assert round(expected) == 26

with figure(
    alt=f"Histogram of 150 petal lengths: a group from 1.0 to 1.9 cm, nothing up to 3 cm, a group from 3.0 to 6.9 cm. "
    f"The Gaussian of the same mean and standard deviation runs through the gap, where it expects {expected:.0f}.",
    size=(9.6, 3.8),
) as ax:
    ax.hist(petal, bins=np.arange(0.95, 7.2, 0.1), density=True, color=DATA, alpha=0.5, label="150 petals")
    ax.plot(x, gaussian_pdf(x, petal_mean, petal_std), color=MODEL, label="one Gaussian, same mean and std")
    ax.set(
        xlabel="petal length x (cm)",
        ylabel="density (per cm)",
        title=f"in the gap the curve expects {expected:.0f} petals; there is none",
    )
    ax.legend(loc="upper right")

# %% [markdown] tags=["continue"]
# Mean and standard deviation are right; the *distribution* is wrong. **The way from here:** one variable, its few
# numbers, sums; then several dimensions; then hills and how to count them.

# %% [markdown]
# You now have the question of this notebook. A mean and a standard deviation are two numbers; a distribution says how
# probable *every* event is. We first say what a distribution is, then which few numbers describe it and when, then why
# the Gaussian is nevertheless everywhere. At the end we return to the petals, and to digits and earthquakes.

# %% [markdown] tags=["slide"]
# ## A random variable is a function
#
# An **outcome** $\omega$ is one result, an **event** a set of outcomes, a **random variable** $X$ gives each outcome a
# number. Its **distribution** forgets the outcome:
#
# $$p(x) = P(X = x) = P(\{\omega : X(\omega) = x\})$$

# %% tags=["continue", "collapse-code"]
outcomes = list(product(range(1, 7), repeat=2))  # two dice: 36 equally likely outcomes
X = {w: w[0] + w[1] for w in outcomes}  # the random variable "sum": outcome -> number
values = sorted(set(X.values()))
pmf = np.array([sum(X[w] == x for w in outcomes) / len(outcomes) for x in values])  # (11,)
event = [w for w in outcomes if X[w] >= 10]

with figure(
    alt="Left: the 36 outcomes of two dice with their sum; the six outcomes of the event 'sum at least 10' are "
    "hatched. Right: the probability of each sum in units of 1/36, a triangle with its top at 7; 10, 11 and 12 are "
    "hatched.",
    axes=(1, 2),
    size=(9.8, 3.3),
) as (left, right):
    for w in outcomes:
        inside = w in event
        back = {"fc": "white", "ec": "none", "pad": 1} if inside else None
        left.text(*w, X[w], ha="center", va="center_baseline", bbox=back)
        left.fill_between(
            [w[0] - 0.5, w[0] + 0.5],
            w[1] - 0.5,
            w[1] + 0.5,
            facecolor="none",
            edgecolor=MODEL if inside else "#dddddd",
            hatch="///" if inside else None,
            zorder=0,
        )
    left.set(
        xlim=(0.4, 6.6),
        ylim=(0.4, 6.6),
        xlabel="first die",
        ylabel="second die",
        title="outcomes, and X of each",
        xticks=range(1, 7),
        yticks=range(1, 7),
    )
    bars = right.bar(
        values, 36 * pmf, color=[MODEL if v >= 10 else "#bbbbbb" for v in values], edgecolor="white", width=0.8
    )
    for bar in bars[-3:]:
        bar.set_hatch("///")
    right.set(xlabel="x", ylabel="p(x) in 1/36", title="event X ≥ 10: 6 of 36", xticks=values, yticks=[0, 2, 4, 6])

# %% [markdown]
# The set of all outcomes is $\Omega$; a probability $P$ gives every event a number in $[0, 1]$, $P(\Omega) = 1$, and
# adds over events that exclude each other. Nothing is random about the function $X$ itself: the randomness is in which
# $\omega$ occurs. For a variable that takes separate values, $p$ is its **probability mass function** (pmf). Its values
# are probabilities and sum to one.

# %%
print(f"P(X >= 10) = {len(event)}/36 by counting outcomes = {pmf[-3:].sum():.4f} by adding p(10) + p(11) + p(12)")
assert np.isclose(pmf[-3:].sum(), len(event) / 36)
assert np.isclose(pmf.sum(), 1)

# %% [markdown] tags=["slide"]
# ## Top and bottom of one die
#
# Roll one die. $X$ is the number on top, $Y = 7 - X$ the number underneath. Do they have the same distribution, and how
# often is $X = Y$?

# %% tags=["predict", "continue", "collapse-code"]
top = np.arange(1, 7)
bottom = 7 - top
same_distribution = bool(np.array_equal(np.sort(top), np.sort(bottom)))  # each value once, each with probability 1/6
never_equal = not (top == bottom).any()
with figure(
    alt="Left: the distributions of X and Y, both with probability 1/6 on each of 1 to 6. Right: the six pairs (X, Y) "
    "on a falling line; none lies on the dashed line where X = Y.",
    axes=(1, 2),
    size=(9.6, 3.6),
) as (left, right):
    left.bar(top - 0.2, np.full(6, 1 / 6), width=0.38, color=MODEL, label="X")
    left.bar(bottom + 0.2, np.full(6, 1 / 6), width=0.38, color="white", edgecolor=MODEL, hatch="///", label="Y")
    left.set(xlabel="value", ylabel="probability", ylim=(0, 0.25), xticks=top, title="the same distribution")
    left.legend(loc="upper right", ncols=2)
    right.plot([0.5, 6.5], [0.5, 6.5], "--", color="black", linewidth=1.4)
    right.plot(top, bottom, "s", color=MODEL, markersize=9)
    right.text(5, 5.6, "X = Y", ha="right")
    right.set(xlabel="X", ylabel="Y", xticks=top, yticks=top, title="never the same value")
assert same_distribution
assert never_equal

# %% [markdown]
# Both are uniform on 1 to 6, yet they are never equal. "Equal in distribution" compares probabilities, not values. Keep
# this for later: a good generative model has the *distribution* of the data. It need not reproduce a single data point,
# and it should not.

# %% [markdown] tags=["slide"]
# ## The cdf answers every question about probability
#
# $$F(x) = P(X \le x), \qquad P(a < X \le b) = F(b) - F(a)$$
#
# It jumps where a single value has probability. Read it sideways and you have the **quantile** function; from draws you
# get the **empirical cdf**: the share of draws that are at most $x$.

# %% tags=["continue", "collapse-code"]
rng = np.random.default_rng(SEED)
wait = np.linspace(0, 16, 300)
F_wait = 1 - np.exp(-wait / 4)  # exponential waiting time with mean 4 minutes
waits = np.sort(rng.exponential(4, 20))  # 20 draws of it
with figure(
    alt="Left: the cdf of the sum of two dice, a staircase from 0 to 1; reading it sideways at 0.5 gives 7. Right: the "
    "cdf of a waiting time with mean 4 minutes, a smooth curve, and the staircase of 20 draws near it; reading the "
    "curve sideways at 0.5 gives 2.8 minutes.",
    axes=(1, 2),
    size=(9.6, 3.2),
    sharey=True,
) as (left, right):
    left.step([1, *values, 13], [0, *np.cumsum(pmf), 1], where="post", color=MODEL)
    left.plot(values, np.cumsum(pmf), "o", color=MODEL)
    right.step([0, *waits, 16], [0, *empirical_cdf(waits, waits), 1], where="post", color=GENERATED, linewidth=1.4)
    right.plot(wait, F_wait, color=MODEL)
    right.text(4.6, 0.84, "cdf", color=MODEL, ha="right")
    right.text(8.6, 0.44, "empirical cdf of 20 draws", color=GENERATED, ha="center")
    for ax, start, median in ((left, 1, 7), (right, 0, 4 * np.log(2))):
        ax.plot([start, median, median], [0.5, 0.5, 0], "--", color="black", linewidth=1.4)
        ax.text(median + 0.25, 0.03, f"Q(0.5) = {median:.3g}")
    left.set(xlabel="sum of two dice x", ylabel="F(x)", ylim=(0, 1.05), title="jumps", xlim=(1, 13))
    right.set(xlabel="waiting time x (min)", title="no jumps", xlim=(0, 16))

# %% [markdown]
# Three names for the same knowledge:
#
# - the **cdf** $F(x) = P(X \le x)$, "at most $x$";
# - the **survival function** $\bar F(x) = P(X > x) = 1 - F(x)$, "more than $x$";
# - the **quantile function** $Q(u) = \min\{x : F(x) \ge u\}$ for $0 < u < 1$: the first $x$ at which a share $u$ is
#   reached. $Q(0.5)$ is a median.
#
# Mathematically $\bar F$ adds nothing to $F$. On a computer it does, as the next cell shows.


# %%
def quantile(u, values, pmf):  # of a discrete distribution
    F = np.cumsum(pmf)
    return values[np.searchsorted(F, u - 1e-12)]  # the first value with F >= u, up to rounding


print("sum of two dice: Q(0.5) =", quantile(0.5, values, pmf), "and F(7) =", round(pmf[:6].sum(), 4))
print(f"standard normal: 1 - F(10) = {1 - gaussian_cdf(10.0):.2e}, but P(X > 10) = F(-10) = {gaussian_cdf(-10.0):.2e}")
assert quantile(0.5, values, pmf) == 7
assert quantile(1 / 36, values, pmf) == 2
assert quantile(1 / 36 + 1e-6, values, pmf) == 3
assert 1 - gaussian_cdf(10.0) == 0
assert np.isclose(gaussian_cdf(-10.0), stats.norm.sf(10), rtol=1e-10)

# %% [markdown]
# $F(7)$ is 0.58, not 0.5: with jumps, $F(Q(u))$ can overshoot $u$. And $1 - F(10)$ is lost to rounding, because $F(10)$
# differs from 1 by less than a computer number can show. Small tail probabilities need $\bar F$ computed directly.

# %% [markdown] tags=["slide"]
# ## A density is not a probability
#
# Where the cdf has a slope, use it: $f = F'$, the **density** (pdf). (Without jumps there usually is one; exceptions
# come later.)
#
# $$P(x < X \le x + h) = F(x+h) - F(x) \approx f(x)\,h \quad\text{for small } h$$

# %% tags=["continue", "collapse-code"]
u_line = np.linspace(-0.7, 0.7, 801)


def draw_interval(axes, at, h, std):
    left, right = axes
    inside = np.linspace(at, at + h, 60)
    height = gaussian_pdf(at, 0, std)
    left.axhline(1, color="black", linewidth=0.8)
    left.text(-0.58, 1.08, "height 1", fontsize=11.5)
    left.plot(u_line, gaussian_pdf(u_line, 0, std), color=MODEL)
    left.fill_between(inside, gaussian_pdf(inside, 0, std), color=MODEL, alpha=0.35)
    left.plot([at, at, at + h, at + h], [0, height, height, 0], "--", color="black", linewidth=1.6)
    left.text(0.58, 4.9, "shaded: P", color=MODEL, ha="right")
    left.text(0.58, 4.35, "dashed: f(x) h", ha="right")
    left.set(
        xlim=(-0.6, 0.6), ylim=(0, 5.4), xlabel="x", ylabel="density f(x)", yticks=[0, 2, 4], xticks=[-0.5, 0, 0.5]
    )
    left.set_title("a density may exceed 1")
    low, high = gaussian_cdf(at, 0, std), gaussian_cdf(at + h, 0, std)
    right.plot(u_line, gaussian_cdf(u_line, 0, std), color=MODEL)
    right.plot([at, at + h, at + h], [low, low, high], "-o", color="black", linewidth=1.6, markersize=4)
    right.set(
        xlim=(-0.6, 0.6), ylim=(-0.03, 1.05), xlabel="x", ylabel="cdf F(x)", yticks=[0, 0.5, 1], xticks=[-0.5, 0, 0.5]
    )
    right.set_title(f"P = {high - low:.3f},  f(x) h = {height * h:.3f}")


def say_interval(at, h, std):
    area = gaussian_cdf(at + h, 0, std) - gaussian_cdf(at, 0, std)
    return (
        f"Normal density and cdf with standard deviation {std:g}. From x = {at:g} to {at + h:g} the area under the"
        f" density, which is the rise of the cdf, is {area:.3f}; the rectangle f(x) h is "
        f"{gaussian_pdf(at, 0, std) * h:.3f}."
    )


explore(
    draw_interval,
    at=[-0.15, -0.05, 0.05],
    h=[0.2, 0.1, 0.03],
    std=[0.1, 0.2],
    start={"at": 0.05, "h": 0.03, "std": 0.1},
    labels={"at": "x", "h": "width h", "std": "standard deviation"},
    alt=say_interval,
    axes=(1, 2),
    size=(7.4, 3.4),
)

# %% [markdown] tags=["M01"]
# **You may read:** "the cdf gives the probability of taking certain values, the density that of a small interval."
#
# **What holds:** $F(x)$ is the probability of *at most* $x$. The density $f(x)$ is no probability: it has a unit, 1
# over the unit of $x$, and may exceed 1. Only $f(x)\,h$ is one, approximately, and the smaller $h$ the better.

# %% tags=["M01"]
at, narrow = 0.05, 0.1
f_at, F_at = gaussian_pdf(at, 0, narrow), gaussian_cdf(at, 0, narrow)
print(f"standard deviation {narrow}: f(0) = {gaussian_pdf(0.0, 0, narrow):.2f}, while F stays between 0 and 1")
print("    h       P      f(x) h   relative error")
errors = []
for h in (0.1, 0.01, 0.001):
    P = gaussian_cdf(at + h, 0, narrow) - F_at
    errors.append(f_at * h / P - 1)
    print(f"{h:6.3f}  {P:.6f}  {f_at * h:.6f}   {errors[-1]:.4f}")

assert gaussian_pdf(0.0, 0, narrow) > 1
assert 0 <= gaussian_cdf(u_line, 0, narrow).min() <= gaussian_cdf(u_line, 0, narrow).max() <= 1
assert errors[0] > 0.25  # a wide interval: f(x) h is no probability
assert np.isclose(errors[2] / 0.001, at / narrow**2 / 2, rtol=0.02)  # Taylor: relative error = h |f'(x)| / (2 f(x))

# %% [markdown]
# Once $h$ is small, ten times narrower means ten times smaller error (the last step: .027 to .0025): that is what "to
# first order" means. Going back, $F$ is the area under $f$ to the left of $x$. With only a table of $f$, you can get it
# by trapezoids. Do it.

# %%
assert 9 < errors[1] / errors[2] < 12
assert (round(errors[1], 3), round(errors[2], 4)) == (0.027, 0.0025)

# %% [markdown] tags=["skip"]
# ### Exercise 1: from density to cdf
#
# Write `cdf_from_pdf(x, density)`. It gets grid points `x` (increasing, *not* equally spaced) and the density at each.
# It returns the cdf at each point: take the mass to the left of the grid as 0, so the first value is 0; then comes the
# area passed so far, computed with trapezoids. Do not force the last value to be 1, since the grid may end early.


# %% tags=["exercise"]
def cdf_from_pdf(x, density):
    # x: (n,) increasing grid; density: (n,) at the grid points; returns the cdf, (n,)
    # your code here; end with `return`
    ...


# %% tags=["solution"]
def cdf_from_pdf(x, density):
    areas = np.diff(x) * (density[:-1] + density[1:]) / 2  # (n - 1,)
    return np.concatenate([[0.0], np.cumsum(areas)])


# %%
check("cdf_from_pdf", cdf_from_pdf)

# %%
hint("cdf_from_pdf")  # hint("cdf_from_pdf", 1) gives the first; every exercise has three

# %% [markdown] tags=["skip"]
# ### Exercise 2: a change of unit
#
# The density of a length $X$ is 40 per metre at $x = 0.02$ m. Now measure the same length in millimetres,
# $Y = 1000\,X$. What is the density of $Y$ at $y = 20$ mm?
#
# - **a** 40 per millimetre
# - **b** 40 000 per millimetre
# - **c** 0.04 per millimetre
# - **d** the question is faulty: no density can be 40
# - **e** 0.96 per millimetre

# %% tags=["exercise"]
unit_answer = ...  # "a", "b", "c", "d" or "e"

# %% tags=["solution"]
unit_answer = "c"

# %%
check("density_in_millimetres", unit_answer)

# %% [markdown] tags=["skip"]
# ### The distributions that you will meet
#
# | name | density $f(x)$ or probabilities $p(k)$ | mean, variance |
# |---|---|---|
# | uniform on $[a, b]$ | $1/(b-a)$ for $a \le x \le b$ | $(a+b)/2,\ (b-a)^2/12$ |
# | exponential, mean $m$ | $e^{-x/m}/m$ for $x \ge 0$ | $m,\ m^2$ |
# | binomial: successes in $n$ trials | $\binom nk p^k (1-p)^{n-k}$ | $np,\ np(1-p)$ |
# | Gaussian (normal) $N(\mu, \sigma^2)$ | $\frac{1}{\sigma\sqrt{2\pi}}\, e^{-(x-\mu)^2/2\sigma^2}$ | $\mu,\ \sigma^2$ |
# | standard normal $N(0, 1)$ | $\varphi(z) = e^{-z^2/2}/\sqrt{2\pi}$, cdf $\Phi(z)$ | $0,\ 1$ |
# | log-normal: $e^Z$, $Z$ Gaussian | later in this notebook | |
# | Cauchy | $1/(\pi(1+x^2))$ | neither exists |
#
# In $N(\mu, \sigma^2)$ the second entry is the *variance*, while code takes the standard deviation $\sigma$. $X \sim
# N(\mu, \sigma^2)$ says which distribution $X$ has; $N(x; \mu, \sigma^2)$ is the value of its density at $x$.

# %% [markdown] tags=["slide"]
# ## Rain: a jump and a slope, so no density
#
# A dry day has probability 0.6; if it rains, the amount varies. One part of the probability sits on a single value and
# has no density, the other has one: the distribution is **mixed**.

# %% tags=["continue", "collapse-code"]
rain = np.linspace(0, 20, 400)
F_rain = 0.6 + 0.4 * (1 - np.exp(-rain / 5))
with figure(
    alt="Cdf of daily rain: 0 below 0 mm, a jump to 0.6 at 0 mm, then a smooth rise towards 1.", size=(9.6, 3.6)
) as ax:
    ax.plot([-4, 0], [0, 0], color=MODEL)
    ax.plot(rain, F_rain, color=MODEL)
    ax.plot([0, 0], [0, 0.6], ":", color=MODEL)
    ax.plot([0], [0.6], "o", color=MODEL)
    ax.text(0.4, 0.28, "jump of 0.6: P(X = 0)")
    ax.text(6.5, 0.76, "slope: the rainy 40 %")
    ax.set(xlabel="rain in a day x (mm)", ylabel="F(x)", ylim=(-0.03, 1.05), xlim=(-4, 20))

# %% [markdown]
# The cdf serves here as anywhere. There is a third kind besides jumps and slopes: a cdf that rises without a jump, and
# whose slope, at a randomly chosen $x$, is 0. Such a distribution is **singular**. The classic example, Cantor's
# staircase, stands in *For the curious*; generators produce singular ones all the time, as you will see.

# %% [markdown] tags=["slide"]
# ## Mean and variance: balance and spread
#
# $$E[X] = \int x\,f(x)\,dx \ \text{ or } \sum x\,p(x), \qquad \operatorname{Var}[X] = E\big[(X - E[X])^2\big]$$
#
# All four have mean 0 and variance 1. **Guess: in which is $|X| \ge 2$ most frequent, in which does it never happen?**

# %% tags=["continue", "collapse-code"]
x = np.linspace(-6, 6, 24_001)
bump = np.sqrt(1 - 0.95**2)
shapes = {
    "uniform": stats.uniform.pdf(x, -np.sqrt(3), 2 * np.sqrt(3)),
    "two bumps": mixture_pdf(x, [0.5, 0.5], [-0.95, 0.95], bump),
    "Gaussian": gaussian_pdf(x),
}
three_points = ([-2, 0, 2], [1 / 8, 3 / 4, 1 / 8])
looks = dict(zip(shapes, ["--", "-.", "-"], strict=True))
with figure(
    alt="Four distributions with mean 0 and variance 1: a flat one between -1.7 and 1.7, one with two bumps at -0.95 "
    "and 0.95, the Gaussian, and one that takes the value 0 with probability 3/4 and -2 and 2 with 1/8 each.",
    axes=(1, 2),
    size=(9.8, 3.1),
) as (left, right):
    for name, density in shapes.items():
        left.plot(x, density, looks[name], color=MODEL, label=name)
    left.set(xlabel="x", ylabel="density f(x)", xlim=(-3, 3), ylim=(0, 1.25), title="three densities")
    left.legend(loc="upper center", ncols=3, columnspacing=1, handlelength=1.6)
    right.vlines(three_points[0], 0, three_points[1], color=MODEL, linewidth=4)
    right.plot(*three_points, "s", color=MODEL)
    right.set(xlabel="x", ylabel="probability p(x)", xlim=(-3, 3), ylim=(0, 1.25), title="three points")

# %% [markdown]
# The expectation needs $\int |x|\, f(x)\,dx < \infty$; the Cauchy distribution, later, is one where it fails. The
# **standard deviation** $\sigma = \sqrt{\operatorname{Var}[X]}$ has the unit of $X$. The $k$-th **moment** is $E[X^k]$.
# Expectation is linear, $E[aX + b] = a\,E[X] + b$; the variance ignores the shift and squares the factor,
# $\operatorname{Var}[aX + b] = a^2 \operatorname{Var}[X]$.


# %%
def expect(g, x, density):
    """E[g(X)] by the trapezoid rule on a fine grid."""
    return np.trapezoid(g(x) * density, x)


outside = {name: expect(lambda v: np.abs(v) >= 2, x, density) for name, density in shapes.items()}
outside["three points"] = sum(p for v, p in zip(*three_points, strict=True) if abs(v) >= 2)
for density in shapes.values():
    assert np.allclose([expect(lambda v: v, x, density), expect(np.square, x, density)], [0, 1], atol=1e-3)
assert np.isclose(np.dot(three_points[1], np.square(three_points[0])), 1)

die = np.arange(1, 7)  # E[g(X)] is not g(E[X]):
print(
    f"a die: E[X^2] = {np.mean(die**2):.2f}, but (E[X])^2 = {np.mean(die) ** 2:.2f}; the difference is Var[X] = "
    f"{die.var():.2f}"
)
assert np.isclose(np.mean(die**2) - np.mean(die) ** 2, die.var())

# %% [markdown] tags=["subslide"]
# ### The same two numbers, four answers
#
# What mean and standard deviation do promise is **Chebyshev's bound**, for any $t > 0$ and $0 < \sigma < \infty$:
#
# $$P(|X - E[X]| \ge t\,\sigma) \le 1/t^2$$

# %% tags=["predict", "continue", "collapse-code"]
order = ["uniform", "two bumps", "Gaussian", "three points"]
percents = [100 * outside[name] for name in order]
with figure(
    alt="Bars: the probability of lying at least two standard deviations from the mean is 0 % for the uniform, 0.04 % "
    "for two bumps, 4.6 % for the Gaussian and 25 % for three points, which reach Chebyshev's bound.",
    size=(9.6, 3.3),
) as ax:
    ax.barh(order[::-1], percents[::-1], color=MODEL, height=0.6)
    for row, percent in enumerate(percents[::-1]):
        ax.text(percent + 0.3, row, f"{round(percent, 2 if percent < 1 else 1):g} %", va="center")
    ax.axvline(25, color="black", linestyle="--", linewidth=1.6)
    ax.text(24.6, 2.5, "Chebyshev:\nat most 25 %", ha="right", va="center")
    ax.set(xlabel="P(|X − mean| ≥ 2 σ) in %", xlim=(0, 28))
    ax.figure.subplots_adjust(left=0.14)

assert outside["uniform"] == 0
assert outside["two bumps"] < 0.001
assert np.isclose(outside["Gaussian"], 0.0455, atol=1e-4)
assert outside["three points"] == 0.25  # equality in Chebyshev's inequality

# %% [markdown] tags=["skip"]
# From 0 % to 25 %, with the same mean and the same standard deviation. Over all $t$:

# %% tags=["collapse-code"]
t = np.linspace(0.8, 3.5, 300)
tails = {
    "uniform": np.clip(1 - t / np.sqrt(3), 0, None),
    "two bumps": 2 * mixture_cdf(-t, [0.5, 0.5], [-0.95, 0.95], bump),
    "Gaussian": 2 * gaussian_cdf(-t),
}
with figure(
    alt="Probability of lying at least t standard deviations from the mean, below Chebyshev's bound for all four "
    "distributions; the three points stay at 25 percent up to t = 2, where they touch the bound, then fall to 0.",
    size=(8.4, 3.6),
) as ax:
    ax.plot(t, np.minimum(1, 1 / t**2), color="black", linewidth=1.4, label="Chebyshev's bound 1/t²")
    for name, tail in tails.items():
        ax.plot(t, tail, looks[name], color=MODEL, label=name)
    ax.plot([0.8, 2, 2, 3.5], [0.25, 0.25, 0, 0], ":", color=MODEL, label="three points (0.25 up to t = 2, then 0)")
    ax.plot([2], [0.25], "s", color=MODEL)
    ax.set(xlabel="t (standard deviations)", ylabel="P(|X − mean| ≥ t σ)", xlim=(0.8, 3.5), ylim=(0, 1.02))
    ax.legend(loc="upper right")
assert all((tail <= 1 / t**2).all() for tail in tails.values())

# %% [markdown]
# Moments are useful summaries. As a *definition* they fall short, and not only the first two: *For the curious* shows
# two densities that agree in *every* moment. What always pins a distribution down is its cdf.

# %% [markdown] tags=["slide"]
# ## A map moves probability, and its slope sets the density
#
# $x = g(z)$ with $g$ smooth and $g' > 0$ everywhere (or $g' < 0$ everywhere):
#
# $$f_X(x) = \frac{f_Z(z)}{|g'(z)|}, \qquad z = g^{-1}(x)$$
#
# **Guess: $z$ standard normal, $x = e^z$. Where is $f_X$ highest?**

# %% tags=["predict", "continue", "collapse-code"]
rng = np.random.default_rng(SEED)
grid = np.linspace(0.002, 6, 3000)
right_density = gaussian_pdf(np.log(grid)) / grid  # slope of exp at z is e^z = x
naive = gaussian_pdf(np.log(grid))  # the slope forgotten
peak = grid[np.argmax(right_density)]
naive_area = np.exp(0.5)  # the integral of phi(ln x) dx is E[e^Z]

with figure(
    alt=f"Histogram of 20,000 values exp(z). The density with the slope follows it and peaks at {peak:.2f}; the curve "
    "without the slope peaks at 1, lies below the bars left of 1 and above them right of 1; "
    f"its area is {naive_area:.2f}.",
    size=(9.6, 2.6),
) as ax:
    ax.hist(
        np.exp(rng.standard_normal(20_000)),
        bins=np.arange(0, 6.1, 0.1),
        histtype="stepfilled",
        weights=np.full(20_000, 1 / 2000),
        color=GENERATED,
        alpha=0.35,
        label="20,000 draws",
    )
    ax.plot(grid, right_density, color=MODEL, label=f"with the slope: peak at {peak:.2f}")
    ax.plot(grid, naive, "--", color=WRONG, label=f"slope forgotten: area {naive_area:.2f}")
    ax.set(xlabel="x = exp(z)", ylabel="density", xlim=(0, 6), ylim=(0, 0.75))
    ax.legend(loc="upper right")

assert np.isclose(peak, np.exp(-1), atol=0.01)
y = np.linspace(-12, 22, 40_001)  # y = ln x
assert np.isclose(np.trapezoid(gaussian_pdf(y) * np.exp(y), y), naive_area)

# %% [markdown]
# The highest point is at $e^{-1} = 0.37$, not at $e^0 = 1$: the map of the highest point is not the highest point of
# the map. The probability of a short interval stays the same, its width does not, so the density must make up for it.

# %% [markdown] tags=["skip"]
# ### Why: differentiate the cdf
#
# $$F_X(x) = P(g(Z) \le x) = P(Z \le g^{-1}(x)) = F_Z(g^{-1}(x))$$
#
# The chain rule gives $f_X(x) = f_Z(g^{-1}(x))\,(g^{-1})'(x)$, and $(g^{-1})' = 1/g'$. A decreasing $g$ turns $\le$
# round; its slope is negative, hence the absolute value. Below, the rule in three lines for any invertible map,
# compared with the package's careful version and with scipy, at parameters that are not the default.


# %%
def push_forward(x, base_pdf, inverse, inverse_slope):
    z = inverse(x)
    return base_pdf(z) * np.abs(inverse_slope(x))


base = partial(gaussian_pdf, mean=0.3, std=0.6)
ours = push_forward(grid, base, np.log, lambda x: 1 / x)
assert np.allclose(ours, push_forward_pdf(grid, base, np.log, lambda x: 1 / x))
assert np.allclose(ours, stats.lognorm.pdf(grid, 0.6, scale=np.exp(0.3)))
falling = push_forward(
    grid, base, lambda x: 1 / x, lambda x: -1 / x**2
)  # a decreasing map on part of the line: x = 1/z
assert np.isclose(
    np.trapezoid(falling, grid), gaussian_cdf(1 / grid[0], 0.3, 0.6) - gaussian_cdf(1 / grid[-1], 0.3, 0.6), atol=1e-3
)

# %% [markdown] tags=["slide"]
# ## What does a bend in the map do to the density?
#
# $x = z + a \tanh(3z)$, $z$ standard normal. Between neighbouring ticks lies a probability of 1/30. **Guess, then move
# the slider: where the map is steep, is the density high or low?**

# %% tags=["continue", "collapse-code"]
z_fine = np.linspace(-3.2, 3.2, 641)
z_ticks = stats.norm.ppf(np.arange(1, 30) / 30)


def bend(z, a):
    return z + a * np.tanh(3 * z)


def bend_slope(z, a):
    return 1 + 3 * a / np.cosh(3 * z) ** 2


def draw_push(axes, a, z):
    left, right = axes
    x, density = bend(z_fine, a), gaussian_pdf(z_fine) / bend_slope(z_fine, a)
    left.plot(z_fine, x, color=MODEL)
    left.plot(z_ticks, np.full_like(z_ticks, -5.2), "|", color=LATENT, markersize=9)
    left.plot(np.full_like(z_ticks, -3.1), bend(z_ticks, a), "_", color=GENERATED, markersize=9)
    left.plot([z, z, -3.1], [-5.2, bend(z, a), bend(z, a)], "--", color="black", linewidth=1.4)
    left.set(
        xlim=(-3.2, 3.2),
        ylim=(-5.5, 5.5),
        xlabel="z, standard normal",
        ylabel="x = g(z)",
        title=f"slope at z: {bend_slope(z, a):.2f}",
    )
    at_z = gaussian_pdf(z) / bend_slope(z, a)
    right.plot(density, x, color=GENERATED)
    right.plot([at_z], [bend(z, a)], "s", color="black")
    right.set(
        xlim=(0, 0.5),
        ylim=(-5.5, 5.5),
        xlabel="density of x",
        ylabel="x",
        title=f"density {at_z:.2f}, modes: {count_modes(density)}",
    )


def say_push(a, z):
    density = gaussian_pdf(z_fine) / bend_slope(z_fine, a)
    return (
        f"Map x = z + {a:g} tanh(3 z). At z = {z:g} its slope is {bend_slope(z, a):.2f} and the density of x there is"
        f" {gaussian_pdf(z) / bend_slope(z, a):.3f}. The density of x has {count_modes(density)} mode(s)."
    )


explore(
    draw_push,
    a=[0, 0.2, 0.5, 1, 2],
    z=[-0.8, 0, 0.8],
    start={"a": 0, "z": 0},
    labels={"a": "bend a", "z": "latent z"},
    alt=say_push,
    axes=(1, 2),
    size=(7.0, 3.4),
    play="a",
)

# %% [markdown]
# Steep map, low density: the mass is stretched thin, and one hill has become two. This is a generator in miniature. A
# Gaussian **latent** $z$ (the number that goes in and that nobody observes), a smooth map with positive slope, and out
# comes a distribution with two hills. It never reaches zero between them, because the slope is finite everywhere.
#
# **Several dimensions:** the slope becomes a volume factor, $f_X(x) = f_Z(z) / |\det J(z)|$ with the Jacobian matrix
# $J_{ij} = \partial g_i / \partial z_j$.
#
# **Not invertible:** when several $z$ lead to one $x$, add their contributions, one term for each. For $x = z^2$, the
# square of a standard normal (the *chi-squared* distribution with one degree of freedom):

# %%
one_branch = gaussian_pdf(np.sqrt(grid)) / (2 * np.sqrt(grid))  # z = +sqrt(x), slope of z^2 there: 2 sqrt(x)
density_of_square = 2 * one_branch  # z = -sqrt(x) gives the same
assert np.allclose(density_of_square, stats.chi2.pdf(grid, 1))
root = np.linspace(0, 8, 4001)  # x = root^2 takes the pole at x = 0 away: dx = 2 root d(root)
one_area = np.trapezoid(gaussian_pdf(root), root)
print(f"area with one branch {one_area:.3f}, with both {2 * one_area:.3f}")
assert np.isclose(one_area, 0.5)

# %% [markdown] tags=["skip"]
# ### Exercise 3: the density of a cube
#
# Write `cubed_normal_pdf(x, mu, sigma)`: the density at $x \ne 0$ of $X = Z^3$, where $Z$ is Gaussian with mean `mu`
# and standard deviation `sigma`. Some of the `x` are negative. You may call `gaussian_pdf(z, mu, sigma)`.


# %% tags=["exercise"]
def cubed_normal_pdf(x, mu, sigma):
    # x: (n,), of either sign, none 0; mu, sigma: numbers; returns the density at x, (n,)
    # your code here; end with `return`
    ...


# %% tags=["solution"]
def cubed_normal_pdf(x, mu, sigma):
    z = np.cbrt(x)
    return gaussian_pdf(z, mu, sigma) / (3 * z**2)


# %%
check("cubed_normal_pdf", cubed_normal_pdf)

# %% [markdown] tags=["slide"]
# ## The Gaussian: two numbers, one shape
#
# $$f(x) = \frac{1}{\sigma\sqrt{2\pi}}\, \exp\!\Big(-\frac{(x-\mu)^2}{2\sigma^2}\Big)$$
#
# $\mu$ is the mean, $\sigma$ the standard deviation. **Guess: double $\sigma$. What happens to
# $P(|X - \mu| \le \sigma)$?**

# %% tags=["predict", "continue", "collapse-code"]
within = {k: gaussian_cdf(float(k)) - gaussian_cdf(-float(k)) for k in (1, 2, 3)}
for mu, sigma in ((0, 1), (0, 2), (3.7, 0.2), (-40, 13)):  # nothing happens, whatever mu and sigma
    for k, P in within.items():
        assert np.isclose(gaussian_cdf(mu + k * sigma, mu, sigma) - gaussian_cdf(mu - k * sigma, mu, sigma), P)
assert np.allclose(list(within.values()), [0.6827, 0.9545, 0.9973], atol=5e-5)

z = np.linspace(-6, 6, 1201)
with figure(
    alt="Two Gaussian densities on the same axis, with standard deviation 1 and 2. The strip of one standard deviation "
    "on each side holds 68.3 percent in both.",
    axes=(1, 2),
    size=(9.6, 2.9),
    sharey=True,
) as panels:
    for ax, sigma in zip(panels, (1, 2), strict=True):
        f = gaussian_pdf(z, 0, sigma)
        strip = np.abs(z) <= sigma
        ax.plot(z, f, color=MODEL)
        ax.fill_between(z[strip], f[strip], facecolor="none", edgecolor=MODEL, hatch="///", linewidth=0)
        box = {"fc": "white", "ec": "none", "pad": 2}
        ax.text(0, f.max() / 3, f"{100 * within[1]:.1f} %", ha="center", va="center", bbox=box)
        ax.set(xlabel="x − μ", xlim=(-6, 6), ylim=(0, 0.45), title=f"σ = {sigma}")
    panels[0].set_ylabel("density")

# %% [markdown]
# Nothing happens: $Z = (X - \mu)/\sigma$ has mean 0 and standard deviation 1 whatever $\mu$ and $\sigma$
# (**standardisation**), so one table serves all Gaussians. By the change of variables its density is the **standard
# normal** $\varphi(z) = e^{-z^2/2}/\sqrt{2\pi}$, with cdf $\Phi$.

# %% tags=["collapse-code"]
z = np.linspace(-4, 4, 801)
with figure(
    alt="Gaussian density over standard deviations from the mean. Three nested bands hold 68.3, 95.4 and 99.7 percent.",
    size=(9.6, 3.2),
) as ax:
    ax.plot(z, gaussian_pdf(z), color=MODEL)
    for k, hatch, level in ((1, "///", 0.44), (2, "\\\\\\", 0.53), (3, "...", 0.62)):
        band = (np.abs(z) <= k) & (np.abs(z) >= k - 1)
        for side in (band & (z <= 0), band & (z >= 0)):
            ax.fill_between(z[side], gaussian_pdf(z[side]), facecolor="none", edgecolor=MODEL, hatch=hatch, linewidth=0)
        ends = {"arrowstyle": "<->", "color": "black", "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", (-k, level), (k, level), arrowprops=ends)
        ax.text(k + 0.08, level, f"{100 * within[k]:.1f} %", ha="left", va="center")
    ax.set(xlabel="(x − μ) / σ", ylabel="density × σ", xlim=(-4, 4), ylim=(0, 0.72))

# %% [markdown]
# The 68, 95 and 99.7 % are the Gaussian's; other shapes have other shares. For an unknown shape Chebyshev promises only
# 0, 75 and 89 %.


# %%
def bell(x, mu, sigma):
    return np.exp(-((x - mu) ** 2) / (2 * sigma**2)) / (sigma * np.sqrt(2 * np.pi))


x = np.linspace(-25, 35, 6001)
f = bell(x, 3.7, 2.3)
assert np.allclose(f, gaussian_pdf(x, 3.7, 2.3))
assert np.allclose(f, stats.norm.pdf(x, 3.7, 2.3))
moments = [np.trapezoid(f, x), np.trapezoid(x * f, x), np.trapezoid((x - 3.7) ** 2 * f, x)]
print("area, mean, variance:", *(f"{m:.4f}" for m in moments), " expected:", 1, 3.7, round(2.3**2, 2))
assert np.allclose(moments, [1, 3.7, 2.3**2])

# %% [markdown] tags=["skip"]
# ### Exercise 4: standardise, and put on another scale
#
# Two exams have different means and spreads. Write `change_scale(x, mean, std, new_mean, new_std)`: it takes results
# `x` of the first exam to the results of the second exam that lie *equally many standard deviations* above their mean.


# %% tags=["exercise"]
def change_scale(x, mean, std, new_mean, new_std):
    # x: (n,); mean, std of the first scale and new_mean, new_std of the second: numbers; returns (n,)
    # your code here; end with `return`
    ...


# %% tags=["solution"]
def change_scale(x, mean, std, new_mean, new_std):
    z = (x - mean) / std  # standardised: without a unit
    return new_mean + new_std * z


# %%
check("change_scale", change_scale)

# %% [markdown] tags=["skip"]
# ### Two variables at once: joint, marginal, conditional, independent
#
# - The **joint** density $f(x, y)$ gives $P(X \in G, Y \in H) = \int_G \int_H f(x, y)\,dy\,dx$.
# - The **marginal** density forgets $Y$: $f_X(x) = \int f(x, y)\,dy$.
# - The **conditional** density $f(y \mid x) = f(x, y) / f_X(x)$ is the slice at $x$, rescaled to area 1.
# - $X$ and $Y$ are **independent** if $f(x, y) = f_X(x)\, f_Y(y)$: then every slice has the same shape, and seeing $x$
#   changes nothing about $Y$. Equivalently, $P(X \in G, Y \in H) = P(X \in G)\,P(Y \in H)$ for all $G$, $H$.

# %% [markdown] tags=["slide"]
# ## Add two Gaussians, or mix them?
#
# $X \sim N(-2, 1)$ and $Y \sim N(2, 1)$ (mean, *variance*), independent. Once you *add* the two numbers; once you toss
# a coin and *keep one*: a **mixture**, with density $\sum_k w_k f_k(x)$ (weights $w_k$, here 1/2; $f_k$ the densities).
#
# **Guess: which result has two hills, and where is its mean?**

# %% tags=["predict", "continue", "collapse-code"]
rng = np.random.default_rng(SEED)
first, second = rng.normal(-2, 1, 10_000), rng.normal(2, 1, 10_000)
added, kept = first + second, np.where(rng.random(10_000) < 0.5, first, second)
x = np.linspace(-7, 7, 1401)
bins = np.arange(-7, 7.1, 0.35)
with figure(
    alt="Left: the sum of both numbers, one hill at 0 with standard deviation 1.41. Right: one of both numbers "
    "kept at random, two hills at -2 and 2 with a valley at 0, standard deviation 2.24. The mean of both is 0.",
    axes=(1, 2),
    size=(9.6, 3.0),
    sharey=True,
) as (left, right):
    left.hist(added, bins, density=True, color=GENERATED, alpha=0.35, label="draws")
    left.plot(x, gaussian_pdf(x, 0, np.sqrt(2)), color=MODEL, label="density")
    left.set(xlabel="x + y", ylabel="density", title=f"sum: one hill, std {np.sqrt(2):.2f}", ylim=(0, 0.32))
    left.legend(loc="upper left", handlelength=1.2)
    right.hist(kept, bins, density=True, color=GENERATED, alpha=0.35)
    right.plot(x, mixture_pdf(x, [0.5, 0.5], [-2, 2], 1), color=MODEL)
    right.set(xlabel="x or y", title=f"mixture: two hills, std {np.sqrt(5):.2f}")
    for ax in (left, right):
        ax.axvline(0, color="black", linestyle="--", linewidth=1.4)
    right.text(0.25, 0.27, "mean 0")

# %% [markdown]
# Both have mean 0. The **sum** of independent Gaussians is Gaussian, $N(\mu_1 + \mu_2,\ \sigma_1^2 + \sigma_2^2)$:
# means add, *variances* add, standard deviations do not. The **mixture** with weights $w_k$ has density
# $\sum_k w_k f_k(x)$ and is Gaussian only if all components are the same. Its variance is the average variance plus the
# variance of the means: $1 + 2^2 = 5$ here.

# %%
dx = x[1] - x[0]
by_convolution = (
    np.convolve(gaussian_pdf(x, -0.7, 0.5), gaussian_pdf(x, 1.1, 1.2), mode="same") * dx
)  # density of a sum
assert np.allclose(by_convolution, gaussian_pdf(x, 0.4, np.hypot(0.5, 1.2)), atol=1e-5)  # hypot: root of summed squares
mixed = mixture_pdf(x, [0.5, 0.5], [-2, 2], 1)
assert np.isclose(np.trapezoid(x**2 * mixed, x), 5, atol=1e-3)
assert count_modes(mixed) == 2
print(f"std of the sum: root of 0.5² + 1.2² = {np.hypot(0.5, 1.2):.1f}, not 0.5 + 1.2 = {0.5 + 1.2:.1f}")

# %% [markdown] tags=["slide"]
# ## Averages of almost anything become Gaussian
#
# $X_1, \dots, X_n$ independent, same distribution, mean $\mu$, standard deviation $0 < \sigma < \infty$: standardise
# their average, $Z_n = (\bar X_n - \mu)\sqrt n/\sigma$. As $n$ grows, its cdf tends to $\Phi$, the standard normal cdf.
# Averages become Gaussian; data need not.

# %% tags=["continue", "collapse-code"]
z_line = np.linspace(-4, 4, 801)
sizes = [1, 4, 10, 30]
p_rare = 0.05


def standardised_mean(source, n):
    """Exact distribution of the standardised mean of n draws: where, density (or pmf over spacing), cdf at z_line."""
    if source == "uniform":
        spline, scale = BSpline.basis_element(np.arange(n + 1), extrapolate=False), np.sqrt(n / 12)
        F = spline.antiderivative()  # of the density of the sum
        cdf = F(np.clip(n / 2 + scale * z_line, 0, n - 1e-12)) - F(0.0)
        return z_line, scale * np.nan_to_num(spline(n / 2 + scale * z_line)), cdf
    if source == "exponential":
        total = n + np.sqrt(n) * z_line
        return z_line, np.sqrt(n) * stats.gamma.pdf(total, n), stats.gamma.cdf(total, n)
    k, scale = np.arange(n + 1), np.sqrt(n * p_rare * (1 - p_rare))
    pmf = stats.binom.pmf(k, n, p_rare)
    return (k - n * p_rare) / scale, scale * pmf, stats.binom.cdf(n * p_rare + scale * z_line, n, p_rare)


def worst_binomial(n, p):
    """Where the standardised binomial cdf is farthest from the normal one, and both there: just before or at a jump."""
    k = np.arange(n + 1)
    where = np.tile((k - n * p) / np.sqrt(n * p * (1 - p)), 2)
    F, Phi = np.concatenate([stats.binom.cdf(k - 1, n, p), stats.binom.cdf(k, n, p)]), gaussian_cdf(where)
    worst = np.argmax(np.abs(F - Phi))
    return where[worst], F[worst], Phi[worst]


def gap_binomial(n, p):
    _, F, Phi = worst_binomial(n, p)
    return abs(F - Phi)


def worst_place(source, n):
    if source == "rare event":
        return worst_binomial(n, p_rare)
    F, Phi = exact_means[source, n][2], gaussian_cdf(z_line)
    worst = np.argmax(np.abs(F - Phi))
    return z_line[worst], F[worst], Phi[worst]


sources = ["uniform", "exponential", "rare event"]
exact_means = {(source, n): standardised_mean(source, n) for source in sources for n in sizes}
places = {key: worst_place(*key) for key in exact_means}
gaps = {key: abs(F - Phi) for key, (_, F, Phi) in places.items()}
assert all(abs(exact_means["uniform", n][2][-1] - 1) < 1e-4 for n in sizes)
assert gaps["uniform", 4] < 0.008
assert gaps["uniform", 30] < 0.0015
assert gaps["rare event", 30] > 0.2


def draw_clt(axes, source, n):
    left, right = axes
    where, density, cdf = exact_means[source, n]
    if source == "rare event":
        left.vlines(where, 0, density, color=MODEL, linewidth=2)
        left.plot(where, density, "o", color=MODEL, markersize=4)
    else:
        left.plot(where, density, color=MODEL)
    left.plot(z_line, gaussian_pdf(z_line), "--", color="black", linewidth=1.6)
    left.set(
        xlim=(-4, 4),
        ylim=(0, 1.02),
        xlabel="z",
        ylabel="density",
        yticks=[0, 0.5, 1],
        xticks=[-3, 0, 3],
        title=f"{source}, n = {n}",
    )
    right.plot(z_line, cdf, color=MODEL)
    right.plot(z_line, gaussian_cdf(z_line), "--", color="black", linewidth=1.6)
    right.text(3.9, 0.17, "standardised\naverage", color=MODEL, ha="right")
    right.text(3.9, 0.04, "dashed: Gaussian", ha="right")
    z, F, Phi = places[source, n]
    right.plot([z, z], [F, Phi], color="black", linewidth=4)
    right.set(
        xlim=(-4, 4),
        ylim=(-0.03, 1.05),
        xlabel="z",
        ylabel="cdf",
        yticks=[0, 0.5, 1],
        xticks=[-3, 0, 3],
        title=f"largest gap {gaps[source, n]:.4f}",
    )


explore(
    draw_clt,
    source=sources,
    n=sizes,
    start={"source": "exponential", "n": 4},
    labels={"source": "one draw (rare event: 5 %)", "n": "draws averaged n"},
    alt=lambda source, n: (
        f"Exact distribution of the standardised mean of {n} {source} draws beside the standard normal. The largest "
        f"gap "
        f"between their cdfs is {gaps[source, n]:.4f}."
    ),
    axes=(1, 2),
    size=(7.0, 3.2),
    play="n",
)

# %% [markdown]
# This is the **central limit theorem** (CLT). No simulation is involved: the curves are the exact distributions. Try
# the three sources before you read on. The uniform is Gaussian to the eye at $n = 4$; the rare event (probability 5 %)
# is not at 30.
#
# It explains why measurement errors, sums of many small effects, and averages over random batches of data look
# Gaussian. It does *not* say that data are.

# %% [markdown] tags=["slide"]
# ## Average 1000 Cauchy draws
#
# The Cauchy density $1 / (\pi (1 + x^2))$ looks like a bell with heavy tails. Spread: the width of the middle half of
# the values (interquartile range).
#
# **Guess: by what factor does the spread shrink, when you average 1000 draws instead of one?**

# %% tags=["predict", "continue", "M02", "collapse-code"]
rng = np.random.default_rng(SEED)
repeats, sizes_shown = 4000, np.array([1, 10, 100, 1000])


def interquartile_range(values):
    return np.subtract(*np.quantile(values, [0.75, 0.25]))


spread = {"Cauchy": [], "Gaussian": []}
for n in sizes_shown:
    spread["Cauchy"].append(interquartile_range(rng.standard_cauchy((repeats, n)).mean(axis=1)))
    spread["Gaussian"].append(interquartile_range(rng.standard_normal((repeats, n)).mean(axis=1)))

normal_iqr = 2 * stats.norm.ppf(0.75)
with figure(
    alt="Spread of the mean of n draws over n, both axes logarithmic. For Gaussian draws it falls tenfold for every "
    "hundredfold n; for Cauchy draws it stays at 2 from n = 1 to n = 1000.",
    size=(9.6, 3.1),
) as ax:
    ax.loglog(sizes_shown, np.full(4, 2.0), "--", color=MODEL, label="Cauchy, exact: 2")
    ax.loglog(sizes_shown, spread["Cauchy"], "s", color=GENERATED, label="Cauchy, simulated")
    ax.loglog(sizes_shown, normal_iqr / np.sqrt(sizes_shown), "-", color=MODEL, label="Gaussian, exact: 1.35 / √n")
    ax.loglog(sizes_shown, spread["Gaussian"], "o", color=GENERATED, label="Gaussian, simulated")
    ax.set(
        xlabel="number n of draws averaged",
        ylabel="spread of the mean",
        ylim=(0.02, 40),
        title="Cauchy: the factor is 1; Gaussian: √1000 = 32",
    )
    ax.set_xticks(sizes_shown, [f"{n}" for n in sizes_shown])
    ax.set_yticks([0.1, 1, 10], ["0.1", "1", "10"])
    ax.minorticks_off()
    ax.legend(loc="upper left", ncols=2)

# standard error (std of an estimate) of an interquartile range of 4000 values with density f at the quartiles:
# 0.5 / (f sqrt(repeats))
cauchy_error = 0.5 / (stats.cauchy.pdf(1) * np.sqrt(repeats))
normal_error = 0.5 / (stats.norm.pdf(normal_iqr / 2) * np.sqrt(repeats))
assert np.allclose(spread["Cauchy"], 2, atol=6 * cauchy_error)  # no narrowing
assert np.allclose(spread["Gaussian"] * np.sqrt(sizes_shown), normal_iqr, atol=6 * normal_error)  # narrows as 1/sqrt(n)

# %% [markdown] tags=["M02"]
# **You may read:** "sums of independent, identically distributed variables always approach a Gaussian."
#
# **What holds:** not the sum (its variance $n\sigma^2$ grows without bound) but the *centred and scaled* mean $Z_n$
# does, and only if the variance is finite. The Cauchy distribution has neither variance nor mean. The average of 1000
# draws has the same distribution as one: the factor is 1.

# %% [markdown] tags=["skip"]
# ## How fast? A bound that you can draw
#
# How far is the cdf $F_n$ of $Z_n$ from $\Phi$ at the worst $x$? The supremum (sup) is that largest gap. For $X_1,
# \dots, X_n$ independent with the same distribution, $\sigma > 0$ and a finite third absolute moment $\beta_3 = E|X_1 -
# \mu|^3$,
#
# $$\sup_x |F_n(x) - \Phi(x)| \le \frac{C\,\beta_3}{\sigma^3 \sqrt{n}}, \qquad C = 0.4748 \text{ (a proven value)}$$

# %% tags=["collapse-code"]
n_all = np.unique(np.logspace(0, 3, 25).astype(int))
fine = np.linspace(-5, 5, 8001)
gap_exponential = [np.abs(stats.gamma.cdf(n + np.sqrt(n) * fine, n) - gaussian_cdf(fine)).max() for n in n_all]
gap_coin = [gap_binomial(n, 0.5) for n in n_all]
bound_exponential = berry_esseen_bound(n_all, std=1, third_absolute_moment=12 / np.e - 2)
bound_coin = berry_esseen_bound(n_all, std=0.5, third_absolute_moment=1 / 8)

with figure(
    alt="Bound and truth over n, both axes logarithmic. All fall like one over root n. The coin lies just under "
    "its bound, the exponential a factor of seven to nine under its own.",
    size=(8.4, 3.8),
) as ax:
    ax.loglog(n_all, bound_exponential, "--", color="black", label="bound, exponential")
    ax.loglog(n_all, bound_coin, "--", color=MODEL, label="bound, fair coin")
    ax.loglog(n_all, gap_coin, "o-", color=MODEL, markersize=4, label="truth, fair coin")
    ax.loglog(n_all, gap_exponential, "s-", color="black", markersize=4, label="truth, exponential")
    ax.set(xlabel="number n of draws averaged", ylabel="largest gap of the cdfs", ylim=(0.001, 9))
    ax.set_xticks([1, 10, 100, 1000], ["1", "10", "100", "1000"])
    ax.legend(loc="upper right", ncols=2)

assert (gap_exponential < bound_exponential).all()
assert (gap_coin < bound_coin).all()
assert np.isclose(stats.expon.expect(lambda v: np.abs(v - 1) ** 3), 12 / np.e - 2)  # the third absolute moment used
slack = bound_exponential / gap_exponential
print(
    f"n = {n_all[-1]}: truth / bound = {gap_coin[-1] / bound_coin[-1]:.2f} for the coin, {1 / slack[-1]:.2f} for the "
    f"exponential, whose bound is {slack.min():.1f} to {slack.max():.1f} times too large"
)
assert 7 < slack.min() < slack.max() < 9

# %% [markdown] tags=["skip"]
# The theorem is due to Berry (1941) and Esseen (1942), the constant to Shevtsova (2011); a smaller one, 0.4690, has
# been proven since. The gap falls like $1/\sqrt{n}$: for one more digit you need a hundred times as many draws. The
# bound knows only $\beta_3/\sigma^3$, so it must hold for the worst case. The coin is nearly the worst case, the
# exponential is not. How small $C$ could be stands in *For the curious*.

# %% [markdown] tags=["slide", "M53"]
# ## Thirty draws are no magic number
#
# You average 30 exponential waiting times. The Gaussian says that a mean three **standard errors** ($\sigma/\sqrt{30}$,
# the standard deviation of a mean) too high happens once in 741 times.
#
# **Guess: how often does it really happen?**

# %% tags=["predict", "continue", "M53", "collapse-code"]
n = 30
t = np.linspace(0, 4, 200)
upper, lower, normal = stats.gamma.sf(n + np.sqrt(n) * t, n), stats.gamma.cdf(n - np.sqrt(n) * t, n), gaussian_cdf(-t)
at_three = stats.gamma.sf(n + 3 * np.sqrt(n), n), gaussian_cdf(-3.0), stats.gamma.cdf(n - 3 * np.sqrt(n), n)
once_in = [f"1 in {round(1 / at_three[0])}", f"1 in {round(1 / at_three[1])}", "1 in 12 500"]
assert round(1 / at_three[2], -2) == 12500
with figure(
    alt=f"Tail probabilities of the standardised mean of 30 exponential draws, logarithmic. At 3 standard errors: "
    f"upper tail {once_in[0]}, Gaussian {once_in[1]}, lower tail {once_in[2]}.",
    size=(9.6, 3.1),
) as ax:
    ax.semilogy(t, upper, color=MODEL, label=f"too high: {once_in[0]}")
    ax.semilogy(t, normal, "--", color="black", linewidth=1.6, label=f"Gaussian: {once_in[1]}")
    ax.semilogy(t, lower, "-.", color=MODEL, label=f"too low: {once_in[2]}")
    ax.axvline(3, color="black", linewidth=0.8)
    for p_three in at_three:
        ax.plot([3], [p_three], "s", color="black", markersize=7)
    ax.set(
        xlabel="t (standard errors)",
        ylabel="P(mean more than\nt too high or too low)",
        xlim=(0, 4),
        ylim=(1e-7, 1),
        yticks=[1e-6, 1e-4, 1e-2, 1],
    )
    ax.figure.subplots_adjust(left=0.13)
    ax.legend(loc="lower left", title="at t = 3", alignment="left", title_fontsize=12.5)

skewness = stats.gamma.stats(n, moments="s")
assert np.isclose(skewness, 2 / np.sqrt(n))
assert np.isclose(skewness, 0.365, atol=1e-3)
assert round(1 / at_three[1]) == 741
assert at_three[0] > 3 * at_three[1]
assert at_three[2] < at_three[1] / 16

# %% [markdown] tags=["M53"]
# **You may read:** "thirty draws make a mean normal."
#
# **What holds:** it depends on the skewness $E[(X - \mu)^3]/\sigma^3$ of one draw, which averaging only divides by
# $\sqrt{n}$: for the exponential $2/\sqrt{30} = 0.37$ is left. Too high happens three times as often as the Gaussian
# says, too low hardly ever. For a rare event it is worse:

# %% tags=["M53"]
p, n = 0.01, 30
nothing = stats.binom.pmf(0, n, p)
print(f"{n} trials of an event of probability {p}: with probability {nothing:.2f} it never occurs; that is no bell")
print(
    f"skewness of the mean: {(1 - 2 * p) / np.sqrt(n * p * (1 - p)):.2f}; the largest gap to the Gaussian cdf: "
    f"{gap_binomial(n, p):.2f}"
)
assert nothing > 0.7
assert gap_binomial(n, p) > 0.4

# %% [markdown] tags=["skip"]
# ---
#
# **Part 2: several dimensions.** A good place for a break.

# %% [markdown] tags=["slide"]
# ## In $d$ dimensions: mean vector, covariance matrix
#
# $$f(x) = \frac{1}{(2\pi)^{d/2}\,|\Sigma|^{1/2}}\, \exp\!\Big(-\tfrac12 (x-\mu)^\top \Sigma^{-1} (x-\mu)\Big),
# \quad \Sigma \text{ pos. definite}$$
#
# $\mu = E[X]$, **covariance** $\Sigma_{ij} = E[(X_i - \mu_i)(X_j - \mu_j)]$. To sample: $x = \mu + Lz$,
# $LL^\top = \Sigma$. The circle holds 95 %; so does its image.

# %% tags=["continue", "collapse-code"]
rng = np.random.default_rng(SEED)
round_cloud = rng.standard_normal((200, 2))


def covariance(std_1, std_2, rho):
    return np.array([[std_1**2, rho * std_1 * std_2], [rho * std_1 * std_2, std_2**2]])


def main_axes(rho, std_2):
    """Half axes of the ellipse at one standard deviation (root of the eigenvalue times eigenvector), pointing right."""
    variances, directions = np.linalg.eigh(covariance(1.0, std_2, rho))
    arrows = np.sqrt(variances)[::-1] * directions[:, ::-1]  # columns, longest first
    return arrows * np.where(arrows[0] < 0, -1, 1)


def draw_covariance(axes, rho, std_2):
    left, right = axes
    cov = covariance(1.0, std_2, rho)
    cloud = round_cloud @ np.linalg.cholesky(cov).T
    for ax, points, color, spread in ((left, round_cloud, LATENT, np.eye(2)), (right, cloud, GENERATED, cov)):
        ax.plot(*points.T, ".", color=color, markersize=4)
        for mass, line in ((0.95, "-"), (0.5, "--")):
            draw_ellipse(ax, [0, 0], spread, mass=mass, color="black", linestyle=line)
            if ax is left:
                spot = np.sqrt(-np.log(1 - mass))  # where the circle meets the diagonal
                box = {"fc": "white", "ec": "none", "pad": 1, "alpha": 0.8}
                ax.text(-spot, spot, f"{100 * mass:.0f} %", ha="center", va="center", bbox=box)
        ax.set(xlim=(-4.5, 4.5), ylim=(-3.8, 3.8), aspect="equal")
    for arrow in main_axes(rho, std_2).T:
        right.annotate("", arrow, (0, 0), arrowprops={"arrowstyle": "-|>", "color": "black", "linewidth": 2})
    left.set(xlabel="z₁", ylabel="z₂", title="z, covariance I")
    right.set(xlabel="x₁", ylabel="x₂", title=f"x = Lz, Σ₁₂ = {cov[0, 1]:.2f}")


def say_covariance(rho, std_2):
    arrows = main_axes(rho, std_2)
    lengths, angle = np.linalg.norm(arrows, axis=0), np.degrees(np.arctan2(arrows[1, 0], arrows[0, 0]))
    return (
        f"200 points of a round cloud, and the same points mapped to standard deviations 1 and {std_2:g} and "
        f"correlation"
        f" {rho:g}, with the ellipses that hold 50 and 95 percent. The arrows, roots of the eigenvalues times the "
        f"eigenvectors, have lengths {lengths[0]:.2f}, at {angle:.0f} degrees, and {lengths[1]:.2f}."
    )


explore(
    draw_covariance,
    rho=[-0.95, -0.7, -0.3, 0.0, 0.3, 0.7, 0.95],
    std_2=[0.5, 1.2],
    start={"rho": 0.7, "std_2": 1.2},
    labels={"rho": "correlation ρ", "std_2": "std of x₂"},
    alt=say_covariance,
    axes=(1, 2),
    size=(6.8, 3.1),
    play="rho",
)

# %% [markdown]
# Here $x$ is a point in $\mathbb R^d$; $\mu = E[X]$ is a vector of length $d$; $\Sigma$ is the $d \times d$
# **covariance matrix**: its entry $\Sigma_{ij}$, also written $\operatorname{Cov}(X_i, X_j)$, is positive when both
# tend to lie on the same side of their means; the variances stand on its diagonal. $|\Sigma|$ is its determinant, $I$
# the identity matrix. The **correlation** is the covariance in standard units, $\rho_{ij} = \Sigma_{ij} / (\sigma_i
# \sigma_j)$, between $-1$ and 1.
#
# $\Sigma$ is symmetric, with no negative eigenvalue; for the density all must be positive (*positive definite*). Its
# eigenvectors are the axes of the ellipses of equal density, and the half axes have lengths proportional to the *roots*
# of the eigenvalues (the arrows).

# %% [markdown] tags=["M05"]
# **You may read:** "the mean is $2 \times 1$, the covariance $2 \times 2$, and the factor in front is
# $1 / |\sqrt{2\pi\Sigma}|$."
#
# **What holds:** the mean is $d \times 1$, the covariance $d \times d$. The factor is $(2\pi)^{-d/2} |\Sigma|^{-1/2}$,
# one over the root of the determinant of $2\pi\Sigma$: with it the density integrates to 1 in every dimension. What two
# misreadings of it give stands in *For the curious*.


# %% tags=["M05", "collapse-code"]
def gaussian_integrals(d):
    """Integrate the density over R^d by a grid, with the right factor and with two misread ones."""
    std = np.linspace(0.7, 1.3, d)
    cov = 0.4 ** np.abs(np.subtract.outer(np.arange(d), np.arange(d))) * np.outer(std, std)  # (d, d)
    axes = [np.linspace(-5.5, 5.5, 15) * s for s in std]
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, d)  # (15**d, d)
    cell = np.prod([axis[1] - axis[0] for axis in axes])
    bell = cell * np.exp(-0.5 * np.einsum("ni,ij,nj->n", points, np.linalg.inv(cov), points, optimize=True)).sum()
    factors = [
        (2 * np.pi) ** (-d / 2) / np.sqrt(np.linalg.det(cov)),
        (2 * np.pi) ** (-1 / 2) / np.sqrt(np.linalg.det(cov)),
        1 / np.abs(np.linalg.det(np.sqrt(2 * np.pi * cov))),
    ]
    ours = np.log(factors[0]) - 0.5 * points[0] @ np.linalg.inv(cov) @ points[0]
    assert np.isclose(ours, multivariate_gaussian_logpdf(points[0], np.zeros(d), cov))
    return [bell * factor for factor in factors]


integrals = {d: gaussian_integrals(d) for d in (1, 2, 5)}
for d, (integral, *_) in integrals.items():
    print(
        f"d = {d}: mean {d} x 1, covariance {d} x {d}, integral with the factor (2π)^(-d/2) |Σ|^(-1/2): {integral:.4f}"
    )
    assert np.isclose(integral, 1, atol=1e-4)

# %% [markdown] tags=["skip"]
# ### Sampling: stretch and tilt a round cloud
#
# $$x = \mu + L z, \qquad z \sim N(0, I), \qquad L L^\top = \Sigma$$
#
# The **Cholesky** factor $L$ is the lower triangular matrix with this property and a positive diagonal. It works
# because a linear map acts on the moments, $E[\mu + Lz] = \mu$ and $\operatorname{Cov}[\mu + Lz] = L\, I\, L^\top =
# \Sigma$, and because sums of *independent* Gaussians are Gaussian. The change of variables says the same: $|\det L| =
# |\Sigma|^{1/2}$ is the factor in the density. Any matrix $M$ with $M M^\top = \Sigma$ would do.

# %%
rng = np.random.default_rng(SEED)
mu, cov = np.array([2.0, 1.0]), covariance(1.5, 0.8, -0.7)
L = np.linalg.cholesky(cov)  # lower triangular
z = rng.standard_normal((2000, 2))  # rows are points
x = mu + z @ L.T  # L z for every row

assert np.allclose(L @ L.T, cov)
assert np.isclose(np.linalg.det(L), np.sqrt(np.linalg.det(cov)))
log_base = -0.5 * (z**2).sum(axis=1) - np.log(2 * np.pi)  # density of z, then divided by |det L|
assert np.allclose(log_base - np.log(np.linalg.det(L)), multivariate_gaussian_logpdf(x, mu, cov))
theirs = sample_gaussian(mu, cov, 2000, rng=np.random.default_rng(SEED + 1))
for sample in (x, theirs):  # error of a covariance entry: at most sqrt(2/n) of the product of the standard deviations
    assert (np.abs(sample.mean(axis=0) - mu) < 6 * np.sqrt(np.diag(cov) / 2000)).all()
    assert (
        np.abs(np.cov(sample.T) - cov) < 6 * np.sqrt(2 / 2000) * np.sqrt(np.outer(np.diag(cov), np.diag(cov)))
    ).all()
print("covariance of 2000 samples:", np.cov(x.T).round(2).tolist(), " asked:", cov.round(2).tolist())

# %% [markdown] tags=["slide", "M06"]
# ## Correlation 0: independent?
#
# **Independent**: $P(X \in G,\ Y \in H) = P(X \in G)\,P(Y \in H)$ for all $G$, $H$; seeing $x$ changes nothing about
# $y$. Both clouds have correlation 0. **Guess: in which are $x$ and $y$ independent?**

# %% tags=["predict", "continue", "M06", "collapse-code"]
rng = np.random.default_rng(SEED)
n = 20_000
gx = rng.standard_normal(n)
square, flipped = gx**2, rng.choice([-1, 1], n) * gx  # flipped: a fair coin decides the sign
with figure(
    alt="Left: points on the parabola y = x squared. Right: points on the two diagonals y = x and y = -x. Both "
    "have correlation zero, in neither are x and y independent.",
    axes=(1, 2),
    size=(9.6, 3.3),
) as (left, right):
    left.plot(gx[:400], square[:400], "o", color=DATA, markersize=3)
    left.set(xlabel="x", ylabel="y = x²", title="not independent", xlim=(-3.5, 3.5), ylim=(-0.5, 9))
    right.plot(gx[:400], flipped[:400], "o", color=DATA, markersize=3)
    right.set(
        xlabel="x",
        ylabel="y = ± x, fair coin",
        title="not independent, both Gaussian",
        xlim=(-3.5, 3.5),
        ylim=(-3.5, 3.5),
    )

# %% [markdown] tags=["M06"]
# **You may read:** "uncorrelated means independent", or "uncorrelated Gaussians are independent".
#
# **What holds:** neither: in both clouds $|y|$ is a function of $|x|$. On the right each coordinate alone *is*
# Gaussian, but the pair is not *jointly* Gaussian: then every weighted sum would be Gaussian (or constant), but $x +
# y$ is exactly 0 half of the time. For *jointly* Gaussian coordinates zero correlation does mean independence, because
# the density becomes a product. Do not expect it elsewhere.

# %% tags=["M06"]
print(f"correlations in the samples: {np.corrcoef(gx, square)[0, 1]:.2f} and {np.corrcoef(gx, flipped)[0, 1]:.2f}")
often, given = np.mean(np.abs(flipped) > 1), np.mean(np.abs(flipped[np.abs(gx) > 1]) > 1)
print(
    f"P(|y| > 1) = {often:.2f}, but P(|y| > 1 given |x| > 1) = {given:.2f}; share of x + y = 0: "
    f"{np.mean(gx + flipped == 0):.2f}"
)
# standard error of a correlation that is 0: root of E[x² (y - E y)²] / (n Var x Var y), here of 5/n and of 3/n
assert abs(np.corrcoef(gx, square)[0, 1]) < 6 * np.sqrt(5 / n)
assert abs(np.corrcoef(gx, flipped)[0, 1]) < 6 * np.sqrt(3 / n)
assert given == 1
assert abs(often - 2 * gaussian_cdf(-1.0)) < 6 * np.sqrt(0.22 / n)
# y alone is Gaussian: the largest gap between the empirical and the true cdf exceeds this with probability below 1e-9
# (the inequality of Dvoretzky, Kiefer and Wolfowitz, DKW, with Massart's constant)
assert stats.kstest(flipped, "norm").statistic < np.sqrt(np.log(2 / 1e-9) / (2 * n))
assert abs(np.mean(gx + flipped == 0) - 0.5) < 6 * np.sqrt(0.25 / n)

# %% [markdown] tags=["slide"]
# ## Which is the more surprising observation?
#
# 200 draws of a Gaussian with mean 0, and two new points. **Guess: A or B?**

# %% tags=["continue", "collapse-code"]
cov = covariance(1.0, 1.0, 0.9)
A, B = np.array([1.8, 1.8]), np.array([0.9, -0.9])
cloud = round_cloud @ np.linalg.cholesky(cov).T
with figure(
    alt="A narrow cloud along the diagonal. A lies far out on the long axis of the cloud, B nearer to the centre, "
    "across "
    "the cloud.",
    size=(9.0, 3.9),
) as ax:
    ax.plot(*cloud.T, ".", color=DATA, markersize=5, alpha=0.6)
    for name, point, offset in (("A", A, (0.15, -0.3)), ("B", B, (0.15, -0.1))):
        ax.plot(*point, "s", color="black", markersize=10)
        ax.text(point[0] + offset[0], point[1] + offset[1], name, fontsize=16)
    ax.set(xlim=(-3.4, 3.4), ylim=(-2.9, 3.2), xlabel="x₁", ylabel="x₂", aspect="equal")

# %% [markdown] tags=["subslide"]
# ### Distance in units of the cloud
#
# Surprise is measured by the **Mahalanobis distance** ($\Sigma$ positive definite):
#
# $$D_M(x) = \sqrt{(x-\mu)^\top \Sigma^{-1} (x-\mu)}$$

# %% tags=["predict", "continue", "collapse-code"]
distances = [mahalanobis_distance(point, np.zeros(2), cov) for point in (A, B)]
assert (round(distances[0], 1), round(distances[1], 1)) == (1.8, 4.0)
with figure(
    alt="The same cloud with the ellipse that holds 95 percent. A, at Mahalanobis distance 1.8, lies inside; B, at "
    "4.0, "
    "far outside.",
    size=(9.0, 3.3),
) as ax:
    ax.plot(*cloud.T, ".", color=DATA, markersize=5, alpha=0.6)
    draw_ellipse(ax, [0, 0], cov, mass=0.95, color=MODEL)
    for name, point, distance in (("A", A, distances[0]), ("B", B, distances[1])):
        ax.plot(*point, "s", color="black", markersize=9)
        ax.text(point[0] + 0.6, point[1], f"{name}: {distance:.1f}", fontsize=15, va="center")
    ax.text(-2.2, -0.2, "95 %", color=MODEL, ha="right")
    ax.set(xlim=(-4.2, 4.2), ylim=(-2.9, 3.2), xlabel="x₁", ylabel="x₂", aspect="equal")

# %% [markdown]
# A is twice as far from the mean, and yet in units of the cloud B is farther out, 4.0 against 1.8. B's coordinates are
# harmless one by one; the combination is what is unheard of. No look at single coordinates would find it.
#
# In two dimensions $P(D_M(X) > r) = e^{-r^2/2}$. So $P(D_M(X) \le 1) = 1 - e^{-1/2}$, only 39 %, not 68 %: the ellipse
# $D_M = 1$, often called the "one-sigma ellipse", holds less than you think. In $d$ dimensions the square $D_M(X)^2$ is
# distributed like a sum of $d$ squared standard normals, the *chi-squared* distribution with $d$ degrees of freedom.

# %%
for name, point in (("A", A), ("B", B)):
    distance = np.sqrt(point @ np.linalg.solve(cov, point))
    assert np.isclose(distance, mahalanobis_distance(point, np.zeros(2), cov))
    print(
        f"{name}: {np.linalg.norm(point):.2f} from the mean, Mahalanobis {distance:.2f}, farther out with "
        f"probability {np.exp(-(distance**2) / 2):.5f}"
    )
holds = {d: stats.chi2.cdf(1, d) for d in (1, 2, 5)}
print("P(Mahalanobis <= 1) in 1, 2, 5 dimensions:", *(f"{P:.2f}" for P in holds.values()))
assert np.isclose(holds[2], 1 - np.exp(-0.5))
assert np.isclose(holds[2], 0.39, atol=5e-3)
assert np.isclose(np.linalg.norm(A), 2 * np.linalg.norm(B))

# %% [markdown] tags=["slide"]
# ## See one coordinate, know more about the other
#
# $(X_1, X_2)$ is jointly Gaussian, and you see $X_1 = x_1$. The second coordinate is Gaussian again, with another mean
# and another spread. **Guess, then move the slider: does the spread depend on the value seen?**

# %% tags=["continue", "collapse-code"]
x2_line = np.linspace(-4, 4, 401)


def draw_conditional(axes, seen, rho):
    left, right = axes
    cov = covariance(1.0, 1.2, rho)
    slope, std = cov[1, 0] / cov[0, 0], np.sqrt(cov[1, 1] - cov[1, 0] ** 2 / cov[0, 0])
    draw_ellipse(left, [0, 0], cov, mass=0.95, color=DATA)
    draw_ellipse(left, [0, 0], cov, mass=0.5, color=DATA, linestyle="--")
    left.plot([seen, seen], [-4, 3.9], color="black", linestyle=":")
    left.plot(x2_line, slope * x2_line, color=MODEL, linewidth=1.4)
    left.errorbar([seen], [slope * seen], [1.96 * std], fmt="s", color=MODEL, capsize=5)
    left.set(
        xlim=(-4, 4),
        ylim=(-4, 6.4),
        xlabel="x₁",
        ylabel="x₂",
        xticks=[-3, 0, 3],
        yticks=[-3, 0, 3],
        title=f"seen: x₁ = {seen:g}",
    )
    left.text(0, 5.5, "line: conditional mean", color=MODEL, ha="center")
    left.text(0, 4.4, "bar: 95 % of x₂ given x₁", color=MODEL, ha="center")
    right.plot(gaussian_pdf(x2_line, 0, 1.2), x2_line, "--", color=DATA)
    right.plot(gaussian_pdf(x2_line, slope * seen, std), x2_line, color=MODEL)
    right.set(
        xlim=(0, 1.2),
        ylim=(-4, 6.4),
        xlabel="density of x₂",
        ylabel="x₂",
        xticks=[0, 0.5, 1],
        yticks=[-3, 0, 3],
        title=f"after: mean {slope * seen:.2f}, std {std:.2f}",
    )
    right.text(1.15, 5.5, "dashed: before", color=DATA, ha="right")
    right.text(1.15, 4.4, "after", color=MODEL, ha="right")


explore(
    draw_conditional,
    seen=[-2, -1, 1, 2],
    rho=[-0.8, 0.5, 0.95],
    start={"seen": 1, "rho": 0.5},
    labels={"seen": "seen x₁", "rho": "correlation ρ"},
    alt=lambda seen, rho: (
        f"Ellipses of a Gaussian with correlation {rho:g}, cut at x1 = {seen:g}. The second coordinate has mean 0 "
        f"and standard deviation 1.2 before,"
        f" mean {1.2 * rho * seen:.2f} and standard deviation {1.2 * np.sqrt(1 - rho**2):.2f} after seeing it."
    ),
    axes=(1, 2),
    size=(7.0, 3.3),
    play="seen",
)

# %% [markdown]
# Why does the line of conditional means not follow the long axis of the ellipse? It cuts every *vertical* slice in its
# middle; the ends of the long axis are not the middles of their slices. Only the extreme left and right points of the
# ellipse, where the slice is a single point, are sure to lie on it.

# %% [markdown] tags=["subslide"]
# ### The spread does not depend on the value seen
#
# With $\Sigma_{11} > 0$,
#
# $$\mu_{2|1} = \mu_2 + \frac{\Sigma_{21}}{\Sigma_{11}} (x_1 - \mu_1),
# \qquad \Sigma_{2|1} = \Sigma_{22} - \frac{\Sigma_{21}^2}{\Sigma_{11}}$$
#
# The mean moves along a line; the variance has no $x_1$ in it. This is so for a Gaussian; elsewhere the spread may well
# depend on $x_1$.
#
# **Why:** $X_2 = R + \frac{\Sigma_{21}}{\Sigma_{11}} X_1$, and the rest $R$ is uncorrelated with $X_1$, hence
# independent.

# %% [markdown] tags=["skip"]
# **Why, step by step.** Let $R = X_2 - \frac{\Sigma_{21}}{\Sigma_{11}} X_1$: take away what $X_1$ explains. Then
# $\operatorname{Cov}(R, X_1) = \Sigma_{21} - \frac{\Sigma_{21}}{\Sigma_{11}} \Sigma_{11} = 0$. $R$ and $X_1$ are
# jointly Gaussian and uncorrelated, so they are independent (*Correlation 0: independent?*).
#
# Now read $X_2 = R + \frac{\Sigma_{21}}{\Sigma_{11}} X_1$. Seeing $X_1 = x_1$ fixes the last term and leaves $R$ alone.
# The mean is $E[R] + \frac{\Sigma_{21}}{\Sigma_{11}} x_1 = \mu_2 + \frac{\Sigma_{21}}{\Sigma_{11}} (x_1 - \mu_1)$, and
# the variance is $\operatorname{Var}[R] = \Sigma_{22} - 2 \frac{\Sigma_{21}}{\Sigma_{11}} \Sigma_{21} +
# \frac{\Sigma_{21}^2}{\Sigma_{11}^2} \Sigma_{11} = \Sigma_{22} - \Sigma_{21}^2 / \Sigma_{11}$.

# %% [markdown] tags=["skip"]
# The same with matrices. Two rules to remember, with $a$ and $b$ two groups of coordinates and $\Sigma_{ab}$ the block
# of $\Sigma$ with the rows of $a$ and the columns of $b$:
#
# - **marginal:** ignore $b$: keep $\mu_a$ and the block $\Sigma_{aa}$;
# - **conditional:** see $b$: $\mu_{a|b} = \mu_a + \Sigma_{ab}\Sigma_{bb}^{-1}(x_b - \mu_b)$ and
#   $\Sigma_{a|b} = \Sigma_{aa} - \Sigma_{ab}\Sigma_{bb}^{-1}\Sigma_{ba}$.
#
# In code, in four dimensions, checked against the definition: joint density = marginal times conditional.


# %%
def condition(mean, cov, a, b, x_b):
    gain = cov[np.ix_(a, b)] @ np.linalg.inv(cov[np.ix_(b, b)])  # (len(a), len(b))
    return mean[a] + gain @ (x_b - mean[b]), cov[np.ix_(a, a)] - gain @ cov[np.ix_(b, a)]


rng = np.random.default_rng(SEED)
root = rng.standard_normal((4, 4))
mean4, cov4 = rng.normal(2, 1, 4), root @ root.T + 0.2 * np.eye(4)
a, b = [0, 2], [1, 3]
point = rng.normal(2, 1, 4)
mean_a, cov_a = condition(mean4, cov4, a, b, point[b])
theirs = conditional_gaussian(mean4, cov4, given=b, values=point[b])
assert np.allclose(mean_a, theirs[0])
assert np.allclose(cov_a, theirs[1])
joint = multivariate_gaussian_logpdf(point, mean4, cov4)
marginal_b = multivariate_gaussian_logpdf(point[b], *marginal_gaussian(mean4, cov4, keep=b))
conditional_a = multivariate_gaussian_logpdf(point[a], mean_a, cov_a)
assert np.isclose(joint, marginal_b + conditional_a)
print("log joint = log marginal + log conditional: True")

# %% [markdown] tags=["skip"]
# ### Exercise 5: the second coordinate, given the first
#
# Write `second_given_first(x1, mean, cov)` for a Gaussian pair, where `mean` has shape (2,) and `cov` (2, 2). Return
# the conditional mean and the conditional *variance* of the second coordinate, given that the first is `x1`.


# %% tags=["exercise"]
def second_given_first(x1, mean, cov):
    # x1: number; mean: (2,); cov: (2, 2); returns the pair (conditional mean, conditional variance)
    # your code here; end with `return`
    ...


# %% tags=["solution"]
def second_given_first(x1, mean, cov):
    slope = cov[1, 0] / cov[0, 0]
    return mean[1] + slope * (x1 - mean[0]), cov[1, 1] - slope * cov[1, 0]


# %%
check("second_given_first", second_given_first)

# %% [markdown] tags=["slide"]
# ## A Gaussian fitted to 1000 digits
#
# 64 pixels each: a mean vector and a $64 \times 64$ covariance. Some pixels never vary, so $|\Sigma| = 0$: no density.
# You can draw all the same: $x = \mu + Mz$ with $MM^\top = \Sigma$ from the eigenvectors. **Guess: do the draws look
# like digits?**

# %% tags=["predict", "continue", "collapse-code"]
digits = load_digits_split().x_train.astype(float)  # (1000, 64), pixels 0 to 16
mean64, cov64 = digits.mean(axis=0), np.cov(digits.T)
variances, directions = np.linalg.eigh(cov64)  # ascending
rank = int(np.sum(variances > 1e-9 * variances[-1]))
constant = int(np.sum(digits.std(axis=0) == 0))

rng = np.random.default_rng(SEED)
M = directions * np.sqrt(np.clip(variances, 0, None))  # (64, 64), M M^T = covariance, no Cholesky needed
generated = mean64 + rng.standard_normal((7, 64)) @ M.T
with figure(
    alt="Upper row: seven real digits, clear strokes. Lower row: seven samples of the Gaussian with the digits' "
    "mean and covariance: several digits seem to be drawn over each other, in shades of grey.",
    axes=(2, 7),
    size=(9.6, 3.1),
) as grid_axes:
    whole = grid_axes[0, 0].figure
    whole.subplots_adjust(left=0.12, right=0.99, bottom=0.02, top=0.87, wspace=0.05, hspace=0.06)
    whole.text(0.55, 0.93, "right mean, right covariance, no digits", ha="center", fontsize=13.5)
    for row, images, name in zip(grid_axes, (digits, generated), ("real", "Gaussian"), strict=True):
        for ax, image in zip(row, images, strict=False):
            ax.imshow(image.reshape(8, 8), cmap="gray_r", vmin=0, vmax=16)
            ax.axis("off")
        row[0].text(-0.15, 0.5, name, transform=row[0].transAxes, ha="right", va="center")

# %% [markdown]
# The covariance is **degenerate** (singular): the Gaussian lives on a flat subspace of fewer dimensions, which has
# volume 0 in 64. So there is no density, but there is a distribution, and you can draw from it: take $M$ from the
# eigenvectors, $M = V\sqrt{\Lambda}$ (the columns of $V$ are the eigenvectors, the diagonal matrix $\Lambda$ holds the
# eigenvalues), which works with eigenvalues 0 too. Mean and covariance of the samples are right. Digits they are not:
# they look like several digits drawn over each other, and many values are no pixel values at all. 64 means and 2080
# covariances still leave out the shape.

# %%
print(f"rank {rank} of 64; {constant} pixels never vary; {64 * 65 // 2} different covariances")
many = mean64 + rng.standard_normal((1000, 64)) @ M.T
impossible = np.mean((many < -1e-6) | (many > 16 + 1e-6))
print(
    f"values below 0 or above 16: real {np.mean((digits < 0) | (digits > 16)):.0%}, Gaussian {impossible:.0%}; "
    f"exactly 0: real {np.mean(digits == 0):.0%}"
)
assert impossible > 0.2
assert np.mean(digits == 0) > 0.4
assert rank == 64 - constant < 64
assert np.allclose(M @ M.T, cov64)
try:
    multivariate_gaussian_logpdf(digits[0], mean64, cov64)
except ValueError:
    print("the package's log density refuses this covariance: it is singular")
else:
    raise AssertionError("a singular covariance must be refused")

# %% [markdown] tags=["slide", "M54"]
# ## How far from the peak?
#
# $X$ standard normal in $d$ dimensions; the density is highest at 0.
#
# **Guess: for $d = 100$, how often does $X$ lie within distance 5 of its peak?**

# %% tags=["predict", "continue", "M54", "collapse-code"]
rng = np.random.default_rng(SEED)
dimensions = [1, 2, 3, 5, 10, 30, 100, 200]
radii = {d: np.linalg.norm(rng.standard_normal((2000, d)), axis=1) for d in dimensions}
radius_line = np.linspace(0, 18, 600)
radius_bars = {d: np.histogram(radii[d], bins=np.arange(0, 18.1, 0.2), density=True) for d in dimensions}


def in_words(probability):
    """A probability in words for a figure, 1.1e-15 as 1.1 × 10⁻¹⁵."""
    if probability > 1e-4:
        return f"{probability:.2g}"
    mantissa, power = f"{probability:.1e}".split("e")
    raised = str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{mantissa} × 10{raised}"


def draw_shell(ax, d):
    ax.stairs(*radius_bars[d], fill=True, color=GENERATED, alpha=0.4, label="2000 draws")
    ax.plot(radius_line, stats.chi.pdf(radius_line, d), color=MODEL, label="exact density of the distance")
    ax.axvline(np.sqrt(d), ymax=0.6, color="black", linestyle="--", linewidth=1.4, label="√d")
    ax.plot([5, 5], [0, 0.9], color="black", linewidth=1.2)
    ax.text(5.15, 0.8, "distance 5")
    ax.set(
        xlim=(0, 18),
        ylim=(0, 1.5),
        xlabel="distance from the peak",
        ylabel="density",
        title=f"P(distance ≤ 5) = {in_words(stats.chi.cdf(5, d))}",
    )
    ax.legend(loc="upper right")


explore(
    draw_shell,
    d=dimensions,
    start={"d": 100},
    labels={"d": "dimension d"},
    alt=lambda d: (
        f"Distance of a {d}-dimensional standard normal from its mode: 90 percent lie between "
        f"{stats.chi.ppf(0.05, d):.1f} and"
        f" {stats.chi.ppf(0.95, d):.1f}; root d is {np.sqrt(d):.1f}. Within 5 lies a probability of "
        f"{stats.chi.cdf(5, d):.2g}."
    ),
    size=(7.2, 3.8),
    play="d",
)

# %% [markdown] tags=["M54"]
# **You may read:** "the mass of a Gaussian sits at its mode."
#
# **What holds:** density is per volume, and there is almost no volume near the centre. $\|X\|^2$ is a sum of $d$
# squares with mean $d$ and standard deviation $\sqrt{2d}$, so the radius is close to $\sqrt{d}$ and its spread stays
# near $1/\sqrt2$. The mass sits in a thin shell. The mode is the point of highest density, and in practice no draw
# lies near it.

# %% tags=["M54"]
d = 100
ratio = multivariate_gaussian_logpdf(np.zeros(d), np.zeros(d), np.eye(d)) - multivariate_gaussian_logpdf(
    np.ones(d), np.zeros(d), np.eye(d)
)
print(
    f"P(distance <= 5) = {stats.chi.cdf(5, d):.1e}; nearest of 2000 draws: {radii[d].min():.1f}; mean "
    f"{radii[d].mean():.2f}, std {radii[d].std():.2f}"
)
print(f"yet the density at the mode is e^{ratio:.0f} times that on the shell")
assert stats.chi.cdf(5, d) < 1e-14
assert radii[d].min() > 6
assert np.isclose(ratio, d / 2)
assert abs(radii[d].mean() - np.sqrt(d)) < 0.2
assert abs(radii[d].std() - np.sqrt(0.5)) < 0.1

# %% [markdown] tags=["slide", "M04"]
# ## When do two components make two hills?
#
# A **mode** is a local maximum of the density: *unimodal* means one, *multimodal* several.
#
# **Guess, then move the slider: how far apart must two Gaussians ($\sigma = 1$, weights 1/2) be, for their mixture to
# have two modes?**

# %% tags=["continue", "M04", "collapse-code"]
mix_line = np.linspace(-4, 9, 2601)


def draw_mixture(ax, apart, weight):
    density = mixture_pdf(mix_line, [1 - weight, weight], [0, apart], 1)
    ax.plot(mix_line, density, color=MODEL, label="mixture")
    ax.plot(mix_line, (1 - weight) * gaussian_pdf(mix_line), "--", color=LATENT, linewidth=1.4, label="first component")
    ax.plot(mix_line, weight * gaussian_pdf(mix_line, apart), ":", color=LATENT, linewidth=2, label="second component")
    modes = find_modes(density)
    ax.plot(mix_line[modes], density[modes], "v", color="black", markersize=10)
    title = f"{apart:g} σ apart: {len(modes)} mode" + "s" * (len(modes) > 1)
    if weight == 0.5 and len(modes) > 1:
        title += " (equal weights need more than 2 σ)"
    ax.set(xlim=(-4, 9), ylim=(0, 0.46), xlabel="x", ylabel="density", title=title)
    ax.legend(loc="upper right")


explore(
    draw_mixture,
    apart=[0, 1, 1.8, 2.2, 2.6, 3, 4],
    weight=[0.5, 0.3, 0.1],
    start={"apart": 0, "weight": 0.5},
    labels={"apart": "distance of the means", "weight": "weight of the second"},
    alt=lambda apart, weight: (
        f"Mixture of two Gaussians with standard deviation 1, {apart:g} apart, the second with weight {weight:g}. "
        f"It has"
        f" {count_modes(mixture_pdf(mix_line, [1 - weight, weight], [0, apart], 1))} mode(s)."
    ),
    size=(7.2, 3.4),
    play="apart",
)

# %% [markdown] tags=["M04"]
# **You may read:** "a mixture of two Gaussians has two modes."
#
# **What holds:** with equal weights and equal standard deviations only if the means are more than $2\sigma$ apart.
# Halfway between them, at distance $m$ from each, the second derivative has the sign of $m^2/\sigma^2 - 1$: a valley
# exists only for $m > \sigma$. With unequal weights you need more.

# %% tags=["M04"]
fine = np.linspace(-3, 9, 12_001)


def needed_distance(weight):
    """Smallest distance of the means with two modes, by bisection."""
    low, high = 0.0, 6.0
    while high - low > 1e-4:
        middle = (low + high) / 2
        two = count_modes(mixture_pdf(fine, [1 - weight, weight], [0, middle], 1)) == 2
        low, high = (low, middle) if two else (middle, high)
    return high


needed = {weight: needed_distance(weight) for weight in (0.5, 0.3, 0.1)}
print("distance needed for two modes, in standard deviations:", {w: round(d, 2) for w, d in needed.items()})
assert np.isclose(needed[0.5], 2, atol=1e-3)
assert needed[0.1] > needed[0.3] > 2.5
assert count_modes(mixture_pdf(fine, [0.5, 0.5], [0, 1.95], 1)) == 1
assert count_modes(mixture_pdf(fine, [0.5, 0.5], [0, 2.05], 1)) == 2

# %% [markdown] tags=["skip", "M55"]
# ## Where are the modes?
#
# On the line, $K$ Gaussians make at most $K$ modes. Here are two components in the plane, one wide and flat, one tall
# and narrow. **Guess: how many modes has their mixture (weights 1/2), and where?**

# %% tags=["M55", "collapse-code"]
with figure(
    alt="Two ellipses, one wide around (0, 0), one tall around (1, 1); they cross near (1, 0). A plus marks each mean.",
    size=(6.4, 4.4),
) as ax:
    for name, centre, spread, where in (
        ("wide", (0, 0), np.diag([1.0, 0.05]), (-2.2, 0.6)),
        ("tall", (1, 1), np.diag([0.05, 1.0]), (1.6, 2.4)),
    ):
        draw_ellipse(ax, centre, spread, mass=0.8, color=LATENT)
        ax.plot(*centre, "+", color=LATENT, markersize=14, markeredgewidth=3)
        ax.text(*where, name, color=LATENT)
    ax.set(xlabel="x₁", ylabel="x₂", xlim=(-2.7, 3), ylim=(-1.6, 3.7), aspect="equal")


# %% tags=["predict", "M55", "collapse-code"]
def crossed(first, second):
    """Half of a Gaussian that is flat in the first direction, half of one that is flat in the second."""
    one = gaussian_pdf(first, 0, 1) * gaussian_pdf(second, 0, np.sqrt(0.05))
    two = gaussian_pdf(first, 1, np.sqrt(0.05)) * gaussian_pdf(second, 1, 1)
    return 0.5 * one + 0.5 * two


g1, g2 = np.meshgrid(np.linspace(-2.7, 3, 457), np.linspace(-1.6, 3.7, 425), indexing="ij")
height = crossed(g1, g2)
modes = find_modes(height)  # (modes, 2) indices
with figure(
    alt="Contours of a mixture of a wide and a tall flat Gaussian that cross in an L. Three modes are marked: "
    "near (0, 0), near (1, 1), and the highest where the two ridges cross, near (1, 0).",
    size=(6.4, 4.4),
) as ax:
    ax.contour(g1, g2, height, levels=np.linspace(0.04, 0.44, 11), colors=MODEL, linewidths=1)
    ax.plot(g1[tuple(modes.T)], g2[tuple(modes.T)], "v", color="black", markersize=9)
    for (i, j), where in zip(modes, ((-2.3, -1.2), (1.7, -0.9), (1.7, 1.9)), strict=True):
        line = {"arrowstyle": "-", "color": "black", "linewidth": 0.8}
        ax.annotate(f"mode, {height[i, j]:.2f}", (g1[i, j], g2[i, j]), where, arrowprops=line)
    ax.set(xlabel="x₁", ylabel="x₂", xlim=(-2.7, 3), ylim=(-1.6, 3.7), aspect="equal")
    ax.set_title("two components, three modes")

# %% [markdown] tags=["skip", "M55"]
# **You may read:** "a mixture has at most as many modes as components."
#
# **What holds:** for Gaussians on the line, yes. In two dimensions two Gaussians can make three modes (Ray and Lindsay
# 2005), in $d$ dimensions up to $d + 1$ (Ray and Ren 2012). So there can be more components than modes (they merge), or
# fewer (they cross). Do not read the number of groups off the number of hills.

# %% tags=["M55"]
for i, j in modes:
    print(f"mode at ({g1[i, j]:.2f}, {g2[i, j]:.2f}), height {height[i, j]:.3f}")
assert len(modes) == 3  # two components
other = np.meshgrid(np.linspace(-1.013, 2.2, 523), np.linspace(-1.2, 2.117, 611), indexing="ij")
assert count_modes(crossed(*other)) == 3  # the same on another grid
on_the_line = mixture_pdf(fine, [0.5, 0.5], [0, 1], [1, np.sqrt(0.05)])
assert count_modes(on_the_line) <= 2

# %% [markdown] tags=["slide"]
# ## Which bins tell the truth about the petals?
#
# A histogram shows the data *and* your choice of bins. **Guess, then move the slider: which bin widths hide the gap,
# which invent modes?**


# %% tags=["continue", "collapse-code"]
def petal_histogram(width, shift):
    edges = np.arange(0.5 - (1 + shift) * width, 7.5 + 2 * width, width)
    counts, _ = np.histogram(petal, edges)
    return edges, counts / (150 * width), count_modes(np.concatenate([[0], counts, [0]]))


def draw_bins(ax, width, shift):
    edges, density, modes = petal_histogram(width, shift)
    ax.stairs(density, edges, fill=True, color=DATA, alpha=0.5)
    ax.stairs(density, edges, color=DATA)
    ax.plot(petal, np.full(150, -0.02), "|", color="black", markersize=6)
    ax.set(
        xlim=(-1.5, 9.5),
        ylim=(-0.04, 0.95),
        xlabel="petal length x (cm)",
        ylabel="density (per cm)",
        title=f"bins of {width:g} cm, modes: {modes}",
    )


explore(
    draw_bins,
    width=[0.1, 0.25, 0.5, 1.0, 2.0, 3.0],
    shift=[0.0, 0.5],
    start={"width": 0.5},
    labels={"width": "bin width (cm)", "shift": "shift (bins)"},
    alt=lambda width, shift: (
        f"Histogram of 150 petal lengths with bins {width:g} cm wide, shifted by {shift:g} of a bin: "
        f"{petal_histogram(width, shift)[2]} mode(s)."
    ),
    size=(8.4, 3.6),
    play="width",
)

# %% [markdown]
# Bins of 0.1 cm give sixteen modes, bins of 3 cm one, and at 2 cm it depends on where the first bin starts. A **kernel
# density estimate** (KDE) removes the starting point: it puts a small Gaussian of width $h$, the *bandwidth*, on every
# data point and averages,
#
# $$\hat f_h(x) = \frac1n \sum_{i=1}^n N(x;\, x_i, h^2).$$
#
# The choice of $h$ remains.


# %%
def kde(x, samples, h):
    return gaussian_pdf(x[:, None], samples, h).mean(axis=1)  # (points, n) -> (points,)


line = np.linspace(-1, 9, 2001)
assert np.allclose(kde(line, petal, 0.3), kernel_density(line, petal, bandwidth=0.3))
modes_of_petals = {h: count_modes(kde(line, petal, h)) for h in (0.05, 0.1, 0.3, 0.6, 1.2, 1.5)}
print("bandwidth in cm -> modes of the petals:", modes_of_petals)
assert modes_of_petals[0.05] > 10
assert modes_of_petals[0.3] == modes_of_petals[1.2] == 2
assert modes_of_petals[1.5] == 1
assert petal_histogram(0.1, 0)[2] == 16
assert petal_histogram(3.0, 0)[2] == 1
assert {petal_histogram(2.0, shift)[2] for shift in (0, 0.25, 0.5)} == {1, 2}

# %% [markdown] tags=["slide", "M56"]
# ## Which bandwidth?
#
# Average Gaussians of width $h$, the **bandwidth**, one on every point: $\hat f_h(x) = \frac1n \sum_i N(x;\, x_i,
# h^2)$. Distance to the truth: half the area between the curves. **Guess, then move the slider: which $h$ is best? Is
# scipy's default good?**

# %% tags=["continue", "M56", "collapse-code"]
rng = np.random.default_rng(SEED)
tv_line = np.linspace(-6, 6, 601)
truth = mixture_pdf(tv_line, [0.5, 0.5], [-2.5, 2.5], 0.5)
sample = rng.choice([-2.5, 2.5], 500) + 0.5 * rng.standard_normal(500)
bandwidths = np.array([0.04, 0.1, 0.2, 0.35, 0.5, 0.72, 1.2])


def total_variation(f, g):
    return 0.5 * np.trapezoid(np.abs(f - g), tv_line)


estimates = {(n, h): kernel_density(tv_line, sample[:n], bandwidth=h) for n in (50, 500) for h in bandwidths.tolist()}
kde_errors = {key: total_variation(estimate, truth) for key, estimate in estimates.items()}


def draw_kde(ax, h, n):
    name = " (scipy's default)" if (n, h) == (500, 0.72) else ""
    modes = count_modes(estimates[n, h])
    ax.fill_between(tv_line, truth, color=DATA, alpha=0.3, label="truth")
    ax.plot(tv_line, estimates[n, h], color=MODEL, label="estimate")
    ax.plot(sample[:n], np.full(n, -0.015), "|", color="black", markersize=5)
    ax.set(
        xlim=(-6, 6),
        ylim=(-0.03, 0.75),
        xlabel="x",
        ylabel="density",
        title=f"h = {h:g}{name}: distance to truth {kde_errors[n, h]:.3f}, modes {modes}",
    )
    ax.legend(loc="upper center", ncols=2)


explore(
    draw_kde,
    h=bandwidths,
    n=[50, 500],
    start={"h": 0.35, "n": 500},
    labels={"h": "bandwidth h", "n": "sample size n"},
    alt=lambda h, n: (
        f"Kernel estimate from {n} points with bandwidth {h:g} over the true density with two narrow hills: total "
        f"variation {kde_errors[n, h]:.3f},"
        f" {count_modes(estimates[n, h])} mode(s)."
    ),
    size=(7.0, 3.2),
    play="h",
)

# %% [markdown] tags=["M56"]
# **You may read:** "the default bandwidth is fine."
#
# **What holds:** the usual rules (Scott, Silverman) scale with the spread of *all* data (standard deviation or
# quartiles), as if they were one Gaussian. With several groups most of that spread lies between the groups, so the rule
# is too wide: the hills come out two thirds as high, with tails where no data are. Half the area between the curves is
# called *total variation*. The best fit may still show a mode too many: a small distance and the right number of modes
# are two wishes. Try several bandwidths, or choose by how probable the estimate makes data that it has not seen
# (*held-out likelihood*, notebook 13).

# %% tags=["M56"]
tried = np.geomspace(0.05, 1.5, 25)
tv = [total_variation(kernel_density(tv_line, sample, bandwidth=h), truth) for h in tried]
best = tried[np.argmin(tv)]
scott = sample.std(ddof=1) * len(sample) ** -0.2  # scipy's default
assert abs(scott - 0.72) < 0.03
assert np.allclose(stats.gaussian_kde(sample)(tv_line), kernel_density(tv_line, sample, bandwidth=scott))
defaults = {"Scott (scipy)": scott, "Silverman": silverman_bandwidth(sample)}
modes_at_best = count_modes(kernel_density(tv_line, sample, bandwidth=best))
print(f"best of {len(tried)}: bandwidth {best:.2f}, total variation {min(tv):.2f}, modes {modes_at_best}")
for name, h in defaults.items():
    estimate = kernel_density(tv_line, sample, bandwidth=h)
    lower = estimate.max() / truth.max()
    print(
        f"{name}: bandwidth {h:.2f}, total variation {total_variation(estimate, truth):.2f}, hills {lower:.2f} as high"
    )
    assert total_variation(estimate, truth) > max(0.18, 2 * min(tv))
    assert h > 2 * best
    assert 0.5 < lower < 0.75
    assert count_modes(estimate) == 2

# %% [markdown] tags=["skip"]
# ### Exercise 6: count the modes
#
# Write `count_peaks(density)` for a density on a one-dimensional grid: how many *inner* points are higher than both
# their neighbours? A stretch of equal values is no peak here: neither 0 far from the data nor a flat top.


# %% tags=["exercise"]
def count_peaks(density):
    # density: (n,) on a regular grid; returns a whole number
    # your code here; end with `return`
    ...


# %% tags=["solution"]
def count_peaks(density):
    inner = density[1:-1]
    return np.sum((inner > density[:-2]) & (inner > density[2:]))


# %%
check("count_peaks", count_peaks)

# %% [markdown] tags=["skip"]
# ## Two ways to have a distribution: evaluate it, or sample it
#
# | | **explicit**: density known | **implicit**: sampler known |
# |---|---|---|
# | evaluate $f(x)$, likelihood (the density of data as seen) | yes | no |
# | draw $x$ | not always easy | yes |
# | $P(\text{event})$, $E[g(X)]$ | by integration | by counting draws |
# | examples | Gaussian mixture | simulator, most neural generators |
#
# The Gaussian is both. A posterior (the distribution of unknowns once data are seen, notebook 03) is often known up to
# a constant only: nearly explicit, since ratios of densities are known, though the density itself is not; drawing from
# it is work (notebook 02). A simulator is implicit: below, the highest point of a random walk. Suppose nobody had
# written down its pmf; every probability is still available by counting, with a standard error of at most
# $1/(2\sqrt{n})$ for $n$ draws.

# %%
rng = np.random.default_rng(SEED)
n = 20_000
walks = rng.choice(np.array([-1, 1], dtype=np.int8), size=(n, 50)).cumsum(axis=1, dtype=np.int16)  # (n, 50) positions
counted = np.mean(walks.max(axis=1) >= 10)
# for this one walk the answer is known, by the reflection principle: P(last position >= 10) + P(last position > 10)
exact = stats.binom.sf(29, 50, 0.5) + stats.binom.sf(30, 50, 0.5)
print(
    f"P(the walk reaches 10 within 50 steps): counted {counted:.3f}, exact {exact:.3f}, largest possible standard "
    f"error {1 / (2 * np.sqrt(n)):.4f}"
)
assert abs(counted - exact) < 6 * 0.5 / np.sqrt(n)

# %% [markdown] tags=["slide"]
# ## What is the density of a point on a circle?
#
# **Explicit** distribution: you can evaluate its density. **Implicit**: you can sample, $x = g(z)$, and every event has
# a probability, $P(x \in H) = P(g(z) \in H)$.
#
# **Guess: $z$ is a random angle, $x = (\cos z, \sin z)$. What is the density at $(1, 0)$?**

# %% tags=["predict", "continue", "collapse-code"]
rng = np.random.default_rng(SEED)
n, sides, noise = 400_000, np.array([0.02, 0.05, 0.1, 0.2, 0.5]), 0.1
angle = rng.uniform(0, 2 * np.pi, n)
circle = np.stack([np.cos(angle), np.sin(angle)])  # (2, n)
noisy = circle + noise * rng.standard_normal((2, n))


def share_in_square(points, side):
    return np.mean((np.abs(points[0] - 1) < side / 2) & (np.abs(points[1]) < side / 2))


share = {
    name: np.array([share_in_square(points, side) for side in sides])
    for name, points in (("circle", circle), ("noisy", noisy))
}
turn = np.linspace(0, 2 * np.pi, 4001)
density_noisy = np.exp(-((np.cos(turn) - 1) ** 2 + np.sin(turn) ** 2) / (2 * noise**2))[:-1].mean() / (
    2 * np.pi * noise**2
)
with figure(
    alt="Left: draws on a circle and draws of a noisy circle, with a small square at (1, 0). Right: share of "
    "draws in the square over its area. For the noisy circle it settles at 0.64 as the square shrinks; for the circle "
    "it doubles whenever the side halves.",
    axes=(1, 2),
    size=(9.6, 3.1),
) as (left, right):
    left.plot(*noisy[:, :400], ".", color=GENERATED, markersize=3)
    left.plot(*circle[:, :600], ".", color="black", markersize=2)
    left.plot([0.75, 1.25, 1.25, 0.75, 0.75], [-0.25, -0.25, 0.25, 0.25, -0.25], color="black", linewidth=1.6)
    left.set(xlim=(-1.5, 1.5), ylim=(-1.5, 1.5), xlabel="x₁", ylabel="x₂", aspect="equal")
    right.loglog(sides, share["circle"] / sides**2, "s--", color="black")
    right.loglog(sides, share["noisy"] / sides**2, "o-", color=GENERATED)
    right.text(0.045, 6, "circle: no density")
    right.text(0.0215, 0.2, f"circle + noise 0.1: density {density_noisy:.2f}", color=GENERATED)
    right.set(
        xlabel="side of the square",
        ylabel="share / area",
        title="share of draws in the square / its area",
        ylim=(0.1, 30),
    )
    right.set_xticks(sides, [f"{side:g}" for side in sides])
    right.set_yticks([0.1, 1, 10], ["0.1", "1", "10"])
    right.minorticks_off()

for name, exact in (("circle", np.arcsin(sides / 2) / np.pi), ("noisy", None)):
    expected_share = exact if name == "circle" else density_noisy * sides**2
    checked = slice(None) if name == "circle" else slice(0, 2)  # a small square, where the density hardly varies
    error = 6 * np.sqrt(expected_share / n) + 0.02 * expected_share
    assert (np.abs(share[name] - expected_share) < error)[checked].all()
assert round(density_noisy, 2) == 0.64

# %% [markdown]
# There is none: the estimate grows like 1 over ($2\pi$ times the side) without end. All probability sits on a line of
# area zero, so the distribution is *singular*. A smooth generator with fewer latent than data dimensions never has a
# density. Add Gaussian noise to its output, and it has one: an average of narrow bells.

# %% [markdown]
# Is the output *always* a distribution? If $g$ is a fixed (measurable) function and $z$ is drawn from one distribution,
# yes. A constant $g$ gives a point mass. What has no distribution: "uniform on all real numbers", or the outputs of a
# generator that is still being trained, unless you say at which step.

# %% [markdown] tags=["slide"]
# ## The petals again: ask which species
#
# One Gaussian for *setosa* (weight 1/3), one for the other two species (2/3). The gap where one Gaussian expected 26
# petals now expects about one.

# %% tags=["continue", "collapse-code"]
setosa = petal[iris.species == 0]
others = petal[iris.species != 0]
weights = np.array([len(setosa), len(others)]) / 150
means, stds = [setosa.mean(), others.mean()], [setosa.std(), others.std()]
in_gap = 150 * np.diff(mixture_cdf([1.95, 2.95], weights, means, stds))[0]
x = np.linspace(-1, 8.5, 500)
with figure(
    alt=f"Histogram of the petal lengths with a mixture of two Gaussians: a tall narrow hill at {means[0]:.1f} cm, "
    f"a low wide one at {means[1]:.1f} cm, "
    "and a valley between them. The single Gaussian of the first slides, dashed, ignores the valley.",
    size=(9.6, 3.7),
) as ax:
    ax.hist(petal, bins=np.arange(0.95, 7.2, 0.1), density=True, color=DATA, alpha=0.5, label="150 petals")
    ax.plot(x, mixture_pdf(x, weights, means, stds), color=MODEL, label=f"two Gaussians: {in_gap:.1f} in the gap")
    ax.plot(x, gaussian_pdf(x, petal_mean, petal_std), "--", color=WRONG, label="one Gaussian (blue at the start): 26")
    ax.set(xlabel="petal length x (cm)", ylabel="density (per cm)", ylim=(0, 1.0))
    ax.legend(loc="upper right")

assert 0.5 < in_gap < 1.5

# %%
mixture_mean = weights @ means
between = weights @ np.square(np.array(means) - mixture_mean)  # variance of the means
mixture_variance = weights @ np.square(stds) + between
print(
    f"expected in the gap: {in_gap:.1f}; mean {mixture_mean:.2f}, std {np.sqrt(mixture_variance):.2f}: the same "
    f"two numbers as before; {between / mixture_variance:.0%} of the variance lies between the groups"
)
assert np.isclose(mixture_mean, petal_mean)
assert np.isclose(np.sqrt(mixture_variance), petal_std)
assert between / mixture_variance > 0.8

# %% [markdown]
# Same mean, same standard deviation, to the last digit; a different distribution. The spread of 1.76 cm is mostly the
# distance *between* the groups. Here the species was known. Notebook 06 finds the groups without it.

# %% [markdown] tags=["skip"]
# ## One pixel, and the sum of all 64
#
# Each digit has 64 pixels, 0 to 16. **Guess the shape: of one pixel, and of the sum of all 64?**

# %% tags=["predict", "collapse-code"]
pixel = digits[:, 20]  # third row, fifth column
total = digits.sum(axis=1)  # (1000,)
bins = np.arange(195, 436, 12)
with figure(
    alt="Left: values of one pixel: 0 and 16 are by far the most frequent values, the other 59 percent are spread over "
    "1 to 15. Right: the sums of the 64 pixels, one hill around 314, near the Gaussian of the same mean and standard "
    "deviation, but cut off on the left.",
    axes=(1, 2),
    size=(9.6, 3.6),
) as (left, right):
    left.hist(pixel, bins=np.arange(-0.5, 17), color=DATA, alpha=0.6, edgecolor="white")
    left.set(xlabel="value of the pixel in row 3, column 5", ylabel="digits")
    right.hist(
        total,
        bins,
        weights=np.full(1000, 100 / 1000 / 12),
        color=DATA,
        alpha=0.6,
        edgecolor="white",
        label="1000 digits",
    )
    v = np.linspace(195, 435, 300)
    right.plot(v, 100 * gaussian_pdf(v, total.mean(), total.std()), color=MODEL, label="Gaussian")
    right.set(xlabel="sum of 64 pixels", ylabel="% per unit", title="one hill, cut off on the left", ylim=(0, 1.5))
    right.legend(loc="upper left", borderaxespad=0.1)

# %%
cov_sum = cov64 * 999 / 1000  # with divisor n
off_diagonal = cov_sum[~np.eye(64, dtype=bool)]
positive, negative = off_diagonal[off_diagonal > 0].sum(), off_diagonal[off_diagonal < 0].sum()
print(
    f"variance of the sum {total.var():.0f} = variances of the pixels {np.trace(cov_sum):.0f} + covariances "
    f"{positive:+.0f} {negative:+.0f}"
)
correlation = np.corrcoef(digits[:, digits.std(axis=0) > 0].T)
largest = np.abs(correlation - np.eye(len(correlation))).max()
ks_gap = stats.kstest(total, "norm", args=(total.mean(), total.std())).statistic
print(f"yet the strongest correlation of two pixels is {largest:.2f}; largest gap to the Gaussian cdf {ks_gap:.3f}")
low = total.mean() - 2 * total.std()
drawn = mean64.sum() + rng.standard_normal((20_000, 64)) @ M.sum(axis=0)  # sums of Gaussian images
low_shares = {
    "1000 digits": np.mean(total < low),
    "447 test digits": np.mean(load_digits_split().x_test.sum(axis=1) < low),
    "Gaussian images": np.mean(drawn < low),
}
print("more than 2 std below the mean:", ", ".join(f"{name} {share:.1%}" for name, share in low_shares.items()))
assert np.isclose(cov_sum.sum(), total.var())
assert (round(positive), round(negative)) == (4504, -4533)
assert abs(ks_gap - 0.048) < 5e-4
assert round(100 * low_shares["1000 digits"], 1) == 0.1
assert round(100 * low_shares["447 test digits"], 1) == 2.2
assert abs(low_shares["Gaussian images"] - gaussian_cdf(-2.0)) < 6 * np.sqrt(0.023 / 20_000)
assert largest > 0.85
assert pixel.max() == 16
assert round(np.mean((pixel > 0) & (pixel < 16)), 2) == 0.59

# %% [markdown] tags=["skip"]
# The sum is one hill, nearly Gaussian (the cdfs differ by at most .048), although the pixels depend on each other.
# Positive and negative covariances nearly cancel, so its spread is almost that of independent pixels: luck, not
# independence. Look at the tail too: in these 1000 digits hardly one has very little ink (0.1 % against 2.3 % for the
# Gaussian); in the 447 test digits 2.2 % do. A tail is the first thing that another sample changes.
#
# Take it as a warning. A Gaussian-looking summary says nothing about the 64 dimensions behind it: the Gaussian images
# above, which are no digits, have sums of the same mean and standard deviation. Not even the tail gives them away:
# 2.3 % of their sums are that low, much as in the test digits.

# %% [markdown] tags=["skip"]
# ## An earthquake in decibels
#
# Of a seismogram take two windows: $N$, the two seconds before the fast P wave arrives, and $S$, two seconds after the
# slower, stronger S wave arrives (the two seconds are this course's choice). $|S|_{95}$ and $|N|_{95}$ are the 95th
# percentiles of the absolute amplitude. The **signal-to-noise ratio** (SNR) is
#
# $$\mathrm{SNR} = 10 \log_{10} \Big[ \Big( \frac{|S|_{95}}{|N|_{95}} \Big)^{2} \Big]
# = 20 \log_{10} \frac{|S|_{95}}{|N|_{95}} \ \text{dB}$$

# %% tags=["collapse-code"]
# the course's own sample: synthetic, in the layout of STEAD; load_stead(path) reads real STEAD files the same way
quakes = list(load_stead(data_directory() / "seismograms.hdf5", category="earthquake_local"))
quake = quakes[23]
p, s = int(quake.p_arrival_sample), int(quake.s_arrival_sample)
east = quake.waveform[:, 0] / quake.gain * 1e6  # micrometres per second
window = 200
noise_window, signal_window = east[p - window : p], east[s : s + window]
snr = 10 * np.log10((np.percentile(np.abs(signal_window), 95) / np.percentile(np.abs(noise_window), 95)) ** 2)
assert np.isclose(snr, snr_db(quake.waveform, p_arrival=p, s_arrival=s)[0])
assert abs(snr - quake.snr_db[0]) < 0.06

seconds = np.arange(len(east)) / SAMPLING_RATE
with figure(
    alt=f"East component of one synthetic seismogram over 18 seconds: quiet, a weak onset at the P wave, a strong "
    f"one at the S wave. Noise and signal "
    f"windows are shaded; the signal-to-noise ratio is {snr:.0f} dB.",
    size=(9.6, 3.1),
) as ax:
    ax.plot(seconds, east, color=DATA, linewidth=0.8)
    top_of_axes = 1.3 * np.abs(east).max()
    for start, name in ((p - window, "noise"), (s, "signal")):
        ax.axvspan(start / SAMPLING_RATE, (start + window) / SAMPLING_RATE, color="black", alpha=0.1, linewidth=0)
        ax.text((start + window / 2) / SAMPLING_RATE, 1.04 * top_of_axes, name, ha="center")
    for arrival, wave in ((p, "P"), (s, "S")):
        ax.plot([arrival / SAMPLING_RATE] * 2, [-top_of_axes, -0.7 * top_of_axes], color="black", linewidth=1.4)
        ax.text(arrival / SAMPLING_RATE + 0.15, -0.95 * top_of_axes, wave)
    ax.text(19.8, 0.75 * top_of_axes, f"SNR {snr:.0f} dB", ha="right")
    ax.set(xlabel="time (s)", ylabel="velocity east (µm/s)", xlim=(2, 20), ylim=top_of_axes * np.array([-1, 1]))

# %% [markdown] tags=["skip"]
# STEAD (Mousavi et al. 2019) is a catalogue of about 1.2 million seismograms of local earthquakes and noise. The course
# carries 60 *synthetic* earthquakes in its layout, drawn from a stated model (`data/README.md`), so that nothing needs
# to be downloaded. 20 dB means ten times the amplitude of the noise.
#
# **Peak ground acceleration** (PGA) is the largest horizontal acceleration of the ground; here the geometric mean of
# the peaks east and north. **Guess: what share of the 60 lies above their mean? And what shape has the histogram of the
# logarithm?**

# %% tags=["predict", "collapse-code"]
pga = np.array([peak_ground_acceleration(quake.acceleration()) for quake in quakes])  # (60,) m/s^2
above = np.mean(pga > pga.mean())
log_pga = np.log10(1000 * pga)  # of PGA in mm/s²
with figure(
    alt=f"Left: peak ground acceleration, nearly all in the first bars with a long tail; {100 * above:.0f} percent "
    f"lie above the mean; the median is ten times smaller. Right: its decimal logarithm, two groups with a gap between "
    f"them.",
    axes=(1, 2),
    size=(9.6, 3.6),
) as (left, right):
    left.hist(1000 * pga, bins=np.arange(0, 20.1, 1), color=DATA, alpha=0.6, edgecolor="white")
    left.axvline(1000 * pga.mean(), color="black", linestyle="--", linewidth=1.4)
    left.axvline(1000 * np.median(pga), color="black", linestyle=":", linewidth=1.8)
    left.text(1000 * pga.mean() + 0.4, 28, f"-- mean: {100 * above:.0f} % lie above\n··· median: 50 % lie above")
    left.set(xlabel="PGA (mm/s²)", ylabel="synthetic earthquakes", ylim=(0, 38))
    right.hist(log_pga, bins=np.arange(-2.4, 1.5, 0.25), color=DATA, alpha=0.6, edgecolor="white")
    right.set(xlabel="log₁₀ of PGA in mm/s²", ylabel="synthetic earthquakes")

# %%
print(
    f"PGA: mean {1000 * pga.mean():.2f}, median {1000 * np.median(pga):.2f} mm/s²; skewness {stats.skew(pga):.1f}, "
    f"of the logarithm {stats.skew(log_pga):.1f}"
)
inner = np.sort(log_pga)
widest = np.argmax(np.diff(inner))
print(f"widest gap of the logarithm: from {inner[widest]:.2f} to {inner[widest + 1]:.2f}")
assert (round(inner[widest], 2), round(inner[widest + 1], 2)) == (-0.50, 0.03)
assert above < 0.4
assert 9.5 < pga.mean() / np.median(pga) < 10.5
assert stats.skew(pga) > 2.5
assert abs(stats.skew(log_pga)) < 0.5

# %% [markdown] tags=["skip"]
# On the raw scale one skewed heap; the mean is ten times the median. Acceleration is a product of many factors (size,
# distance, damping, ground), so its logarithm is a sum, and closer to the shapes we know. On that scale the heap turns
# out to be *two* groups. A change of variables does not alter the data; it alters what you can see.

# %% [markdown] tags=["slide"]
# ## 60 synthetic earthquakes: is one Gaussian enough?
#
# PGA: peak ground acceleration, on a logarithmic axis. SNR: signal-to-noise ratio in decibels. The course's own model
# drew these 60: weak and near (magnitude up to 1.8), or strong and far (from 3.8). **Guess both shapes.**

# %% tags=["predict", "continue", "collapse-code"]
quake_snr = np.array(
    [snr_db(q.waveform, p_arrival=q.p_arrival_sample, s_arrival=q.s_arrival_sample).mean() for q in quakes]
)
db = np.linspace(-20, 105, 626)
smooth = kernel_density(db, quake_snr, bandwidth=4)
with figure(
    alt="Left: histogram of the logarithm of peak ground acceleration, two groups. Right: histogram of the "
    "signal-to-noise ratios of 60 synthetic earthquakes in decibels: one group from 3 to 32, one from 45 to 80. The "
    "kernel estimate has two hills; the single Gaussian peaks in the empty stretch between.",
    axes=(1, 2),
    size=(9.8, 3.3),
) as (left, right):
    left.hist(log_pga, bins=np.arange(-2.4, 1.5, 0.25), color=DATA, alpha=0.6, edgecolor="white")
    left.set(xlabel="log₁₀ of PGA in mm/s²", ylabel="synthetic earthquakes", title="two hills, not one")
    right.hist(
        quake_snr,
        bins=np.arange(0, 86, 5),
        weights=np.full(60, 100 / 60 / 5),
        color=DATA,
        alpha=0.6,
        edgecolor="white",
    )
    right.plot(db, 100 * smooth, color=MODEL, label="kernel, h = 4 dB")
    right.plot(db, 100 * gaussian_pdf(db, quake_snr.mean(), quake_snr.std()), "--", color=WRONG, label="one Gaussian")
    right.set(
        xlabel="SNR, mean of E, N, Z (dB)",
        ylabel="% per dB",
        xlim=(-20, 105),
        ylim=(0, 4.2),
    )
    right.legend(loc="upper right", borderaxespad=0.1)

# %%
high_points = db[find_modes(smooth)]
at_peak = quake_snr.mean()
empty = np.sum((quake_snr > 34) & (quake_snr < 44))
would_be = 60 * (
    gaussian_cdf(44, quake_snr.mean(), quake_snr.std()) - gaussian_cdf(34, quake_snr.mean(), quake_snr.std())
)
print(
    f"modes at {', '.join(f'{v:.0f}' for v in high_points)} dB; mean {at_peak:.0f} dB; between 34 and 44 dB: "
    f"{empty} earthquakes, the Gaussian expects {would_be:.0f}"
)
assert len(high_points) == 2
assert 34 < at_peak < 44
assert empty == 0
assert would_be > 8
magnitude, distance = np.array([(q.magnitude, q.distance_km) for q in quakes]).T
weak = quake_snr < 40
assert magnitude[weak].max() == 1.8
assert magnitude[~weak].min() == 3.8
assert distance[weak].max() < distance[~weak].min()
assert log_pga[weak].max() < log_pga[~weak].min()

# %% [markdown]
# It is the picture you began with, in another science: two groups, and one Gaussian that fills the gap. Here no
# discovery was made: the model that drew these earthquakes has two populations. What you can take home is how a summary
# by one Gaussian would have hidden them. Decibels, logarithms, pixels or petals, the first question is always the same.
# *How many hills, and what lies between?*

# %% [markdown] tags=["skip"]
# ## Common misconceptions
#
# | you may read | what holds | section |
# |---|---|---|
# | the density is the probability of a value | only $f(x)\,h$ is one, for small $h$ | A density is not a probability |
# | sums always approach a Gaussian | standardised means do, if the variance is finite | Average 1000 Cauchy draws |
# | thirty draws make a mean normal | it depends on the skewness | Thirty draws are no magic number |
# | the mean is $2 \times 1$, the covariance $2 \times 2$ | $d \times 1$ and $d \times d$ | In $d$ dimensions |
# | uncorrelated means independent | only for jointly Gaussian variables | Correlation 0: independent? |
# | the mass of a Gaussian sits at its mode | in many dimensions on a thin shell | How far from the peak? |
# | two Gaussians, two modes | if they are far enough apart | When do two components make two hills? |
# | at most as many modes as components | on the line only | Where are the modes? |
# | the default bandwidth is fine | it is too wide for several groups | Which bandwidth? |
#
# The last one is about names. **You may read:** "the central limit theorem was discovered by one person."
# **What holds:** four people and two centuries, in one dated line:

# %% tags=["M03"]
history = (
    "1733 de Moivre, for a coin; 1810 Laplace, general sums; 1901 Lyapunov, a rigorous proof under a moment condition; "
    "1920 Polya, the name (zentraler Grenzwertsatz)"
)
print(history)
print("de Moivre's discovery: the most probable number of heads in n tosses has probability about 2/sqrt(2 π n)")
for n in (100, 1000):
    exact, de_moivre = stats.binom.pmf(n // 2, n, 0.5), 2 / np.sqrt(2 * np.pi * n)
    print(f"{n} tosses: exactly half heads with probability {exact:.5f}, by de Moivre's formula {de_moivre:.5f}")
    assert abs(de_moivre / exact - 1) < 0.3 / n  # the error of Stirling's series: 1 / (4 n)

# %% [markdown] tags=["skip"]
# ## Exercises
#
# Six stood where their idea was taught. Two more.

# %% [markdown] tags=["skip"]
# ### Exercise 7: the signal-to-noise ratio of a trace
#
# Write `snr_of_trace(signal, noise)`: the samples of one component in the two windows come in, the ratio in decibels
# goes out, by the definition in *An earthquake in decibels*, with 95th percentiles of the absolute amplitude
# (`np.percentile`).


# %% tags=["exercise"]
def snr_of_trace(signal, noise):
    # signal: (n,), noise: (m,), samples of one component; returns a number in dB
    # your code here; end with `return`
    ...


# %% tags=["solution"]
def snr_of_trace(signal, noise):
    ratio = np.percentile(np.abs(signal), 95) / np.percentile(np.abs(noise), 95)
    return 10 * np.log10(ratio**2)


# %%
check("snr_of_trace", snr_of_trace)

# %% [markdown] tags=["skip"]
# ### Exercise 8: what comes out of a noisy generator
#
# A trained generator is a fixed smooth function $g$ from 2 latent dimensions ($z$ standard normal) to images of 64
# pixels. To each pixel of its output you add independent Gaussian noise with standard deviation 0.01. Which holds for
# the result, $x = g(z) + \text{noise}$?
#
# - **a** it has no density on the 64 dimensions, since $g(z)$ has none
# - **b** its density is $f_Z(z) / |\det J(z)|$
# - **c** it is Gaussian, since $z$ and the noise are
# - **d** it has a density on the 64 dimensions
# - **e** it has a density only if the noise is larger than the spread of $g(z)$

# %% tags=["exercise"]
generator_answer = ...  # "a", "b", "c", "d" or "e"

# %% tags=["solution"]
generator_answer = "d"

# %%
check("noisy_generator", generator_answer)

# %% [markdown] tags=["skip"]
# ## For the curious
#
# Four sidelines. Nothing later builds on them.
#
# ### Even all moments together can miss the distribution
#
# Two densities, $f$ (log-normal: of $e^Z$ with $Z$ standard normal) and $f(x)\,(1 + \sin(2\pi \ln x))$ for $x > 0$.
# Every moment $E[X^k]$, $k = 0, 1, 2, \dots$, is the same (Heyde 1963). The log-normal falls so slowly that its high
# moments explode and stop pinning it down.

# %% tags=["collapse-code"]
half = np.linspace(0.005, 4, 2000)
log_normal = gaussian_pdf(np.log(half)) / half
wavy = log_normal * (1 + np.sin(2 * np.pi * np.log(half)))
with figure(
    alt="The log-normal density, one smooth hill, and a second density that touches 0 again and again between bumps; "
    "the "
    "highest are near 0.18, 0.47 and 1.2. All moments agree.",
    size=(8.4, 3.6),
) as ax:
    ax.plot(half, log_normal, color=MODEL, label="f(x), log-normal")
    ax.plot(half, wavy, "--", color=GENERATED, label="f(x) (1 + sin(2π ln x))")
    ax.set(xlabel="x", ylabel="density", xlim=(0, 4), ylim=(0, 1.35))
    ax.legend(loc="upper right")

assert np.allclose([half[i] for i in find_modes(wavy) if wavy[i] > 0.5], [0.18, 0.47, 1.2], atol=0.03)
for k in range(6):  # substitute x = e^y: then f(x) dx is the standard normal density of y
    one = np.trapezoid(np.exp(k * y) * gaussian_pdf(y), y)
    two = np.trapezoid(np.exp(k * y) * gaussian_pdf(y) * (1 + np.sin(2 * np.pi * y)), y)
    assert np.isclose(one, np.exp(k**2 / 2), rtol=1e-8)
    assert np.isclose(two, one, rtol=1e-8)

# %% [markdown] tags=["skip"]
# ### Cantor's staircase: no jump, and no density
#
# Write $x$ in base 3 and toss a coin for each digit, 0 or 2. After one toss $x$ lies in $[0, \frac13]$ or
# $[\frac23, 1]$, each with probability $\frac12$; the middle third is empty, so the cdf is flat there, at $\frac12$.
# Every further toss cuts out the middle third again. After $k$ tosses $x$ lies in one of $2^k$ intervals, each of
# length $3^{-k}$.
#
# **Guess: what is the slope of the cdf at a randomly chosen $x$? How much length do the intervals have together?**


# %% tags=["predict", "collapse-code"]
def cantor_cdf(x, digits=40):
    """Read x in base 3 up to the first digit 1, turn the digits 2 into 1, and read the result in base 2."""
    x, F = np.array(x, dtype=float), np.zeros(np.shape(x))
    going = np.ones(np.shape(x), dtype=bool)
    for k in range(1, digits + 1):
        x = 3 * x
        digit = np.clip(np.floor(x), 0, 2)
        x = x - digit
        F += np.where(going & (digit > 0), 0.5**k, 0)
        going &= digit != 1
    return F


unit = np.linspace(0, 1, 2001)
with figure(
    alt="The Cantor staircase, which rises continuously from 0 to 1 and is flat on every visible stretch.",
    size=(8.4, 3.6),
) as ax:
    ax.plot(unit, cantor_cdf(unit), color=MODEL)
    ax.set(xlabel="x", ylabel="F(x)", title="singular: flat almost everywhere, no jump")

k = 20
print(f"after {k} digits: probability 1 sits on intervals of total length (2/3)^{k} = {(2 / 3) ** k:.6f}")
rng = np.random.default_rng(SEED)
draws = 2 * rng.integers(0, 2, size=(20_000, 40)) @ 3.0 ** -np.arange(1, 41)  # 20,000 sampled values
distance = np.abs(empirical_cdf(draws, unit[:-1] + 1e-4) - cantor_cdf(unit[:-1] + 1e-4)).max()
assert distance < np.sqrt(np.log(2 / 1e-9) / (2 * len(draws)))  # DKW: exceeded with probability below 1e-9
assert cantor_cdf(0.334) == cantor_cdf(0.666) == 0.5  # flat on the middle third

# %% [markdown] tags=["skip"]
# The slope is 0 except on a set of length 0, so the area under the slope is 0 and no density exists, although no single
# value has probability either. Every distribution on the line is a mixture of the three kinds: separate values, a
# density, and a singular part (Lebesgue's decomposition).
#
# ### How small can the constant of Berry and Esseen be?
#
# Esseen (1956) found the coin with the largest gap: heads with probability $p = (4 - \sqrt{10})/2$. It shows that $C$
# cannot be smaller than $(\sqrt{10} + 3)/(6\sqrt{2\pi}) = 0.4097$. The truth lies between this and 0.4690.

# %%
p = (4 - np.sqrt(10)) / 2
n, sigma, beta_3 = 100_000, np.sqrt(p * (1 - p)), p * (1 - p) * (p**2 + (1 - p) ** 2)
needed_constant = gap_binomial(n, p) * sigma**3 * np.sqrt(n) / beta_3
print(f"Esseen's worst coin, p = {p:.4f}: the constant must be at least {needed_constant:.4f}")
assert np.isclose(needed_constant, (np.sqrt(10) + 3) / (6 * np.sqrt(2 * np.pi)), atol=2e-4)
assert round((np.sqrt(10) + 3) / (6 * np.sqrt(2 * np.pi)), 4) == 0.4097
assert needed_constant < 0.4690

# %% [markdown] tags=["skip", "M05"]
# ### The factor of the multivariate density, misread
#
# $1/|\sqrt{2\pi\Sigma}|$ with the root of the *matrix* is right. It is neither $(2\pi)^{-1/2} |\Sigma|^{-1/2}$ whatever
# $d$, nor one over the determinant of the *element-wise* root. Only the right one integrates to 1 in every dimension:

# %% tags=["M05"]
print(" d   (2π)^(-d/2) |Σ|^(-1/2)   (2π)^(-1/2) |Σ|^(-1/2)   element-wise root")
for d, (right_one, no_d, by_element) in integrals.items():
    print(f"{d:2d}   {right_one:22.4f}   {no_d:22.2f}   {by_element:17.2f}")
    assert d == 1 or (no_d > 2 and by_element > 1.2)  # in one dimension the slips do not show

# %% [markdown] tags=["slide"]
# ## Summary
#
# **Mean and standard deviation leave out gaps, hills and tails.** You can now
#
# - go between **cdf, density, quantiles and samples**: $f = F'$, and a map divides the density by its slope;
# - say when a **Gaussian** is fair: averages of many independent draws with finite variance, and how many it takes
#   depends on the shape of one draw (skewness, jumps);
# - count **modes** without being fooled: try several bins and bandwidths, and do not count components instead.

# %% [markdown] tags=["skip"]
# | idea | formula |
# |---|---|
# | cdf, density, quantile | $F(x) = P(X \le x)$, $f = F'$, $Q(u) = \min\{x : F(x) \ge u\}$ |
# | change of variables ($J$: Jacobian of $g$) | $f_X(x) = f_Z(z) / \lvert\det J(z)\rvert$, $z = g^{-1}(x)$ |
# | sum of independent Gaussians | $N(\mu_1 + \mu_2,\ \sigma_1^2 + \sigma_2^2)$ |
# | CLT with speed | $\sup_x \lvert F_n(x) - \Phi(x)\rvert \le 0.4748\, \beta_3 / (\sigma^3 \sqrt n)$ |
# | conditional mean of the block $a$, given $b$ | $\mu_a + \Sigma_{ab}\Sigma_{bb}^{-1}(x_b - \mu_b)$ |
# | conditional covariance | $\Sigma_{aa} - \Sigma_{ab}\Sigma_{bb}^{-1}\Sigma_{ba}$ |
# | Mahalanobis; sampling | $D_M(x) = \sqrt{(x-\mu)^\top\Sigma^{-1}(x-\mu)}$; $\ x = \mu + Lz$, $LL^\top = \Sigma$ |
# | two equal Gaussians, two modes | distance of the means $> 2\sigma$ |

# %% [markdown]
# **When do you know a distribution?** When you can say the probability of every event: through the cdf, through a
# density where there is one, or through a sampler. **What do mean and standard deviation leave out?** Everything but a
# centre and a scale: gaps, hills, tails, skewness. They are enough when you have a reason to believe in a Gaussian (an
# average of many small, independent effects with finite variance), and you have looked.
#
# **Next:** [02 Sampling](02_sampling.ipynb): how to draw from a distribution that you can only evaluate.

# %% [markdown] tags=["skip"]
# ## References
#
# - Textbooks: L. Wasserman (2004), *All of Statistics*, ch. 1 to 5, doi:10.1007/978-0-387-21736-9. C. M. Bishop (2006),
#   *Pattern Recognition and Machine Learning*: change of variables eq. 1.27; Gaussian eq. 1.46 and 2.43; conditional
#   and marginal eq. 2.81, 2.82, 2.98.
# - Singular and mixed distributions: P. Billingsley (1995), *Probability and Measure*, 3rd ed., sections 31 and 32.
# - C. C. Heyde (1963), On a property of the lognormal distribution, J. R. Stat. Soc. B 25, 392-393; surveyed in
#   G. D. Lin (2017), Recent developments on the moment problem, arXiv:1703.01027.
# - A. C. Berry (1941), Trans. Amer. Math. Soc. 49, 122-136, doi:10.1090/S0002-9947-1941-0003498-3; C.-G. Esseen (1942),
#   Ark. Mat. Astr. Fys. 28A, no. 9; I. Shevtsova (2011), the constant 0.4748, arXiv:1111.6554; I. Shevtsova (2013), the
#   constant 0.4690, Inform. Primen. 7, 124-125; C.-G. Esseen (1956), the lower bound, Skand. Aktuarietidskr. 39,
#   160-170.
# - P. Massart (1990), The tight constant in the Dvoretzky-Kiefer-Wolfowitz inequality, Ann. Probab. 18, 1269-1283,
#   doi:10.1214/aop/1176990746.
# - H. Fischer (2011), *A History of the Central Limit Theorem*, introduction, doi:10.1007/978-0-387-87857-7. G. Polya
#   (1920), Math. Z. 8, 171-181, doi:10.1007/BF01206525.
# - M. F. Schilling, A. E. Watkins, W. Watkins (2002), Is human height bimodal? Amer. Statistician 56, 223-229 (the
#   $2\sigma$ theorem), doi:10.1198/00031300265.
# - S. Ray, B. G. Lindsay (2005), The topography of multivariate normal mixtures, Ann. Statist. 33, 2042-2065,
#   doi:10.1214/009053605000000417 (three modes); S. Ray, D. Ren (2012), On the upper bound of the number of modes of a
#   multivariate normal mixture, J. Multivariate Anal. 108, 41-52 ($d + 1$ for two); C. Amendola, A. Engstrom, C. Haase
#   (2020), Maximum number of modes of Gaussian mixtures, arXiv:1702.05066.
# - M. A. Carreira-Perpinan, C. K. I. Williams (2003), On the number of modes of a Gaussian mixture, LNCS 2695, 625-640,
#   doi:10.1007/3-540-44935-3_44 (at most K modes on the line).
# - B. W. Silverman (1986), *Density Estimation for Statistics and Data Analysis*, eq. 2.2a and 3.31.
# - Data: R. A. Fisher (1936), iris, doi:10.1111/j.1469-1809.1936.tb02137.x; E. Alpaydin, C. Kaynak (1998), digits,
#   doi:10.24432/C50P49; S. M. Mousavi et al. (2019), STEAD, eq. 1 (SNR), doi:10.1109/ACCESS.2019.2947848.
