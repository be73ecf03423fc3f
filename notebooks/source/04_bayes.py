# %% [markdown] tags=["slide"]
# # 04 Bayes
#
# **You believed something, and then you saw something. What should you believe now?**
#
# You will be able to
#
# - turn what a test, a coin or an image says into a probability, and say which prior it rests on;
# - update four conjugate families in closed form, predict with them, and compare models by their evidence;
# - write a classifier that also *draws* digits, and measure what its independence assumption costs.

# %% [markdown]
# **Builds on:** [01 Distributions](01_distributions.ipynb) (densities, conditional distributions, the Gaussian),
# [02 Sampling](02_sampling.ipynb) (ancestral sampling), [03 Inference](03_inference.ipynb) (what a posterior is for).
# **Leads to:** [05 Likelihood](05_likelihood.ipynb), and to the posteriors inside VAEs, GANs and diffusion models.
#
# **Time:** about two hours of reading, another hour for the eight exercises; it runs in well under a minute. At a first
# reading, skip the checks of section 8.1, the choice of $\alpha$ in 10.1 and the two derivations of section 11.
#
# One rule carries the notebook: *multiply, then normalise*. Multiply what you believed by how well it predicts what you
# saw; then divide, so that the beliefs sum to one. First people and tests, then coins and measurements, then whole
# models, and at the end digits.

# %% tags=["parameters"]
from itertools import permutations

import numpy as np
from scipy import integrate, optimize, special, stats
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import CategoricalNB

from course_utils.datasets import load_breast_cancer, load_digits_split, load_iris
from course_utils.distributions import gaussian_pdf, multivariate_gaussian_logpdf
from course_utils.exercises import check, hint
from course_utils.explore import explore
from course_utils.plotting import DATA, GENERATED, LATENT, MODEL, WRONG, figure

SEED = 0

# %% [markdown] tags=["slide"]
# ## A real test says "malignant". How probable is it?
#
# 569 breast tumours, one number each: the perimeter of its largest cell nuclei. The test: *positive above 106.1*.
# It finds **88 %** of the malignant tumours; **10 %** of the benign ones raise a false alarm.
#
# Apply it where **8 in 1,000** are ill. One result is positive. **How probable is it that she is ill?**

# %% tags=["collapse-code"]
table = load_breast_cancer()
perimeter = table.x[:, table.columns.index("worst perimeter")]  # (569,)
ill = table.malignant
choosing = np.arange(len(ill)) % 2 == 0  # even rows choose the threshold, odd rows measure the test
measuring = ~choosing


def choose_threshold(x):
    """The threshold with the largest sum of sensitivity and specificity on the choosing half."""
    between = np.unique(x[choosing])
    between = (between[1:] + between[:-1]) / 2
    score = [np.mean(x[choosing & ill] > t) + np.mean(x[choosing & ~ill] <= t) for t in between]
    return float(between[int(np.argmax(score))])


THRESHOLD = choose_threshold(perimeter)
positive = perimeter > THRESHOLD
SENSITIVITY = float(np.mean(positive[measuring & ill]))  # P(+ | ill)
SPECIFICITY = float(np.mean(~positive[measuring & ~ill]))  # P(- | healthy)
print(f"threshold {THRESHOLD:.1f}, chosen on {choosing.sum()} tumours; measured on the other {measuring.sum()}:")
print(f"sensitivity {SENSITIVITY:.1%}, specificity {SPECIFICITY:.1%}")
assert (round(SENSITIVITY, 2), round(SPECIFICITY, 2), round(THRESHOLD, 1)) == (0.88, 0.90, 106.1)

# %% tags=["continue", "collapse-code"]
with figure(
    alt="Histograms of the perimeter for benign and malignant tumours of the measuring half, with the threshold"
    " at 106.1. Most benign tumours lie left of it, most malignant ones right; the groups overlap between 90 and 130.",
    size=(8.6, 2.8),
) as ax:
    bins = np.arange(50, 260, 8)
    ax.hist(perimeter[measuring & ~ill], bins=bins, color=DATA, alpha=0.55, label="benign")
    ax.hist(
        perimeter[measuring & ill],
        bins=bins,
        histtype="step",
        color=LATENT,
        linewidth=2,
        hatch="///",
        label="malignant",
    )
    ax.axvline(THRESHOLD, color="black", linestyle="--")
    ax.text(THRESHOLD + 2, 47, "positive →", va="center")
    ax.set(xlabel="perimeter of the largest nuclei (data units)", ylabel="tumours", ylim=(0, 52))
    ax.legend()

# %% [markdown]
# *Sensitivity* is the share of the ill whom the test finds, *specificity* the share of the healthy whom it clears. Both
# were measured on tumours that had no part in choosing the threshold.
#
# The 8 in 1,000 are a thought experiment: these tumours come from a clinic, and nobody screens a population with a
# needle. We assume that both rates stay the same there. In practice they may not, since early cases are harder to see.

# %% [markdown] tags=["slide"]
# ## Invite a thousand people and count
#
# Eight are ill; the test finds seven. Of the 992 healthy ones it alarms about one in ten. **Among those with a
# positive result, which group is larger?**


# %% tags=["collapse-code"]
def count_people(prevalence, sensitivity, specificity, people=1000):
    """Whole people: ill and flagged, ill and missed, healthy and flagged, healthy and cleared."""
    sick = round(people * prevalence)
    found = round(sick * sensitivity)
    alarms = round((people - sick) * (1 - specificity))
    return found, sick - found, alarms, people - sick - alarms


KINDS = (  # label, marker, colour, filled?
    ("ill, positive", "s", LATENT, True),
    ("ill, missed", "s", LATENT, False),
    ("healthy, false alarm", "^", WRONG, True),
    ("healthy, cleared", ".", DATA, True),
)


def draw_people(ax, counts):
    """One mark a person, in columns of 25."""
    first = 0
    for (label, marker, color, filled), count in zip(KINDS, counts, strict=True):
        column, row = np.divmod(np.arange(first, first + count), 25)
        size = 2.5 if marker == "." else 5
        face = color if filled else "white"
        ax.plot(column, 24 - row, marker, color=color, markersize=size, markerfacecolor=face, label=f"{count} {label}")
        first += count
    ax.set(xlim=(-1, 40), ylim=(-1, 25), xticks=[], yticks=[])
    for side in ax.spines.values():
        side.set_visible(False)


# %% tags=["continue", "predict", "collapse-code"]
screened = count_people(0.008, SENSITIVITY, SPECIFICITY)
with figure(
    alt="A thousand marks, one a person. 7 filled squares: ill and positive. 1 open square: ill and missed. 97"
    " triangles: healthy and positive. The other 895, small dots, are healthy and cleared.",
    size=(8.8, 3.1),
) as ax:
    draw_people(ax, screened)
    ax.figure.subplots_adjust(left=0.02, right=0.71, bottom=0.03, top=0.97)
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), markerscale=1.3)
found, missed, alarms, cleared = screened
print(f"of {found + alarms} positive results, {found} belong to ill people: {found / (found + alarms):.0%}")
assert screened == (7, 1, 97, 895)
assert round(100 * found / (found + alarms)) == 7

# %% [markdown]
# **Seven of 104: 7 %.** The alarm is real news (from 0.8 % to 7 %), and she is still probably healthy.
#
# If you said about 90 %, you answered another question: *how often is an ill person positive?* Counting people makes
# the right question easier (Gigerenzer and Hoffrage 1995: a *frequency format*). The few ill people are outnumbered by
# the false alarms of the many healthy ones. To forget the many is *base-rate neglect*.

# %% [markdown] tags=["slide"]
# ## 1 A table of people holds every probability
#
# For events $A$ and $B$ (sets of outcomes), $P(A, B)$ is the probability that both happen: the **joint**.
#
# $$P(A \mid B) = \frac{P(A, B)}{P(B)}, \qquad P(A, B) = P(B)\,P(A \mid B) = P(A)\,P(B \mid A)$$
#
# Two tables follow; $A$ is the first row, $B$ the first column. **For which does $P(A,B) = P(B)\,P(A \mid B)$ fail?**

# %% tags=["continue", "predict", "M12", "collapse-code"]
joint_test = np.array([[97, 13], [17, 157]]) / 284  # rows: ill, healthy; columns: positive, negative; measuring half
joint_coins = np.outer([0.5, 0.5], [0.3, 0.7])  # a fair coin and a loaded one; neither knows of the other
tables = {"illness and test": joint_test, "two coins": joint_coins}
labels = {"illness and test": (("ill", "healthy"), ("+", "-")), "two coins": (("head", "tail"), ("head", "tail"))}
# P(A | B), found without the joint: the ill among the positive, counted; the fair coin, whatever the other shows
share_of_b = {"illness and test": np.mean(ill[measuring & positive]), "two coins": 0.5}
with figure(
    alt="Two tables of joint probabilities with both margins. Illness and test: 0.34, 0.05, 0.06, 0.55; two coins:"
    " 0.15, 0.35, 0.15, 0.35. Below each, P(B) P(A given B) equals P(A, B); P(A) P(B) equals it only for the coins.",
    axes=(1, 2),
    size=(9.2, 2.3),
) as axes:
    for ax, (name, joint) in zip(axes, tables.items(), strict=True):
        p_a, p_b, p_ab = joint[0].sum(), joint[:, 0].sum(), joint[0, 0]
        product_rule, if_independent = p_b * share_of_b[name], p_a * p_b
        ax.imshow(np.pad(joint, ((0, 1), (0, 1))), cmap="Blues", vmax=1.1, aspect="auto")
        full = np.block([[joint, joint.sum(1, keepdims=True)], [joint.sum(0, keepdims=True), np.ones((1, 1))]])
        for (i, j), value in np.ndenumerate(full):
            ax.text(j, i, f"{value:.2f}", ha="center", va="center", style="italic" if max(i, j) == 2 else "normal")
        rows, columns = labels[name]
        ax.set(xticks=range(3), yticks=range(3), title=name)
        ax.set_xticklabels([*columns, "sum"])
        ax.set_yticklabels([*rows, "sum"])
        ax.set_xlabel(f"P(B) P(A | B) = {product_rule:.2f}      P(A) P(B) = {if_independent:.2f}")
        assert np.isclose(product_rule, p_ab)
        assert np.isclose(if_independent, p_ab) == (name == "two coins")
given = perimeter[measuring & ill] > THRESHOLD
assert (int(given.sum()), int((~given).sum())) == (97, 13)
assert int(positive[measuring & ~ill].sum()) == 17

# %% [markdown] tags=["M12"]
# **You may read:** "$P(A, B) = P(B)\,P(A \mid B)$ is the formula for *dependent* events."
#
# **What holds:** it fails for neither table. It is the definition of $P(A \mid B)$, written without a fraction, and
# needs only $P(B) > 0$. *Independence* is the special case $P(A \mid B) = P(A)$: only then does it become
# $P(A, B) = P(A)\,P(B)$, as for the coins, a fair one and one that shows heads with probability 0.3.
#
# The bottom row is the **law of total probability**: $P(B) = \sum_i P(A_i)\,P(B \mid A_i)$ for events $A_i$ that
# exclude each other and together cover everything.

# %% [markdown] tags=["slide"]
# ### 1.1 Two tests that share a cause
#
# Each test has sensitivity 88 %, specificity 90 %, and errs on its own. $B_1$, $B_2$: first and second positive. Of all
# 569, 37 % are ill ($A$). **Once the first is positive, is a second positive more likely? And if you already *know*
# that she is ill?**

# %% tags=["continue", "predict", "collapse-code"]
prior_ab = np.array([ill.mean(), 1 - ill.mean()])  # ill, healthy
p_plus = np.array([SENSITIVITY, 1 - SPECIFICITY])  # P(+ | ill), P(+ | healthy)
p_second = prior_ab @ p_plus  # total probability
p_both = prior_ab @ p_plus**2  # errs on its own: P(B1, B2 | A) = P(B1 | A) P(B2 | A)
with figure(
    alt="Chance of a second positive result before and after a first one. Nothing known: it rises from 0.39 to 0.76."
    " Known to be ill: 0.88 both times. Known to be healthy: 0.10 both times.",
    size=(8.6, 2.8),
) as ax:
    before, after = [p_second, *p_plus], [p_both / p_second, *p_plus]
    for k in range(3):
        ax.bar(k - 0.2, before[k], 0.36, color=DATA, alpha=0.6, label="before" if k == 0 else None)
        ax.bar(
            k + 0.2, after[k], 0.36, color="white", edgecolor=MODEL, hatch="///", label="after a +" if k == 0 else None
        )
        ax.text(k - 0.2, before[k] + 0.02, f"{before[k]:.2f}", ha="center")
        ax.text(k + 0.2, after[k] + 0.02, f"{after[k]:.2f}", ha="center")
    ax.set(xticks=range(3), ylim=(0, 1.1), ylabel="P(second +)", yticks=[0, 0.5, 1])
    ax.set_xticklabels(["state unknown", "known: ill", "known: healthy"])
    ax.legend(loc="upper right")
assert round(ill.mean(), 2) == 0.37
assert p_both / p_second > 1.8 * p_second

# %% [markdown]
# Overall the results depend on each other: the first says something about the illness, and the illness decides the
# second. Given the illness, nothing is left to say. This is **conditional independence**:
#
# $$P(B_1, B_2 \mid A) = P(B_1 \mid A)\,P(B_2 \mid A).$$
#
# Neither kind of independence implies the other. Keep it in mind: Naive Bayes, at the end, assumes exactly this for
# the 64 pixels of a digit, with its class as the common cause.

# %% [markdown] tags=["slide"]
# ## 2 Bayes' theorem: one joint, read the other way
#
# $$\underbrace{p(\theta \mid x)}_{\text{posterior}} = \frac{\overbrace{p(x \mid \theta)}^{\text{likelihood}}\;
# \overbrace{p(\theta)}^{\text{prior}}}{\underbrace{p(x)}_{\text{evidence}}}, \qquad
# p(x) = \sum_\theta p(x \mid \theta)\,p(\theta)$$
#
# A coin's chance of heads $\theta$ is one of 0, 0.1, ..., 1; the data: $x$ heads in 10 tosses. **Which sums of the
# joint $p(x, \theta)$ give the prior, which the evidence?**

# %% tags=["continue", "predict", "M14", "collapse-code"]
THETAS = np.linspace(0, 1, 11)
KS = np.arange(11)
PRIORS = {
    "flat": np.full(11, 1 / 11),
    "nearly fair": np.array([0, 0, 0, 0.02, 0.12, 0.72, 0.12, 0.02, 0, 0, 0]),
}
likelihood = stats.binom.pmf(KS[None, :], 10, THETAS[:, None])  # (theta, x)
hill = stats.binom.pmf(KS, 10, 0.5)  # a prior for this figure: a hill around one half
joint = hill[:, None] * likelihood
with figure(
    alt="Grid of the joint over theta (rows) and heads x (columns). Sums along the rows, at the right, are peaked"
    " at theta = 0.5: the prior. Sums down the columns, below, are a hill over 0 to 10 heads: the evidence p(x).",
    axes=(2, 2),
    size=(9.2, 2.15),
    gridspec_kw={"width_ratios": [5, 2], "height_ratios": [5, 3]},
) as axes:
    axes[0, 0].figure.subplots_adjust(left=0.09, right=0.98, bottom=0.22, top=0.88, wspace=0.08, hspace=0.12)
    axes[0, 0].imshow(joint, cmap="Blues", aspect="auto", origin="lower", vmax=joint.max() * 1.2)
    axes[0, 0].set(yticks=range(0, 11, 5), xticks=[], ylabel=r"$\theta$", title=r"joint $p(x, \theta)$")
    axes[0, 0].set_yticklabels(["0", "0.5", "1"])
    axes[0, 1].barh(range(11), joint.sum(1), color=LATENT, hatch="\\\\\\", edgecolor="white")
    axes[0, 1].set(yticks=[], ylim=(-0.5, 10.5), xlim=(0, 0.3), xticks=[], title="sum of each row")
    axes[1, 0].bar(KS, joint.sum(0), color=DATA)
    axes[1, 0].set(xticks=KS, xlim=(-0.5, 10.5), ylim=(0, 0.18), xlabel="heads x", yticks=[])
    axes[1, 1].axis("off")
    axes[1, 1].text(0, 0.5, "← sum of\n    each column", transform=axes[1, 1].transAxes, va="center")
