# %% [markdown] tags=["slide"]
# # 00 Start here
# **How do you learn from a notebook that answers back?**
#
# After ten minutes here you will be able to
#
# - run a notebook, and repair it when something breaks;
# - move an explorer, and read what it shows;
# - solve an exercise, and read what the check says of your answer.

# %% [markdown] tags=["skip"]
# **Before you start:** nothing; this is the first notebook.
# **Time:** ten minutes to read and do, a few seconds to run.

# %% [markdown]
# You came here with `course lab` (or `make lab`), so this is your own copy, in the folder `work/`. Write into it
# whatever you like; leave the originals in `notebooks/` alone. When the course has been updated (`git pull`), `course
# update` brings your copies up to date and keeps what you wrote. JupyterLab's terminal (*File > New > Terminal*) knows
# the command `course`.
#
# A notebook is a column of *cells*: text like this one, and code. Click the cell below and press **Shift + Enter**. Its
# result appears under it, and the next cell is selected. Running all cells from the top, in order, is *Run > Run All
# Cells*.

# %% tags=["parameters"]
import numpy as np
from matplotlib.patches import Rectangle

from course_utils.distributions import gaussian_pdf
from course_utils.exercises import check, hint
from course_utils.explore import explore
from course_utils.plotting import DATA, GENERATED, LATENT, MODEL, WRONG, figure

SEED = 0
rng = np.random.default_rng(SEED)

# %% [markdown] tags=["slide"]
# ## Is this machine ready?
# `course doctor` examines Python, the packages, the kernel, the widgets, the memory and the data. If a line begins with
# `FIX`, the arrow under it says what to do; *All is well* means that you can go on. Here is what it says:

# %% tags=["continue", "nbval-ignore-output"]
from course_utils.course_root import find_root
from course_utils.doctor import examine, report

ready = report(examine(find_root()), brief=True)

# %% [markdown]
# The same examination runs in a terminal as `course doctor`. Everything else in the course works without a network: no
# notebook downloads anything.

# %% [markdown] tags=["slide"]
# ## Predict, then look
# The mean of 100 throws of a die lies near 3.5. **How far from it, typically:** about 0.02, 0.2 or 2?

# %% [markdown]
# Some cells arrive folded, code and result, like the next one. They follow a question. Commit to an answer, on paper
# or aloud, and only then select the cell and run it; a click on the bar beside it unfolds its code. A prediction, even
# a wrong one, makes the answer stay in memory better than reading it does (Brod 2021).

# %% tags=["predict", "continue"]
means = rng.integers(1, 7, size=(10_000, 100)).mean(axis=1)  # 10,000 times the mean of 100 throws

with figure(
    alt="Histogram of 10,000 means of 100 throws of a die: a bell around 3.5, nearly all of it between 3.0 and 4.0."
) as ax:
    ax.hist(means, bins=np.arange(2.895, 4.2, 0.03), color=DATA, edgecolor="white")
    ax.axvline(3.5, color="black", linestyle="--")
    ax.set(xlabel="mean of 100 throws", ylabel="how often", xlim=(2.6, 4.4))

print(f"typical distance from 3.5: {np.std(means):.2f}")
assert abs(np.std(means) - np.sqrt(35 / 12 / 100)) < 0.005

# %% [markdown]
# <details><summary>When you have run it: was it 0.02, 0.2 or 2?</summary>
#
# The spread of one throw is $\sqrt{35/12} \approx 1.71$; the mean of 100 throws has a tenth of that, about 0.17, so
# *0.2* was the answer. Why the divisor is $\sqrt{100}$, and when it is not, is a matter of notebooks 01 and 02.
#
# </details>

# %% [markdown] tags=["slide"]
# ## An explorer: move it, and say what changes
# A bell curve has a centre $\mu$ and a width $\sigma$. Which of the two changes the *height* of the curve?

# %% tags=["continue", "collapse-code"]
x = np.linspace(-6, 6, 400)


def draw_bell(ax, mu, sigma):
    density = gaussian_pdf(x, mu, sigma)
    ax.fill_between(x, density, color=MODEL, alpha=0.25)
    ax.plot(x, density, color=MODEL)
    ax.plot([mu, mu], [0, density.max()], color="black", linestyle="--", linewidth=1.2)
    ax.set(
        xlim=(-6, 6), ylim=(0, 0.9), xlabel="x", ylabel="density f(x)", title=f"highest density: {density.max():.2f}"
    )


