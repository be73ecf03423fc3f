# %% [markdown] tags=["slide"]
# # 05 Likelihood
#
# **Which parameters explain the data best, and what exactly does the word *best* reward?**
#
# You will be able to
#
# - write the likelihood of a model, take its logarithm safely, and find its maximum;
# - say how sure the maximum is: standard error, confidence set, bias;
# - read any negative log-likelihood, in any unit, and train two models by it exactly: a flow and an autoregressive one.

# %% [markdown]
# **Builds on:** [01 Distributions](01_distributions.ipynb) (density, change of variables),
# [02 Sampling](02_sampling.ipynb) (ancestral and push-forward samplers), [03 Inference](03_inference.ipynb) and
# [04 Bayes](04_bayes.ipynb) (prior, posterior, evidence). **Leads to:**
# [06 Gaussian mixtures and EM](06_gaussian_mixtures.ipynb), where the likelihood has a sum inside its logarithm, to
# [07 Divergences](07_divergences.ipynb), and to 11 ELBO and variational autoencoders, where it can only be bounded.
#
# **Time:** about two hours of reading (a good place for a break is before section 5; sections 6.3 and 8.1 can wait for
# a second reading), another hour for the eight exercises; it runs in under a minute.
#
# Every generative model is trained to make something large or small. For most of them that something is the
# likelihood, a bound on it, or a stand-in for it. So it pays to know what it rewards, and what it forgives.

# %% tags=["parameters"]
import copy
from itertools import pairwise

import numpy as np
import torch
from scipy import integrate, optimize, special, stats
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from torch import nn

from course_utils.datasets import load_breast_cancer, load_digits_split, load_iris, two_moons
from course_utils.distributions import gaussian_pdf, mixture_pdf
from course_utils.exercises import check, hint
from course_utils.explore import explore
from course_utils.models.autoregressive import AutoregressiveImage
from course_utils.models.flow import CouplingFlow
from course_utils.models.networks import mlp
from course_utils.models.training import train
from course_utils.plotting import DATA, GENERATED, LATENT, MODEL, WRONG, figure

SEED = 0


# %%
def log_gaussian(x, mean, std):
    """Log density of the normal distribution, in nats."""
    return -0.5 * ((x - mean) / std) ** 2 - np.log(std) - 0.5 * np.log(2 * np.pi)


crowd = np.append(np.random.default_rng([SEED, 1]).standard_normal(50), 8.0)  # fifty together, one far away
fit_a = crowd[:50].mean(), crowd[:50].std()  # ignores the last point
fit_b = crowd.mean(), crowd.std()  # uses all
log_a, log_b = log_gaussian(crowd, *fit_a), log_gaussian(crowd, *fit_b)

# %% [markdown] tags=["slide"]
# ## 51 numbers, two bell curves: who wins?
#
# The likelihood of a curve is the product of its heights at the 51 points. **Commit: does A win or B, and by what
# factor?**

# %% tags=["continue", "collapse-code"]
x = np.linspace(-4, 9.5, 500)
with figure(
    alt="Fifty data points near zero and one at 8. Curve A is a narrow bell over the fifty; curve B is lower, wider"
    " and shifted a little towards the far point. Both look flat at 8.",
    size=(9.6, 3.7),
) as ax:
    ax.plot(x, gaussian_pdf(x, *fit_a), color=MODEL)
    ax.plot(x, gaussian_pdf(x, *fit_b), "--", color=MODEL)
    ax.plot(crowd, np.full(51, -0.02), "|", color=DATA, markersize=14, markeredgewidth=1.5)
    ax.text(fit_a[0] + 1.0 * fit_a[1], 0.29, "A (solid)", color=MODEL)
    ax.text(3.1, 0.08, "B (dashed)", color=MODEL)
    ax.set(xlabel="x", ylabel="density", ylim=(-0.055, 0.5), xlim=(-4, 9.5))

# %% [markdown] tags=["subslide"]
# ### Each point has a vote: $\log p_A(x_i) - \log p_B(x_i)$
#
# Above zero the point prefers A, below zero B. The sum of all votes is the logarithm of the factor.

# %% tags=["continue", "predict", "collapse-code"]
votes = log_a - log_b
with figure(
    alt="Fifty-one bars, sorted by x. Most of the bars are small and positive, for A; the last one, of the point at"
    " 8, reaches far below zero, deeper than all the others together are high.",
    size=(9.6, 3.2),
) as ax:
    order = np.argsort(crowd)
    ax.bar(np.arange(51), votes[order], color=np.where(votes[order] > 0, MODEL, GENERATED), width=0.8)
    ax.axhline(0, color="black", linewidth=0.8)
    ax.text(20, -10, "above zero: for A, below zero: for B", ha="center")
    ax.annotate("the point at 8", (49.4, votes[-1] / 2), (33, votes[-1] / 2), arrowprops={"arrowstyle": "->"})
    ax.set(xlabel="data point, from left to right", ylabel="vote (nats)", yticks=[-12, -8, -4, 0])
print(f"the fifty together vote {votes[:50].sum():+.1f} (for A), the one at 8 votes {votes[50]:+.1f} (for B)")
print(f"B is more likely, by a factor of about {float(f'{np.exp(-votes.sum()):.1g}'):,.0f}")
assert votes[:50].sum() > 0 > votes.sum()
assert votes.sum() < -1
assert np.mean(votes[:50] > 0) > 0.6

# %% [markdown]
# A has the mean and standard deviation of the fifty, B of all 51. One point overruled the sum of fifty. Its vote has no
# lower limit: a density near zero at a point that *did occur* costs $-\log 0 \to \infty$. Keep this picture. The
# likelihood punishes what a model calls impossible and yet happens far more than it rewards a snug fit. Section 5.1
# meets the same force.

# %% [markdown] tags=["slide"]
# ## 1 One formula, read in two directions
#
# $$L(\theta) = p_\theta(x), \qquad x \text{ fixed, } \theta \text{ moves}$$
#
# $k$ heads in $n = 10$ tosses, $\theta$ the chance of heads. A column of the table is a distribution over $k$, a row a
# *likelihood*. **A column sums to 1. What is the area under the row $k = 7$?**

# %% tags=["continue", "predict", "collapse-code", "M15"]
n, k_seen = 10, 7
theta = np.linspace(0, 1, 401)
table = stats.binom.pmf(np.arange(n + 1)[:, None], n, theta)  # (11 values of k, 401 values of theta)
column = stats.binom.pmf(np.arange(n + 1), n, 0.4)
area = integrate.quad(lambda t: stats.binom.pmf(k_seen, n, t), 0, 1)[0]
with figure(
    alt="Left: a table of probabilities of k heads for every theta, with a vertical cut at theta 0.4 and a horizontal"
    " one at k = 7. Middle: the vertical cut, bars that sum to 1. Right: the horizontal cut, a hump with its top at"
    " 0.7 and an area of 0.091.",
    axes=(1, 3),
    size=(9.6, 2.9),
) as axes:
    axes[0].imshow(table, origin="lower", aspect="auto", extent=(0, 1, -0.5, n + 0.5), cmap="Blues", vmax=0.5)
    axes[0].axvline(0.4, color="black", linestyle="--", linewidth=1.5)
    axes[0].axhline(k_seen, color="black", linestyle="-", linewidth=1.5)
    axes[0].set(xlabel=r"$\theta$", ylabel="heads k", title=r"$p_\theta(k)$", yticks=[0, 4, 7, 10])
    axes[1].bar(np.arange(n + 1), column, color=MODEL, width=0.7)
    axes[1].set(xlabel="heads k", ylabel="probability", title=f"column: sums to {column.sum():.0f}", ylim=(0, 0.33))
    axes[2].plot(theta, stats.binom.pmf(k_seen, n, theta), color="black")
    axes[2].fill_between(theta, stats.binom.pmf(k_seen, n, theta), facecolor="none", edgecolor=DATA, hatch="///")
    axes[2].set(xlabel=r"$\theta$", ylabel="likelihood", title=f"row: area {area:.3f} = 1/11", ylim=(0, 0.33))
assert np.isclose(column.sum(), 1)
assert np.isclose(area, 1 / (n + 1))
assert np.isclose(theta[np.argmax(table[k_seen])], 0.7)

# %% [markdown]
# **You may read**: the likelihood is the probability of the parameters given the data, $p(\theta \mid x)$.
#
# **What holds**: it is $p(x \mid \theta)$, read as a function of $\theta$. It need not integrate to one over $\theta$.
# Here it gives $1/11$: each column sums to 1, so the eleven rows have the area 1 together, and all have the same,
# $\binom nk \int \theta^k (1-\theta)^{n-k} d\theta = \frac1{n+1}$. Only a prior turns it into a distribution over
# $\theta$ (notebook 04). With the uniform prior on $(0, 1)$ the posterior is the row divided by its area:

# %% tags=["M15"]
posterior = stats.beta.pdf(theta, k_seen + 1, n - k_seen + 1)
print(f"area under the likelihood {area:.4f}, under the posterior {integrate.trapezoid(posterior, theta):.4f}")
assert np.allclose(posterior, table[k_seen] / area)

# %% [markdown] tags=["subslide"]
# ### 1.1 Three labs measured the same 50 petals
#
# Each lab fits a Gaussian and, as a rival, a Laplace density $\frac{1}{2b} e^{-|x - m|/b}$. $\log L = \sum_i \log
# p_\theta(x_i)$ of the Gaussian: $-98$ in millimetres, $17$ in centimetres, $247$ in metres. **Which lab has the best
# fit?**

# %% tags=["continue", "predict", "collapse-code", "M16"]
iris = load_iris()
setosa = iris.x[iris.species == 0, iris.columns.index("petal length")]  # (50,) in cm
LABS = {"millimetres": 10.0, "centimetres": 1.0, "metres": 0.01}
gauss_fit, laplace_fit = [], []
for factor in LABS.values():
    length = factor * setosa
    gauss_fit.append(stats.norm.logpdf(length, length.mean(), length.std()).sum())
    centre = np.median(length)  # best m of the Laplace density; best b: the mean distance from it
    laplace_fit.append(stats.laplace.logpdf(length, centre, np.abs(length - centre).mean()).sum())
gauss_fit, laplace_fit = np.array(gauss_fit), np.array(laplace_fit)
peak_cm = gaussian_pdf(0, 0, setosa.std())
with figure(
    alt="Log-likelihood of a Gaussian and a Laplace fit in three units: both rise by 115 from millimetres to"
    " centimetres and by 230 to metres; the Laplace fit is 0.26 above the Gaussian in all three.",
    size=(9.0, 2.7),
) as ax:
    place = np.arange(3)
    ax.plot(place - 0.08, gauss_fit, "o", color=MODEL, label="Gaussian", markersize=9)
    ax.plot(place + 0.08, laplace_fit, "^", color=LATENT, label="Laplace", markersize=9)
    for i, gain in enumerate(gauss_fit - laplace_fit):
        ax.text(i + 0.17, gauss_fit[i], f"Laplace {-gain:+.2f}", va="bottom")
    ax.axhline(0, color="black", linewidth=0.8)
    ax.set(ylabel="log-likelihood (nats)", xticks=place, xlim=(-0.4, 2.9), ylim=(-150, 300))
    ax.set_xticklabels(LABS)
    ax.legend(loc="upper left")
print(f"density at the top of the Gaussian: {peak_cm / 10:.2f} per mm, {peak_cm:.1f} per cm, {peak_cm * 100:.0f} per m")
assert gauss_fit.round().tolist() == [-98, 17, 247]
assert np.allclose(np.diff(gauss_fit), [50 * np.log(10), 50 * np.log(100)])
assert np.allclose(gauss_fit - laplace_fit, gauss_fit[0] - laplace_fit[0])
assert np.allclose(laplace_fit - gauss_fit, 0.26, atol=0.005)
assert peak_cm > 1

# %% [markdown]
# **You may read**: the likelihood is the probability of the data, so it lies between 0 and 1.
#
# **What holds**: for continuous $x$ it is a *density*. It has a unit (per centimetre), may exceed 1, and changes with
# the unit: 50 lengths written in metres have $10^{100}$ times the density that they have in centimetres. All three labs
# have the same fit. Differences between models in one unit mean something, the value alone does not: the Laplace
# density fits 0.26 nats better, in every unit.

# %% [markdown] tags=["skip"]
# ### Exercise 1: which lab?
# Two labs describe the same petals. Lab A's model has a mean log density of $-1.50$ per petal, of lengths in
# centimetres. Lab B's has $-3.70$, of lengths in millimetres. Whose model describes the petals better?
#
# - `"a"`: A, since $-1.50 > -3.70$
# - `"b"`: B
# - `"c"`: the two cannot be compared
# - `"d"`: they are equally good

# %% tags=["exercise"]
answer = ...  # a letter in quotation marks

# %% tags=["solution"]
answer = "b"

# %%
check("which_lab", answer)

# %%
hint("which_lab")  # every exercise has hints; hint("which_lab", 1) gives the first

# %% [markdown]
# ### 1.2 The best $\theta$ survives a change of its scale
#
# The value of $\theta$ with the largest likelihood is the *maximum-likelihood estimate* $\hat\theta$, short MLE. Write
# the coin with odds $o = \theta/(1-\theta)$ instead. The same coin has the same likelihood under either name, so the
# best odds are the odds of the best $\theta$. No derivative of a change of variables appears, since $L$ is no density
# in $\theta$. (For a posterior it does appear: notebook 04.)

# %%
odds = np.linspace(0.01, 12, 120_000)
best_odds = odds[np.argmax(stats.binom.logpmf(k_seen, n, odds / (1 + odds)))]
print(f"best theta 0.7, its odds {0.7 / 0.3:.3f}; best odds {best_odds:.3f}")
assert abs(best_odds - 0.7 / 0.3) < 2e-4

# %% [markdown] tags=["slide"]
# ## 2 Why everybody takes the logarithm
#
# $$\ell(\theta) = \log \prod_{i=1}^n p_\theta(x_i) = \sum_{i=1}^n \log p_\theta(x_i)$$
#
# for independent points $x_1, \dots, x_n$. Multiply the densities of 2,000 draws of $N(0, 1)$ on a computer, one after
# the other. **What do you see?**

# %% tags=["continue", "predict", "collapse-code"]
draws = np.random.default_rng([SEED, 2]).standard_normal(2000)
with np.errstate(under="ignore"):
    product = np.cumprod(gaussian_pdf(draws))
log_sum = np.cumsum(log_gaussian(draws, 0, 1)) / np.log(10)
died = int(np.argmax(product == 0))
with figure(
    alt="Base-ten logarithm of the running product against the number of points. The sum of logarithms falls in a"
    " straight line to minus 1200; the product computed directly follows it and stops near minus 324, where it is"
    " zero.",
    size=(9.0, 2.7),
) as ax:
    ax.plot(log_sum, color=MODEL, label="sum of logarithms")
    ax.plot(np.log10(product[:died]), ":", color=WRONG, linewidth=4, label="logarithm of the product")
    ax.plot(died, -324, "X", color=WRONG, markersize=11)
    ax.text(died + 40, -290, f"the product is 0.0 from point {died + 1} on", color=WRONG)
    ax.set(xlabel="number of points", ylabel=r"$\log_{10}$ likelihood", xlim=(0, 2000))
    ax.figure.subplots_adjust(left=0.12)
    ax.legend(loc="lower left")