evidence = joint.sum(axis=0)
assert np.allclose(joint.sum(axis=1), hill)  # summing out the data leaves the prior
assert np.isclose(evidence.sum(), 1)
assert np.abs(evidence - hill).max() > 0.05  # the evidence is another distribution than the prior
assert not np.allclose(likelihood.sum(axis=0), 1)  # over theta, the likelihood does not sum to one

# %% [markdown] tags=["M14"]
# **You may read:** "the prior is the total, or marginal, probability of what was measured."
#
# **What holds:** the prior is a distribution over the *unknown* $\theta$, before the data. The marginal probability of
# the *data* $x$ is the evidence. (The prior here: a hill around one half.) Both are sums over the same grid, along
# different directions. The posterior is one column of the grid, divided by its sum. The likelihood is that column
# without the prior's weight; as a function of $\theta$ it need not sum to one ([05 Likelihood](05_likelihood.ipynb)).

# %% [markdown] tags=["subslide"]
# ### 2.1 Seeing the data means choosing a column
#
# Slide $x$. The column, divided by its sum, is the posterior. The sceptic's prior is "nearly fair": **from how many
# heads on is $\theta = 0.5$ no longer the most probable?**


# %% tags=["collapse-code"]
def grid_posterior_of(x, prior):
    column = PRIORS[prior] * likelihood[:, x]
    return column / column.sum(), column.sum()


def draw_column(axes, x, prior):
    grid = PRIORS[prior][:, None] * likelihood
    axes[0].imshow(grid, cmap="Blues", aspect="auto", origin="lower", vmax=0.2 if prior == "nearly fair" else 0.1)
    axes[0].plot([x - 0.5, x + 0.5, x + 0.5, x - 0.5, x - 0.5], [-0.45, -0.45, 10.45, 10.45, -0.45], color="black")
    axes[0].set(xticks=range(0, 11, 2), yticks=range(0, 11, 5), xlabel="heads x", ylabel=r"$\theta$")
    axes[0].set_yticklabels(["0", "0.5", "1"])
    axes[0].set_title(f"evidence p({x}) = {grid[:, x].sum():.3f}")
    posterior, _ = grid_posterior_of(x, prior)
    axes[1].bar(THETAS, PRIORS[prior], 0.085, facecolor="none", edgecolor=DATA, hatch="///", label="prior")
    axes[1].bar(THETAS, posterior, 0.05, color=LATENT, alpha=0.85, label="posterior")
    axes[1].set(xlabel=r"$\theta$", ylabel="probability", xlim=(-0.06, 1.06), ylim=(0, 1.05), xticks=[0, 0.5, 1])
    axes[1].legend(loc="upper left" if x > 5 else "upper right")


def tell_column(x, prior):
    posterior, total = grid_posterior_of(x, prior)
    return (
        f"Column of {x} heads under the prior '{prior}': it sums to {total:.3f}, the evidence; divided by it, the"
        f" posterior is largest at theta = {THETAS[posterior.argmax()]:.1f} with probability {posterior.max():.2f}."
    )


# %% tags=["continue"]
explore(
    draw_column,
    x=list(range(11)),
    prior=list(PRIORS),
    start={"x": 8, "prior": "nearly fair"},
    labels={"x": "heads x of 10"},
    alt=tell_column,
    axes=(1, 2),
    size=(8, 3.5),
)

# %% [markdown]
# Where the prior is zero, the posterior is zero, whatever the data: at $\theta = 0.2$ or $0.9$ the sceptic can never
# be convinced. So give no possible value the probability zero (*Cromwell's rule*). From one head to nine 0.5 stays the
# most probable value. Ten of ten move it, to 0.6, and barely: 0.36 against 0.35. (No head at all: to 0.4.)

# %%
for heads in (8, 9, 10):
    sceptic, _ = grid_posterior_of(heads, "nearly fair")
    print(f"sceptic after {heads} heads of 10: P(0.5) = {sceptic[5]:.2f}, P(0.6) = {sceptic[6]:.2f}")
    assert sceptic.argmax() == (6 if heads == 10 else 5)
    assert sceptic[9] == 0
assert (sceptic[5].round(2), sceptic[6].round(2)) == (0.35, 0.36)
assert [grid_posterior_of(k, "nearly fair")[0].argmax() for k in range(11)] == [4, *[5] * 9, 6]

# %% [markdown] tags=["skip"]
# ### Exercise 1: what does a positive test mean?
# Write `ill_given_positive(prevalence, sensitivity, specificity)`: the probability of being ill after a positive
# result. Check it on the opening: with 0.008 and the rates of the test it should come near 7 %.


# %% tags=["exercise"]
def ill_given_positive(prevalence, sensitivity, specificity):
    # the share of the ill among the positive; end with `return`
    ...


# %% tags=["solution"]
def ill_given_positive(prevalence, sensitivity, specificity):
    from_ill = prevalence * sensitivity
    from_healthy = (1 - prevalence) * (1 - specificity)
    return from_ill / (from_ill + from_healthy)


# %%
check("ill_given_positive", ill_given_positive)

# %%
hint("ill_given_positive")  # every exercise has hints; hint("ill_given_positive", 1) gives the first

# %% [markdown] tags=["slide"]
# ## 3 Sensitivity is not what a patient asks for
#
# She asks for $P(\text{ill} \mid +)$. Move the share of the ill (the *prevalence*), then the threshold. **At 37 %, as
# in the clinic: what is a positive result worth?**


# %% tags=["collapse-code"]
def predictive_value(prevalence, sensitivity, specificity):
    true, false = prevalence * sensitivity, (1 - prevalence) * (1 - specificity)
    return true / (true + false)


def rates(threshold):
    return np.mean(perimeter[measuring & ill] > threshold), np.mean(perimeter[measuring & ~ill] <= threshold)


SHARES = np.geomspace(0.002, 0.8, 120)


def draw_screening(axes, prevalence, threshold):
    sensitivity, specificity = rates(threshold)
    counts = count_people(prevalence / 100, sensitivity, specificity)
    draw_people(axes[0], counts)
    axes[0].set_title(f"{counts[0]} ill of {counts[0] + counts[2]} positive")
    value = predictive_value(prevalence / 100, sensitivity, specificity)
    axes[1].semilogx(100 * SHARES, predictive_value(SHARES, sensitivity, specificity), color=MODEL)
    axes[1].plot(prevalence, value, "o", color="black", markersize=9)
    axes[1].set(xlabel="prevalence (%)", ylabel="P(ill | +)", ylim=(0, 1.02), xlim=(0.2, 80), xticks=[0.5, 2, 10, 37])
    axes[1].set_xticklabels(["0.5", "2", "10", "37"])
    axes[1].minorticks_off()
    axes[1].set_title(f"sensitivity {sensitivity:.0%}, specificity {specificity:.0%}")


def tell_screening(prevalence, threshold):
    sensitivity, specificity = rates(threshold)
    counts = count_people(prevalence / 100, sensitivity, specificity)
    return (
        f"Of 1,000 people (rounded to whole ones) {prevalence:g} % are ill. Threshold {threshold:.0f} has sensitivity"
        f" {sensitivity:.0%} and specificity {specificity:.0%}:"
        f" {counts[0] + counts[2]} are positive, {counts[0]} of them ill, and"
        f" {counts[1]} ill people are missed. P(ill | positive) ="
        f" {predictive_value(prevalence / 100, sensitivity, specificity):.0%}."
    )


# %% tags=["continue"]
explore(
    draw_screening,
    prevalence=[0.5, 0.8, 2, 10, 37],
    threshold=[90.0, 98.0, round(THRESHOLD, 1), 115.0, 125.0],
    start={"prevalence": 0.8, "threshold": round(THRESHOLD, 1)},
    labels={"prevalence": "prevalence (%)", "threshold": "positive above"},
    alt=tell_screening,
    axes=(1, 2),
    size=(9.2, 3.4),
)

# %% [markdown]
# Squares are ill people, triangles healthy people with an alarm. In the clinic (37 %) a positive result means 84 %. (97
# of 114, 85 %, in the measuring half, where 39 % are ill.) The same test, another population: 7 %. A higher threshold
# trades missed patients for fewer false alarms. No threshold answers the patient without the prevalence.

# %%
clinic, screening = (predictive_value(share, SENSITIVITY, SPECIFICITY) for share in (0.37, 0.008))
print(f"P(ill | +): clinic {clinic:.0%}, screening {screening:.0%}")
assert (round(100 * clinic), round(100 * screening)) == (84, 7)
assert (round(100 * joint_test[0, 0] / joint_test[:, 0].sum()), round(100 * joint_test[0].sum())) == (85, 39)

# %% [markdown] tags=["slide"]
# ### 3.1 Then buy a better test?
#
# Sensitivity and specificity both 99 %. **How rare must the illness be, for a positive result to be a coin toss?**

# %% tags=["continue", "predict", "M13", "collapse-code"]
rare = np.geomspace(1e-5, 0.5, 200)
with figure(
    alt="P(ill given positive) against prevalence on a logarithmic axis for tests of 90, 99 and 99.9 percent. Each"
    " curve passes one half where the prevalence equals the rate of false alarms: 10, 1 and 0.1 percent.",
    size=(8.6, 2.9),
) as ax:
    for good, style in ((0.9, ":"), (0.99, "-"), (0.999, "--")):
        ax.semilogx(100 * rare, predictive_value(rare, good, good), style, color=MODEL)
        ax.plot(100 * (1 - good), 0.5, "o", color="black")
        ax.text(130 * (1 - good), 0.36, f"{100 * good:g} %", color=MODEL)
        assert np.isclose(predictive_value(1 - good, good, good), 0.5)
    ax.axhline(0.5, color="black", linewidth=0.8)
    ax.set(xlabel="prevalence (%)", ylabel="P(ill | +)", ylim=(0, 1.02), xticks=[0.001, 0.01, 0.1, 1, 10])
    ax.set_xticklabels(["0.001", "0.01", "0.1", "1", "10"])
    ax.text(0.0011, 0.9, "sensitivity = specificity:", color=MODEL)
one_in_ten_thousand = predictive_value(1e-4, 0.99, 0.99)
print(f"99 % test, illness of 1 in 10,000: P(+ | ill) = 99 %, P(ill | +) = {one_in_ten_thousand:.0%}")
assert one_in_ten_thousand < 0.011
assert round(100 * one_in_ten_thousand) == 1

# %% [markdown] tags=["M13"]
# **You may read:** "$P(A \mid B)$ is about $P(B \mid A)$, if only the test is good."
#
# **What holds:** $P(A \mid B) = P(B \mid A)\,P(A)/P(B)$: unless both are zero, they agree only if $P(A) = P(B)$. At a
# prevalence of 1 % the 99 % test is a coin toss. Whether a test is good enough depends on how many ill people there are
# to find: its rate of false alarms must be small *compared with the prevalence*.

# %% [markdown] tags=["slide"]
# ## 4 In odds, Bayes is one multiplication
#
# $$\underbrace{\frac{P(A \mid x)}{P(\bar A \mid x)}}_{\text{posterior odds}} =
# \underbrace{\frac{P(x \mid A)}{P(x \mid \bar A)}}_{\text{likelihood ratio}} \times
# \underbrace{\frac{P(A)}{P(\bar A)}}_{\text{prior odds}}$$
#
# $\bar A$: not $A$. *Odds* of 1 to 9: $P = 1/10$. Prior 0.8 %, then $+ + -$, each erring on its own. **Is
# $P(\text{ill})$ above 50 % now? Does the order matter?**

# %% tags=["continue", "predict", "collapse-code"]
LR_PLUS, LR_MINUS = SENSITIVITY / (1 - SPECIFICITY), (1 - SENSITIVITY) / SPECIFICITY
ORDERS = sorted(set(permutations("++-")), reverse=True)


def to_probability(odds):
    return odds / (1 + odds)


ends = []
with figure(
    alt="Odds after each of three results on a logarithmic axis, for the three orders of two positives and one"
    " negative. The paths part and meet again at the same odds, 0.086 to 1, a probability of 8 percent.",
    size=(9.2, 2.2),
) as ax:
    for order, style in zip(ORDERS, ("-", "--", ":"), strict=True):
        odds = np.cumprod([0.008 / 0.992] + [LR_PLUS if result == "+" else LR_MINUS for result in order])
        ends.append(odds[-1])
        ax.semilogy(range(4), odds, style, marker="o", color=MODEL, label=" ".join(order))
    ax.text(3.08, ends[0], f"P(ill) = {to_probability(ends[0]):.0%}", va="center")
    ax.text(0, 0.25, f"+ : factor {LR_PLUS:.1f}\n- : factor {LR_MINUS:.2f}", va="center")
    ax.set(xlabel="results seen", ylabel="odds ill : healthy", xticks=range(4), ylim=(5e-4, 2), xlim=(-0.1, 4.6))
    ax.legend(loc="center right")
assert round(100 * to_probability(ends[0])) == 8
assert np.allclose(ends, ends[0])
assert (round(LR_PLUS, 1), round(LR_MINUS, 2)) == (9.0, 0.13)
assert np.isclose(to_probability(LR_PLUS * 0.008 / 0.992), screening)

# %% [markdown]
# The evidence cancels. Yesterday's posterior is today's prior, and the order never matters to Bayes' theorem. But that
# each result is a step of *fixed* height on the logarithmic axis needs results that are *conditionally independent
# given the illness*. Otherwise the second likelihood ratio must be taken given the first result, as in the next
# exercise.

# %% [markdown] tags=["skip"]
# ### Exercise 2: the same test twice
# The odds are 1 to 9. The test ($\text{LR} = 9$ for a positive) is positive: now they are 1 to 1. You worry, and let
# the computer measure *the same image* again. It is positive again. The odds are now about
#
# - `"a"`: 9 to 1
# - `"b"`: 1 to 1
# - `"c"`: 81 to 1
# - `"d"`: 1 to 9

# %% tags=["exercise"]
twice_answer = ...  # a letter in quotation marks

# %% tags=["solution"]
twice_answer = "b"

# %%
check("same_test_twice", twice_answer)

# %% [markdown] tags=["slide"]
# ### 4.1 Two measurements of one real tumour
#
# A second test: how dented the outlines of the nuclei are (their *concave points*), also with a threshold. Alone, each
# positive multiplies the odds by 9. **Both positive: by how much?**

# %% tags=["continue", "predict", "collapse-code"]
concave = table.x[:, table.columns.index("worst concave points")]
second = concave > choose_threshold(concave)


def likelihood_ratio(flagged):
    return np.mean(flagged[measuring & ill]) / np.mean(flagged[measuring & ~ill])


lr_first, lr_second, lr_both = (likelihood_ratio(flagged) for flagged in (positive, second, positive & second))
with figure(
    alt="Likelihood ratios as bars: perimeter 9.0, concave points 8.9, their product 81, and the ratio measured for"
    " both positive, 17.",
    size=(8.6, 2.5),
) as ax:
    names = ["perimeter", "concave points", "product (if independent)", "both, measured"]
    values = [lr_first, lr_second, lr_first * lr_second, lr_both]
    ax.barh(names, values, color=[MODEL, MODEL, "white", DATA], edgecolor=[MODEL, MODEL, WRONG, DATA], height=0.6)
    ax.patches[2].set_hatch("xx")
    for i, value in enumerate(values):
        ax.text(value + 1, i, f"{value:.0f}", va="center")
    ax.invert_yaxis()
    ax.set(xlabel="factor on the odds", xlim=(0, 92))
    ax.figure.subplots_adjust(left=0.28)