explore(
    draw_bell,
    mu=np.linspace(-3, 3, 13),
    sigma=[0.5, 0.75, 1.0, 1.5, 2.0],
    start={"mu": 0.0, "sigma": 1.0},
    labels={"mu": "centre μ", "sigma": "width σ"},
    play="mu",
    alt=lambda mu, sigma: (
        f"Bell curve centred at {mu:g} with width {sigma:g}; its highest density is "
        f"{gaussian_pdf(0.0, 0.0, sigma):.2f}."
    ),
)

# %% [markdown]
# Before you run the cell you see a picture; after that, controls. Drag the sliders; or click into the empty space left
# of the cell, press **Tab** until a slider is selected, and move it with the arrow keys. The triangle plays through
# the values.
#
# Only $\sigma$ changes the height: the area under the curve is always 1, so a narrow curve must be tall. A slide deck
# of this notebook (`course slides`) holds the same explorer, and it works there without a kernel.

# %% [markdown] tags=["slide"]
# ## An exercise: you write, the check answers
# Write `rescale(x)`: shift and stretch the values of an array so that the smallest becomes 0 and the largest becomes 1.
# The check has three answers:
#
# - *Not attempted*: the dots are still there.
# - *Not yet*: what was tried, what came, what was expected, and which mistake it is, if it is a known one.
# - *Right*: go on.

# %% [markdown]
# Replace the three dots by your code, ending with `return`, run the cell, then run the check under it. What your
# function prints is shown beside a wrong answer.
#
# Try it wrong first: return `x / x.max()` and read what the check says.


# %% tags=["exercise", "continue", "show-code"]
def rescale(x):
    # your code here
    ...


# %% tags=["solution"]
def rescale(x):
    return (x - x.min()) / (x.max() - x.min())


# %%
check("rescale", rescale)

# %% [markdown]
# Your function may even raise an error or never end: the check tells you and the notebook goes on. If you are stuck,
# ask for a hint. Hints go further one by one, and none gives the answer away.

# %%
hint("rescale")

# %% [markdown] tags=["slide"]
# ## Exercises can also be questions
# What does the check of an *unsolved* exercise do when you run the whole notebook?
#
# - **a** it stops the notebook with an error
# - **b** it says so, and the notebook runs on
# - **c** it counts the exercise as wrong

# %% tags=["exercise", "continue", "show-code"]
answer = ...  # "a", "b" or "c"

# %% tags=["solution"]
answer = "b"

# %%
check("which_outcome", answer)

# %% [markdown] tags=["slide"]
# ## One letter, one meaning; one colour, one role
# | symbol | meaning | colour in every figure |
# |---|---|---|
# | $x$ | data | grey |
# | $z$ | latent variable: never observed | green |
# | $p$, $p_\text{data}$ | distribution of the data | grey |
# | $q$, $p_\theta$ | model with parameters $\theta$ | blue |
# | $\tilde x$ | generated sample | orange |
# | $\log$ | natural logarithm (nats), unless a cell says bits | |

# %% [markdown]
# Red marks what is wrong or fails. Colour never stands alone: where several curves share a figure they also differ in
# their dashes, points in their shape.
# Distances between distributions always take the data first, the model second: $\mathrm{KL}(p \,\|\, q)$.