assert product[-1] == 0
assert 450 < died < 620
assert np.isfinite(log_sum[-1])

# %% [markdown]
# The smallest positive number of double precision is about $5 \cdot 10^{-324}$. A density of typical size 0.24 (the
# number $e^{-1.42}$, since $\log p$ of a standard normal draw averages $-1.42$) reaches it after some 520 factors.
# The logarithm does not move the maximum, since it is increasing. It turns the product into a sum, whose derivative is
# a sum, and whose average obeys the law of large numbers.

# %% [markdown]
# ### 2.1 When a sum stands inside the logarithm
#
# A mixture has $\log p(x) = \log \sum_k \exp(a_k)$ with $a_k = \log \pi_k + \log N(x; \mu_k, \sigma_k^2)$. Far from all
# components every $e^{a_k}$ rounds to zero. Take the largest out:
#
# $$\log \sum_k e^{a_k} = m + \log \sum_k e^{a_k - m}, \qquad m = \max_k a_k .$$
#
# Now one exponential is exactly 1, and none overflows.

# %% [markdown] tags=["skip"]
# ### Exercise 2: logsumexp
# Write `log_sum_exp(a)` for a one-dimensional array `a`. It must survive entries of $-1200$ and of $900$. (No
# `scipy.special.logsumexp` and no `np.logaddexp`: that is what you are writing.)


# %% tags=["exercise"]
def log_sum_exp(a):
    # take the largest out, end with `return`
    ...


# %% tags=["solution"]
def log_sum_exp(a):
    m = a.max()
    return m + np.log(np.exp(a - m).sum())


# %%
check("log_sum_exp", log_sum_exp)

# %%
weights, means, sds = np.array([0.3, 0.7]), np.array([-2.0, 1.5]), np.array([0.6, 1.0])
a = np.log(weights) + log_gaussian(60.0, means, sds)
with np.errstate(divide="ignore"):
    naive = np.log(np.exp(a).sum())
print(f"log p(60) of a mixture: naively {naive}, with the largest taken out {special.logsumexp(a):.1f}")
assert naive == -np.inf
assert np.isclose(special.logsumexp(a), a.max() + np.log1p(np.exp(a.min() - a.max())))

# %% [markdown] tags=["slide"]
# ## 3 Fit a Gaussian by hand
#
# Move mean and standard deviation until the log-likelihood of 50 petals (*Iris virginica*) is as large as you can make
# it. **Which is worse: half the right width, or twice?**

# %% tags=["collapse-code"]
virginica = np.sort(iris.x[iris.species == 2, iris.columns.index("petal length")])  # (50,) in cm
HAT = virginica.mean(), virginica.std()
BEST = log_gaussian(virginica, *HAT).sum()


def draw_fit(axes, mean, std):
    line = np.linspace(3.6, 7.6, 300)
    terms = log_gaussian(virginica, mean, std)
    axes[0].hist(virginica, bins=np.arange(4.25, 7.3, 0.3), density=True, color=DATA, alpha=0.45)
    axes[0].plot(line, gaussian_pdf(line, mean, std), color=MODEL)
    axes[0].set(xlim=(3.6, 7.6), ylim=(0, 1.6), xlabel="petal length x (cm)", ylabel="density (per cm)")
    axes[0].set_title(f"log-likelihood {terms.sum():.1f}")
    axes[1].vlines(virginica, 0, np.maximum(terms, -12), color=MODEL, linewidth=1.2)
    low = terms < -12
    axes[1].plot(virginica[low], np.full(low.sum(), -12), "v", color=WRONG, markersize=7)
    axes[1].axhline(0, color="black", linewidth=0.8)
    axes[1].set(xlim=(3.6, 7.6), ylim=(-13, 1), xlabel="petal length x (cm)", ylabel=r"$\log p_\theta(x_i)$")
    axes[1].set_title(f"{BEST - terms.sum():.1f} below the best")


def tell_fit(mean, std):
    terms = log_gaussian(virginica, mean, std)
    return (
        f"Gaussian of mean {mean:g} and standard deviation {std:g} over 50 petal lengths: log-likelihood"
        f" {terms.sum():.1f}, that is {BEST - terms.sum():.1f} below the best; the worst point contributes"
        f" {terms.min():.1f}."
    )


# %% tags=["continue"]
explore(
    draw_fit,
    mean=[4.8, 5.1, 5.4, 5.55, 5.7, 6.0, 6.3],
    std=[0.27, 0.4, 0.55, 0.8, 1.1],
    start={"mean": 4.8, "std": 0.4},
    labels={"mean": "mean μ (cm)", "std": "std σ (cm)"},
    alt=tell_fit,
    axes=(1, 2),
    size=(8.6, 3.5),
)

# %%
half, double = (BEST - log_gaussian(virginica, HAT[0], factor * HAT[1]).sum() for factor in (0.5, 2))
print(f"MLE: mean {HAT[0]:.2f} cm, std {HAT[1]:.2f} cm, log-likelihood {BEST:.1f}")
print(f"half the width costs {half:.1f} nats, twice the width {double:.1f}")
assert np.allclose([half, double], 50 * np.array([1.5 - np.log(2), np.log(2) - 3 / 8]))

# %% [markdown]
# Too narrow is worse: half the width costs 40.3 nats, twice the width 15.9, for any data set of 50 points. (With
# $\sigma = c\,\hat\sigma$ the loss per point is $\log c + \frac{1}{2c^2} - \frac12$.) Triangles mark points whose log
# density is below the frame. The asymmetry is the opening picture again: unlikely points are dear.

# %% [markdown] tags=["skip"]
# ### Exercise 3: negative log-likelihood of a Gaussian
# Write `gaussian_nll(x, mean, std)`: the negative log-likelihood *per point* (the average over the array `x`), in nats.


# %% tags=["exercise"]
def gaussian_nll(x, mean, std):
    # three terms, averaged over the points; end with `return`
    ...


# %% tags=["solution"]
def gaussian_nll(x, mean, std):
    z = (x - mean) / std
    return np.mean(0.5 * z**2) + np.log(std) + 0.5 * np.log(2 * np.pi)


# %%
check("gaussian_nll", gaussian_nll)

# %% [markdown] tags=["subslide"]
# ### 3.1 Calculus finds the same point: $\partial \ell / \partial\theta = 0$
#
# | Model | Log-likelihood $\ell$ | MLE |
# |---|---|---|
# | Bernoulli $\theta$ | $k \log\theta + (n-k)\log(1-\theta)$ | $k/n$ |
# | categorical $\theta_j$ | $\sum_j n_j \log\theta_j$ | $n_j/n$ |
# | Gaussian $\mu, \sigma$ | $-n\log\sigma - S(\mu)/2\sigma^2$ | $\bar x$ and $\sqrt{S(\bar x)/n}$ |
# | exponential $\lambda$ | $n\log\lambda - \lambda\sum_i x_i$ | $1/\bar x$ |
#
# $k$ heads in $n$ tosses; $n_j$ counts of category $j$; $\bar x$ the mean; $S(\mu) = \sum_i (x_i - \mu)^2$; terms
# without parameters are left out.

# %% [markdown]
# Exponential: $n/\lambda - \sum_i x_i = 0$, so $\hat\lambda = 1/\bar x$. Categorical: the weights must sum to 1, so
# $n_j/\theta_j$ need not be zero, but the *same* number for all $j$ (a Lagrange multiplier): $\theta_j \propto n_j$.
#
# An optimiser must agree. It works without borders, so each parameter gets a free scale: $\theta$ through the logistic
# function, weights through $\operatorname{softmax}(a)_j = e^{a_j} / \sum_k e^{a_k}$, $\sigma$ and $\lambda$ through the
# exponential. By section 1.2 that does not move the maximum (one on the border, as for $k = 0$, is out of its reach).
# Data: 212 malignant of 569 tumours; labels of 1,000 digits; the petals; 80 drawn waiting times.

# %% tags=["continue"]
bc = load_breast_cancer()
digits = load_digits_split()
malignant = bc.malignant.astype(float)  # (569,)
counts = np.bincount(digits.y_train, minlength=10)  # (10,)
waits = np.random.default_rng([SEED, 3]).exponential(1 / 2.5, 80)


def maximise(log_likelihood, start):
    """Best free parameters by BFGS, on the mean log-likelihood."""
    return optimize.minimize(lambda free: -log_likelihood(free), start, method="BFGS", options={"gtol": 1e-8}).x


by_search = {
    "Bernoulli": special.expit(
        maximise(lambda f: np.mean(malignant * -np.log1p(np.exp(-f)) + (1 - malignant) * -np.log1p(np.exp(f))), [0.0])
    ),
    "categorical": special.softmax(maximise(lambda f: counts @ special.log_softmax(f) / 1000, np.zeros(10))),
    "Gaussian": maximise(lambda f: log_gaussian(virginica, f[0], np.exp(f[1])).mean(), [5.0, 0.0]),
    "exponential": np.exp(maximise(lambda f: np.mean(f - np.exp(f) * waits), [0.0])),
}
by_search["Gaussian"][1] = np.exp(by_search["Gaussian"][1])
closed = {
    "Bernoulli": np.array([malignant.mean()]),
    "categorical": counts / 1000,
    "Gaussian": np.array(HAT),
    "exponential": np.array([1 / waits.mean()]),
}
for name, value in closed.items():
    shown = [" ".join(f"{number:.3f}" for number in numbers[:3]) for numbers in (value, by_search[name])]
    print(f"{name:<12} closed form {shown[0]:<18} optimiser {shown[1]}")
    assert np.allclose(value, by_search[name], rtol=1e-4)

# %% [markdown] tags=["subslide"]
# ### 3.2 Some bulbs still burn when you stop looking
#
# 200 bulbs of rate $\lambda = 0.5$ a year, watched for 1.5 years. Failure at $x_i$: density $\lambda e^{-\lambda x_i}$.
# Survivor: probability $e^{-1.5\lambda}$. **Model the survivors, call them failures, or drop them: which way does each
# err?**

# %% [markdown] tags=["skip"]
# ### Exercise 4: the rate of an exponential, with survivors
# Multiply the factors above; a bulb watched for $t$ years and still burning contributes $e^{-\lambda t}$. Maximise the
# logarithm over $\lambda$. Write `exponential_mle(times, observed)`: `times` is an array of failure or stopping times,
# `observed` a boolean array, True where a failure was seen.


# %% tags=["exercise"]
def exponential_mle(times, observed):
    # set the derivative of the log-likelihood to zero; end with `return`
    ...


# %% tags=["solution"]
def exponential_mle(times, observed):
    return observed.sum() / times.sum()


# %%
check("exponential_mle", exponential_mle)

# %% tags=["continue", "predict", "collapse-code"]
life = np.random.default_rng([SEED, 4]).exponential(1 / 0.5, (1000, 200))  # (repetitions, bulbs) in years
seen, until = life < 1.5, np.minimum(life, 1.5)
rates = {
    "drop": seen.sum(axis=1) / (until * seen).sum(axis=1),
    "call failures": 200 / until.sum(axis=1),
    "model": seen.sum(axis=1) / until.sum(axis=1),
}
with figure(
    alt="Three histograms of estimated rates from 1,000 repetitions. Dropping survivors gives about 1.5, counting"
    " them as failures about 0.95, modelling their survival about 0.5, the true rate.",
    size=(9.0, 2.9),
) as ax:
    looks = ((WRONG, "...", 1.53, 130), (WRONG, "///", 0.95, 205), (MODEL, "", 0.66, 150))
    for (name, values), (color, hatch, *place) in zip(rates.items(), looks, strict=True):
        ax.hist(values, bins=np.linspace(0.3, 2.0, 120), color=color, hatch=hatch, histtype="stepfilled", alpha=0.6)
        label = {"facecolor": "white", "edgecolor": "none", "pad": 1}
        ax.text(*place, f"{name}: {values.mean():.2f}", ha="center", color=color, bbox=label)
    ax.axvline(0.5, color="black", linestyle="--", linewidth=1.5, zorder=0)
    ax.set(xlabel="estimated rate (per year); dashed: the true one", ylabel="repetitions", ylim=(0, 230))
assert abs(rates["model"].mean() - 0.5) < 0.015
assert rates["call failures"].mean() > 0.85
assert rates["drop"].mean() > 1.4

# %% [markdown]
# Both shortcuts overrate the rate: one throws away the longest lives, the other cuts them short. The likelihood takes
# each observation for what is known of it. The answer is *failures per observed time*. Where no bulb survives, it is
# $1/\bar x$ again. Knowing only a limit for some values is called *censoring*.

# %% [markdown]
# ### 3.3 Least squares is maximum likelihood with Gaussian noise
#
# $$y_i = w^\top x_i + \varepsilon_i, \quad \varepsilon_i \sim N(0, \sigma^2): \qquad
# -\ell(w, \sigma) = \frac{1}{2\sigma^2}\sum_i (y_i - w^\top x_i)^2 + n \log\sigma + \tfrac n2 \log 2\pi$$
#
# For every $\sigma$ the best weights $w$ minimise the sum of squares, so $\hat w = (X^\top X)^{-1} X^\top y$, where the
# rows of $X$ are the $x_i^\top$ (and its columns linearly independent). Laplace noise would give absolute errors.

# %%
petal_width = iris.x[:, iris.columns.index("petal width")]
petal_length = iris.x[:, iris.columns.index("petal length")]
X_line = np.column_stack([np.ones(150), petal_length])  # (150, 2)
w_hat = np.linalg.solve(X_line.T @ X_line, X_line.T @ petal_width)
sigma_hat = np.sqrt(np.mean((petal_width - X_line @ w_hat) ** 2))
searched = maximise(lambda f: log_gaussian(petal_width, X_line @ f[:2], np.exp(f[2])).mean(), [0.0, 0.0, 0.0])
print(f"petal width = {w_hat[0]:.3f} + {w_hat[1]:.3f} petal length, sigma {sigma_hat:.3f} (closed form)")
assert np.allclose(searched, [*w_hat, np.log(sigma_hat)], atol=1e-4)

# %% [markdown] tags=["slide"]
# ## 4 The likelihood is a landscape
#
# Gaussian data from $\mu = 2$, $\sigma = 1.5$ (cross). Contours: $\ell$ is 0.5, 2, 4.5 and 8 below its top (dot).
# **How does the region shrink from $n = 5$ to $n = 125$? What does $\log\sigma$ change?**

# %% tags=["collapse-code"]
LAND_MU, LAND_SD = 2.0, 1.5
land_rng = np.random.default_rng([SEED, 5])
lands = LAND_MU + LAND_SD * land_rng.standard_normal((3, 125))
mu_grid, sd_grid = np.linspace(-1, 5, 121), np.geomspace(0.4, 6, 121)