both_ill, both_healthy = (positive & second)[measuring & ill], (positive & second)[measuring & ~ill]
print(
    f"both positive: {both_ill.sum()} of {both_ill.size} malignant, {both_healthy.sum()} of {both_healthy.size} benign"
)
assert (round(lr_first), round(lr_second), round(lr_first * lr_second), round(lr_both)) == (9, 9, 81, 17)

# %% [markdown]
# The product would claim 81; the data say 17, roughly: 8 to 33 with 95 % confidence. Among the malignant the two are
# nearly independent (77 % both positive, product 77 %). But among the benign they raise their *false alarms together*:
# 8 of 174, where independence would give 1.7. Multiplying anyway counts the same news twice and makes you too sure.
# Naive Bayes will do that 64 times.

# %%
if_apart_ill, if_apart_healthy = (
    np.mean(positive[group]) * np.mean(second[group]) for group in (measuring & ill, measuring & ~ill)
)
log_error = np.sqrt(1 / both_ill.sum() - 1 / both_ill.size + 1 / both_healthy.sum() - 1 / both_healthy.size)
lowest, highest = lr_both * np.exp(np.array([-1.96, 1.96]) * log_error)  # the usual interval for a log ratio of shares
print(f"both positive: malignant {both_ill.mean():.0%}, product {if_apart_ill:.0%};", end=" ")
print(f"benign {both_healthy.sum()}, product {174 * if_apart_healthy:.1f}; ratio {lowest:.0f} to {highest:.0f}")
assert (round(100 * both_ill.mean()), round(100 * if_apart_ill), both_healthy.sum()) == (77, 77, 8)
assert (round(174 * if_apart_healthy, 1), round(lowest), round(highest)) == (1.7, 8, 33)

# %% [markdown] tags=["slide"]
# ## 5 A coin: count, and add the counts to the prior
#
# $h$ heads, $t$ tails; $\theta$, the chance of heads, is now continuous. Prior $\text{Beta}(a, b)$, with density
# $\propto \theta^{a-1}(1-\theta)^{b-1}$ ($\propto$: up to a factor without $\theta$):
#
# $$\underbrace{\theta^{h}(1-\theta)^{t}}_{\text{likelihood}} \cdot
# \underbrace{\theta^{a-1}(1-\theta)^{b-1}}_{\text{prior}}
# = \theta^{a+h-1}(1-\theta)^{b+t-1} \;\propto\; \text{Beta}(a + h,\; b + t)$$

# %% tags=["continue", "collapse-code"]
theta = np.linspace(0.0005, 0.9995, 1000)
h_shown, t_shown = 7, 3
with figure(
    alt="Three curves over theta: the prior Beta(4, 4) centred at 0.5, the likelihood of 7 heads in 10 tosses centred"
    " at 0.7, scaled, and the posterior Beta(11, 7) between them, narrower than both.",
    size=(8.6, 2.7),
) as ax:
    scaled = stats.beta.pdf(theta, h_shown + 1, t_shown + 1)  # the likelihood, scaled to area one
    ax.plot(theta, stats.beta.pdf(theta, 4, 4), "--", color=DATA, label="prior Beta(4, 4)")
    ax.plot(theta, scaled, ":", color="black", label="likelihood of 7 heads, 3 tails, scaled")
    ax.plot(theta, stats.beta.pdf(theta, 4 + h_shown, 4 + t_shown), color=LATENT, label="posterior Beta(11, 7)")
    ax.set(xlabel=r"chance of heads $\theta$", ylabel="density", ylim=(0, 5.2), xlim=(0, 1))
    ax.legend(loc="upper left")
by_grid = theta**h_shown * (1 - theta) ** t_shown * stats.beta.pdf(theta, 4, 4)
by_grid /= by_grid.sum() * (theta[1] - theta[0])  # multiply, then normalise: no formula needed
assert np.allclose(by_grid, stats.beta.pdf(theta, 11, 7), atol=2e-3)

# %% [markdown]
# The sum over $\theta$ becomes an integral, $p(x) = \int p(x \mid \theta)\,p(\theta)\,d\theta$. It does not depend on
# $\theta$; so we drop it, and fix the constant at the end: $1/B(a, b)$ for Beta$(a, b)$, with the *beta function*
# $B(a, b) = \int_0^1 \theta^{a-1}(1-\theta)^{b-1} d\theta = \Gamma(a)\Gamma(b)/\Gamma(a+b)$; for integers
# $\Gamma(n) = (n-1)!$. The mean of Beta is $B(a+1, b)/B(a, b) = a/(a+b)$.
#
# A prior whose posterior stays in the same family is **conjugate**. $a$ and $b$ act like heads and tails seen before;
# $a + b$ says how stubborn the prior is.

# %% [markdown] tags=["skip"]
# ### Exercise 3: update a coin
# Write `beta_update(a, b, tosses)`: `tosses` is an array of zeros (tails) and ones (heads). Return the two parameters
# of the posterior, first that of the heads.


# %% tags=["exercise"]
def beta_update(a, b, tosses):
    # two numbers, separated by a comma; end with `return`
    ...


# %% tags=["solution"]
def beta_update(a, b, tosses):
    heads = np.sum(tosses)
    return a + heads, b + len(tosses) - heads


# %%
check("beta_update", beta_update)

# %% [markdown] tags=["subslide"]
# ### 5.1 Toss by toss
#
# Press play. The coin has $\theta = 0.7$. **Which prior's mean stays farthest from it?** (Marks at the bottom: all
# three.)

# %% tags=["collapse-code"]
toss_rng = np.random.default_rng([SEED, 1])
TRUE_THETA = 0.7
TOSSES = (toss_rng.random(1000) < TRUE_THETA).astype(int)
COIN_PRIORS = {"flat: Beta(1, 1)": (1, 1), "sceptic: Beta(20, 20)": (20, 20), "mistaken: Beta(3, 12)": (3, 12)}
COIN_MARKS = ("o", "s", "^")


def coin_means(tosses):
    """Posterior means under the three priors."""
    heads = int(TOSSES[:tosses].sum())
    return [(a + heads) / (a + b + tosses) for a, b in COIN_PRIORS.values()]


def draw_coin(ax, tosses, prior):
    a, b = COIN_PRIORS[prior]
    heads = int(TOSSES[:tosses].sum())
    ax.plot(theta, stats.beta.pdf(theta, a, b), "--", color=DATA, linewidth=1.6, zorder=3, label="prior")
    posterior = stats.beta.pdf(theta, a + heads, b + tosses - heads)
    ax.plot(theta, posterior, color=LATENT, linewidth=5, alpha=0.55, label="posterior")
    for (name, _), marker, mean in zip(COIN_PRIORS.items(), COIN_MARKS, coin_means(tosses), strict=True):
        face = LATENT if name == prior else "white"
        label = f"mean, {name.split(':')[0]}"
        ax.plot(mean, 0.35, marker, color=LATENT, markerfacecolor=face, zorder=4, clip_on=False, label=label)
    ax.axvline(TRUE_THETA, color="black", linewidth=1)
    ax.text(TRUE_THETA + 0.01, 10.8, "true")
    shown = "".join("HT"[1 - toss] for toss in TOSSES[:tosses][-25:])
    ax.set(xlabel=r"chance of heads $\theta$", ylabel="density", xlim=(0, 1), ylim=(0, 12))
    ax.set_title(f"{heads} heads of {tosses}" + (f":  {'…' if tosses > 25 else ''}{shown}" if tosses else ""))
    ax.legend(loc="upper left")


def tell_coin(tosses, prior):
    a, b = COIN_PRIORS[prior]
    heads = int(TOSSES[:tosses].sum())
    posterior = stats.beta(a + heads, b + tosses - heads)
    return (
        f"Prior {prior}, {heads} heads in {tosses} tosses: the posterior has mean {posterior.mean():.2f} and standard"
        f" deviation {posterior.std():.2f}; the true chance is {TRUE_THETA}. Means under the three priors:"
        f" {', '.join(f'{mean:.2f}' for mean in coin_means(tosses))}."
    )


# %% tags=["continue"]
explore(
    draw_coin,
    tosses=[0, 1, 2, 3, 4, 5, 7, 10, 15, 25, 50, 100, 200],
    prior=list(COIN_PRIORS),
    start={"tosses": 0, "prior": "mistaken: Beta(3, 12)"},
    labels={"tosses": "tosses seen"},
    alt=tell_coin,
    play="tosses",
    size=(9.2, 3.1),
)

# %% [markdown]
# The mistaken prior, at 200 tosses narrowly. Averaged over repetitions of the tosses, the posterior mean misses 0.7 by
# the prior's miss times $\frac{a+b}{a+b+n}$: $0.2 \cdot \frac{40}{40+n}$ for the sceptic, $0.5 \cdot \frac{15}{15+n}$
# for the mistaken one. The second is larger until $n = 360$; then stubbornness costs more than the wrong start.
#
# The posterior after each toss is the prior of the next one. Adding counts does not care about order, which this cell
# checks by brute force: all orders of six tosses, one at a time.

# %%
for order in set(permutations((1, 1, 1, 1, 0, 0))):
    a, b = 2.5, 4.0
    for toss in order:  # today's posterior is tomorrow's prior
        a, b = a + toss, b + 1 - toss
    assert (a, b) == (6.5, 6.0)
print("15 orders of four heads and two tails end at the same posterior, Beta(6.5, 6)")
assert len(set(permutations((1, 1, 1, 1, 0, 0)))) == 15
for n in range(1, 720):
    miss = {name: (a + 0.7 * n) / (a + b + n) - 0.7 for name, (a, b) in COIN_PRIORS.items()}  # expected heads: 0.7 n
    assert np.isclose(miss["sceptic: Beta(20, 20)"], -0.2 * 40 / (40 + n))
    assert np.isclose(miss["mistaken: Beta(3, 12)"], -0.5 * 15 / (15 + n))
    assert n == 360 or (miss["mistaken: Beta(3, 12)"] < miss["sceptic: Beta(20, 20)"]) == (n < 360)

# %% [markdown] tags=["slide"]
# ## 6 Three tosses, three heads. What comes next?
#
# The **posterior predictive** averages over the unknown $\theta$ (flat prior: $a = b = 1$):
#
# $$P(\text{head} \mid \text{data}) = \int_0^1 \theta\; p(\theta \mid \text{data})\,d\theta
# = \frac{a + h}{a + b + h + t}$$
#
# **In ten more tosses, how probable are nine heads or ten?** (*Maximum likelihood*, the $\theta$ that makes the data
# most probable, is 3/3: it says 1.)

# %% tags=["continue", "predict", "collapse-code"]
ks = np.arange(11)
plug_in, mean_plugged = stats.binom.pmf(ks, 10, 1.0), stats.binom.pmf(ks, 10, 4 / 5)
predictive = stats.betabinom.pmf(ks, 10, 1 + 3, 1 + 0)
with figure(
    alt="Probabilities of 0 to 10 heads in ten further tosses. Plugging in theta = 1 puts everything on 10; plugging in"
    " the mean 0.8 makes a hill at 8; the predictive rises steadily to 0.29 at ten heads, and no count is impossible."
    " Nine or ten: 0.51 by averaging, 0.38 with the mean.",
    size=(9.2, 2.3),
) as ax:
    nine = predictive[9:].sum()
    ax.bar(ks, predictive, 0.7, color=MODEL, alpha=0.55, label="posterior predictive")
    ax.plot(ks, mean_plugged, "s--", color=DATA, markersize=5, label=r"plug in the mean, $\theta = 4/5$")
    ax.plot(ks, plug_in, "x", color=WRONG, markersize=9, label=r"plug in maximum likelihood, $\theta = 1$")
    ax.text(9.4, 0.6, f"nine or ten: {nine:.2f} by averaging,\n{mean_plugged[9:].sum():.2f} with the mean", ha="right")
    ax.set(xlabel="heads in the next ten tosses", ylabel="probability", xticks=ks, ylim=(0, 1.05))
    ax.legend(loc="upper left")
draws_rng = np.random.default_rng([SEED, 2])
simulated = draws_rng.binomial(10, draws_rng.beta(4, 1, 200_000))  # theta first, then tosses: ancestral sampling
assert np.abs(np.bincount(simulated, minlength=11) / 200_000 - predictive).max() < 6 * np.sqrt(0.25 / 200_000)
by_hand = special.comb(10, ks) * special.beta(4 + ks, 1 + 10 - ks) / special.beta(4, 1)
assert np.allclose(by_hand, predictive)
assert np.isclose(predictive @ ks / 10, 4 / 5)
assert (round(nine, 2), round(predictive[10], 2), round(mean_plugged[9:].sum(), 2)) == (0.51, 0.29, 0.38)

# %% [markdown]
# With the flat prior, the next toss is a head with probability $(h+1)/(n+2)$, for $n = h + t$ tosses: Laplace's *rule
# of succession*. For *one* toss the mean of $\theta$ is all you need. For several it is not, since the tosses share one
# unknown $\theta$: they are independent given $\theta$, and dependent when it is unknown. The average is the
# *beta-binomial*,
#
# $$P(k \text{ of } m \mid a, b) = \int_0^1 \binom mk \theta^k (1-\theta)^{m-k}\, \text{Beta}(\theta; a, b)\, d\theta
# = \binom mk \frac{B(a + k,\; b + m - k)}{B(a, b)},$$
#
# with the posterior's $a, b$ put in. The cell compares it with a library and with a simulation.

# %% [markdown] tags=["skip"]
# ### Exercise 4: two heads in a row
# Your belief about $\theta$ is $\text{Beta}(a, b)$. Write `two_heads_ahead(a, b)`: the probability that the next *two*
# tosses are both heads. It is not the square of the probability of one.


# %% tags=["exercise"]
def two_heads_ahead(a, b):
    # first the next toss; then the one after, with what you have learnt; end with `return`
    ...


# %% tags=["solution"]
def two_heads_ahead(a, b):
    first_head = a / (a + b)
    second_head = (a + 1) / (a + b + 1)
    return first_head * second_head


# %%
check("two_heads_ahead", two_heads_ahead)

# %% [markdown] tags=["subslide"]
# ### 6.1 How much does the prior matter?
#
# Same coin, three priors. **How far apart are the beliefs after 10 tosses? After 1,000?**

# %% tags=["continue", "predict", "collapse-code"]
gaps = {}
with figure(
    alt="Posteriors from three priors. After 10 tosses they lie apart; after 1,000 tosses they are narrow, close"
    " together and near the true chance 0.7.",
    axes=(1, 2),
    size=(9.2, 3.1),
) as axes:
    for ax, n_seen in zip(axes, (10, 1000), strict=True):
        n_heads = int(TOSSES[:n_seen].sum())
        means = []
        for (name, (a, b)), style in zip(COIN_PRIORS.items(), ("-", "--", ":"), strict=True):
            posterior = stats.beta(a + n_heads, b + n_seen - n_heads)
            ax.plot(theta, posterior.pdf(theta), style, color=LATENT, label=name.split(":")[0])
            means.append(posterior.mean())
        gaps[n_seen] = max(means) - min(means)
        ax.axvline(TRUE_THETA, color="black", linewidth=1)
        ax.set(xlabel=r"$\theta$", title=f"{n_heads} heads of {n_seen:,}", ylim=(0, None), xlim=(0, 1))
    axes[1].legend(loc="upper left")
    axes[0].set_ylabel("density")
print(f"largest gap between the posterior means: {gaps[10]:.2f} after 10 tosses, {gaps[1000]:.3f} after 1,000")
assert gaps[1000] < 0.02
assert gaps[10] > 10 * gaps[1000]

# %% [markdown]
# The prior weighs as much as $a + b$ tosses, so data win in the end: here 40 imagined tosses against 1,000. Three
# conditions: the model is right; the prior gave the truth's neighbourhood some probability (Cromwell); the data can
# tell the values of $\theta$ apart. With few data, say which prior you used, and show the answer under another one.