# %% tags=["collapse-code", "continue"]
roles = {"data": DATA, "model": MODEL, "generated": GENERATED, "latent": LATENT, "wrong": WRONG}
styles = dict(zip(roles, ["-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1))], strict=True))
with figure(
    alt="The five roles as five bell curves: data grey solid, model blue dashed, generated orange dash-dotted, latent "
    "green dotted, wrong red dash-dot-dotted.",
    size=(9.6, 1.7),
) as ax:
    for centre, (role, colour) in enumerate(roles.items()):
        ax.plot(x, gaussian_pdf(x, 2 * centre - 4, 0.6), color=colour, linestyle=styles[role])
        ax.text(2 * centre - 4, 0.7, role, color=colour, ha="center")
    ax.set(xlim=(-6, 6), ylim=(0, 0.8), xlabel="x", ylabel="density")

# %% [markdown] tags=["slide"]
# ## The map of the course
# Each arrow leads from a notebook to one that builds on it. Blue: ready (01 to 08); grey: in the making.

# %% tags=["collapse-code", "continue"]
titles = {  # number: (title, column, row, what it builds on)
    1: ("Distri-\nbutions", 0, 1.2, []),
    2: ("Sampling", 1, 1.2, [1]),
    3: ("Inference", 2, 2.5, [2]),
    4: ("Bayes", 2, 1.2, [2]),
    5: ("Likelihood", 3, 1.2, [4]),
    6: ("Mixtures,\nEM", 4, 2.5, [3, 5]),
    7: ("Diver-\ngences", 4, 1.2, [5]),
    8: ("Entropy", 5, 0.0, [7]),
    9: ("GANs", 5, 1.2, [7]),
    11: ("ELBO,\nVAEs", 5, 2.5, [6, 7]),
    10: ("GAN\nfamily", 6, 1.2, [9]),
    12: ("Diffusion", 6, 2.5, [11]),
    13: ("Evalu-\nation", 7, 1.85, [10, 12]),
}
with figure(
    alt="Map of the course. 01 Distributions leads to 02 Sampling; 02 to 03 Inference and 04 Bayes; 04 to 05 "
    "Likelihood; 03 and 05 to 06 Mixtures; 05 to 07 Divergences; 07 to 08 Entropy and 09 GANs; 09 to 10 the GAN "
    "family; 06 and 07 to 11 VAEs; 11 to 12 Diffusion; 10 and 12 to 13 Evaluation.",
    size=(8.6, 3.3),
) as ax:
    ax.set_position((0, 0, 1, 1))
    for number, (title, column, row, needs) in titles.items():
        ax.text(column, row, f"{number:02d}\n{title}", ha="center", va="center", fontsize=9.5, color="white", zorder=3)
        colour = MODEL if number <= 8 else DATA
        ax.add_patch(Rectangle((column - 0.38, row - 0.42), 0.76, 0.84, facecolor=colour, zorder=2))
        for other in needs:
            _, from_column, from_row, _ = titles[other]
            ax.annotate(
                "",
                (column - 0.38, row),
                (from_column + 0.38, from_row),
                zorder=1,
                arrowprops={"arrowstyle": "-|>", "color": DATA, "linewidth": 1.4, "shrinkA": 0, "shrinkB": 0},
            )
    ax.set(xlim=(-0.45, 7.45), ylim=(-0.55, 3.05))
    ax.axis("off")

earlier = [(needed, number) for number, (_, _, _, needs) in titles.items() for needed in needs]
assert all(needed < number and titles[needed][1] < titles[number][1] for needed, number in earlier)  # all point forward

# %% [markdown]
# Go on with [01 Distributions](01_distributions.ipynb), then [02 Sampling](02_sampling.ipynb),
# [03 Inference](03_inference.ipynb), [04 Bayes](04_bayes.ipynb) and [05 Likelihood](05_likelihood.ipynb). The order of
# the numbers is the order of the lectures; the arrows say what you may skip when you are in a hurry. Each notebook runs
# by itself.

# %% [markdown] tags=["slide"]
# ## When something breaks
# | what you see | what to do |
# |---|---|
# | `NameError: name 'x' is not defined` | an earlier cell was not run: *Run > Run All Above Selected Cell* |
# | results that make no sense | *Kernel > Restart Kernel and Run All Cells* |
# | a cell that never ends | *Kernel > Interrupt Kernel* (or **Esc**, then **I** twice) |
# | *Run All Cells* does nothing | the kernel is still starting: wait a moment, run again |
# | an explorer without controls | run its cell; if that does not help, run `course doctor` |
# | you want the original back | rename your file in `work/`, then run `course update` |

# %% [markdown]
# Work only in `work/`, and nothing can go wrong: the copy is yours, and the originals stay in `notebooks/`, the
# solutions in `notebooks/solutions/`. Look at a solution after you have been wrong twice, not before.

# %% [markdown] tags=["skip"]
# ## Summary
#
# | to do this | do that |
# |---|---|
# | run a cell | Shift + Enter |
# | look at a folded result | run its cell, after your prediction |
# | move an explorer | drag, or Tab and arrow keys |
# | check an answer | `check("name", answer)` |
# | get help | `hint("name", 1)` |
# | examine the machine | `course doctor` |

# %% [markdown] tags=["skip"]
# ## References
#
# - Brod, G. (2021). Predicting as a learning strategy. *Psychonomic Bulletin & Review* 28, 1839-1847.
#   doi:10.3758/s13423-021-01904-1