def land_of(n, sample):
    """Log-likelihood below its top on the grid (std, mean), and the top."""
    x = lands[sample - 1, :n]
    mean, var = x.mean(), x.var()
    log_l = -n * (np.log(sd_grid[:, None]) + (var + (mean - mu_grid) ** 2) / (2 * sd_grid[:, None] ** 2))
    return log_l + n * (0.5 * np.log(var) + 0.5), mean, np.sqrt(var)


LAND_FILL = ["#edf4fa", "#d3e5f3", "#b3d3ea", "#8cbcdf"]


def draw_land(ax, n, sample, scale):
    drop, mean, std = land_of(n, sample)
    ax.contourf(mu_grid, sd_grid, drop, levels=[-8, -4.5, -2, -0.5, 0.1], colors=LAND_FILL)
    lines = ax.contour(
        mu_grid, sd_grid, drop, levels=[-8, -4.5, -2, -0.5], colors="black", linewidths=0.9, linestyles="solid"
    )
    ax.clabel(lines, fmt="%g", fontsize=11)
    ax.plot(LAND_MU, LAND_SD, "X", color="black", markersize=10)
    ax.plot(mean, std, "o", color=GENERATED, markersize=8)
    ax.set(xlabel="mean μ", ylabel="std σ" + (" (logarithmic)" if scale == "log σ" else ""), xlim=(-1, 5))
    if scale == "log σ":
        ax.set_yscale("log")
    ax.set(ylim=(0.4, 6), yticks=[1, 2, 4], yticklabels=["1", "2", "4"])
    ax.minorticks_off()
    ax.set_title(f"n = {n}: best at μ = {mean:.2f}, σ = {std:.2f}")


def tell_land(n, sample, scale):
    _, mean, std = land_of(n, sample)
    wide = 2 * std * np.sqrt(np.expm1(4 / n))  # best sd at each mean: n / 2 log(1 + (mu - mean)^2 / var) = 2
    return (
        f"Contours of the log-likelihood of {n} points, sample {sample}, with the vertical axis in {scale}: top at mean"
        f" {mean:.2f} and standard deviation {std:.2f}; the contour two below it is {wide:.1f} wide in the mean."
    )


# %% tags=["continue"]
explore(
    draw_land,
    n=[5, 10, 25, 60, 125],
    sample=[1, 2, 3],
    scale=["σ", "log σ"],
    start={"n": 10, "sample": 1, "scale": "σ"},
    labels={"n": "points n", "sample": "data set", "scale": "axis"},
    alt=tell_land,
    size=(6.6, 3.5),
)

# %% [markdown]
# With 25 times the data and the same spread, the contour two below the top is six times as narrow (for large $n$ it
# would be $\sqrt{25} = 5$ times). On the axis of $\log\sigma$ the contours are rounder, and the best point has not
# moved: section 1.2 in a picture. At small $n$ the contours lean upwards: large $\sigma$ is more credible than small.
# And the cross is inside that contour most of the time: for large $n$ in 86 % of data sets, by the theorem of section
# 7.1.

# %%
narrower = np.sqrt(np.expm1(4 / 5) / np.expm1(4 / 125))  # profile: n/2 log(1 + (mu - mean)^2 / var) = 2
print(f"n = 5 against 125: {narrower:.1f} times as wide; inside, with two parameters: {stats.chi2.cdf(4, 2):.0%}")
assert round(narrower) == 6
assert round(stats.chi2.cdf(4, 2), 2) == 0.86

# %% [markdown] tags=["slide"]
# ### 4.1 Logistic regression: no closed form, one hill
#
# Tumour $i$, features $x_i$: malignant ($y_i = 1$) with probability $p_i = 1/(1 + e^{-w^\top x_i})$.
#
# $$\ell(w) = \sum_i y_i \log p_i + (1-y_i)\log(1-p_i), \qquad \nabla \ell = X^\top (y - p)$$


# %% tags=["continue", "show-code"]
def newton(X, y, steps=20):
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        p = special.expit(X @ w)
        J = (X.T * (p * (1 - p))) @ X  # minus the second derivative
        w = w + np.linalg.solve(J, X.T @ (y - p))
    return w, np.sqrt(np.diag(np.linalg.inv(J)))  # estimate, standard errors


# %%
FEATURES = ("mean radius", "mean texture", "mean smoothness")
standard = (bc.x - bc.x.mean(axis=0)) / bc.x.std(axis=0)  # (569, 30)
X_three = np.column_stack([np.ones(569), standard[:, [bc.columns.index(name) for name in FEATURES]]])
w_three, se_three = newton(X_three, malignant)
sklearn_fit = LogisticRegression(C=np.inf, tol=1e-8, max_iter=1000).fit(X_three[:, 1:], malignant)

# %% tags=["continue"]
for name, value, error in zip(FEATURES, w_three[1:], se_three[1:], strict=True):
    print(f"{name:<16} {value:+.2f}  standard error {error:.2f}")
assert np.allclose(w_three, [*sklearn_fit.intercept_, *sklearn_fit.coef_[0]], atol=5e-3)
assert np.allclose(X_three.T @ (malignant - special.expit(X_three @ w_three)), 0, atol=1e-8)

# %% [markdown]
# $X$ has the features as columns, each *standardised* (mean 0, standard deviation 1), and a column of ones. Newton's
# step is $w \leftarrow w + J^{-1} X^\top (y - p)$ with $J = -\nabla^2\ell = X^\top \operatorname{diag}(p(1-p)) X$.
# Since $v^\top J v = \sum_i p_i (1-p_i) (x_i^\top v)^2 \ge 0$, $\ell$ is concave: there is no second hill. $J$ at the
# top is the *observed information*; the roots of the diagonal of $J^{-1}$ are the standard errors, and section 6.2 says
# why. scikit-learn gives the same weights. A tumour larger by one standard deviation has odds of being malignant
# $e^{4.92} = 137$ times as high, the other two being equal.

# %%
odds_ratio = np.exp(w_three[1])
print(f"odds ratio of one standard deviation of radius: {odds_ratio:.0f}")
assert round(odds_ratio) == 137
assert round(w_three[1], 2) == 4.92

# %% [markdown] tags=["subslide"]
# ### 4.2 Now take all 30 features
#
# The same model and data, 30 columns instead of 3, Newton from $w = 0$, for more and more steps. **What happens to the
# log-likelihood and to the length of $w$?**

# %% tags=["continue", "predict", "collapse-code"]
X_all = np.column_stack([np.ones(569), standard])  # (569, 31)
sign = 2 * malignant - 1
STEPS = np.arange(1, 26)
ways = [newton(X_all, malignant, steps=steps)[0] for steps in STEPS]
missing = np.array([np.logaddexp(0, -sign * (X_all @ w)).sum() for w in ways])  # minus the log-likelihood
lengths = np.array([np.linalg.norm(w) for w in ways])
plane = optimize.linprog(np.zeros(31), A_ub=-sign[:, None] * X_all, b_ub=-np.ones(569), bounds=(None, None))
with figure(
    alt="Against the number of Newton steps. Left, on a logarithmic axis, minus the log-likelihood: it falls slowly at"
    " first, from about step 15 along a straight line, and is below a ten-thousandth at the end. Right, the length of"
    " the weight vector: it hardly moves for ten steps, then climbs along a straight line.",
    axes=(1, 2),
    size=(9.4, 2.9),
) as axes:
    axes[0].semilogy(STEPS, missing, "o-", color=MODEL, markersize=5)
    axes[0].set(xlabel="Newton steps", ylabel=r"$-\ell$ (nats)", yticks=[1e2, 1, 1e-2, 1e-4])
    axes[1].plot(STEPS, lengths, "^--", color=WRONG, markersize=5)
    axes[1].set(xlabel="Newton steps", ylabel="length of w")
print(f"is there a plane with every tumour on its right side? {'yes' if plane.status == 0 else 'no'}")
assert plane.status == 0
assert (sign * (X_all @ plane.x)).min() > 0.99  # found by linear programming
assert np.all(np.diff(missing) < 0)
assert np.all(np.diff(lengths) > 0)
assert np.allclose(missing[-1] / missing[-2], np.exp(-1), rtol=0.01)  # each step divides what is missing by e
assert np.allclose(np.diff(lengths)[-3:], np.diff(lengths)[-1], rtol=0.01)  # and makes w longer by as much again

# %% [markdown]
# **There is no maximum.** In 30 dimensions a plane separates all malignant from all benign tumours. Along its direction
# every doubling of $w$ makes each $p_i$ more extreme, and right, so $\ell$ creeps up to 0 and never gets there: in the
# end each step divides what is missing by $e$ and makes $w$ longer by the same amount. A hill may have no top, and a
# maximum-likelihood estimate need not exist. Section 8 adds a prior and cures it. (Software that reports weights here
# reports where it stopped.)

# %% [markdown] tags=["slide"]
# ## 5 What does a low NLL tell you about the model?
#
# $$\underbrace{-\mathbb E_p[\log p_\theta(x)]}_{\text{mean NLL of endless data}}
# = \underbrace{-\mathbb E_p[\log p(x)]}_{H(p),\ \text{the entropy}} +
# \underbrace{\mathbb E_p\!\left[\log\frac{p(x)}{p_\theta(x)}\right]}_{\mathrm{KL}(p\,\|\,p_\theta)}$$
#
# *NLL*: negative log-likelihood. Four outcomes, $p = (0.5, 0.25, 0.15, 0.1)$. **Which mean NLL has the flat model, 1/4
# for each? How low can any model get?**

# %%
P_TRUE = np.array([0.5, 0.25, 0.15, 0.1])
Q_MODELS = {"flat model": np.full(4, 0.25), "better model": np.array([0.4, 0.25, 0.2, 0.15])}
entropy_p = -(P_TRUE * np.log(P_TRUE)).sum()
four_rng = np.random.default_rng([SEED, 6])
outcomes = four_rng.choice(4, size=100_000, p=P_TRUE)
for name, q in Q_MODELS.items():
    cross, kl = -(P_TRUE * np.log(q)).sum(), (P_TRUE * np.log(P_TRUE / q)).sum()
    mean_nll = -np.log(q[outcomes]).mean()
    print(f"{name:<13} H(p) {entropy_p:.3f} + KL {kl:.3f} = {cross:.3f} exactly; 100,000 draws: {mean_nll:.3f}")
    assert np.isclose(cross, entropy_p + kl)
    assert abs(mean_nll - cross) < 6 * 0.5 / np.sqrt(100_000)

# %% tags=["continue", "predict", "collapse-code"]
with figure(
    alt="Running mean NLL of a flat and a better model against the number of draws, with the exact values dashed. The"
    " flat model sits at 1.386, the better one at about 1.24, and the entropy 1.208 is a floor below both.",
    size=(9.0, 2.6),
) as ax:
    shown = np.unique(np.geomspace(10, 100_000, 150).astype(int))
    for (name, q), style in zip(Q_MODELS.items(), (":", "-"), strict=True):
        nll = -np.log(q[outcomes])
        exact = -(P_TRUE * np.log(q)).sum()
        ax.semilogx(shown, (np.cumsum(nll) / np.arange(1, len(nll) + 1))[shown - 1], style, color=MODEL)
        ax.hlines(exact, 10, 100_000, color=MODEL, linestyle="--", linewidth=1)
        ax.text(1.15e5, exact, f"{name} {exact:.3f}", va="center", color=MODEL)
    ax.hlines(entropy_p, 10, 100_000, color="black", linewidth=1.5)
    ax.text(1.15e5, entropy_p - 0.02, f"entropy {entropy_p:.3f}", va="center")
    ax.set(xlabel="number of draws n", ylabel="mean NLL (nats)", xlim=(10, 2.5e6), ylim=(1.1, 1.45))
    ax.set_xticks([10, 100, 1000, 10_000, 100_000])
assert entropy_p < min(-(P_TRUE * np.log(q)).sum() for q in Q_MODELS.values())

# %% [markdown]
# $\mathrm{KL} \ge 0$ (notebook 07), so no dashed line can be below the entropy. Nobody knows $H(p)$ of real images, so
# an NLL alone does not say how far a model is from perfect; the *difference* of two expected NLLs is a difference of KL
# divergences. For densities $H(p)$ depends on the unit and may be negative, as an NLL may; the KL divergence does not.
#
# So on endless data maximising likelihood is minimising $\mathrm{KL}(p \,\|\, p_\theta)$. On finite data an average
# over the points takes the place of $\mathbb E_p$, which is why it can overfit. (Short runs dip below the entropy:
# luck.)

# %% [markdown] tags=["subslide"]
# ### 5.1 One Gaussian for two modes
#
# $p$: equal halves of $N(-2, 0.5^2)$ and $N(2, 0.5^2)$. The model has one mode. **Where does maximum likelihood put its
# top, and how many of the model's draws fall into the valley $|x| < 1$, where $p$ has 2 %?**

# %% tags=["continue", "predict", "collapse-code"]
line = np.linspace(-8, 8, 3201)
two = mixture_pdf(line, [0.5, 0.5], [-2, 2], [0.5, 0.5])
covering = (0.0, np.sqrt(2**2 + 0.5**2))  # the moments of p: exactly the MLE on endless data


def reverse_kl(free):
    """KL(model || p) of a Gaussian, by a sum over the grid."""
    model = gaussian_pdf(line, free[0], np.exp(free[1]))
    log_ratio = log_gaussian(line, free[0], np.exp(free[1])) - np.log(two)
    return np.sum(model * log_ratio) * (line[1] - line[0])


seeking = optimize.minimize(reverse_kl, [1.5, 0.0], method="BFGS").x
seeking = (seeking[0], np.exp(seeking[1]))
forward = {
    fit: np.sum(two * (np.log(two) - log_gaussian(line, *fit))) * (line[1] - line[0]) for fit in (covering, seeking)
}
valley = stats.norm.cdf(1, *covering) - stats.norm.cdf(-1, *covering)
with figure(
    alt="A density with two humps at minus two and two. The maximum-likelihood Gaussian is a broad bell with its top"
    " in the valley at zero. A Gaussian fitted by the reversed KL divergence sits on the right hump alone.",
    size=(9.4, 3.0),
) as ax:
    ax.fill_between(line, two, color=DATA, alpha=0.3)
    ax.plot(line, gaussian_pdf(line, *covering), color=MODEL)
    ax.plot(line, gaussian_pdf(line, *seeking), ":", color="black")
    ax.text(0, 0.28, "maximum likelihood", ha="center", color=MODEL)
    ax.text(2.75, 0.62, "least KL(model || p)")
    ax.text(-2, 0.43, "p", ha="center")
    ax.set(xlabel="x", ylabel="density", xlim=(-6, 6), ylim=(0, 0.85))
print(f"draws in the valley: {valley:.0%}, data there: {np.sum(two[np.abs(line) < 1]) * 0.005:.0%}")
print(f"KL(p || model): broad bell {forward[covering]:.2f} nats, one hump {forward[seeking]:.1f} nats")
assert valley > 0.35
assert np.isclose(np.sum(two[np.abs(line) < 1]) * 0.005, 0.023, atol=0.003)
assert abs(seeking[0] - 2) < 0.01
assert forward[seeking] > 10 * forward[covering]