# %% [markdown] tags=["slide"]
# ### 6.2 The most probable value: of what?
#
# Flat prior, 7 heads, 3 tails: the posterior is Beta(8, 4). **Where is its peak if you draw it over $\theta$? And if
# you draw the same belief over the log odds $\varphi = \log\frac{\theta}{1-\theta}$ (the *logit*)?**

# %% tags=["continue", "predict", "M58", "collapse-code"]
phi = np.linspace(-2, 4, 2000)
as_theta = special.expit(phi)  # the inverse of the logit
density_phi = stats.beta.pdf(as_theta, 8, 4) * as_theta * (1 - as_theta)  # times |d theta / d phi|
map_direct = optimize.minimize_scalar(lambda v: -stats.beta.logpdf(v, 8, 4), bounds=(0.01, 0.99), method="bounded").x
log_density_phi = lambda f: stats.beta.logpdf(special.expit(f), 8, 4) + special.log_expit(f) + special.log_expit(-f)  # noqa: E731
map_logit = special.expit(optimize.minimize_scalar(lambda f: -log_density_phi(f)).x)
assert np.allclose(np.log(density_phi), log_density_phi(phi))
with figure(
    alt="The belief Beta(8, 4) drawn twice. Over theta its peak is at 0.70. Over the log odds its peak is at 0.69,"
    " which is theta = 0.67: not the same value.",
    axes=(1, 2),
    size=(9.2, 2.4),
) as axes:
    axes[0].plot(theta, stats.beta.pdf(theta, 8, 4), color=LATENT)
    axes[0].axvline(map_direct, color="black", linestyle="--")
    axes[0].set_title(rf"peak at $\theta$ = {map_direct:.2f}")
    axes[0].set(xlabel=r"$\theta$", ylabel="density", ylim=(0, 3.4), xlim=(0, 1))
    axes[1].plot(phi, density_phi, color=LATENT)
    axes[1].axvline(special.logit(map_logit), color="black", linestyle="--")
    axes[1].set_title(rf"peak at $\varphi$ = {special.logit(map_logit):.2f}, which is $\theta$ = {map_logit:.2f}")
    axes[1].set(xlabel=r"log odds $\varphi$", ylim=(0, 0.72), xlim=(-2, 4))
mean_direct = 8 / 12
mean_logit = special.expit(special.digamma(8) - special.digamma(4))  # E[log odds], taken back to theta
by_integral = integrate.quad(lambda v: special.logit(v) * stats.beta.pdf(v, 8, 4), 0, 1)[0]
mle_direct = optimize.minimize_scalar(lambda v: -stats.binom.logpmf(7, 10, v), bounds=(0.01, 0.99), method="bounded").x
mle_logit = special.expit(optimize.minimize_scalar(lambda f: -stats.binom.logpmf(7, 10, special.expit(f))).x)
print("                        over theta   over the log odds")
print(f"most probable (MAP)        {map_direct:.3f}        {map_logit:.3f}")
print(f"posterior mean             {mean_direct:.3f}        {mean_logit:.3f}")
print(f"maximum likelihood         {mle_direct:.3f}        {mle_logit:.3f}")
assert np.isclose(map_direct, 7 / 10, atol=1e-4)
assert np.isclose(map_logit, 8 / 12, atol=1e-4)
assert np.isclose(special.logit(mean_logit), by_integral)
assert abs(mean_logit - mean_direct) > 0.01
assert np.isclose(mle_direct, mle_logit, atol=1e-4)

# %% [markdown] tags=["M58"]
# **You may read:** "the MAP estimate (maximum a posteriori, the posterior's peak) is *the* most probable value; it does
# not matter how you write the parameter."
#
# **What holds:** a density changes with its coordinate (change of variables, notebook 01), and so does its peak. Over
# $\varphi$ it is $\propto \theta^8 (1-\theta)^4$, one more factor of each from $d\theta/d\varphi = \theta(1-\theta)$:
# the peak moves from 7/10 to 8/12. The mean of a function is not the function of the mean either. Of the three, only
# maximum likelihood stays: the likelihood is no density over $\theta$. Safe summaries are *probabilities* and
# quantiles: the median, or the *central* 95 % interval.

# %%
interval = stats.beta.ppf([0.025, 0.975], 8, 4)
draws = draws_rng.beta(8, 4, 200_000)
low, high = np.quantile(special.logit(draws), [0.025, 0.975])
print(f"central 95 % interval: {interval.round(2)}; through the log odds: {special.expit([low, high]).round(2)}")
assert np.allclose(interval, special.expit([low, high]), atol=0.006)

# %% [markdown]
# ### 6.3 Many faces: Dirichlet and categories
# A die, a letter or a pixel has $K$ values with unknown probabilities $\theta = (\theta_1, \dots, \theta_K)$. The
# conjugate prior is the **Dirichlet** distribution with density $\propto \prod_k \theta_k^{\alpha_k - 1}$. After $n_k$
# observations of value $k$:
#
# $$\theta \mid \text{data} \sim \text{Dirichlet}(\alpha_1 + n_1, \dots, \alpha_K + n_K), \qquad
# P(\text{next} = k \mid \text{data}) = \frac{\alpha_k + n_k}{\sum_j (\alpha_j + n_j)}.$$
#
# $K = 2$ is the coin. Real data: one pixel of the digits has 17 values. We see it in twenty threes. Which $\alpha$ (the
# same for all values) predicts the other threes best: 0, 0.01, 0.2, 1 or 20? The score is the mean log probability of
# the unseen values; closer to 0 is better.

# %%
digits = load_digits_split()
x_train, y_train, x_test, y_test = digits.x_train, digits.y_train, digits.x_test, digits.y_test
pixel = x_train[y_train == 3, 1 * 8 + 6]  # second row, seventh column, of all training threes
seen, unseen = pixel[:20], pixel[20:]
n_k = np.bincount(seen, minlength=17)  # (17,)
scores = {}
for strength in (0.0, 0.01, 0.2, 1.0, 20.0):
    with np.errstate(divide="ignore"):
        log_next = np.log((n_k + strength) / (len(seen) + 17 * strength))
    scores[strength] = log_next[unseen].mean()
    print(f"alpha = {strength:<5g} mean log probability of the {len(unseen)} unseen pixels: {scores[strength]:.2f}")
assert scores[0.0] == -np.inf
assert scores[0.2] > scores[0.01]
assert scores[0.2] > scores[20.0]
assert scores[0.2] > scores[1.0] > scores[20.0]
assert abs(scores[20.0] + np.log(17)) < 0.2

# %% [markdown]
# Without a prior ($\alpha = 0$) one unseen value makes the rest impossible. A huge $\alpha$ forgets the data: the
# score falls back towards that of the uniform, $-\log 17 = -2.83$. What others call *additive smoothing* is the
# predictive of a Dirichlet prior with all $\alpha_k = \alpha$.
#
# The order does not matter here either, and draws of $\theta$ give the same prediction:

# %%
alpha_prior, order_rng = np.full(17, 0.2), np.random.default_rng([SEED, 3])
for _ in range(20):
    alpha_k = alpha_prior.copy()
    for value in order_rng.permutation(seen):
        alpha_k[value] += 1
    assert np.allclose(alpha_k, alpha_prior + n_k)
thetas = order_rng.dirichlet(alpha_prior + n_k, 50_000)  # (50000, 17)
assert np.abs(thetas.mean(axis=0) - (alpha_prior + n_k) / (alpha_prior + n_k).sum()).max() < 0.004
print("twenty random orders: one posterior; and its mean is the predictive")

# %% [markdown] tags=["slide"]
# ## 7 Measurements: precisions add
#
# Unknown mean $\mu \sim N(\mu_0, \tau^2)$; data $x_i \mid \mu \sim N(\mu, \sigma^2)$, independent, with known $\sigma$,
# and mean $\bar x$ of $n$. The posterior is Gaussian:
#
# $$\frac{1}{\tau_n^2} = \frac{1}{\tau^2} + \frac{n}{\sigma^2}, \qquad
# \mu_n = w\,\bar x + (1 - w)\,\mu_0, \qquad w = \frac{\tau^2}{\tau^2 + \sigma^2/n}$$

# %% tags=["continue", "collapse-code"]
with figure(
    alt="Prior N(0, 2 squared), broad; likelihood of a measured mean 3 with error 1, dashed; posterior between them at"
    " 2.4, narrower than both.",
    size=(8.6, 2.6),
) as ax:
    line = np.linspace(-6, 7, 400)
    w_shown = 4 / (4 + 1)
    ax.plot(line, gaussian_pdf(line, 0, 2), "--", color=DATA, label=r"prior: $\mu_0 = 0$, $\tau = 2$")
    ax.plot(
        line, gaussian_pdf(line, 3, 1), ":", color="black", label=r"likelihood: $\bar x = 3$, $\sigma/\sqrt{n} = 1$"
    )
    posterior_sd = np.sqrt(1 / (1 / 4 + 1))
    ax.plot(line, gaussian_pdf(line, w_shown * 3, posterior_sd), color=LATENT, label=f"posterior: w = {w_shown:.1f}")
    ax.set(xlabel=r"$\mu$", ylabel="density", ylim=(0, 0.5), xlim=(-6, 7))
    ax.legend(loc="upper left")
next_rng = np.random.default_rng([SEED, 9])
following = next_rng.normal(next_rng.normal(2.4, posterior_sd, 200_000), 3.0)  # sigma = 3, n = 9: mu first, then x
assert abs(following.mean() - 2.4) < 6 * np.sqrt((0.8 + 9) / 200_000)
assert np.isclose(following.var(), posterior_sd**2 + 9, rtol=0.02)
product = gaussian_pdf(line, 0, 2) * gaussian_pdf(line, 3, 1)
product /= product.sum() * (line[1] - line[0])
assert np.allclose(product, gaussian_pdf(line, 2.4, posterior_sd), atol=1e-5)

# %% [markdown]
# *Precision* means one over the variance. Multiplying Gaussian densities adds their exponents; in $\mu$ that leaves
#
# $$-\tfrac12 \left[\mu^2 \left(\tfrac{1}{\tau^2} + \tfrac{n}{\sigma^2}\right) - 2\mu \left(\tfrac{\mu_0}{\tau^2} +
# \tfrac{n\bar x}{\sigma^2}\right)\right] + \text{constant}.$$
#
# Complete the square, and both formulas drop out. The weight $w$ of the data grows with $n$ and with how undecided the
# prior is. The next measurement is $\mu$ plus fresh noise:
# $x_{n+1} \mid \text{data} \sim N(\mu_n,\, \tau_n^2 + \sigma^2)$.

# %% [markdown] tags=["skip"]
# ### Exercise 5: how far to shrink
# Write `shrunk_mean(xbar, n, sigma, mu0, tau)`: the posterior mean of $\mu$ for the mean `xbar` of `n` measurements
# with standard deviation `sigma`, under the prior $N(\mu_0, \tau^2)$. `xbar` and `n` may be arrays.


# %% tags=["exercise"]
def shrunk_mean(xbar, n, sigma, mu0, tau):
    # a weight, then a weighted average; end with `return`
    ...


# %% tags=["solution"]
def shrunk_mean(xbar, n, sigma, mu0, tau):
    weight = tau**2 / (tau**2 + sigma**2 / n)
    return weight * xbar + (1 - weight) * mu0


# %%
check("shrunk_mean", shrunk_mean)

# %% [markdown] tags=["subslide"]
# ### 7.1 Shrinkage: which digit uses most ink?
#
# A class's ink: mean sum of pixels, estimated from $n$ images each. Shrink the ten towards the mean of all. **Which
# $\tau$ comes nearest to the truth?**

# %% tags=["collapse-code"]
ink = x_train.sum(axis=1)  # (1000,)
GRAND = float(ink.mean())
TRUE_INK = np.array([ink[y_train == c].mean() for c in range(10)])  # from all images of a class: "the truth"
WITHIN = float(np.sqrt(np.mean([ink[y_train == c].var() for c in range(10)])))
BETWEEN = float(TRUE_INK.std())
ink_rng = np.random.default_rng([SEED, 4])
INK_DRAWS = np.stack([ink_rng.choice(ink[y_train == c], 90) for c in range(10)])  # with replacement: (10, 90)
RIGID, FREE = 0.0, 1000.0


def shrink(means, n, tau):
    weight = tau**2 / (tau**2 + WITHIN**2 / n)
    return GRAND + weight * (means - GRAND), weight


def rms(errors):
    return float(np.sqrt(np.mean(np.square(errors))))


def draw_shrinkage(ax, n, tau):
    raw = INK_DRAWS[:, :n].mean(axis=1)
    shrunk, weight = shrink(raw, n, tau)
    for c in range(10):
        ax.plot([c, c], [raw[c], shrunk[c]], color=DATA, linewidth=0.9)
    ax.axhline(GRAND, color="black", linestyle=":", linewidth=1)
    ax.plot(range(10), raw, "o", color=DATA, markerfacecolor="white", label="mean of n images")
    ax.plot(range(10), shrunk, "s", color=MODEL, label="shrunk")
    ax.plot(range(10), TRUE_INK, "_", color="black", markersize=22, markeredgewidth=2.5, label="truth (all images)")
    ax.set(xlabel="digit", ylabel="ink", xticks=range(10), ylim=(262, 382), xlim=(-0.6, 9.6))
    errors = f"RMS error: raw {rms(raw - TRUE_INK):.1f}, shrunk {rms(shrunk - TRUE_INK):.1f}"
    ax.set_title(f"weight {weight:.2f};  {errors}", fontsize=13, fontweight="bold")
    ax.legend(loc="upper left", ncols=3, columnspacing=1)


def tell_shrinkage(n, tau):
    raw = INK_DRAWS[:, :n].mean(axis=1)
    shrunk, weight = shrink(raw, n, tau)
    return (
        f"Ink of ten digits from {n} images each, shrunk with tau = {tau:g}: weight of the data {weight:.2f}; RMS error"
        f" {rms(raw - TRUE_INK):.1f} without and {rms(shrunk - TRUE_INK):.1f} with shrinkage."
    )


# %% tags=["continue"]
explore(
    draw_shrinkage,
    n=[3, 10, 30, 80],
    tau=[0, 4, 8.5, 17, 40, 1000],
    start={"n": 10, "tau": 8.5},
    labels={"n": "images per digit n", "tau": "prior standard deviation τ"},
    alt=tell_shrinkage,
    size=(8.6, 3.5),
)

# %% [markdown]
# "The truth" is the mean of all training images of a class, from which the $n$ are drawn with replacement; the centre
# is the mean of all 1,000, which someone with ten of each would have to estimate. In this draw $\tau = 8.5$ comes
# nearest for every $n$. But one draw may be luck.

# %%
for n in (3, 10, 30, 80):
    raw = INK_DRAWS[:, :n].mean(axis=1)
    by_tau = {tau: rms(shrink(raw, n, tau)[0] - TRUE_INK) for tau in (0, 4, 8.5, 17, 40, 1000)}
    nearest = min(by_tau, key=by_tau.get)
    print(f"n = {n}: nearest with tau = {nearest:g}, error {by_tau[nearest]:.1f}; raw {rms(raw - TRUE_INK):.1f}")
    assert n > 3 or by_tau[8.5] < rms(raw - TRUE_INK)
    assert SEED != 0 or nearest == 8.5

# %% [markdown] tags=["subslide"]
# ### 7.2 Repeat it 2,000 times
#
# $n = 10$ images a digit. $\tau = 0$ gives all digits the grand mean; large $\tau$ leaves them alone. **Which wins?**

# %% tags=["continue", "predict", "collapse-code"]
TAUS = np.array([0, 2, 4, 6, 8.5, 12, 17, 25, 40, 70])
REPEATS, PER_CLASS = 2000, 10
raw_means = np.empty((REPEATS, 10))
for c in range(10):
    members = ink[y_train == c]
    chosen = ink_rng.integers(len(members), size=(REPEATS, PER_CLASS))
    raw_means[:, c] = members[chosen].mean(axis=1)
error_by_tau = np.array([rms(shrink(raw_means, PER_CLASS, tau)[0] - TRUE_INK) for tau in TAUS])
formula = [
    np.sqrt(w**2 * WITHIN**2 / PER_CLASS + (1 - w) ** 2 * BETWEEN**2)
    for w in TAUS**2 / (TAUS**2 + WITHIN**2 / PER_CLASS)
]
with figure(
    alt="RMS error against tau: 8.5 at tau 0, a minimum of about 6.6 near tau 8.5, rising towards 10.5, the error of"
    " the unshrunk means, for large tau. Dots from repetition lie on the curve of the formula.",
    size=(8.6, 2.9),
) as ax:
    ax.plot(TAUS, formula, "--", color="black", label="formula")
    ax.plot(TAUS, error_by_tau, "o", color=MODEL, label="2,000 repetitions")
    ax.axhline(rms(raw_means - TRUE_INK), color=DATA, linestyle=":")
    ax.text(69, rms(raw_means - TRUE_INK) + 0.15, "no shrinkage", ha="right", color=DATA)
    ax.axvline(BETWEEN, color="black", linewidth=0.8)
    ax.text(BETWEEN + 0.6, 9.6, "true spread of the ten digits")
    ax.set(xlabel=r"prior standard deviation $\tau$", ylabel="RMS error", ylim=(6, 11.2), xlim=(-1, 72))
    ax.legend(loc="lower right")
best_tau = TAUS[error_by_tau.argmin()]
print(f"best tau {best_tau:g}, the spread of the true means {BETWEEN:.1f}; error {error_by_tau.min():.1f}", end="")
print(f" against {rms(raw_means - TRUE_INK):.1f} unshrunk")
assert 5 < best_tau < 13
assert round(BETWEEN, 1) == 8.5
assert TRUE_INK.argmax() == 8
assert error_by_tau.min() < 0.72 * rms(raw_means - TRUE_INK)
assert np.all(np.abs(error_by_tau / formula - 1) < 0.1)

# %% [markdown]
# (By all 1,000 images, the 8 uses most ink.) The shrunk estimates are biased, each towards the middle, and better
# together. For a fixed weight $w$ the mean squared error is variance plus squared bias, $w^2\sigma^2/n + (1-w)^2 s^2$,
# with $s$ the spread of the ten truths: the dashed line. It is smallest at $w = s^2/(s^2 + \sigma^2/n)$, that is
# $\tau = s$. In practice one estimates $s$ from the ten means themselves (*empirical Bayes*). For three or more
# independent Gaussian means with equal known variance (four, if the centre is their own mean), a suitable shrinkage
# beats the raw means *whatever* the truth is, in expected total squared error (James and Stein 1961; Efron and Morris
# 1975).

# %% [markdown] tags=["slide"]
# ## 8 Five petals measured. Where will the sixth be?
#
# Neither mean nor variance is known. A common shortcut is $\bar x \pm 1.96\,s$, with $s$ the sample standard deviation
# (divisor $n - 1$).
#
# **How often does the sixth measurement of a Gaussian quantity fall inside, if $n = 5$?**

# %% tags=["continue", "predict", "collapse-code"]
ns = np.arange(2, 31)
coverage = 1 - 2 * stats.t.sf(1.96 / np.sqrt(1 + 1 / ns), ns - 1)
six_rng = np.random.default_rng([SEED, 5])
sets = six_rng.standard_normal((100_000, 6))
five, sixth = sets[:, :5], sets[:, 5]
inside = np.abs(sixth - five.mean(1)) < 1.96 * five.std(1, ddof=1)
with figure(
    alt="Share of new measurements inside mean plus or minus 1.96 s against sample size: below 70 percent for two, 85"
    " percent for five, 94 percent for thirty; the dashed line is the promised 95 percent.",
    size=(8.6, 2.7),
) as ax:
    ax.plot(ns, 100 * coverage, color=WRONG, marker="o", markersize=4)
    ax.axhline(95, color="black", linestyle="--")
    ax.plot(5, 100 * inside.mean(), "s", color=GENERATED, markersize=9, label="simulated, n = 5")
    ax.set(xlabel="measurements seen n", ylabel="new ones inside (%)", ylim=(60, 100), xlim=(1, 31))
    ax.legend(loc="lower right")
print(f"promised 95 %; for n = 5 it holds {coverage[3]:.1%}")
assert abs(inside.mean() - coverage[3]) < 6 * np.sqrt(0.13 / 100_000)
assert round(100 * coverage[3]) == 85
assert round(stats.t.ppf(0.975, 4) * np.sqrt(1 + 1 / 5), 2) == 3.04

# %% [markdown]
# Two things are forgotten: $\bar x$ is not $\mu$, and $s$ is not $\sigma$. The classical interval repairs both:
# $\bar x \pm t\,s\sqrt{1 + 1/n}$, with $t$ the 97.5 % quantile of Student's t with $n - 1$ degrees of freedom. For five
# data it is $3.04\,s$. The posterior predictive averages over both unknowns, and can use a prior as well. It needs a
# prior for a variance:
#
# $\text{InvGamma}(a, b)$ has the density $\frac{b^a}{\Gamma(a)} (\sigma^2)^{-a-1} e^{-b/\sigma^2}$ over $\sigma^2$.
# Books differ; here $a$ is the shape, $b$ the scale, and $1/\sigma^2$ is Gamma with shape $a$ and *rate* $b$. In SciPy:
# `invgamma(a, scale=b)`. (These are not the $a$ and $b$ of the coin.)

# %% [markdown] tags=["subslide"]
# ### 8.1 The Normal-inverse-Gamma family
#
# Prior: $\sigma^2 \sim \text{InvGamma}(a, b)$, $\;\mu \mid \sigma^2 \sim N(m, \sigma^2/\kappa)$. After $n$ data:
#
# $$\kappa_n = \kappa + n, \qquad m_n = \frac{\kappa m + n\bar x}{\kappa_n}, \qquad a_n = a + \frac n2$$
#
# $$b_n = b + \tfrac12 \textstyle\sum_i (x_i - \bar x)^2 + \frac{\kappa n}{2\kappa_n} (\bar x - m)^2$$
#
# The next: **Student's t**, $2a_n$ degrees of freedom, centre $m_n$, scale $\sqrt{b_n(\kappa_n + 1)/(a_n\kappa_n)}$.


# %%
def nig_update(m, kappa, a, b, x):
    n, mean = len(x), x.mean()
    kappa_n = kappa + n
    m_n = (kappa * m + n * mean) / kappa_n
    b_n = b + 0.5 * np.sum((x - mean) ** 2) + kappa * n * (mean - m) ** 2 / (2 * kappa_n)
    return m_n, kappa_n, a + n / 2, b_n


def nig_predictive(m, kappa, a, b):
    return stats.t(2 * a, loc=m, scale=np.sqrt(b * (kappa + 1) / (a * kappa)))


setosa = load_iris().x[:50, 2]  # petal lengths of one species, cm
PRIOR = (1.5, 0.1, 1.5, 0.03)  # m, kappa, a, b: a weak guess


def petal_intervals(five):
    """95 % for the next petal: by the predictive, and mean ± 1.96 s."""
    shortcut = five.mean() + np.array([-1.96, 1.96]) * five.std(ddof=1)
    return nig_predictive(*nig_update(*PRIOR, five)).ppf([0.025, 0.975]), shortcut


five_petals = setosa[:5]
after_five = nig_update(*PRIOR, five_petals)
reach, shortcut = petal_intervals(five_petals)
print(f"five petals, 95 % for the next: {reach.round(2)} cm; mean ± 1.96 s: {shortcut.round(2)} cm")
missed = np.empty((2000, 2))  # share of the other 45 petals that fall outside, for 2,000 random fives
for row in missed:
    shuffled = six_rng.permutation(setosa)
    for k, (low, high) in enumerate(petal_intervals(shuffled[:5])):
        row[k] = np.mean((shuffled[5:] < low) | (shuffled[5:] > high))
print(f"random fives, petals outside: {missed[:, 0].mean():.0%} against {missed[:, 1].mean():.0%}")
assert np.all(np.abs(missed.mean(axis=0) - [0.085, 0.165]) < 0.02)

# %% tags=["continue", "collapse-code"]
with figure(
    alt="Densities for the next petal after five: the Gaussian with mean and s of the five is narrow; the predictive t"
    " is lower, with heavier tails. The histogram of the other 45 petals, from 1.0 to 1.9 cm, is as broad as the"
    " predictive.",
    size=(9.2, 1.85),
) as ax:
    lengths = np.linspace(0.8, 2.1, 400)
    ax.plot(lengths, nig_predictive(*after_five).pdf(lengths), color=MODEL, label="predictive: Student's t")
    shortcut_pdf = gaussian_pdf(lengths, five_petals.mean(), five_petals.std(ddof=1))
    ax.plot(lengths, shortcut_pdf, "--", color=WRONG, label=r"Gaussian with $\bar x$ and $s$")
    bins = np.arange(0.95, 2, 0.1)
    ax.hist(setosa[5:], bins=bins, density=True, color=DATA, alpha=0.35, edgecolor="white", label="the other 45 petals")
    ax.plot(five_petals, 0.25 + 0.35 * np.array([0, 1, 0, 0, 2]), "^", color="black")
    ax.text(0.82, 5, "▲ the five", va="center")
    ax.set(xlabel="petal length (cm)", ylabel="density (per cm)", ylim=(0, 6.2), xlim=(0.8, 2.3))
    ax.legend(loc="upper right")

# %% [markdown]
# $\kappa$ counts imagined measurements of the mean. $b_n$ read aloud: the prior's scatter, plus the scatter of the
# data, plus the disagreement of the two means. With $m, \kappa, a, b$ in place of $m_n, \kappa_n, a_n, b_n$, the same
# t-distribution predicts before any data. Our prior: about 1.5 cm, worth a tenth of a measurement; the mean of
# $\sigma^2$ is $b/(a-1) = 0.06$, so $\sigma$ is around 0.2 cm.
#
# The first five petals happen to be much alike. Averaged over 2,000 random fives, some 8 % of the other petals fall
# outside the predictive interval, and some 16 % outside the shortcut. (Not exactly 5 %: real petals, in steps of 1 mm,
# are no draws from our prior.)
#
# Checks: SciPy's density, brute force on a grid, one observation at a time in random orders, and simulation.

# %%
v = np.linspace(0.01, 0.2, 5)
density = 0.03**1.5 / special.gamma(1.5) * v ** (-1.5 - 1) * np.exp(-0.03 / v)
assert np.allclose(density, stats.invgamma(1.5, scale=0.03).pdf(v))
assert np.isclose(stats.invgamma(1.5, scale=0.03).mean(), 0.06)

vague = nig_predictive(*nig_update(0.0, 1e-9, -0.5, 1e-12, five_petals)).ppf(
    0.975
)  # its limit is the classical interval
assert np.isclose(vague, five_petals.mean() + stats.t.ppf(0.975, 4) * five_petals.std(ddof=1) * np.sqrt(1.2))

for _ in range(20):  # the order does not matter
    running = PRIOR
    for value in six_rng.permutation(five_petals):
        running = nig_update(*running, np.array([value]))
    assert np.allclose(running, after_five)


def log_nig(mu, variance, m, kappa, a, b):
    return stats.norm.logpdf(mu, m, np.sqrt(variance / kappa)) + stats.invgamma.logpdf(variance, a, scale=b)


mu_grid, log_v_grid = np.meshgrid(np.linspace(-0.5, 3.5, 801), np.linspace(-8, 3, 801), indexing="ij")
v_grid = np.exp(log_v_grid)
log_product = log_nig(mu_grid, v_grid, *PRIOR) + sum(
    stats.norm.logpdf(x, mu_grid, np.sqrt(v_grid)) for x in five_petals
)
cell = (mu_grid[1, 0] - mu_grid[0, 0]) * (log_v_grid[0, 1] - log_v_grid[0, 0])
evidence_grid = np.sum(np.exp(log_product) * v_grid) * cell  # d variance = variance d log variance
on_grid = np.exp(log_product) / evidence_grid
assert np.abs(on_grid - np.exp(log_nig(mu_grid, v_grid, *after_five))).max() < 2e-3 * on_grid.max()


def nig_log_evidence(m, kappa, a, b, x):
    _, kappa_n, a_n, b_n = nig_update(m, kappa, a, b, x)
    constants = special.gammaln(a_n) - special.gammaln(a) - len(x) / 2 * np.log(2 * np.pi)
    return constants + a * np.log(b) - a_n * np.log(b_n) + 0.5 * np.log(kappa / kappa_n)


print(f"log evidence of the five petals: closed form {nig_log_evidence(*PRIOR, five_petals):.4f}", end="")
print(f", on the grid {np.log(evidence_grid):.4f}")
assert np.isclose(nig_log_evidence(*PRIOR, five_petals), np.log(evidence_grid), atol=2e-3)

m_n, kappa_n, a_n, b_n = after_five
variances = stats.invgamma(a_n, scale=b_n).rvs(100_000, random_state=six_rng)
next_petal = six_rng.normal(six_rng.normal(m_n, np.sqrt(variances / kappa_n)), np.sqrt(variances))
assert stats.kstest(next_petal, nig_predictive(*after_five).cdf).statistic < 3 / np.sqrt(100_000)

# %% [markdown]
# Is the interval honest? Draw truths from the prior, five data from each truth, then a sixth. The predictive interval
# holds it in 95 % of all cases: not by luck but by theorem, since truth and belief then have the same distribution. If
# the truths come from elsewhere, the promise depends on how weak the prior is.

# %%
worlds = 20_000
v_true = stats.invgamma(PRIOR[2], scale=PRIOR[3]).rvs(worlds, random_state=six_rng)
mu_true = six_rng.normal(PRIOR[0], np.sqrt(v_true / PRIOR[1]))
world_data = six_rng.normal(mu_true[:, None], np.sqrt(v_true)[:, None], size=(worlds, 6))
x5, x6 = world_data[:, :5], world_data[:, 5]
k5, a5 = PRIOR[1] + 5, PRIOR[2] + 2.5
m5 = (PRIOR[1] * PRIOR[0] + 5 * x5.mean(1)) / k5
b5 = PRIOR[3] + 2.5 * x5.var(1) + PRIOR[1] * 5 * (x5.mean(1) - PRIOR[0]) ** 2 / (2 * k5)
half_width = stats.t.ppf(0.975, 2 * a5) * np.sqrt(b5 * (k5 + 1) / (a5 * k5))
covered = np.mean(np.abs(x6 - m5) < half_width)
covered_plug = np.mean(np.abs(x6 - x5.mean(1)) < 1.96 * x5.std(1, ddof=1))
print(f"inside: predictive interval {covered:.1%}, mean ± 1.96 s {covered_plug:.1%}")
assert abs(covered - 0.95) < 6 * np.sqrt(0.95 * 0.05 / worlds)
assert abs(covered_plug - coverage[3]) < 6 * np.sqrt(0.13 / worlds)

# %% [markdown] tags=["slide"]
# ## 9 60 heads in 100 tosses. Fair, or not?
#
# $M_0$: $\theta = \frac12$. $M_1$: $\theta$ unknown, flat on $[0, 1]$. How well did each *predict* the data $D$?
#
# $$p(D \mid M) = \int p(D \mid \theta, M)\, p(\theta \mid M)\, d\theta, \qquad
# \text{BF}_{10} = \frac{p(D \mid M_1)}{p(D \mid M_0)}$$
#
# $\text{BF}_{10}$: the *Bayes factor*. Maximum likelihood, $\theta = 0.6$, fits 7.5 times as well as $\frac12$. **Which
# model has the larger evidence?**