# %% [markdown]
# Its top is where the data are not. Leaving a hump out would cost some fifteen nats per point on average, drawing
# nonsense in the valley costs 0.7. So maximum likelihood *covers*: it would rather generate what never occurs than deny
# what does. That is why models trained by likelihood may draw blurred or odd samples, and why notebook 07 has other
# divergences. The dotted Gaussian (or its mirror image) minimises $\mathrm{KL}(p_\theta\|p)$, which contains $\log p$:
# no average over data gives it. Notebook 09 gets round that with a second network.

# %% [markdown] tags=["subslide"]
# ### 5.2 What torch calls it
#
# $$\texttt{CrossEntropyLoss}(a, y) = -\frac1n\sum_{i=1}^n \log p_\theta(y_i \mid x_i), \qquad
# p_\theta = \operatorname{softmax}(a_i)$$
#
# $a_i$: the *logits* of point $i$, a free number per class; $y_i$: its label. `NLLLoss` expects
# $\log\operatorname{softmax}(a)$ and gives the same. 150 irises by their sepals, 60 gradient steps, rate 0.5. **Mean,
# or `reduction="sum"`: does it matter?**

# %% [markdown] tags=["skip"]
# ### Exercise 5: from logits to cross-entropy
# Write `nll_from_logits(logits, labels)` in NumPy: `logits` has shape $(n, K)$, `labels` holds $n$ whole numbers.
# Return the mean of $-\log \operatorname{softmax}(a_i)_{y_i}$ in nats. It must survive logits of 1000.
# (`special.logsumexp(..., axis=1, keepdims=True)` is allowed.)


# %% tags=["exercise"]
def nll_from_logits(logits, labels):
    # log-probabilities, then the entry of each label; end with `return`
    ...


# %% tags=["solution"]
def nll_from_logits(logits, labels):
    log_p = logits - special.logsumexp(logits, axis=1, keepdims=True)
    return -log_p[np.arange(len(labels)), labels].mean()


# %%
check("nll_from_logits", nll_from_logits)

# %% tags=["continue", "predict", "collapse-code", "M18"]
sepals = iris.x[:, [iris.columns.index("sepal length"), iris.columns.index("sepal width")]]
flowers = torch.as_tensor((sepals - sepals.mean(axis=0)) / sepals.std(axis=0))  # (150, 2), float64
species = torch.as_tensor(iris.species)


def descend(reduction, rate, steps=60):
    """Mean NLL along plain gradient descent on softmax regression."""
    W = torch.zeros(3, 3, dtype=torch.float64, requires_grad=True)
    features = torch.cat([torch.ones(150, 1, dtype=torch.float64), flowers], dim=1)
    loss = nn.CrossEntropyLoss(reduction=reduction)
    trace = []
    for _ in range(steps):
        value = loss(features @ W, species)
        trace.append(value.item() / (150 if reduction == "sum" else 1))
        (gradient,) = torch.autograd.grad(value, W)
        W = (W - rate * gradient).detach().requires_grad_()
    return np.array(trace)


runs = {"mean, rate 0.5": descend("mean", 0.5), "sum, rate 0.5": descend("sum", 0.5), "same": descend("sum", 0.5 / 150)}
with figure(
    alt="Mean NLL per flower against gradient steps. With the mean it falls smoothly to 0.45; with the sum and"
    " the same rate it jumps above ten and zigzags to the end; with the sum and a 150th of the rate it falls exactly"
    " like the mean.",
    size=(9.0, 2.4),
) as ax:
    ax.semilogy(runs["sum, rate 0.5"], "--", color=WRONG, label="sum, rate 0.5", linewidth=1.6)
    ax.semilogy(runs["mean, rate 0.5"], color=MODEL, label="mean, rate 0.5")
    ax.semilogy(np.arange(0, 60, 6), runs["same"][::6], "o", color="black", label="sum, rate 0.5/150", markersize=5)
    ax.set(xlabel="step", ylabel="mean NLL (nats)", xlim=(0, 84), xticks=range(0, 61, 20))
    ax.legend(loc="right")
assert np.allclose(runs["mean, rate 0.5"], runs["same"], rtol=1e-8)
assert round(runs["sum, rate 0.5"].max()) == 14
assert runs["sum, rate 0.5"][1:].min() > runs["mean, rate 0.5"][0]
assert round(runs["mean, rate 0.5"][-1], 2) == 0.45
assert np.all(np.diff(runs["mean, rate 0.5"]) < 0)

# %% [markdown]
# **You may read**: the log-likelihood is the loss.
#
# **What holds**: its *negative* is. And a sum over $n$ points has a gradient $n$ times as long as the mean, so the same
# learning rate takes steps 150 times as large: here the loss jumps as high as 14 and never comes back below its start.
# At a 150th of the rate it is the same run as the mean's (dots). The identities, in double precision:

# %% tags=["M18"]
torch_rng = torch.Generator().manual_seed(SEED)
a = torch.randn(8, 5, generator=torch_rng, dtype=torch.float64)
y = torch.randint(5, (8,), generator=torch_rng)
by_hand = -(a - torch.logsumexp(a, dim=1, keepdim=True))[torch.arange(8), y]  # (8,)
for reduction, wanted in (("mean", by_hand.mean()), ("sum", by_hand.sum()), ("none", by_hand)):
    cross = nn.CrossEntropyLoss(reduction=reduction)(a, y)
    nll = nn.NLLLoss(reduction=reduction)(torch.log_softmax(a, dim=1), y)
    assert torch.allclose(cross, wanted, rtol=1e-12)
    assert torch.allclose(nll, wanted, rtol=1e-12)
wrong = nn.NLLLoss()(torch.softmax(a, dim=1), y)
print(f"NLLLoss of log-probabilities: {by_hand.mean():.3f}; of probabilities, by mistake: {wrong:.3f} (below zero!)")
assert wrong < 0 < by_hand.mean()

# %% [markdown]
# `NLLLoss` contains no logarithm: it expects log-probabilities and only picks and averages. Fed with probabilities it
# returns a negative number and trains badly, without a warning. `CrossEntropyLoss` takes the raw logits.

# %% [markdown] tags=["slide"]
# ## 6 Is the best estimate right on average?
#
# $$\hat\sigma^2 = \frac1n \sum_{i=1}^n (x_i - \bar x)^2$$
#
# The MLE of a Gaussian's variance; the truth is $\sigma^2 = 1$. Average it over 20,000 data sets of $n = 5$ points.
# **Is the average 0.8, 1 or 1.2?**

# %% tags=["continue", "predict", "collapse-code", "M17"]
var_rng = np.random.default_rng([SEED, 7])
SIZES = np.array([2, 3, 5, 10, 20, 50])
mle_variance = [var_rng.standard_normal((20_000, size)).var(axis=1) for size in SIZES]
averages = np.array([v.mean() for v in mle_variance])
with figure(
    alt="Average of the maximum-likelihood variance against sample size: 0.5 at two points, 0.8 at five, 0.98 at"
    " fifty, on the curve (n - 1)/n below the true value one.",
    size=(9.0, 2.7),
) as ax:
    ax.plot(np.arange(2, 51), 1 - 1 / np.arange(2, 51), "--", color="black", linewidth=1.5, label="(n - 1)/n")
    ax.plot(SIZES, averages, "o", color=MODEL, label="average of 20,000 estimates", markersize=8)
    ax.axhline(1, color=DATA, linewidth=1)
    ax.text(50, 1.02, "true variance", ha="right")
    ax.set(xlabel="sample size n", ylabel="average estimate", ylim=(0.4, 1.12), xticks=SIZES)
    ax.legend(loc="lower right")
print(f"n = 5: average {averages[2]:.2f}, theory 0.80; n = 50: average {averages[-1]:.2f}, theory 0.98")
assert np.all(np.abs(averages - (SIZES - 1) / SIZES) < 6 * np.sqrt(2 / SIZES / 20_000))
assert averages[2] < 0.85

# %% [markdown]
# **You may read**: the maximum-likelihood variance is unbiased (its expectation is the truth).
#
# **What holds**: its expectation is $\frac{n-1}{n}\sigma^2$. The mean $\bar x$ is closer to *these* points than $\mu$:
# $\sum_i (x_i - \mu)^2 = \sum_i (x_i - \bar x)^2 + n (\bar x - \mu)^2$, in expectation $n\sigma^2 = (n-1)\sigma^2 +
# \sigma^2$. The bias vanishes as $n$ grows, and the estimate is *consistent*: the probability that it misses the truth
# by more than any fixed amount goes to zero. Dividing by $n - 1$ removes the bias, not the error:

# %%
five = mle_variance[2]
errors = [np.mean((c * five - 1) ** 2) for c in (1, 5 / 4, 5 / 6)]
far = [np.mean(np.abs(v - 1) > 0.5) for v in mle_variance]
print("mean squared error at n = 5: divisor n {:.2f}, n - 1 {:.2f}, n + 1 {:.2f}".format(*errors))
print("share of estimates off by more than 0.5:", ", ".join(f"{v:.2f}" for v in far))
assert errors[2] < errors[0] < errors[1]
assert all(later < earlier for earlier, later in pairwise(far))

# %% [markdown] tags=["subslide"]
# ### 6.1 Which coin says more per toss: $\theta = 0.5$ or $0.2$?
#
# The **score** $s(x) = \partial_\theta \log p_\theta(x)$ says which way $x$ pulls. Its mean is 0. Its variance is the
# **Fisher information**, and two other things are the same number:
#
# $$I(\theta) = \operatorname{Var}_\theta(s) = -\mathbb E_\theta\!\left[\partial_\theta^2 \log p_\theta(x)\right]
# = \partial^2_{\theta'} \mathrm{KL}(p_\theta\|p_{\theta'})\big|_{\theta'=\theta}$$

# %% tags=["continue", "predict", "collapse-code"]
h = 1e-3


def coin_kl(at, other):
    return at * np.log(at / other) + (1 - at) * np.log((1 - at) / (1 - other))


with figure(
    alt="Left: the two scores of each coin as stems, as high as their probability: plus and minus 2 for the fair coin,"
    " minus 1.25 and plus 5 for the coin of 0.2. Right: the KL divergence from each coin to others, with the parabola"
    " of the Fisher information at its bottom; the one at 0.2 is narrower.",
    axes=(1, 2),
    size=(9.6, 2.8),
) as axes:
    for coin, style, mark in ((0.5, "--", "s"), (0.2, "-", "o")):
        chance, score = np.array([1 - coin, coin]), np.array([-1 / (1 - coin), 1 / coin])  # tails, heads
        information = chance @ score**2
        axes[0].vlines(score, 0, chance, color=MODEL, linestyle=style, linewidth=2)
        axes[0].plot(score, chance, mark, color=MODEL, label=f"coin {coin}: variance {information:.2f}")
        near = np.linspace(max(coin - 0.25, 0.02), coin + 0.25, 200)
        axes[1].plot(near, coin_kl(coin, near), style, color=MODEL)
        axes[1].plot(near, information / 2 * (near - coin) ** 2, ":", color="black", linewidth=1.5)
        bend = chance @ np.array([1 / (1 - coin) ** 2, 1 / coin**2])  # minus the second derivatives
        curvature = (coin_kl(coin, coin + h) + coin_kl(coin, coin - h)) / h**2
        assert abs(chance @ score) < 1e-12
        assert np.allclose([information, bend, curvature], 1 / (coin * (1 - coin)), rtol=1e-3)
    axes[0].set(xlabel="score of one toss", ylabel="probability", ylim=(0, 1.3), yticks=[0, 0.5, 1], xlim=(-3, 6))
    axes[0].legend(loc="upper right")
    axes[1].text(0.16, 0.12, "coin 0.2", ha="center")
    axes[1].text(0.54, 0.12, "coin 0.5", ha="center")
    axes[1].set_title(r"dotted: $I\,(\theta' - \theta)^2 / 2$")
    axes[1].set(xlabel=r"another coin $\theta'$", ylabel="KL (nats)", xlim=(0, 0.8), ylim=(0, 0.2))

# %% [markdown]
# Why they agree. Differentiate $\int p_\theta\,dx = 1$ once: $\int p_\theta\, s\,dx = 0$, the mean of the score is
# zero. Differentiate again: $\int p_\theta\,(s^2 + \partial_\theta s)\,dx = 0$, which is the first equality. (The
# derivative must be allowed under the integral, and the *support*, where $p_\theta > 0$, must not depend on $\theta$.)
# And $\mathrm{KL}(p_\theta\|p_{\theta'}) = \mathbb E_\theta[\log p_\theta - \log p_{\theta'}]$, twice differentiated,
# is the second. The fair coin tells 4, the coin of 0.2 tells 6.25: extreme chances are easier to pin down. The same
# three routes, numerically, for two continuous models:

# %% tags=["collapse-code"]
CASES = {  # name: theta, log p(x, theta), score, density at theta, KL from theta to t, closed form
    "exponential, rate 2.5": (
        2.5,
        lambda x, t: np.log(t) - t * x,
        lambda x: 1 / 2.5 - x,
        lambda x: 2.5 * np.exp(-2.5 * x) * (x >= 0),
        lambda t: np.log(2.5 / t) + t / 2.5 - 1,
        1 / 2.5**2,
    ),
    "Gaussian, sigma = 1.7": (
        1.7,
        lambda x, t: log_gaussian(x, 0, t),
        lambda x: x * x / 1.7**3 - 1 / 1.7,
        lambda x: gaussian_pdf(x, 0, 1.7),
        lambda t: np.log(t / 1.7) + 1.7**2 / (2 * t * t) - 0.5,
        2 / 1.7**2,
    ),
}
print(f"{'':<22} Var(score)  -E[2nd deriv.]  KL curvature  closed form")
for name, (at, log_p, score, density, kl, closed_form) in CASES.items():

    def expect(f, density=density):
        return integrate.quad(lambda x: density(x) * f(x), -20, 20, points=[0])[0]

    routes = (
        expect(lambda x, s=score: s(x) ** 2) - expect(score) ** 2,
        -expect(lambda x, l=log_p, t=at: (l(x, t + h) - 2 * l(x, t) + l(x, t - h)) / h**2),
        (kl(at + h) - 2 * kl(at) + kl(at - h)) / h**2,
    )
    print(f"{name:<22} {routes[0]:>10.3f}  {routes[1]:>14.3f}  {routes[2]:>12.3f}  {closed_form:>11.3f}")
    assert abs(expect(score)) < 1e-9
    assert np.allclose(routes, closed_form, rtol=1e-3)

# %% [markdown] tags=["skip"]
# ### Exercise 6: Fisher information of counts
# A Poisson count has $P(k) = r^k e^{-r}/k!$ with rate $r$, and the mean $r$. Write `fisher_information(rate, n)`: the
# information about the rate in $n$ independent counts.


# %% tags=["exercise"]
def fisher_information(rate, n):
    # second derivative, expectation, and n of them; end with `return`
    ...