# %% tags=["continue", "predict", "collapse-code"]
heads_seen = np.arange(40, 81)
fair_100, unknown_100 = stats.binom.pmf(heads_seen, 100, 0.5), np.full(41, 1 / 101)
with figure(
    alt="Probability of each number of heads under both models. The fair coin makes a hill around 50; the unknown coin"
    " is flat at 1/101. At 60 heads the fair coin is slightly higher, 0.0108 against 0.0099; from 61 on it is lower.",
    size=(9.2, 2.2),
) as ax:
    ax.plot(heads_seen, fair_100, "o-", color=MODEL, markersize=4, label=r"$M_0$: fair")
    ax.plot(heads_seen, unknown_100, "--", color=LATENT, label=r"$M_1$: unknown, flat")
    ax.axvline(60, color="black", linewidth=1)
    bf_60 = float((1 / 101) / stats.binom.pmf(60, 100, 0.5))
    ax.text(60.6, 0.045, rf"$\mathrm{{BF}}_{{10}}$ = {bf_60:.2f}")
    ax.set(xlabel="heads of 100", ylabel="p(D | M)", ylim=(0, 0.085), xlim=(40, 80), yticks=[0, 0.04, 0.08])
    ax.legend()
fit_ratio = stats.binom.pmf(60, 100, 0.6) / stats.binom.pmf(60, 100, 0.5)
p_value = stats.binomtest(60, 100).pvalue
assert (round(bf_60, 2), round(fit_ratio, 1)) == (0.91, 7.5)
assert stats.binom.pmf(61, 100, 0.5) < 1 / 101

# %% [markdown]
# The flat model must predict *all* outcomes, and gives each of the 101 counts the same $1/101$ (the beta-binomial with
# $a = b = 1$). That it *could* fit 0.6 well counts little, for it could have fitted anything. Posterior odds of the
# models = Bayes factor × prior odds. So 60 heads hardly move you: 1/0.91 = 1.1 for the fair coin, and a factor between
# 1 and 3 is "not worth more than a bare mention" (Kass and Raftery 1995). (The two-sided p-value, the probability of a
# count at least as far from 50 under $M_0$, is 0.057. It answers another question.)

# %%
print(f"two-sided p-value of 60 heads: {p_value:.3f}; P(M1 | D) from equal prior odds: {bf_60 / (1 + bf_60):.2f}")
assert round(p_value, 3) == 0.057

# %% [markdown] tags=["skip"]
# ### Exercise 6: the log Bayes factor of a coin
# For a *sequence* with `heads` and `tails`, the model "unknown, Beta(a, b)" has the evidence
# $\int \theta^{h}(1-\theta)^{t}\,\text{Beta}(\theta; a, b)\,d\theta = B(a+h, b+t)/B(a, b)$. Write
# `log_bayes_factor(heads, tails, a, b)`: the logarithm of its evidence over that of the fair coin. `special.betaln` is
# the logarithm of $B$; thousands of tosses must not underflow. (Section 9 compared *counts*; the binomial coefficient
# is in both evidences and cancels. So for 60, 40, 1, 1 your answer is the logarithm of the 0.91 above.)


# %% tags=["exercise"]
def log_bayes_factor(heads, tails, a, b):
    # log evidence of the unknown coin, minus that of the fair coin; end with `return`
    ...


# %% tags=["solution"]
def log_bayes_factor(heads, tails, a, b):
    log_unknown = special.betaln(a + heads, b + tails) - special.betaln(a, b)
    log_fair = (heads + tails) * np.log(0.5)
    return log_unknown - log_fair


# %%
check("log_bayes_factor", log_bayes_factor)

# %% [markdown] tags=["slide"]
# ### 9.1 Occam's razor needs no penalty
#
# Three models; each has a total of one to spread over all possible data: who predicts everything, predicts little.
# **For which data does the flexible model win?**

# %% tags=["collapse-code"]
MODELS = ("fair: θ = 0.5", "loaded: θ = 0.8", "unknown: flat")


def model_evidence(tosses):
    """Probability of each number of heads under the three models: (3, tosses + 1)."""
    k = np.arange(tosses + 1)
    return np.stack([stats.binom.pmf(k, tosses, 0.5), stats.binom.pmf(k, tosses, 0.8), np.full(len(k), 1 / len(k))])


def draw_occam(axes, share, tosses):
    k, evidences = round(share * tosses), model_evidence(tosses)
    for row, style, color in zip(evidences, ("-", "--", ":"), (MODEL, DATA, LATENT), strict=True):
        axes[0].plot(np.arange(tosses + 1) / tosses, row, style, color=color)
    axes[0].plot(np.full(3, k / tosses), evidences[:, k], "o", color="black", markersize=6)
    axes[0].axvline(k / tosses, color="black", linewidth=0.8)
    axes[0].set(xlabel="share of heads (the data)", ylabel="p(D | M)", xlim=(0, 1), ylim=(0, evidences.max() * 1.15))
    axes[0].set_title(f"{k} heads of {tosses}")
    probability = evidences[:, k] / evidences[:, k].sum()
    bars = axes[1].barh(MODELS, probability, color=[MODEL, DATA, LATENT], edgecolor="white", height=0.6)
    for bar, hatch, value in zip(bars, ("", "//", ".."), probability, strict=True):
        bar.set_hatch(hatch)
        axes[1].text(value + 0.02, bar.get_y() + 0.3, f"{value:.2f}", va="center")
    axes[1].invert_yaxis()
    axes[1].set(xlabel="P(M | D), equal priors", xlim=(0, 1.2), xticks=[0, 0.5, 1])
    axes[0].figure.subplots_adjust(wspace=0.5)


def tell_occam(share, tosses):
    k, evidences = round(share * tosses), model_evidence(tosses)
    probability = evidences[:, k] / evidences[:, k].sum()
    said = ", ".join(f"{name} {value:.2f}" for name, value in zip(MODELS, probability, strict=True))
    return f"{k} heads of {tosses} tosses. Probabilities of the models, from equal priors: {said}."


# %% tags=["continue"]
explore(
    draw_occam,
    share=[0.2, 0.3, 0.4, 0.5, 0.6, 0.65, 0.7, 0.8, 0.9, 1.0],
    tosses=[20, 40, 100],
    start={"share": 0.5, "tosses": 100},
    labels={"share": "share of heads", "tosses": "tosses n"},
    alt=tell_occam,
    axes=(1, 2),
    size=(9.2, 3.2),
)

# %% [markdown]
# All three curves sum to one over the data. The flexible model wins only where both simple ones are surprised. With 100
# tosses that is up to 39 heads, *between* the two from 61 to 71, and from 89 on. With 20 tosses the simple hills
# overlap: it wins up to 6 heads and at 20 of 20, nowhere between.

# %%
for tosses, flexible_wins in (
    (20, [*range(7), 20]),
    (40, [*range(15), 26, 27, *range(37, 41)]),
    (100, [*range(40), *range(61, 72), *range(89, 101)]),
):
    assert np.allclose(model_evidence(tosses).sum(axis=1), 1)
    winners = model_evidence(tosses).argmax(axis=0)
    print(tosses, "tosses, flexible model wins at:", np.flatnonzero(winners == 2).tolist())
    assert np.flatnonzero(winners == 2).tolist() == flexible_wins
assert model_evidence(100)[:, 50].argmax() == 0
assert model_evidence(100)[:, 80].argmax() == 1

# %% [markdown] tags=["subslide"]
# ### 9.2 Which degree of polynomial?
#
# Twelve points from a cubic, with noise of known size; nine degrees, equally probable beforehand. **From degree 3 on,
# does the misfit at these twelve points get worse? Does the evidence?**


# %% tags=["collapse-code"]
def features(x, degree):
    return np.stack([np.polynomial.legendre.Legendre.basis(k)(x) for k in range(degree + 1)], axis=1)  # (n, degree + 1)


DEGREES = range(9)
NOISE, WEIGHT_SD = 0.25, 1.0
poly_rng = np.random.default_rng([SEED, 6])
x_poly = np.linspace(-1, 1, 12)
truth_poly = features(x_poly, 3) @ np.array([0.3, -0.8, 0.2, 1.0])
y_sets = truth_poly + NOISE * poly_rng.standard_normal((300, 12))
log_evidence = np.empty((300, 9))
misfit = np.empty((300, 9))
for degree in DEGREES:
    F = features(x_poly, degree)
    covariance = NOISE**2 * np.eye(12) + WEIGHT_SD**2 * F @ F.T  # of y, when weights ~ N(0, I) are averaged over
    log_evidence[:, degree] = multivariate_gaussian_logpdf(y_sets, np.zeros(12), covariance)
    residual = y_sets.T - F @ np.linalg.lstsq(F, y_sets.T, rcond=None)[0]
    misfit[:, degree] = np.sqrt(np.mean(residual**2, axis=0))

fine_x = np.linspace(-1, 1, 300)


def fitted(y, degree):
    return features(fine_x, degree) @ np.linalg.lstsq(features(x_poly, degree), y, rcond=None)[0]


# to be shown: of the first ten sets the one in which degree 8 strays farthest from degree 3
SHOWN_SET = int(np.argmax([np.mean((fitted(y, 8) - fitted(y, 3)) ** 2) for y in y_sets[:10]]))

# %% tags=["continue", "predict", "collapse-code"]
with figure(
    alt="Left: twelve noisy points and fits of degree 1, 3 and 8: too stiff, right, and chasing the noise."
    " Right: against degree the misfit keeps falling, while the probability of the degree given the data is largest"
    " at 3.",
    axes=(1, 2),
    size=(9.4, 3.1),
) as axes:
    axes[0].plot(x_poly, y_sets[SHOWN_SET], "o", color=DATA)
    for degree, style in ((1, ":"), (3, "-"), (8, "--")):
        axes[0].plot(fine_x, fitted(y_sets[SHOWN_SET], degree), style, color=MODEL, label=f"degree {degree}")
    axes[0].set(xlabel="x", ylabel="y", ylim=(-2.2, 2.6))
    axes[0].legend(loc="upper left", ncols=3, columnspacing=0.8, handlelength=1.4)
    probability = np.exp(log_evidence[SHOWN_SET] - special.logsumexp(log_evidence[SHOWN_SET]))
    axes[1].bar(DEGREES, probability, color=LATENT, label="P(degree | data)")
    axes[1].plot(DEGREES, misfit[SHOWN_SET], "x--", color=DATA, label="misfit (RMS)")
    axes[1].set(xlabel="degree", xticks=DEGREES, ylim=(0, 1.3))
    axes[1].legend(loc="upper right")
right = np.mean(log_evidence.argmax(axis=1) == 3)
print(f"300 such data sets: the misfit never rises with the degree; the evidence chooses degree 3 in {right:.0%}")
assert np.all(np.diff(misfit, axis=1) <= 1e-9)
assert right > 0.8

# %% [markdown]
# The misfit never rises, since each degree contains the one before. The evidence knows better: in about nine of ten
# such data sets it is largest at the true degree. (Shown: of the first ten sets the one in which degree 8 strays
# farthest.) But that rests on a prior which fits the truth: with weights of standard deviation 0.1 instead of 1, it
# finds degree 3 in some three of ten.
#
# Here the weights have independent $N(0, 1)$ priors on the Legendre polynomials (an orthogonal basis on $[-1, 1]$) and
# the noise is known. The data vector is then Gaussian with covariance $\sigma^2 I + \Phi\Phi^\top$, where column $k$ of
# $\Phi$ holds the polynomial of degree $k$ at the points. Its density at the data is the evidence, exactly (MacKay
# 1992).

# %%
narrow = np.stack(
    [
        multivariate_gaussian_logpdf(
            y_sets, np.zeros(12), NOISE**2 * np.eye(12) + 0.1**2 * features(x_poly, k) @ features(x_poly, k).T
        )
        for k in DEGREES
    ]
)
print(f"weights with standard deviation 0.1: degree 3 in {np.mean(narrow.argmax(axis=0) == 3):.0%}")
assert 0.15 < np.mean(narrow.argmax(axis=0) == 3) < 0.45

# %% [markdown]
# ### 9.3 The evidence is a product of predictions
#
# $$p(x_1, \dots, x_n) = p(x_1)\; p(x_2 \mid x_1)\; p(x_3 \mid x_1, x_2) \cdots p(x_n \mid x_1, \dots, x_{n-1})$$
#
# Each factor is a posterior predictive. A model earns evidence by predicting the *next* toss, each time before it sees
# it. So the evidence judges like a test on new data, though it uses the training data only.


# %%
def coin_log_evidence(heads, tails, a, b):
    return special.betaln(a + heads, b + tails) - special.betaln(a, b)


one_by_one, h, t = 0.0, 0, 0
for toss in TOSSES[:60]:
    chance = (2 + h) / (2 + 3 + h + t)  # of a head, under Beta(2, 3) and what was seen so far
    one_by_one += np.log(chance if toss else 1 - chance)
    h, t = h + toss, t + 1 - toss
closed = coin_log_evidence(h, t, 2, 3)
integral = integrate.quad(lambda v: v**h * (1 - v) ** t * stats.beta.pdf(v, 2, 3), 0, 1, epsabs=0, points=[h / 60])[0]
print(f"log evidence of 60 tosses: closed form {closed:.4f}, product of predictions {one_by_one:.4f}", end="")
print(f", numerical integral {np.log(integral):.4f}")
assert np.isclose(closed, one_by_one)
assert np.isclose(closed, np.log(integral), rtol=1e-6)
assert np.isclose(coin_log_evidence(60, 40, 1, 1) - 100 * np.log(0.5), np.log(bf_60))

# %% [markdown] tags=["skip"]
# ### Exercise 7: make the prior a hundred times wider
# Many data put an unknown mean $\mu$ near 0.5. You replace the prior $N(0, 1)$ by $N(0, 100^2)$, just to be safe. What
# happens?
#
# - `"a"`: posterior and evidence hardly change, since many data drown the prior.
# - `"b"`: the posterior hardly changes; the evidence falls to about a hundredth.
# - `"c"`: the posterior becomes about a hundred times wider; the evidence hardly changes.
# - `"d"`: the posterior hardly changes; the evidence rises about a hundredfold.

# %% tags=["exercise"]
wide_answer = ...  # a letter in quotation marks

# %% tags=["solution"]
wide_answer = "b"

# %%
check("wider_prior", wide_answer)

# %% [markdown]
# ### 9.4 A wide prior is not a modest one
# $n$ data with known $\sigma = 1$ and mean $\bar x$. $M_0$: $\mu = 0$. $M_1$: $\mu \sim N(0, \tau^2)$. Then $\bar x$
# has the density $N(0, 1/n)$ under $M_0$ and $N(0, \tau^2 + 1/n)$ under $M_1$. Keep $\bar x$ at three standard errors,
# a "highly significant" result. First widen $\tau$; then let $n$ grow:

# %%
n_lindley = 1000
xbar_lindley = 3 / np.sqrt(n_lindley)
widths = np.array([0.1, 1.0, 10.0, 100.0])
bf = gaussian_pdf(xbar_lindley, 0, np.sqrt(widths**2 + 1 / n_lindley)) / gaussian_pdf(
    xbar_lindley, 0, 1 / np.sqrt(n_lindley)
)
centre = widths**2 / (widths**2 + 1 / n_lindley) * xbar_lindley
for width, factor, mean in zip(widths, bf, centre, strict=True):
    print(f"tau = {width:5g}: posterior mean under M1 {mean:.4f}, BF10 = {factor:.3g}")
for n_growing in (1_000, 100_000, 10_000_000):  # now tau = 1, and still three standard errors
    factor = np.exp(4.5 * n_growing / (n_growing + 1)) / np.sqrt(n_growing + 1)
    print(f"tau = 1, n = {n_growing:,}: BF10 = {factor:.3g}")
    assert n_growing > 1_000 or np.isclose(factor, bf[1])
assert factor < 0.05
assert np.ptp(centre[1:]) < 0.001 * centre[-1]
assert np.allclose(bf[1:-1] / bf[2:], 10, rtol=0.01)
assert bf[0] > 10
assert bf[-1] < 0.05