# %% tags=["solution"]
def fisher_information(rate, n):
    return n / rate


# %%
check("fisher_information", fisher_information)

# %% [markdown] tags=["slide"]
# ### 6.2 Curvature becomes certainty
#
# A right and *regular* model, large $n$: $\hat\theta \approx N(\theta, 1/nI(\theta))$. Exponential waiting times:
# $I(\lambda) = 1/\lambda^2$. **At which $n$ do you trust the bell curve?**

# %% [markdown]
# *Regular*: $\log p_\theta$ is smooth in $\theta$, the support does not depend on $\theta$, the true $\theta$ is no
# border point of its range and the only best one, and $0 < I < \infty$.
#
# Why the bell? At the top $0 = \ell'(\hat\theta) \approx \ell'(\theta) + (\hat\theta - \theta)\, \ell''(\theta)$. Here
# $\ell'(\theta)$ is a sum of $n$ scores, by the central limit theorem about $N(0, nI)$, and $-\ell''(\theta) \approx
# nI$ by the law of large numbers. Divide: $\hat\theta - \theta \approx N(0, nI)/(nI) = N(0, 1/(nI))$. With several
# parameters $nI$ is a matrix, estimated by $J$: hence the standard errors of section 4.1.

# %% tags=["collapse-code"]
curve_rng = np.random.default_rng([SEED, 8])
CURVE_NS = [2, 5, 20, 80, 320]
unit_means = {n: curve_rng.gamma(n, 1 / n, 2000) for n in CURVE_NS}  # means of n waiting times at rate 1


def draw_curvature(axes, n, rate):
    grid = np.linspace(0.02, 3, 300)
    for mean, style in zip(unit_means[n][:6] / rate, ("-", "--", "-.", ":", "-", "--"), strict=True):
        drop = n * (np.log(grid * mean) - grid * mean + 1)  # log-likelihood below its top at 1/mean
        axes[0].plot(grid, drop, style, color=MODEL, linewidth=1.3)
    axes[0].axvline(rate, color="black", linestyle=":", linewidth=1.5)
    axes[0].set(xlim=(0, 3), ylim=(-6, 0.3), xlabel="rate λ", ylabel="log-likelihood below top", title="six data sets")
    estimates = rate / unit_means[n]
    share = np.full(2000, 15 / 2000)  # 15 bins to 1; estimates beyond 3 are outside the frame, and count
    axes[1].hist(estimates, bins=45, range=(0, 3), weights=share, color=MODEL, alpha=0.45)
    axes[1].plot(grid, gaussian_pdf(grid, rate, rate / np.sqrt(n)), color="black")
    top = 1.4 * np.sqrt(n) / rate / np.sqrt(2 * np.pi)
    axes[1].set(xlim=(0, 3), ylim=(0, max(top, 1)), xlabel="estimated rate", ylabel="density")
    axes[1].set_title(f"2,000 estimates, {np.mean(estimates > 3):.0%} beyond 3")


def tell_curvature(n, rate):
    estimates = rate / unit_means[n]
    far = np.mean(np.abs(estimates - rate) > 1.96 * rate / np.sqrt(n))
    return (
        f"{n} waiting times of rate {rate:g}: the curvature promises the standard deviation {rate / np.sqrt(n):.2f};"
        f" {far:.1%} of 2,000 estimates are more than 1.96 of it away from the truth, where the bell curve has 5 %."
    )


# %% tags=["continue"]
explore(
    draw_curvature,
    n=CURVE_NS,
    rate=[0.5, 1.0, 1.5],
    start={"n": 2, "rate": 1.0},
    labels={"n": "data per set n", "rate": "true rate λ"},
    alt=tell_curvature,
    play="n",
    axes=(1, 2),
    size=(7.8, 4.2),
)

# %%
spread = (1 / unit_means[320]).std() * np.sqrt(320)
print(f"n = 320: standard deviation of the estimates times sqrt(n): {spread:.2f}, promised 1")
assert abs(spread - 1) < 0.08
assert stats.skew(1 / unit_means[5]) > 1  # at small n still lopsided

# %% [markdown]
# With four times the data the hills are half as wide, and so, once $n$ is large, is the histogram. At $n = 5$ its peak
# lies left of the bell's, and a long tail reaches to the right; at 80 it fits, to the eye. Uniform data on
# $(0, \theta)$ are not regular (appendix).

# %% [markdown] tags=["subslide"]
# ### 6.3 What does the median cost?
#
# **Cramér-Rao**: in a regular model no unbiased estimator has a variance below $1/(n I(\theta))$. For a Gaussian's
# $\mu$ that is $\sigma^2/n$, which the mean attains. **How many more data does the median need for the same precision:
# 10 %, 60 % or 200 %?**

# %% tags=["continue", "predict", "collapse-code"]
center_rng = np.random.default_rng([SEED, 9])
ODD = np.array([3, 5, 11, 25, 51, 101])
samples = [center_rng.standard_normal((20_000, size)) for size in ODD]
worth = {
    "mean": [s.mean(axis=1).var() * s.shape[1] for s in samples],
    "median": [np.median(s, axis=1).var() * s.shape[1] for s in samples],
}
del samples
with figure(
    alt="Variance times n against n for two estimators of a Gaussian's centre. The mean stays on the bound one, the"
    " median rises from 1.35 at three points towards a dotted line at 1.57.",
    size=(9.0, 2.6),
) as ax:
    for (name, values), mark in zip(worth.items(), ("o-", "s--"), strict=True):
        ax.semilogx(ODD, values, mark, color=MODEL)
        ax.text(112, values[-1], name, color=MODEL, va="center")
    ax.hlines(1, 2.8, 101, color="black", linewidth=1)
    ax.hlines(np.pi / 2, 2.8, 101, color="black", linestyle=":", linewidth=1.5)
    ax.text(3, 1.66, r"$\pi/2$", va="center")
    ax.text(12, 0.85, "Cramér-Rao bound", va="center")
    ax.set(xlabel="sample size n", ylabel=r"$n \cdot$ variance", ylim=(0.7, 1.8), xlim=(2.8, 170), xticks=ODD)
    ax.set_xticklabels(ODD)
    ax.minorticks_off()
print(
    f"n = 101: n Var(mean) = {worth['mean'][-1]:.2f}, n Var(median) = {worth['median'][-1]:.2f}, pi/2 = {np.pi / 2:.2f}"
)
assert np.allclose(worth["mean"], 1, atol=0.06)
assert abs(worth["median"][-1] - np.pi / 2) < 0.09
assert worth["median"][0] < 1.45

# %% [markdown]
# 57 % more for large $n$, if the data are Gaussian: the ratio tends to $\pi/2$. For Laplace data the median *is* the
# MLE.
#
# Why the bound: if $\mathbb E_\theta[T] = \theta$ for all $\theta$, then differentiating gives
# $\operatorname{Cov}(T, s_n) = 1$, where the score $s_n$ of all $n$ points has the variance $nI$; by Cauchy-Schwarz
# $1 \le \operatorname{Var}(T)\, nI$. It speaks of unbiased estimators only: with a bias the mean squared error can be
# smaller (as with the divisor $n+1$ above).

# %% [markdown] tags=["slide"]
# ## 7 A cut at 1.92: is the truth inside?
#
# Two sets for $\theta$: all with $\ell(\hat\theta) - \ell(\theta) \le 1.92$, or $\hat\theta \pm 1.96$ standard
# errors (*Wald*). Both promise 95 %. 20 tosses of a coin. **Which keeps the promise near $\theta = 0.05$?**

# %% tags=["continue", "predict", "collapse-code"]
TOSSES = 20
k_all = np.arange(TOSSES + 1)
fine = np.linspace(0.0005, 0.9995, 2000)
top = special.xlogy(k_all, k_all / TOSSES) + special.xlogy(TOSSES - k_all, 1 - k_all / TOSSES)  # (21,)
drop = top[:, None] - (k_all[:, None] * np.log(fine) + (TOSSES - k_all[:, None]) * np.log1p(-fine))  # (21, 2000)
error = np.sqrt(k_all / TOSSES * (1 - k_all / TOSSES) / TOSSES)
inside_ratio = drop <= stats.chi2.ppf(0.95, 1) / 2
inside_wald = np.abs(k_all[:, None] / TOSSES - fine) <= 1.96 * error[:, None]
chances = stats.binom.pmf(k_all[:, None], TOSSES, fine)
cover_ratio, cover_wald = (chances * inside_ratio).sum(axis=0), (chances * inside_wald).sum(axis=0)
with figure(
    alt="Left: log-likelihood of 2 heads in 20, lopsided, cut at 1.92 below its top; the Wald interval under it"
    " reaches below zero. Right: exact share of repetitions with the truth inside: the cut stays near 0.95, with dips"
    " to 0.82; Wald drops far below near the borders.",
    axes=(1, 2),
    size=(9.6, 3.4),
) as axes:
    axes[0].plot(fine, -drop[2], color=MODEL)
    cut = fine[inside_ratio[2]]
    axes[0].hlines(-1.92, cut[0], cut[-1], color="black", linewidth=2)
    axes[0].hlines(-4, 0.1 - 1.96 * error[2], 0.1 + 1.96 * error[2], color=WRONG, linestyle="--", linewidth=2)
    axes[0].text(0.31, -1.92, "cut at 1.92", va="center")
    axes[0].text(0.25, -4, "Wald", color=WRONG, va="center")
    axes[0].set(xlim=(-0.05, 0.5), ylim=(-5, 0.3), xlabel=r"$\theta$ (2 heads in 20)", ylabel="log-lik. below top")
    axes[1].plot(fine, cover_ratio, color=MODEL, linewidth=1.4)
    axes[1].plot(fine, cover_wald, "--", color=WRONG, linewidth=1.4)
    axes[1].axhline(0.95, color="black", linewidth=1)
    axes[1].text(0.12, 0.985, "cut (solid)", color=MODEL)
    axes[1].text(0.12, 0.7, "Wald (dashed)", color=WRONG)
    axes[1].set(xlim=(0, 0.5), ylim=(0.5, 1.03), xlabel=r"true $\theta$", ylabel="share with truth inside")
at = np.argmin(np.abs(fine - 0.05))
print(f"truth 0.05: inside the cut {cover_ratio[at]:.0%}, inside Wald {cover_wald[at]:.0%}; promised 95 %")
print(f"averaged over all chances: cut {cover_ratio.mean():.0%}, Wald {cover_wald.mean():.0%}")
assert round(cover_ratio.min(), 2) == 0.82
assert cover_wald[at] < 0.7 < 0.9 < cover_ratio[at]
assert 0.1 - 1.96 * error[2] < 0

# %% [markdown]
# The curve is lopsided at 2 heads in 20, and the cut follows it. The Wald interval is symmetric, reaches below zero,
# and with 0 heads it has no width at all. Heads are whole numbers, so the coverage jumps, and the cut has dips too, to
# 82 % near $\theta = 0.09$; its promise is one for large $n$. The set of all $\theta$ that a test does not reject is a
# *confidence set*: the procedure covers the truth in about 95 % of repetitions. It is not the probability that this
# $\theta$ is inside (that takes a prior).

# %% [markdown]
# ### 7.1 Where 1.92 comes from: Wilks
#
# Near its top $\ell$ is a parabola: $\ell(\hat\theta) - \ell(\theta) \approx \frac12 n I(\theta) (\hat\theta -
# \theta)^2$. By section 6.2, $\sqrt{nI}(\hat\theta - \theta)$ is about standard normal at the truth. So
#
# $$2\,[\ell(\hat\theta) - \ell(\theta)] \to \chi^2_1 \quad \text{in distribution,}$$
#
# the square of a standard normal variable, whose 95 % quantile is $1.96^2 = 3.84 = 2 \cdot 1.92$. With $r$ parameters
# fixed by the hypothesis it is $\chi^2_r$ (Wilks 1938; regular models, and the hypothesis no border case).

# %%
ratio = {n: 2 * n * (m - 1 - np.log(m)) for n, m in unit_means.items()}  # exponential, at the true rate 1
for n, statistic in ratio.items():
    print(f"n = {n:>3}: {np.mean(statistic > 3.84):.3f} of the data sets have 2(l_max - l) > 3.84; promised 0.050")
assert abs(np.mean(ratio[320] > stats.chi2.ppf(0.95, 1)) - 0.05) < 6 * np.sqrt(0.0475 / 2000)
assert np.all(np.array([np.mean(s > 3.84) for s in ratio.values()]) < 0.12)

# %% [markdown]
# Good already at $n = 2$, where the bell of section 6.2 is hopeless: the ratio does not care on which scale the rate is
# written (section 1.2), the bell does.
#
# ### 7.2 Several parameters: profile and test
#
# To get a set for $\mu$ alone, let $\sigma$ follow: the *profile* $\ell_p(\mu) = \max_\sigma \ell(\mu, \sigma)$. For a
# Gaussian $\hat\sigma^2(\mu) = \frac1n\sum_i (x_i - \mu)^2$, so $\ell_p(\mu) = -\frac n2 \log \hat\sigma^2(\mu) + c$.
# Cut it at 1.92 as before.
#
# A *likelihood-ratio test* compares a model with a smaller one inside it. Hypothesis: of the three weights of section
# 4.1, those of texture and smoothness are zero ($r = 2$). Twice the loss of log-likelihood, 143, is far above 6.0, the
# 95 % quantile of $\chi^2_2$: rejected.

# %%
mu_line = np.linspace(5.2, 5.9, 7001)
profile = -25 * np.log(virginica.var() + (virginica.mean() - mu_line) ** 2)
kept_mu = mu_line[profile.max() - profile <= 1.92]
student = stats.t.interval(0.95, 49, virginica.mean(), virginica.std(ddof=1) / np.sqrt(50))
print(
    f"mean petal length: profile {kept_mu[0]:.3f} to {kept_mu[-1]:.3f} cm, Student's t {student[0]:.3f} to"
    f" {student[1]:.3f}"
)
assert np.allclose([kept_mu[0], kept_mu[-1]], student, atol=0.01)

w_one, _ = newton(X_three[:, :2], malignant)
gain = 2 * (
    stats.bernoulli.logpmf(malignant, special.expit(X_three @ w_three)).sum()
    - stats.bernoulli.logpmf(malignant, special.expit(X_three[:, :2] @ w_one)).sum()
)
print(
    f"do texture and smoothness help beyond radius? 2(l_max - l) = {gain:.0f}, chi-squared 95 %:"
    f" {stats.chi2.ppf(0.95, 2):.1f}"
)
assert round(gain) == 143

# %% [markdown] tags=["slide"]
# ## 8 A prior of width $\tau$ cures the missing maximum
#
# *Maximum a posteriori* (MAP), with the prior $w_j \sim N(0, \tau^2)$:
# $\ \hat w_{\text{MAP}} = \arg\max_w\ \ell(w) - \frac{1}{2\tau^2} \sum_{j \ge 1} w_j^2$ (not $w_0$)
#
# All 30 features, 285 tumours to fit, 284 others to predict. **Which $\tau$ predicts best: 0.01, 1, or 1000?**