# %% [markdown]
# From $\tau = 1$ on, the posterior of $\mu$ hardly moves. But the evidence of $M_1$ falls like $1/\tau$, since its
# prior mass is spread over values that the data rule out (Bartlett 1957). With $\tau$ fixed, the factor falls like
# $1/\sqrt n$: the "significant" result comes to favour $M_0$ (Lindley 1957). So never compare models with a prior that
# was chosen "wide, just to be safe", and never with an *improper* one (it has an infinite integral).

# %% [markdown] tags=["slide"]
# ## 10 Naive Bayes: a classifier that can draw
#
# Class $c$ of a digit first, then its 64 pixels $x_i$ (values $v$ from 0 to 16), *independent given the class*:
#
# $$p(x, c) = \pi_c \prod_{i=1}^{64} p_{c,i}(x_i), \quad
# p(c \mid x) = \frac{p(x, c)}{\sum_{c'} p(x, c')}, \quad p_{c,i}(v) = \frac{n_{c,i,v} + \alpha}{n_c + 17\alpha}$$
#
# $\pi_c$: share of class $c$; $n_c$: its images; $n_{c,i,v}$: how many of them have value $v$ at pixel $i$; $\alpha$:
# a Dirichlet prior. **Guess: how many of 447 unseen digits does it name rightly?** The ten mean images:

# %% tags=["continue", "collapse-code"]
with figure(
    alt="Ten blurred 8 by 8 images, the mean training image of each class from 0 to 9; every digit is recognisable.",
    axes=(1, 10),
    size=(9.6, 1.3),
) as axes:
    axes[0].figure.subplots_adjust(left=0.03, right=0.97, bottom=0.02, top=0.98, wspace=0.08)
    for c, ax in enumerate(axes):
        ax.imshow(x_train[y_train == c].mean(axis=0).reshape(8, 8), cmap="gray_r", vmin=0, vmax=16)
        ax.axis("off")

# %% [markdown]
# The pixels of a digit are certainly not independent given the class: neighbours lie on one stroke. The word *naive*
# stands for this assumption. In exchange nothing needs training except counting, and every formula of this notebook
# returns: a joint, a posterior over classes, a Dirichlet predictive for each pixel, an evidence.

# %% [markdown] tags=["skip"]
# ### Exercise 8: the log posterior of Naive Bayes
# Write `naive_bayes_log_posterior(x, log_prior, log_p)` for one image: `x` is an integer array of pixels,
# `log_prior[c]` is $\log \pi_c$ and `log_p[c, i, v]` is $\log p_{c,i}(v)$. Return the array of $\log p(c \mid x)$. With
# 64 pixels the products underflow in single precision, with thousands in any: stay with logarithms.
# (`special.logsumexp(a)` is a safe $\log \sum_k e^{a_k}$.)


# %% tags=["exercise"]
def naive_bayes_log_posterior(x, log_prior, log_p):
    # log joint of every class, then normalise; end with `return`
    ...


# %% tags=["solution"]
def naive_bayes_log_posterior(x, log_prior, log_p):
    log_joint = log_prior + log_p[:, np.arange(len(x)), x].sum(axis=1)
    return log_joint - special.logsumexp(log_joint)


# %%
check("naive_bayes_log_posterior", naive_bayes_log_posterior)

# %% [markdown] tags=["subslide"]
# ### 10.1 Ten lines: fit, classify


# %% tags=["continue", "show-code"]
def fit_naive_bayes(x, y, alpha):
    is_value = x[:, :, None] == np.arange(17)  # (n, 64, 17)
    n = np.stack([is_value[y == c].sum(axis=0) for c in range(10)])
    p = (n + alpha) / (n + alpha).sum(axis=2, keepdims=True)  # (10, 64, 17)
    return np.log(np.bincount(y) / len(y)), np.log(p)


def log_joint_of(x, log_prior, log_p):
    log_joint = np.tile(log_prior, (len(x), 1))  # (n, 10)
    for i in range(x.shape[1]):  # log prior + log likelihoods
        log_joint += log_p[:, i, x[:, i]].T
    return log_joint


# %% tags=["continue", "collapse-code"]
ALPHA = 0.2
log_prior, log_p = fit_naive_bayes(x_train, y_train, ALPHA)
log_joint = log_joint_of(x_test, log_prior, log_p)
log_px = special.logsumexp(log_joint, axis=1)  # log p(x), the evidence of each image
post = np.exp(log_joint - log_px[:, None])  # (447, 10)
predicted = post.argmax(axis=1)
theirs = CategoricalNB(alpha=ALPHA, min_categories=17).fit(x_train, y_train)
accuracy = np.mean(predicted == y_test)
print(f"right: {np.sum(predicted == y_test)} of {len(y_test)}, {accuracy:.1%};", end=" ")
print(f"scikit-learn's CategoricalNB: {np.sum(theirs.predict(x_test) == y_test)}")
assert np.array_equal(predicted, theirs.predict(x_test))  # every single prediction
assert np.allclose(post, theirs.predict_proba(x_test))
assert accuracy == theirs.score(x_test, y_test)
assert 0.8 < accuracy < 0.88

# %% tags=["collapse-code"]
errors = np.flatnonzero(predicted != y_test)[:40:5]
with figure(
    alt="Eight test digits that are named wrongly, each with its true name, the wrong name and the posterior"
    " probability claimed for it; several claims are close to 100 percent.",
    axes=(1, 8),
    size=(9.6, 1.9),
) as axes:
    axes[0].figure.subplots_adjust(left=0.03, right=0.97, bottom=0.02, top=0.8, wspace=0.25)
    for ax, k in zip(axes, errors, strict=True):
        ax.imshow(x_test[k].reshape(8, 8), cmap="gray_r", vmin=0, vmax=16)
        ax.set_title(f"{y_test[k]} → {predicted[k]}: {100 * post[k].max():.0f} %", fontsize=10)
        ax.axis("off")

# %% [markdown]
# 1,000 images to learn from, 447 to be named; 350 more are set aside for choices (*validation*). Ours and the library's
# predictions agree on every image. (With a category for each value, what the model draws are images; Gaussian Naive
# Bayes would leave the range 0 to 16.)
#
# Where does $\alpha = 0.2$ come from? From the evidence of the *training* images. Each pixel of each class is a
# Dirichlet-categorical family, whose evidence is known in closed form (with $B$ for vectors as for pairs):
#
# $$\log p(x_\text{train} \mid y_\text{train}, \alpha) =
# \sum_{c,i} \log \frac{B(\alpha + n_{c,i,\cdot})}{B(\alpha, \dots, \alpha)}, \qquad
# B(\alpha_1, \dots, \alpha_K) = \frac{\prod_k \Gamma(\alpha_k)}{\Gamma(\sum_k \alpha_k)}.$$

# %%
is_value = x_train[:, :, None] == np.arange(17)
counts = np.stack([is_value[y_train == c].sum(axis=0) for c in range(10)])  # (10, 64, 17)
n_c = counts.sum(axis=2)  # (10, 64): images of the class, the same for each pixel


def log_evidence_of(alpha):
    whole = special.gammaln(17 * alpha) - special.gammaln(17 * alpha + n_c)
    return float((whole + (special.gammaln(counts + alpha) - special.gammaln(alpha)).sum(axis=2)).sum())


def nll_per_image(x, alpha):
    return -special.logsumexp(log_joint_of(x, *fit_naive_bayes(x_train, y_train, alpha)), axis=1).mean()


ALPHAS = [0.02, 0.05, 0.1, 0.2, 0.5, 1.0]
by_evidence = [-log_evidence_of(alpha) / len(x_train) for alpha in ALPHAS]
by_validation = [nll_per_image(digits.x_validation, alpha) for alpha in ALPHAS]
print("alpha   -log evidence / image (train, labels given)   NLL / image (validation), in nats")
for alpha, e, v in zip(ALPHAS, by_evidence, by_validation, strict=True):
    print(f"{alpha:5g}   {e:28.1f}   {v:31.1f}")
assert ALPHAS[int(np.argmin(by_evidence))] == ALPHA
assert nll_per_image(digits.x_validation, ALPHA) < min(by_validation) + 0.2

# %% [markdown]
# *NLL* is the negative log-likelihood, here $-\log p(x)$: smaller is better. Compare within a column only: the first
# takes the labels as given, and counts early predictions from few images (section 9.3). The evidence, which saw no
# validation image, chooses 0.2. Validation prefers 0.5, by less than 0.2 nats.

# %% [markdown] tags=["slide"]
# ### 10.2 One row is real, one is drawn from the model
#
# Ancestral sampling: the class, then 64 independent pixels. **Which row is which, and what gives it away?**


# %% tags=["collapse-code"]
def sample_naive_bayes(labels, log_p, rng):
    """One image for each label: all 64 pixels independent given the label."""
    cdf = np.cumsum(np.exp(log_p[labels]), axis=2)[:, :, :-1]  # (n, 64, 16)
    return (rng.random((len(labels), 64, 1)) > cdf).sum(axis=2)  # (n, 64)


nb_rng = np.random.default_rng([SEED, 7])
drawn = sample_naive_bayes(y_test, log_p, nb_rng)  # the same labels as the test images
ROWS = [np.stack([images[y_test == c][0] for c in range(10)]) for images in (drawn, x_test)]

# %% tags=["continue", "collapse-code"]
with figure(
    alt="Two rows of ten 8 by 8 images, the digits 0 to 9. In row A strokes are broken and speckled; in row B strokes"
    " are smooth and connected.",
    axes=(2, 10),
    size=(9.6, 2.6),
) as axes:
    axes[0, 0].figure.subplots_adjust(left=0.05, right=0.99, bottom=0.02, top=0.98, wspace=0.08, hspace=0.08)
    for row, images in zip(axes, ROWS, strict=True):
        for ax, image in zip(row, images, strict=True):
            ax.imshow(image.reshape(8, 8), cmap="gray_r", vmin=0, vmax=16)
            ax.set(xticks=[], yticks=[])
            ax.spines[:].set_visible(False)
    for row, name in zip(axes[:, 0], "AB", strict=True):
        row.set_ylabel(name, rotation=0, labelpad=12, va="center")

# %% [markdown] tags=["slide"]
# ### 10.3 What independence loses, measured
#
# Row A is drawn. A *judge* that learnt to name real digits, and a *detective* that learnt to tell real from drawn, look
# at fresh images. (Control: drawn against drawn.) **Will the judge name the drawn ones better or worse than the real
# ones?**


# %% tags=["collapse-code"]
def neighbour_correlation(x, labels):
    """Correlation of vertical neighbours, after subtracting the mean image of the class."""
    centred = x.astype(float).copy()
    for c in range(10):
        centred[labels == c] -= centred[labels == c].mean(axis=0)
    centred = centred.reshape(-1, 8, 8)
    return float(np.corrcoef(centred[:, 1:].ravel(), centred[:, :-1].ravel())[0, 1])


judge = LogisticRegression(C=0.3, max_iter=400).fit(x_train / 16, y_train)
named = [float(judge.score(images / 16, y_test)) for images in (x_test, drawn)]

x_known = np.concatenate([x_train, digits.x_validation])
y_known = np.concatenate([y_train, digits.y_validation])


def detect(real_known, real_fresh):
    """Accuracy of a classifier that learns 'real or drawn' and is tested on fresh images of both; 0.5 is guessing."""
    fakes = sample_naive_bayes(y_known, log_p, nb_rng)
    truth = np.repeat([1, 0], [len(real_known), len(fakes)])
    forest = RandomForestClassifier(100, min_samples_leaf=2, random_state=SEED)
    forest.fit(np.concatenate([real_known, fakes]), truth)
    fresh = sample_naive_bayes(y_test, log_p, nb_rng)
    return (forest.predict(real_fresh).mean() + 1 - forest.predict(fresh).mean()) / 2


caught = detect(x_known, x_test)
control = detect(sample_naive_bayes(y_known, log_p, nb_rng), sample_naive_bayes(y_test, log_p, nb_rng))
neighbours = [neighbour_correlation(images, y_test) for images in (x_test, drawn)]

# %% tags=["continue", "predict", "collapse-code"]
with figure(
    alt=f"Three pairs of bars. Correlation of neighbouring pixels within a class: real {neighbours[0]:.2f}, drawn about"
    f" 0. Named rightly by the judge: real {named[0]:.2f}, drawn {named[1]:.2f}. Detective: {caught:.2f} on real"
    f" against drawn, {control:.2f} on drawn against drawn.",
    axes=(1, 3),
    size=(9.6, 2.9),
) as axes:
    for ax, pair, names, title in zip(
        axes,
        (neighbours, named, (caught, control)),
        (("real", "drawn"), ("real", "drawn"), ("real or\ndrawn?", "control")),
        ("neighbours correlate", "judge names rightly", "detective is right"),
        strict=True,
    ):
        bars = ax.bar(names, pair, 0.55, color=[DATA, GENERATED] if names[0] == "real" else [MODEL, GENERATED])
        bars[1].set_hatch("///")
        bars[1].set_edgecolor("white")
        for i, value in enumerate(pair):
            ax.text(i, max(value, 0) + 0.03, f"{abs(value):.2f}", ha="center")
        ax.set(ylim=(0, 1.2), yticks=[0, 0.5, 1], title=title)
    axes[2].axhline(0.5, color="black", linestyle=":", linewidth=1.2)
    axes[0].figure.subplots_adjust(wspace=0.4, left=0.06, bottom=0.2)
assert neighbours[0] > 0.4
assert abs(neighbours[1]) < 0.05
assert named[1] > named[0]
assert caught > 0.9
assert abs(control - 0.5) < 0.12

# %% [markdown]
# The judge (a logistic regression) names *more* of the drawn digits: each of their pixels follows its class, and no odd
# handwriting occurs. If you had asked only the judge, Naive Bayes would beat reality. The detective (a random forest: a
# vote of 100 decision trees, here a black box) sees through it nearly always: given the class, real neighbours
# correlate and drawn ones do not. The control can only guess. Notebook 13 builds on this: one measure is blind to what
# another sees.
#
# In likelihood, beside two simpler models (nats per test image):

# %%
pooled = counts.sum(axis=0) + ALPHA  # (64, 17), all classes in one
pooled = np.log(pooled / pooled.sum(axis=1, keepdims=True))
nll = {
    "uniform over 17 values": 64 * np.log(17),
    "one histogram per pixel, no class": -np.mean([pooled[np.arange(64), image].sum() for image in x_test]),
    "Naive Bayes: ten classes": -log_px.mean(),
}
for name, value in nll.items():
    print(f"{name:36s} {value:7.2f}")
assert np.isclose(nll["uniform over 17 values"], 181.33, atol=0.01)
assert abs(nll["one histogram per pixel, no class"] - nll["Naive Bayes: ten classes"] - 6.7) < 0.1
assert abs(nll["one histogram per pixel, no class"] - 106.31) < 0.01
assert abs(nll["Naive Bayes: ten classes"] - 99.6) < 0.1
assert nll["Naive Bayes: ten classes"] - 83 > 16

# %% [markdown]
# The class buys nearly seven nats. Models with dependence inside a class go further:
# [05 Likelihood](05_likelihood.ipynb) trains a network that predicts each pixel from those before it, to below 83 nats
# on the same images. So more than sixteen nats per image separate them, most of them probably what independence
# ignores.

# %% [markdown] tags=["slide"]
# ### 10.4 Does it know how much it knows?
#
# Reveal the pixels one at a time, in random order, and update. The *claim* is the largest posterior probability. **Is
# it right as often as it claims: on drawn digits? On real ones?**

# %% tags=["collapse-code"]
SHOWN = [1, 2, 4, 8, 16, 32, 64]
own_labels = nb_rng.choice(10, 4000, p=np.exp(log_prior))
own = sample_naive_bayes(own_labels, log_p, nb_rng)
ORDERS_OF_PIXELS = [nb_rng.permutation(64) for _ in range(8)]