# %% tags=["continue", "predict", "collapse-code"]
def map_fit(rows, tau):
    """MAP weights on the chosen rows."""

    def penalised(w):
        z = sign[rows] * (X_all[rows] @ w)
        pull = np.append(0, w[1:]) / tau**2
        value = np.logaddexp(0, -z).sum() + 0.5 * (w @ pull)
        return value, -X_all[rows].T @ (sign[rows] * special.expit(-z)) + pull

    return optimize.minimize(
        penalised, np.zeros(31), jac=True, method="L-BFGS-B", options={"maxiter": 3000, "maxfun": 9000}
    ).x


TAUS = np.geomspace(0.01, 1000, 21)
half_rows = np.arange(569) % 2 == 0
fits = [map_fit(half_rows, tau) for tau in TAUS]
train_nll, other_nll = (
    np.array([np.logaddexp(0, -sign[rows] * (X_all[rows] @ w)).mean() for w in fits])
    for rows in (half_rows, ~half_rows)
)
best_tau = TAUS[np.argmin(other_nll)]
with figure(
    alt="Mean NLL against the width of the prior, both axes logarithmic. On the fitted tumours it falls without end;"
    " on the others it falls to 0.12 near width 0.6 and rises beyond one at width 1000.",
    size=(9.4, 3.3),
) as ax:
    ax.loglog(TAUS, train_nll, "--", color=DATA, label="285 tumours fitted")
    ax.loglog(TAUS, other_nll, "o-", color=MODEL, label="284 others")
    ax.set(xlabel=r"width of the prior $\tau$", ylabel="mean NLL (nats)", ylim=(1e-4, 5))
    ax.legend(loc="lower left")
    ax.set_title(f"best for the others: width {best_tau:.1g}, NLL {other_nll.min():.2f}")
assert f"{best_tau:.1g}" == "0.6"
assert round(other_nll.min(), 2) == 0.12
assert other_nll[-1] > 1
assert other_nll[0] > 2 * other_nll.min()
assert train_nll[-1] < 1e-3

# %% [markdown]
# MAP is a penalised likelihood: a Gaussian prior gives a squared penalty (*weight decay*, ridge), a Laplace prior an
# absolute one. A wide prior is nearly none: training NLL runs to zero, and every wrong prediction is made with full
# conviction, at many nats each. (The 0.12 flatters a little: the 284 helped to choose $\tau$. An honest test needs a
# third part.) Neither is MAP free of the scale of $w$ (notebook 04), nor is it the whole posterior: it is its top.

# %% [markdown] tags=["subslide"]
# ### 8.1 Which degree would you trust?
#
# 60 points around a cubic; polynomials of degree 0 to 12, Gaussian noise. **Which has the highest likelihood,
# and which would you use?** With $m$ parameters, less is better:
#
# $$\mathrm{AIC} = 2m - 2\ell(\hat\theta), \qquad \mathrm{BIC} = m \log n - 2\ell(\hat\theta)$$

# %% tags=["continue", "predict", "collapse-code"]
poly_rng = np.random.default_rng([SEED, 10])
NOISE_SD, DEGREES = 0.4, np.arange(13)


def noisy_cubic(n):
    x = poly_rng.uniform(-1, 1, n)
    return x, 3 * x**3 - 2 * x + NOISE_SD * poly_rng.standard_normal(n)


(x_few, y_few), (x_new, y_new) = noisy_cubic(60), noisy_cubic(20_000)
seen_nll, new_nll = [], []
for degree in DEGREES:
    curve = np.polynomial.Legendre.fit(x_few, y_few, degree, domain=[-1, 1])
    sd = np.sqrt(np.mean((y_few - curve(x_few)) ** 2))
    seen_nll.append(-log_gaussian(y_few, curve(x_few), sd).mean())
    new_nll.append(-log_gaussian(y_new, curve(x_new), sd).mean())
seen_nll, new_nll = np.array(seen_nll), np.array(new_nll)
m = DEGREES + 2  # coefficients and sigma
aic, bic = 2 * m + 2 * 60 * seen_nll, m * np.log(60) + 2 * 60 * seen_nll
with figure(
    alt="Mean NLL against polynomial degree. On the 60 points it falls with every degree. On new points, and in AIC"
    " and BIC per point, it drops steeply to degree three and rises slowly after it, BIC most.",
    size=(9.0, 2.6),
) as ax:
    ax.plot(DEGREES, seen_nll, "--", color=DATA, label="the 60 points")
    ax.plot(DEGREES, new_nll, "o-", color=MODEL, label="20,000 new points")
    ax.plot(DEGREES, aic / 120, "x:", color="black", label="AIC / 2n")
    ax.plot(DEGREES, bic / 120, "+-.", color="black", label="BIC / 2n", linewidth=1.4)
    ax.set(xlabel="degree", ylabel="NLL per point (nats)", ylim=(0.2, 1.5), xlim=(-0.3, 19), xticks=range(0, 13, 3))
    ax.legend(loc="right")
print(f"best degree: by likelihood {np.argmin(seen_nll)}, by AIC {np.argmin(aic)}, by BIC {np.argmin(bic)}")
assert np.all(np.diff(seen_nll) <= 1e-12)
assert np.argmin(bic) < 9
assert new_nll[np.argmin(bic)] < new_nll[12]
assert new_nll[3] < new_nll[12]

# %% [markdown]
# The likelihood always prefers the largest model: it contains the others. AIC adds one nat per parameter, an estimate
# of how much the likelihood of new data will fall short (for large $n$, regular models). BIC adds $\frac12\log n$, from
# an approximation of the evidence of notebook 04; it is stricter from $n = 8$ on. Where you have data to spare, a
# held-out set needs no theory.

# %% [markdown] tags=["slide"]
# ## 9 Who can write down its likelihood?
#
# | Likelihood | Model | Why | Trained by |
# |---|---|---|---|
# | exact | mixture (06) | a finite sum over components | EM, gradient |
# | exact | autoregressive | chain rule, one factor a pixel | gradient of $\ell$ |
# | exact | flow | invertible map, change of variables | gradient of $\ell$ |
# | bounded below | VAE (11), diffusion (12) | an integral over $z$ without closed form | the bound (ELBO) |
# | up to a constant | energy model $e^{-E(x)}/Z$ | $Z$ cannot be summed | estimates of the gradient |
# | none | GAN (09) | a sampler $x = g(z)$ only | another network |
#
# Two of the exact ones follow, trained here.

# %% [markdown]
# *Tractable*: $p_\theta(x)$ can be computed. *Intractable*: it exists and is too dear. *Implicit*: the model is only a
# way to draw; where $z$ has fewer dimensions than $x$ there is not even a density. An exact likelihood is paid for with
# structure: a flow must be invertible, an autoregressive model must draw its pixels one after the other.

# %% [markdown] tags=["slide"]
# ### 9.1 A flow: bend space, and keep the books
#
# If $z = f(x)$ is smooth with a smooth inverse and $z \sim N(0, I)$, then (notebook 01)
#
# $$\log p(x) = \log N(f(x); 0, I) + \log \left|\det \frac{\partial f}{\partial x}\right| .$$
#
# A *coupling layer* (Dinh et al. 2017) makes the determinant free: coordinate $x_a$ passes and steers the other,
# $z_b = x_b\, e^{s(x_a)} + t(x_a)$.

# %% [markdown] tags=["skip"]
# ### Exercise 7: one coupling layer
# Write `couple(x, s, t)`. `x` has shape $(n, 2m)$: the first $m$ columns pass, the last $m$ are multiplied by $e^s$ and
# shifted by $t$ (arrays of shape $(n, m)$). Return the pair: the new array, and for each row the logarithm of the
# absolute determinant of its Jacobian, shape $(n,)$.


# %% tags=["exercise"]
def couple(x, s, t):
    # halves, a scale, a shift, and a triangular matrix; end with `return`
    ...


# %% tags=["solution"]
def couple(x, s, t):
    kept, moved = np.split(x, 2, axis=1)
    return np.concatenate([kept, moved * np.exp(s) + t], axis=1), s.sum(axis=1)


# %%
check("couple", couple)


# %% tags=["continue", "show-code"]
def couple_once(x, keep, network):
    kept, moved = x[:, keep], x[:, 1 - keep]  # (n,) each
    s, t = network(kept[:, None]).T  # a small network: 1 number in, 2 out
    s = 3 * torch.tanh(s / 3)  # no factor above e^3
    moved = moved * torch.exp(s) + t
    z = torch.stack([kept, moved] if keep == 0 else [moved, kept], dim=1)
    return z, s  # triangular Jacobian: log |det| = s


# %%
def flow_log_prob(x, networks):
    total = 0.0
    for layer, network in enumerate(networks):
        x, s = couple_once(x, layer % 2, network)
        total = total + s
    return total - 0.5 * (x**2).sum(dim=1) - np.log(2 * np.pi)


# %% [markdown]
# $s$ and $t$ may be any networks of $x_a$: nobody ever inverts *them*. The layer itself is undone by
# $x_b = (z_b - t(x_a))\, e^{-s(x_a)}$. The Jacobian has ones for what passes and $e^s$ for what is moved, and is
# triangular, so the log of its determinant is $s$. Layers take turns in what passes; their log-determinants add. First
# an untrained layer, checked against automatic differentiation:

# %%
probe = torch.Generator().manual_seed(SEED)
small = mlp([1, 8, 8, 2], generator=probe, activation=nn.Tanh)
point = torch.tensor([[0.7, -1.2]])
jacobian = torch.autograd.functional.jacobian(lambda x: couple_once(x, 0, small)[0], point)[0, :, 0]
print(
    f"log-determinant by the layer {couple_once(point, 0, small)[1].item():.3f}, by autograd {jacobian.det().log():.3f}"
)
assert torch.allclose(jacobian.det().log(), couple_once(point, 0, small)[1][0], atol=1e-5)
assert jacobian[0, 1] == 0

# %% [markdown]
# Now eight layers on 2,000 points of two moons, by plain maximum likelihood: the loss is the mean NLL. The moons' own
# density is an integral over their arcs, which a sum of 400 narrow Gaussians gives to about three digits. So for once
# $H(p)$ can be estimated too, on the same test points, and with it the KL divergence of section 5.

# %%
moon_rng = np.random.default_rng([SEED, 11])
SHIFT = np.array([0.5, 0.25])  # the middle of the moons, put at the origin
moons, moons_test = (two_moons(2000, rng=moon_rng, noise=0.1) - SHIFT for _ in range(2))
flow_rng = torch.Generator().manual_seed(SEED)
flow = CouplingFlow(2, layers=8, hidden=32, generator=flow_rng)
FLOW_EPOCHS = [0, 1, 2, 4, 8, 15, 40]
stages = {0: copy.deepcopy(flow)}
for record in train(
    flow,
    lambda x: -flow.log_prob(x).mean(),
    torch.as_tensor(moons).float(),
    epochs=FLOW_EPOCHS[-1],
    batch_size=100,
    learning_rate=7e-3,
    generator=flow_rng,
):
    if record.epoch in FLOW_EPOCHS:
        stages[record.epoch] = copy.deepcopy(flow)


def moon_logpdf(x):
    """Log density of the two moons, within 0.01: noise around each of 200 places on each arc."""
    angle = np.pi * (np.arange(200) + 0.5) / 200
    upper = np.column_stack([np.cos(angle), np.sin(angle)])
    places = np.concatenate([upper, [1.0, 0.5] - upper]) - SHIFT  # (400, 2)
    squared = ((x[:, None, :] - places) ** 2).sum(axis=2)
    return special.logsumexp(-squared / (2 * 0.1**2), axis=1) - np.log(400 * 2 * np.pi * 0.1**2)


with torch.no_grad():
    test_points = torch.as_tensor(moons_test).float()
    flow_nll = -flow.log_prob(test_points).mean().item()
    axis = torch.arange(-4, 4, 0.02)
    square = torch.cartesian_prod(axis, axis)
    total = flow.log_prob(square).double().exp().sum().item() * 0.02**2
    assert torch.allclose(
        flow_log_prob(test_points, [c.network for c in flow.couplings]), flow.log_prob(test_points), atol=1e-4
    )
    assert torch.allclose(flow.to_data(flow.to_latent(test_points)[0]), test_points, atol=1e-3)
moon_entropy = -moon_logpdf(moons_test).mean()
one_gaussian = -stats.multivariate_normal(moons.mean(axis=0), np.cov(moons.T)).logpdf(moons_test).mean()
assert abs(total - 1) < 1e-3
assert 0 < flow_nll - moon_entropy < 0.25
assert one_gaussian > flow_nll + 0.5

# %% tags=["collapse-code"]
drawn = flow.sample(700, generator=torch.Generator().manual_seed(SEED + 1)).numpy()
with figure(
    alt="Left: 700 draws of the trained flow as orange dots over the grey data, both forming two interlocking moons."
    " Right: a square grid of lines in z, bent by the flow into two lobes that stay joined by a thin bridge.",
    axes=(1, 2),
    size=(9.6, 3.3),
) as axes:
    axes[0].plot(*moons[:700].T, ".", color=DATA, markersize=3)
    axes[0].plot(*drawn.T, "x", color=GENERATED, markersize=3)
    along = torch.linspace(-2.4, 2.4, 200)
    with torch.no_grad():
        for level in torch.linspace(-2.4, 2.4, 13):
            for line_z in (torch.stack([along, level.expand(200)], 1), torch.stack([level.expand(200), along], 1)):
                axes[1].plot(*flow.to_data(line_z).numpy().T, color=LATENT, linewidth=0.8)
    for ax in axes:
        ax.set(xlim=(-2, 2), ylim=(-1.3, 1.3), xlabel="$x_1$", ylabel="$x_2$")
    axes[0].set_title(f"test NLL {flow_nll:.2f}, entropy {moon_entropy:.2f}")
print(f"integral of the density over a fine grid: {total:.3f}")
print(f"test NLL: one Gaussian {one_gaussian:.1f} nats, entropy of the moons {moon_entropy:.1f}, the flow in between")

# %% [markdown]
# It integrates to one at any weights, trained or not: normalisation is built in, not learned. What is left to learn is
# $\mathrm{KL}(p\|p_\theta) = \text{NLL} - H(p)$, about a tenth of a nat here.

# %% [markdown] tags=["subslide"]
# ### 9.2 The flow while it learns
#
# Density, straight lines of $z$ as the flow bends them, or draws. **Which comes first: covering the moons, or emptying
# the space between them?**


# %% tags=["collapse-code"]
def flow_view(epoch):
    """Density on a coarse grid, and test NLL, of the flow as it was after so many passes."""
    x1, x2 = torch.linspace(-2, 2, 121), torch.linspace(-1.3, 1.3, 81)
    with torch.no_grad():
        density = stages[epoch].log_prob(torch.cartesian_prod(x1, x2)).exp().reshape(121, 81).numpy()
        return density, -stages[epoch].log_prob(test_points).mean().item()