def claims_and_hits(x, labels):
    """Mean claim and share right after so many pixels, averaged over eight orders: (7, 2)."""
    table = np.zeros((len(SHOWN), 2))
    for pixels in ORDERS_OF_PIXELS:
        for row, shown in zip(table, SHOWN, strict=True):
            logs = log_joint_of(x[:, pixels[:shown]], log_prior, log_p[:, pixels[:shown]])
            logs -= special.logsumexp(logs, axis=1, keepdims=True)
            row += np.exp(logs.max(axis=1)).mean(), np.mean(logs.argmax(axis=1) == labels)
    return table / len(ORDERS_OF_PIXELS)


on_own, on_real = claims_and_hits(own, own_labels), claims_and_hits(x_test, y_test)

# %% tags=["continue", "predict", "collapse-code"]
with figure(
    alt="Mean claim and share right against the number of pixels shown. On digits drawn from the model both curves"
    " coincide and reach 100 percent. On real digits the claim rises to 97 percent, the share right only to 84.",
    axes=(1, 2),
    size=(9.4, 3.1),
    sharey=True,
) as axes:
    for ax, values, color, title in zip(
        axes, (on_own, on_real), (GENERATED, DATA), ("digits drawn from the model", "real digits"), strict=True
    ):
        ax.semilogx(SHOWN, 100 * values[:, 0], "--", color="black", zorder=3, label="claim")
        ax.semilogx(SHOWN, 100 * values[:, 1], "o-", color=color, label="right")
        ax.set(xlabel="pixels shown", title=title, ylim=(0, 108), xticks=SHOWN)
        ax.set_xticklabels([str(shown) for shown in SHOWN])
        ax.minorticks_off()
        ax.legend(loc="lower right")
    axes[1].fill_between(
        SHOWN, 100 * on_real[:, 0], 100 * on_real[:, 1], facecolor="none", edgecolor=WRONG, hatch="////", linewidth=0
    )
    axes[0].set_ylabel("percent")
claims, wrong = post.max(axis=1), predicted != y_test
print(f"real digits: it claims {claims.mean():.0%} and is right in {accuracy:.0%};", end=" ")
print(f"{np.mean(claims[wrong] > 0.99):.0%} of its errors come with a claim over 99 %")
assert np.abs(on_own[:, 0] - on_own[:, 1]).max() < 0.035
assert np.isclose(on_real[-1, 0], claims.mean())
assert abs(on_real[0, 0] - on_real[0, 1]) < 0.1
assert np.all(on_real[3:, 0] - on_real[3:, 1] > 0.08)
assert round(100 * (on_real[-1, 0] - on_real[-1, 1])) == 13
assert (round(claims.mean(), 2), round(accuracy, 2)) == (0.97, 0.84)
assert np.mean(claims[wrong] > 0.99) > 0.4
one_pixel = {}
for part, images, labels in (("test", x_test, y_test), ("train", x_train, y_train)):
    posteriors = [log_joint_of(images[:, [i]], log_prior, log_p[:, [i]]) for i in range(64)]
    one_claim = np.mean([np.exp(logs.max(axis=1) - special.logsumexp(logs, axis=1)) for logs in posteriors])
    one_pixel[part] = one_claim - np.mean([logs.argmax(axis=1) == labels for logs in posteriors])
assert round(100 * one_pixel["test"]) == 3
assert -0.01 < one_pixel["train"] < 0

# %% [markdown]
# In its own world the classifier is *calibrated*: what it claims happens as often as it claims. That is a theorem about
# any exact posterior, averaged over its own prior and likelihood. On real digits the same formula is too sure. Bayes'
# theorem is not to blame, the likelihood is: pixels that repeat each other are counted as independent witnesses, as the
# two measurements of section 4.1 were.
#
# A single pixel needs no independence, and there the gap is three points on average, and none on the images that it
# learnt from. With all 64, the gap is 13 points. The classifier's *decisions* are better than its *probabilities*
# (Domingos and Pazzani 1997).

# %% [markdown] tags=["slide"]
# ## 11 Where you will meet Bayes again
#
# | Model | Prior | Likelihood | Posterior |
# |---|---|---|---|
# | GAN (09) | half real, half made | $p(x)$ or $q(x)$ | $D^*(x) = \dfrac{p(x)}{p(x) + q(x)}$ |
# | VAE (11) | latent $z \sim N(0, I)$ | decoder $p_\theta(x \mid z)$ | no formula: a network $q(z \mid x)$ instead |
# | Diffusion (12) | $x_{t-1} \mid x_0$ | noise, $x_t \mid x_{t-1}$ | $q(x_{t-1} \mid x_t, x_0)$: Normal-Normal |

# %% tags=["continue", "collapse-code"]
gan_rng = np.random.default_rng([SEED, 8])
is_real = gan_rng.random(200_000) < 0.5
mixed = np.where(is_real, gan_rng.normal(0, 1, 200_000), gan_rng.normal(1.5, 0.7, 200_000))
edges = np.linspace(-2, 3, 26)
centres = (edges[1:] + edges[:-1]) / 2
which = np.digitize(mixed, edges) - 1
share_real = np.array([is_real[which == k].mean() for k in range(25)])
number = np.array([np.sum(which == k) for k in range(25)])
d_star = gaussian_pdf(centres, 0, 1) / (gaussian_pdf(centres, 0, 1) + gaussian_pdf(centres, 1.5, 0.7))
with figure(
    alt="Share of real points among real and generated ones at each x, as dots: nearly 1 on the left,"
    " one half near 0.7, below 0.1 at the right end. They lie on the curve p over p plus q.",
    size=(8.6, 2.3),
) as ax:
    ax.plot(centres, d_star, color=MODEL, label=r"$D^*(x)$")
    ax.plot(centres, share_real, "o", color=DATA, markersize=5, label="share of real among 200,000")
    ax.axhline(0.5, color="black", linewidth=0.8, linestyle=":")
    ax.set(xlabel="x", ylabel="P(real | x)", ylim=(0, 1.05), xlim=(-2, 3))
    ax.legend(loc="lower left")
assert np.all(np.abs(share_real - d_star) < 6 * np.sqrt(0.25 / number) + 0.01)

# %% [markdown]
# **GAN.** Toss a fair coin; show a data point (density $p$) or a generated one (density $q$). The best discriminator,
# $D^*$, answers with the posterior that it is real: Bayes with equal priors (Goodfellow et al. 2014, proposition 1).
# The plot has $p = N(0, 1)$ and $q = N(1.5, 0.7^2)$. The two derivations that follow are a preview.

# %% [markdown]
# **VAE.** With a linear decoder, $z \sim N(0, 1)$ and $x \mid z \sim N(Wz, s^2)$, the posterior is Normal-Normal. For
# any other $q(z)$ the evidence is missed by exactly the Kullback-Leibler divergence from $q$ to the posterior
# (notebooks 07 and 11):
# $\log p(x) = \mathbb E_q\!\left[\log \frac{p(x, z)}{q(z)}\right] + \operatorname{KL}(q(z) \,\|\, p(z \mid x))$.

# %%
W, s, x_seen = 1.3, 0.6, 0.9
z = np.linspace(-8, 8, 16_001)
dz = z[1] - z[0]
log_pxz = stats.norm.logpdf(z) + stats.norm.logpdf(x_seen, W * z, s)
log_evidence_z = np.log(np.sum(np.exp(log_pxz)) * dz)
exact_z = stats.norm(W * x_seen / (W**2 + s**2), np.sqrt(s**2 / (W**2 + s**2)))
assert np.isclose(log_evidence_z, stats.norm.logpdf(x_seen, 0, np.sqrt(W**2 + s**2)))
assert np.allclose(np.exp(log_pxz - log_evidence_z), exact_z.pdf(z), atol=1e-9)
for name, q in (("exact posterior", exact_z), ("too wide, off centre", stats.norm(0.4, 0.7))):
    bound = np.sum(q.pdf(z) * (log_pxz - q.logpdf(z))) * dz
    gap = np.sum(q.pdf(z) * (q.logpdf(z) - exact_z.logpdf(z))) * dz
    print(f"{name:22s} bound {bound:.4f} + KL {abs(gap):.4f} = log evidence {log_evidence_z:.4f}")
    assert np.isclose(bound + gap, log_evidence_z)

# %% [markdown]
# **Diffusion** (here $\alpha_t$ is no Dirichlet prior). Noise is added in steps,
# $x_t = \sqrt{\alpha_t}\,x_{t-1} + \sqrt{\beta_t}\,\varepsilon$ with $\beta_t = 1 - \alpha_t$ and
# $\varepsilon \sim N(0, 1)$. So $x_{t-1} \mid x_0$ is $N(\sqrt{\bar\alpha_{t-1}}\,x_0,\; 1 - \bar\alpha_{t-1})$ with
# $\bar\alpha_t = \prod_{s \le t} \alpha_s$. This prior, and the likelihood of $x_t$, make a Normal-Normal update. Its
# result is equations 6 and 7 of Ho, Jain and Abbeel (2020):

# %%
alpha_t, bar_before, x0, xt = 0.95, 0.6, 1.2, -0.3
beta_t, bar_t = 1 - alpha_t, alpha_t * bar_before
prior_mean, prior_var = np.sqrt(bar_before) * x0, 1 - bar_before
precision = 1 / prior_var + alpha_t / beta_t  # precisions add; x_t measures sqrt(alpha_t) x_{t-1}
update_mean = (prior_mean / prior_var + np.sqrt(alpha_t) * xt / beta_t) / precision
paper_mean = np.sqrt(bar_before) * beta_t / (1 - bar_t) * x0 + np.sqrt(alpha_t) * (1 - bar_before) / (1 - bar_t) * xt
paper_var = (1 - bar_before) / (1 - bar_t) * beta_t
print(f"mean {update_mean:.4f} and {paper_mean:.4f}; variance {1 / precision:.4f} and {paper_var:.4f}")
assert np.isclose(update_mean, paper_mean)
assert np.isclose(1 / precision, paper_var)

# %% [markdown] tags=["slide"]
# ## Common misconceptions
#
# | You may read | What holds |
# |---|---|
# | $P(A, B) = P(B)\,P(A \mid B)$ is for dependent events | Always; independence is the special case |
# | A good test makes $P(A \mid B) \approx P(B \mid A)$ | Only if $P(A) \approx P(B)$ |
# | The prior is the marginal of the data | That is the evidence |
# | The MAP does not depend on the coordinate | It does; so does the mean of a function |
# | Enough data make any prior harmless | For the posterior, mostly; in the evidence its factor stays |
# | A sure classifier is a good one | Certainty is only as true as the likelihood |

# %% [markdown]
# The first four are shown in sections 1, 3.1, 2 and 6.2, the fifth in 6.1 and 9.4, the last in 10.4.

# %% [markdown]
# ## For the curious
#
# A short digression; nothing later needs it.
#
# ### Why a prior at all? De Finetti's answer
# Call a sequence of tosses *exchangeable* if all its orders are equally probable to you. De Finetti showed (see his
# account of 1937): if this holds for every length of an infinite sequence, your probabilities are those of a coin with
# an unknown $\theta$ and some prior over it. So *that* a prior exists follows from saying that the order carries no
# news; *which* one remains your choice. A small check: the flat prior makes all orders equally probable, yet the tosses
# are not independent.

# %%
by_order = {}
for order in sorted(set(permutations("HHT"))):
    chance, heads = 1.0, 0
    for position, face in enumerate(order):
        head = (1 + heads) / (2 + position)  # the rule of succession
        chance *= head if face == "H" else 1 - head
        heads += face == "H"
    by_order["".join(order)] = chance
print({order: f"1/{1 / chance:.0f}" for order, chance in by_order.items()})
assert np.allclose(list(by_order.values()), 1 / 12)
assert (1 + 1) / 3 > 1 / 2  # P(head | one head seen) exceeds P(head)

# %% [markdown] tags=["slide"]
# ## Summary
#
# | Unknown | Prior | After the data | Predicts the next |
# |---|---|---|---|
# | event $A$ | odds | odds $\times\, P(x \mid A) / P(x \mid \bar A)$ | |
# | coin | $\text{Beta}(a, b)$ | $\text{Beta}(a + h, b + t)$ | head: $\frac{a + h}{a + b + h + t}$ |
# | $K$ values | $\text{Dirichlet}(\alpha)$ | $\text{Dirichlet}(\alpha + n)$ | $\propto \alpha_k + n_k$ |
# | mean | $N(\mu_0, \tau^2)$ | $N(w\bar x + (1-w)\mu_0,\; \tau_n^2)$ | $N(\mu_n, \tau_n^2 + \sigma^2)$ |
# | mean, variance | Normal-inverse-Gamma | $m_n, \kappa_n, a_n, b_n$ | Student's t, $2a_n$ d.f. |
# | model | $P(M)$ | $\propto P(M)\,p(D \mid M)$ | average over models |
#
# $w = \tau^2/(\tau^2 + \sigma^2/n)$. Posterior = likelihood × prior / evidence. Next:
# [05 Likelihood](05_likelihood.ipynb).

# %% [markdown]
# So the question of the opening has one answer for people, coins, measurements, models and digits: multiply what you
# believed by how well it predicted what you saw, and normalise. Three warnings go with it. Mind the base rate; name
# your prior, above all when you compare models; and remember that the answer is only as good as the likelihood.

# %% [markdown] tags=["skip"]
# ## References
#
# - T. Bayes (1763), An essay towards solving a problem in the doctrine of chances, doi:10.1098/rstl.1763.0053.
# - G. Gigerenzer, U. Hoffrage (1995), How to improve Bayesian reasoning without instruction: frequency formats,
#   doi:10.1037/0033-295X.102.4.684.
# - W. N. Street, W. H. Wolberg, O. L. Mangasarian (1993), Nuclear feature extraction for breast tumor diagnosis,
#   doi:10.1117/12.148698; R. A. Fisher (1936), The use of multiple measurements in taxonomic problems,
#   doi:10.1111/j.1469-1809.1936.tb02137.x: the petals; E. Alpaydin, C. Kaynak (1998), Optical recognition of
#   handwritten digits, doi:10.24432/C50P49.
# - C. M. Bishop (2006), *Pattern Recognition and Machine Learning*, ISBN 0-387-31073-8: the conjugate families,
#   sec. 2.1 to 2.3; evidence, sec. 3.4.
# - A. Gelman et al. (2013), *Bayesian Data Analysis*, 3rd ed., ISBN 978-1-4398-4095-5: ch. 2 and 3; shrinkage, ch. 5.
# - D. J. C. MacKay (1992), Bayesian interpolation, doi:10.1162/neco.1992.4.3.415; (2003), *Information Theory,
#   Inference, and Learning Algorithms*, ISBN 0-521-64298-1, ch. 28: Occam's razor.
# - R. E. Kass, A. E. Raftery (1995), Bayes factors, doi:10.1080/01621459.1995.10476572.
# - D. V. Lindley (1957), A statistical paradox, doi:10.1093/biomet/44.1-2.187; M. S. Bartlett (1957), A comment on D.
#   V. Lindley's statistical paradox, doi:10.1093/biomet/44.3-4.533.
# - W. James, C. Stein (1961), Estimation with quadratic loss, *Proc. Fourth Berkeley Symposium* 1, 361-379; B. Efron,
#   C. Morris (1975), Data analysis using Stein's estimator, doi:10.1080/01621459.1975.10479864.
# - B. de Finetti (1937), La prévision: ses lois logiques, ses sources subjectives, *Annales de l'Institut Henri
#   Poincaré* 7, 1-68.
# - P. Domingos, M. Pazzani (1997), On the optimality of the simple Bayesian classifier under zero-one loss,
#   doi:10.1023/A:1007413511361.
# - I. Goodfellow et al. (2014), Generative adversarial nets, arXiv:1406.2661, proposition 1; D. P. Kingma, M. Welling
#   (2013), Auto-encoding variational Bayes, arXiv:1312.6114; J. Ho, A. Jain, P. Abbeel (2020), Denoising diffusion
#   probabilistic models, arXiv:2006.11239, eq. 6 and 7.