z_shown = torch.randn(300, 2, generator=torch.Generator().manual_seed(SEED + 2))
flow_views = {epoch: flow_view(epoch) for epoch in FLOW_EPOCHS}
along = torch.linspace(-2.4, 2.4, 120)
flow_lines, flow_draws = {}, {}
for epoch in FLOW_EPOCHS:
    with torch.no_grad():
        flow_draws[epoch] = stages[epoch].to_data(z_shown).numpy()
        flow_lines[epoch] = [
            stages[epoch].to_data(z).numpy()
            for level in torch.linspace(-2.4, 2.4, 13)
            for z in (torch.stack([along, level.expand(120)], 1), torch.stack([level.expand(120), along], 1))
        ]


def draw_flow(ax, epoch, show):
    density, nll = flow_views[epoch]
    if show == "density":
        ax.contourf(
            np.linspace(-2, 2, 121),
            np.linspace(-1.3, 1.3, 81),
            np.minimum(density.T, 0.99),
            levels=np.linspace(0, 1, 11),
            cmap="Blues",
        )
        ax.plot(*moons[:150].T, ".", color=DATA, markersize=3)
    elif show == "draws":
        ax.plot(*moons[:150].T, ".", color=DATA, markersize=3)
        ax.plot(*flow_draws[epoch].T, "x", color=GENERATED, markersize=4)
    else:
        for path in flow_lines[epoch]:
            ax.plot(*path.T, color=LATENT, linewidth=0.9)
    ax.set(
        xlim=(-2, 2), ylim=(-1.3, 1.3), xlabel="$x_1$", ylabel="$x_2$", title=f"pass {epoch}: test NLL {nll:.2f} nats"
    )


def tell_flow(epoch, show):
    density, nll = flow_views[epoch]
    what = {
        "density": "the density over 150 data points",
        "grid": "the latent grid as the flow bends it",
        "draws": "300 draws over 150 data points",
    }[show]
    return (
        f"After {epoch} passes through the data, {what}: test NLL {nll:.1f} nats; the model has a density above 0.1 on"
        f" {np.mean(density > 0.1):.0%} of the frame."
    )


# %% tags=["continue"]
explore(
    draw_flow,
    epoch=FLOW_EPOCHS,
    show=["density", "grid", "draws"],
    start={"epoch": 0, "show": "density"},
    labels={"epoch": "passes", "show": "show"},
    alt=tell_flow,
    play="epoch",
    size=(7.2, 3.5),
)

# %%
stage_nll = [flow_views[epoch][1] for epoch in FLOW_EPOCHS]
print("the test NLL fell from the first stage to the last:", stage_nll[-1] < stage_nll[0] - 1)
assert stage_nll[-1] < stage_nll[0] - 1

# %% [markdown]
# The first passes move mass to where data are: mass in empty places costs little, *missed* points cost much. Only then
# is the density thinned out between the moons (and the NLL wobbles from pass to pass). Covering first, refining later:
# the opening's vote again.
#
# The bridge that is left is no accident. A continuous invertible map keeps a connected space connected (notebook 02):
# the flow cannot cut the blob $z$ in two, only stretch it thin.

# %% [markdown] tags=["slide"]
# ### 9.3 How much noise makes pixels continuous?
#
# Flows need continuous data: $y = x + u$ with noise $u$ for each pixel $x \in \{0, \dots, 16\}$. With $u$ uniform on
# $(0, 1)$ a histogram per pixel has the NLL 106.3. **And with $u$ uniform on $(0, \frac12)$?**

# %%
x_train, x_test = digits.x_train, digits.x_test  # (1000, 64), (447, 64), values 0 to 16
pixel_counts = (x_train[:, :, None] == np.arange(17)).sum(axis=0)  # (64, 17)
histogram = (pixel_counts + 0.1) / (pixel_counts + 0.1).sum(axis=1, keepdims=True)
histogram_nll = -np.log(histogram[np.arange(64), x_test]).sum(axis=1).mean()

# %% tags=["continue", "predict", "M59", "collapse-code"]
half_noise_nll = histogram_nll - 64 * np.log(2)  # each bin of width 1/2 must be twice as high
noise_rng = np.random.default_rng([SEED, 12])
noisy = x_test + 0.5 * noise_rng.random(x_test.shape)
bin_density = np.where(noisy - x_test < 0.5, histogram[np.arange(64), x_test] / 0.5, 0)  # on (v, v + 1/2)
with figure(
    alt="One pixel's density as a bar chart. Left with bars of full width, heights equal to the probabilities. Right"
    " with bars of half width and double height, and gaps between them: the same area.",
    axes=(1, 2),
    size=(9.6, 2.9),
    sharey=True,
) as axes:
    for ax, width, color, hatch in zip(axes, (1.0, 0.5), (MODEL, WRONG), ("", "///"), strict=True):
        ax.bar(np.arange(17), histogram[20] / width, width, align="edge", color=color, hatch=hatch, alpha=0.6)
        ax.set(
            xlabel="noisy value y of one pixel", xlim=(0, 17), xticks=range(0, 17, 4), title=f"noise of width {width:g}"
        )
    axes[0].set_ylabel("density")
print(f"noise of width 1: {histogram_nll:.1f} nats; of width 1/2: {-np.log(bin_density).sum(axis=1).mean():.1f} nats")
print(f"the difference is 64 ln 2 = {64 * np.log(2):.1f}, and no digit is described any better")
assert round(histogram_nll, 1) == 106.3
assert np.isclose(-np.log(bin_density).sum(axis=1).mean(), half_noise_nll)
assert half_noise_nll < 62

# %% [markdown]
# **You may read**: some noise makes pixels continuous, and how much does not matter.
#
# **What holds**: noise on half the bin doubles each height, $\ln 2$ for each of 64 pixels, and describes nothing
# better. Uniform noise must fill the bin. Then, with $P(x)$ defined as the mass in the bin, the density bounds it by
# Jensen's inequality (the logarithm of a mean is at least the mean of the logarithm):
#
# $$\log P(x) = \log \int_{[0,1)^{64}} p(x + u)\, du \ \ge\ \int_{[0,1)^{64}} \log p(x + u)\, du .$$

# %% tags=["M59"]
pixel_mean, pixel_sd = (x_train + 0.5).mean(axis=0), np.maximum(x_train.std(axis=0), 0.5)
low, high = (x_test - pixel_mean) / pixel_sd, (x_test + 1 - pixel_mean) / pixel_sd  # (447, 64) each
low, high = np.where(low > 0, -high, low), np.where(low > 0, -low, high)  # in the lower tail nothing cancels
log_high = stats.norm.logcdf(high)
exact_log = (log_high + np.log(-np.expm1(stats.norm.logcdf(low) - log_high))).sum(axis=1)  # (447,)
filled = x_test + noise_rng.random((200, *x_test.shape))  # (200, 447, 64): full-width noise
bound = log_gaussian(filled, pixel_mean, pixel_sd).mean(axis=0).sum(axis=1)  # mean over the noise
print(f"Gaussian per pixel: -log P(x) is {-exact_log.mean():.1f} nats, its bound {-bound.mean():.1f}")
print(f"the histogram's {histogram_nll:.1f} nats per digit are {histogram_nll / (64 * np.log(2)):.2f} bits per pixel")
assert bound.mean() < exact_log.mean()
assert round(-exact_log.mean(), 1) == 150.4
del filled

# %% [markdown]
# The bound costs half a nat of 150. Any other noise $u \sim q$ inside the bin gives a bound as well, if its own log
# density is subtracted: $\log P(x) \ge \mathbb E_q[\log p(x + u) - \log q(u)]$ (Ho et al. 2019). For half the width
# $\log q = 64 \ln 2$, which takes back exactly what was gained for nothing.

# %% [markdown] tags=["skip"]
# ### Exercise 8: bits per dimension
# Papers quote *bits per dimension*. A density model saw images of $d$ pixels, each divided by `scale`, and gives one
# image the log density `log_density` in nats. Write `bits_per_dimension(log_density, d, scale)`: the negative log
# density of the image in its *original* pixel units, per pixel, in bits.


# %% tags=["exercise"]
def bits_per_dimension(log_density, d, scale):
    # units first, then sign, dimensions and bits; end with `return`
    ...


# %% tags=["solution"]
def bits_per_dimension(log_density, d, scale):
    return -(log_density - d * np.log(scale)) / (d * np.log(2))


# %%
check("bits_per_dimension", bits_per_dimension)

# %% [markdown] tags=["slide"]
# ### 9.4 Autoregressive: the chain rule, and no assumption
#
# $$p(x) = \prod_{i=1}^{64} p(x_i \mid x_1, \dots, x_{i-1}), \qquad
# \log p(x) = \sum_{i=1}^{64} \log p(x_i \mid x_{<i})$$
#
# True of every distribution over digits. The model: one network gives each factor, 17 probabilities, from the pixels
# above and to the left.


# %% tags=["continue", "show-code"]
def log_likelihood(model, x):
    total = torch.zeros(len(x))
    for i in range(64):
        earlier = torch.where(torch.arange(64) < i, x, 0)  # erase the rest
        log_p = model.logits(earlier)[:, i].log_softmax(dim=-1)  # (n, 17)
        total += log_p[torch.arange(len(x)), x[:, i]]
    return total


# %% [markdown]
# Erasing is not needed if the network is *masked*, so that output $i$ is connected to earlier pixels only. The simplest
# masked layer multiplies its weights by a matrix of ones below the diagonal. Then one pass gives all 64 factors at
# once:

# %%
weight = torch.randn(64, 64, generator=torch.Generator().manual_seed(SEED))
mask = torch.tril(torch.ones(64, 64), diagonal=-1)  # output i sees inputs j < i
seen_by = torch.autograd.functional.jacobian(lambda x: torch.tanh((weight * mask) @ x), torch.rand(64))
print(f"largest influence of pixel j on output i, for j >= i: {seen_by.triu().abs().max():.0f}")
assert seen_by.triu().abs().max() == 0
assert seen_by.tril(-1).abs().max() > 0

# %% [markdown]
# The package's `AutoregressiveImage` is masked in another way: for each pixel it looks at the earlier ones *as seen
# from there*, with the same weights everywhere, as masked convolutions do (van den Oord et al. 2016). It starts at the
# histogram of section 9.3 and takes 20 passes through 1,000 digits, by the mean NLL. (Weight decay, and hiding a few
# hidden units and pixels at random, slow the overfitting.)

# %%
pixels_train, pixels_test = torch.as_tensor(x_train), torch.as_tensor(x_test)
ar_rng = torch.Generator().manual_seed(SEED)
ar = AutoregressiveImage(torch.as_tensor(histogram).float(), generator=ar_rng)
for _record in train(
    ar,
    lambda x: -ar.log_prob(x).mean(),
    pixels_train,
    epochs=20,
    batch_size=32,
    learning_rate=3e-3,
    weight_decay=0.01,
    generator=ar_rng,
):
    pass
with torch.no_grad():
    ar_nll = -ar.log_prob(pixels_test).mean().item()
    assert torch.allclose(log_likelihood(ar, pixels_test[:5]), ar.log_prob(pixels_test[:5]), atol=1e-3)
assert ar_nll < 83

# %% [markdown] tags=["subslide"]
# ### 9.5 Can pixel 30 see pixel 31?
#
# Change one pixel of a digit and see which of the 64 conditional distributions move. **Which half of this table must be
# white?**

# %% tags=["continue", "predict", "collapse-code"]
with torch.no_grad():
    base = pixels_test[3]
    changed = base.repeat(64, 1)
    changed[torch.arange(64), torch.arange(64)] = (base + 8) % 17  # row j: pixel j is another
    before, after = ar.logits(base.repeat(64, 1)).softmax(-1), ar.logits(changed).softmax(-1)  # (64, 64, 17) each
    influence = 0.5 * (after - before).abs().sum(dim=-1).T.numpy()  # (pixel i whose law moves, pixel j changed)
    prefix = base.repeat(17 * 17, 1)
    prefix[:, 62:] = torch.cartesian_prod(torch.arange(17), torch.arange(17))  # every ending of the image
    conditional = ar.logits(base[None]).log_softmax(-1)[0, torch.arange(62), base[:62]].sum()
    endings = (ar.log_prob(prefix) - conditional).exp().sum().item()
with figure(
    alt="A table of 64 by 64: how far the distribution of pixel i moves when pixel j is changed. Everything on and"
    " above the diagonal is empty; below it the strongest entries lie one pixel to the left and eight before, in the"
    " row above.",
    size=(5.6, 3.7),
) as ax:
    image = ax.imshow(influence, cmap="Blues", vmax=0.5)
    ax.figure.colorbar(image, ax=ax, label="total variation moved")
    ax.set(xlabel="changed pixel j", ylabel="pixel i", xticks=[0, 15, 31, 47, 63], yticks=[0, 15, 31, 47, 63])
print(f"influence of pixel j on pixel i for j >= i: below one in a million: {np.triu(influence).max() < 1e-6}")
print(f"all {17 * 17} endings of one digit, given its first 62 pixels: probability {endings:.3f}")
assert np.triu(influence).max() < 1e-6
assert np.tril(influence, -1).max() > 0.1
assert abs(endings - 1) < 1e-3

# %% [markdown]
# Nothing but rounding on and above the diagonal: no distribution depends on its own pixel or a later one. That is what
# makes the product a probability; the 289 endings add up to one. A leak of a single pixel would give wonderful and
# worthless likelihoods. (White rows below it are edge pixels: nearly always 0, whatever came before.) *Total variation*
# is half the sum of absolute differences (notebook 07).

# %% [markdown] tags=["subslide"]
# ### 9.6 Real digits: who gives them the most probability?
#
# Mean NLL of 447 test digits in nats; 1,000 to learn from. **A network of 105,000 weights against counting: what does
# knowing the neighbours save?**


# %% tags=["collapse-code"]
def mixture_of_products(x, components, rng, prior, rounds=30):
    """EM for a mixture of independent categorical pixels: log weights and (components, 64, 17) log probabilities.

    `prior` (64, 17) is added to the counts of each component: MAP, as in section 8.
    """
    hot = np.eye(17)[x].reshape(len(x), -1)  # (n, 64 * 17)
    share = rng.dirichlet(np.ones(components), len(x))  # (n, components)
    for _ in range(rounds):
        weight = share.mean(axis=0) + 1e-12
        table = (share.T @ hot).reshape(components, 64, 17) + prior
        log_p = np.log(table / table.sum(axis=2, keepdims=True))
        log_joint = np.log(weight) + hot @ log_p.reshape(components, -1).T
        share = special.softmax(log_joint, axis=1)
    return np.log(weight), log_p


prior = 34 * histogram  # 34 imagined digits, spread like all the real ones
starts = [mixture_of_products(x_train, 10, np.random.default_rng([SEED, 13, k]), prior) for k in range(3)]


def mixture_nll(fit, x):
    hot = np.eye(17)[x].reshape(len(x), -1)
    return -special.logsumexp(fit[0] + hot @ fit[1].reshape(10, -1).T, axis=1).mean()


mixture_fit = min(starts, key=lambda fit: mixture_nll(fit, digits.x_validation))  # of three, by 350 other digits
mix_nll, uniform_nll = mixture_nll(mixture_fit, x_test), 64 * np.log(17)

# %% tags=["continue", "predict", "collapse-code"]
ROWS = {  # one number: computed here; a range: measured with published notebooks, see the text
    "uniform over 17 values": uniform_nll,
    "histogram per pixel": histogram_nll,
    "mixture of 10 products, EM": mix_nll,
    "VAE (Tomczak), ELBO": (96.4, 97.4),
    "VAE (Tomczak), K = 1000": (93.3, 94.4),
    "autoregressive (Tomczak)": (86.3, 86.6),
    "autoregressive, here": ar_nll,
}
with figure(
    alt="Test NLL of seven models: uniform 181, histogram 106, mixture 99, Tomczak's VAE 96.4 to 97.4 and 93.3 to 94.4,"
    " his autoregressive model 86.3 to 86.6, and the one trained here about 81.",
    size=(9.4, 3.7),
) as ax:
    for i, value in enumerate(ROWS.values()):
        measured = isinstance(value, tuple)
        centre, text = (np.mean(value), "{} to {}".format(*value)) if measured else (value, f"{value:.0f}")
        ax.plot([70, centre], [i, i], ":", color=DATA, linewidth=0.8)
        ax.plot(centre, i, "D" if measured else "o", color=DATA if measured else MODEL, markersize=8)
        ax.text(centre + 2, i, text, va="center")
    ax.set(xlabel="test NLL (nats per digit); diamonds: his notebooks, run on this split", xlim=(70, 190))
    ax.set_yticks(range(len(ROWS)), ROWS)
    ax.invert_yaxis()
    ax.figure.subplots_adjust(left=0.3)
assert round(uniform_nll, 1) == 181.3
assert 96 < mix_nll < 101
assert ar_nll < 83 < mix_nll
assert 80 < ar_nll < 82.3  # about 81
assert 24 < histogram_nll - ar_nll < 26.3  # some 25

# %%
weights_here = sum(p.numel() for p in ar.parameters())
print(f"uniform {uniform_nll:.1f}, histogram {histogram_nll:.1f}, mixture about {mix_nll:.0f}, autoregressive below 83")
print(f"the autoregressive model has {weights_here:,} weights")
assert round(weights_here, -3) == 105_000

# %% [markdown]
# Knowing the earlier pixels saves some 25 nats per digit against counting each pixel alone: a real digit becomes
# $e^{25}$ times as probable. A model that loses to a histogram per pixel has not earned its neighbours.
#
# *Mixture of products*: ten histograms, for ten kinds of digit that it finds itself (notebook 06), each smoothed by 34
# imagined digits (section 8). The diamonds are not from a paper: the public notebooks of Tomczak's book, run for this
# course on two cores and this same split; each range is what a few runs gave. His autoregressive model has 951,000
# weights, his VAE 440,000. A VAE's ELBO bounds its log-likelihood from below, so minus the ELBO bounds the NLL from
# above; the row below it is a closer estimate, by importance sampling (notebook 02) with $K = 1000$ draws.

# %% [markdown] tags=["subslide"]
# ### 9.7 Let the model finish a digit
#
# First pixels from a test digit, the rest (below the line) drawn one by one. **How many of the 64 pixels decide which
# digit it becomes?**

# %% tags=["collapse-code"]
CHOSEN = {int(y): i for i, y in reversed(list(enumerate(digits.y_test))) if y in (0, 3, 4, 7)}
CHOSEN = {f"a {label}": CHOSEN[label] for label in sorted(CHOSEN)}
GIVEN = [0, 8, 16, 24, 32, 40, 48, 56]
rows = torch.as_tensor(list(CHOSEN.values()))
ends = {}
for known in GIVEN:
    prefix_pixels = pixels_test[rows].repeat_interleave(5, dim=0)[:, :known]  # five endings for each digit
    drawn_ends = ar.sample(
        20, generator=torch.Generator().manual_seed(SEED + known), given=prefix_pixels if known else None
    )
    ends[known] = drawn_ends.reshape(len(CHOSEN), 5, 64).numpy()
with torch.no_grad():
    pixel_costs = -ar.logits(pixels_test[rows]).log_softmax(-1).gather(-1, pixels_test[rows][..., None])[..., 0].numpy()


def draw_ending(ax, known, digit):
    pictures = [x_test[CHOSEN[digit]], *ends[known][list(CHOSEN).index(digit)]]
    for position, picture in enumerate(pictures):
        left = 9.5 * position
        ax.imshow(picture.reshape(8, 8), cmap="Greys", vmin=0, vmax=16, extent=(left, left + 8, 8, 0))
        ax.plot(left + np.array([0, 8, 8, 0, 0]), [0, 0, 8, 8, 0], color=GENERATED if position else DATA, linewidth=1)
        ax.text(left + 4, 9.2, f"drawn {position}" if position else "real", ha="center", va="center")
        if position and known:
            ax.plot([left, left + 8], [known / 8] * 2, color=MODEL, linewidth=2.5)
    ax.set(xlim=(-0.5, 56), ylim=(10, -0.5))
    ax.axis("off")
    ax.figure.subplots_adjust(left=0.01, right=0.99, bottom=0.01, top=0.99)


def tell_ending(known, digit):
    which = list(CHOSEN).index(digit)
    rest = pixel_costs[which, known:].sum()
    apart = np.abs(ends[known][which] - x_test[CHOSEN[digit]]).mean()
    return (
        f"A real digit, {digit}, and five drawings that share its first {known} pixels: they differ from it by"
        f" {apart:.1f} grey levels per pixel on average; the rest of the real one costs {rest:.0f} nats."
    )


# %% tags=["continue", "nbval-ignore-output"]
explore(
    draw_ending,
    known=GIVEN,
    digit=list(CHOSEN),
    start={"known": 0, "digit": "a 3"},
    labels={"known": "pixels given", "digit": "digit"},
    alt=tell_ending,
    play="known",
    size=(9.6, 2.0),
)

# %% tags=["nbval-ignore-output"]
judge = KNeighborsClassifier(3).fit(x_train, digits.y_train)  # names a digit by the three training digits nearest to it
shares = {}
for known in (0, 16, 32, 48):  # one ending for each of the 447 test digits
    finished = ar.sample(447, generator=torch.Generator().manual_seed(SEED + 99), given=pixels_test[:, :known])
    shares[known] = np.mean(judge.predict(finished.numpy()) == digits.y_test)
print("endings read as the digit they began as: about", ", ".join(f"{s:.0%} after {k}" for k, s in shares.items()))
assert 0.05 < shares[0] < 0.16
assert 0.3 < shares[16] < 0.5
assert 0.6 < shares[32] < 0.8
assert 0.87 < shares[48] < 0.97
assert judge.score(x_test, digits.y_test) > 0.95
assert np.array_equal(ends[32][0][:, :32], np.repeat(x_test[None, next(iter(CHOSEN.values())), :32], 5, axis=0))

# %% [markdown]
# A judge reads 7 of 10 endings as the right digit after half the pixels, 9 of 10 after three quarters: the upper half
# of a 3 may also be that of a 7 or a 9. No extra training was needed: the chain rule holds every conditional that goes
# forward in the order. (Given the *lower* half, one could only search.)
#
# With 0 pixels these are free draws, the ancestral sampling of notebook 02. Many are hardly digits, though no row of
# section 9.6 has a lower NLL. The likelihood averages over many small factors and need not reward good draws (Theis et
# al. 2016).

# %% [markdown] tags=["slide"]
# ## Common misconceptions
#
# | You may read | What holds |
# |---|---|
# | The likelihood is $p(\theta \mid x)$ | $p(x\mid\theta)$; its area over $\theta$ was $1/11$ |
# | It is the probability of the data | A density for continuous $x$: has a unit, may exceed 1 |
# | The ML variance is unbiased | Expectation $\frac{n-1}{n}\sigma^2$ |
# | Log-likelihood is the loss | Its negative; mean or sum sets the step |
# | Any noise makes pixels continuous | Its density counts: half a bin, $64 \ln 2$ for nothing |
# | A maximum always exists | Not when a plane separates the classes |

# %% [markdown]
# Each is shown where it arises: in sections 1, 1.1, 6, 5.2, 9.3 and 4.2.

# %% [markdown]
# ## For the curious
#
# Two short digressions; nothing later needs them.
#
# ### Faster than Cramér-Rao allows
# For $n$ uniform points on $(0, \theta)$ the likelihood is $\theta^{-n}$ for $\theta \ge \max_i x_i$ and zero below, so
# the MLE is the largest point. Its support depends on $\theta$: the model is not regular. The error falls like $1/n$
# rather than $1/\sqrt n$, and no bell curve appears: $n(\theta - \hat\theta)/\theta$ becomes exponential with mean 1.

# %%
uniform_rng = np.random.default_rng([SEED, 14])
for n in (10, 100, 1000):
    largest = uniform_rng.random((4000, n)).max(axis=1)
    print(f"n = {n:>4}: n times the mean error {n * (1 - largest).mean():.2f} (exact {n / (n + 1):.2f})")
    assert abs(n * (1 - largest).mean() - n / (n + 1)) < 6 / np.sqrt(4000)

# %% [markdown]
# ### When the model is wrong
# No model is true. The MLE then tends to the parameters of least $\mathrm{KL}(p\|p_\theta)$, as in section 5.1, but the
# curvature no longer gives its spread. With $A = -\mathbb E[\partial^2 \log p_\theta]$ and $B = \operatorname{Var}(s)$,
# at that parameter and both under the true $p$ (they need not be equal now), the variance is $B/(nA^2)$, the *sandwich*
# (White 1982). A Poisson model for counts that vary too much:

# %%
wrong_rng = np.random.default_rng([SEED, 15])
true_rates = wrong_rng.gamma(2.0, 2.0, (4000, 200))  # each count has a rate of its own: mean 4, variance 8
spread_counts = wrong_rng.poisson(true_rates).mean(axis=1)  # the MLE of the Poisson rate is the mean
naive_sd, sandwich_sd = np.sqrt(4 / 200), np.sqrt(12 / 200)  # A = 1/4; B = Var(count)/16 = 12/16
print(
    f"spread of the estimates {spread_counts.std():.3f}; curvature says {naive_sd:.3f}, the sandwich {sandwich_sd:.3f}"
)
assert abs(spread_counts.std() / sandwich_sd - 1) < 0.08
assert spread_counts.std() > 1.5 * naive_sd

# %% [markdown] tags=["slide"]
# ## Summary
#
# | Name | Formula |
# |---|---|
# | log-likelihood | $\ell(\theta) = \sum_i \log p_\theta(x_i)$ |
# | safe sum | $\log\sum_k e^{a_k} = m + \log\sum_k e^{a_k - m}$, $m = \max_k a_k$ |
# | NLL and KL | mean NLL $\to H(p) + \mathrm{KL}(p\|p_\theta)$ |
# | Fisher information | $I = \operatorname{Var}(s) = -\mathbb E[\partial^2 \log p_\theta] = \partial^2 \mathrm{KL}$ |
# | large $n$ (regular) | $\hat\theta \approx N(\theta, 1/nI)$; unbiased: $\operatorname{Var} \ge 1/nI$ |
# | test, set | $2[\ell(\hat\theta) - \ell(\theta)] \to \chi^2_r$; cut at 1.92 for $r = 1$ |
# | MAP; AIC; BIC | $\ell + \log \text{prior}$; $2m - 2\ell$; $m\log n - 2\ell$ |
# | flow | $\log N(f(x); 0, I) + \log\lvert\det \partial f/\partial x\rvert$ |
# | autoregressive | $\sum_i \log p(x_i \mid x_{<i})$ |

# %% [markdown]
# So you have an answer to the opening question. The best parameters are those under which the data are least
# surprising, in the sum of logarithms. That rewards covering every point, asks for no understanding, and is exact where
# the model keeps the books: by a sum, by a chain, or by a determinant. Next:
# [06 Gaussian mixtures and EM](06_gaussian_mixtures.ipynb).

# %% [markdown] tags=["skip"]
# ## References
#
# - R. A. Fisher (1922), On the mathematical foundations of theoretical statistics, doi:10.1098/rsta.1922.0009.
# - C. R. Rao (1945), Information and the accuracy attainable in the estimation of statistical parameters, *Bulletin of
#   the Calcutta Mathematical Society* 37, 81-91; H. Cramér (1946), *Mathematical Methods of Statistics*, Princeton.
# - S. S. Wilks (1938), The large-sample distribution of the likelihood ratio, doi:10.1214/aoms/1177732360.
# - H. Akaike (1974), A new look at the statistical model identification, doi:10.1109/TAC.1974.1100705.
# - G. Schwarz (1978), Estimating the dimension of a model, doi:10.1214/aos/1176344136.
# - H. White (1982), Maximum likelihood estimation of misspecified models, doi:10.2307/1912526.
# - A. Albert, J. A. Anderson (1984), On the existence of maximum likelihood estimates in logistic regression models,
#   doi:10.1093/biomet/71.1.1: separation.
# - L. D. Brown, T. T. Cai, A. DasGupta (2001), Interval estimation for a binomial proportion,
#   doi:10.1214/ss/1009213286: how the Wald interval fails.
# - C. M. Bishop (2006), *Pattern Recognition and Machine Learning*, ISBN 978-0-387-31073-2: maximum likelihood, sec.
#   1.2; logistic regression, sec. 4.3.
# - L. Wasserman (2004), *All of Statistics*, ISBN 978-0-387-40272-7: chapters 9 and 10.
# - L. Dinh, J. Sohl-Dickstein, S. Bengio (2017), Density estimation using Real NVP, arXiv:1605.08803: coupling layers,
#   eq. 4 to 6.
# - A. van den Oord, N. Kalchbrenner, K. Kavukcuoglu (2016), Pixel recurrent neural networks, arXiv:1601.06759: masked
#   convolutions, sec. 3.
# - M. Germain, K. Gregor, I. Murray, H. Larochelle (2015), MADE: masked autoencoder for distribution estimation,
#   arXiv:1502.03509.
# - L. Theis, A. van den Oord, M. Bethge (2016), A note on the evaluation of generative models, arXiv:1511.01844:
#   uniform dequantisation as a bound, sec. 3.1; likelihood and draws, sec. 3.2.
# - J. Ho, X. Chen, A. Srinivas, Y. Duan, P. Abbeel (2019), Flow++, arXiv:1902.00275: noise with a learned density.
# - J. M. Tomczak (2022), *Deep Generative Modeling*, ISBN 978-3-030-93157-5; notebooks: github.com/jmtomczak/intro_dgm.
# - E. Alpaydin, C. Kaynak (1998), Optical recognition of handwritten digits, doi:10.24432/C50P49.
# - W. N. Street, W. H. Wolberg, O. L. Mangasarian (1993), Nuclear feature extraction for breast tumor diagnosis,
#   doi:10.1117/12.148698.
