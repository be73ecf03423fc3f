"""Two-dimensional toy distributions with a known answer.

Every toy is a function ``name(n, *, rng, ...)`` that returns n points (n, 2); with ``labels=True`` it returns the
points and the index (n,) of the mode, arm or cell that each came from. Where the density is known in closed form it is
``name_logpdf(x, ...)``, in nats, with the same parameters.
"""

from typing import Literal, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils import _validation as valid

__all__ = [
    "checkerboard",
    "checkerboard_logpdf",
    "grid_centers",
    "grid_of_gaussians",
    "grid_of_gaussians_logpdf",
    "pinwheel",
    "pinwheel_logpdf",
    "ring_centers",
    "ring_of_gaussians",
    "ring_of_gaussians_logpdf",
    "spirals",
    "two_moons",
]

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
Labelled = tuple[Floats, Labels]


# Equal mixtures of round Gaussians: the ring and the grid


def ring_centers(*, modes: int = 8, radius: float = 1.0) -> Floats:
    """Centres of the ring of Gaussians, equally spaced on a circle and all distinct.

    Mode k lies at the angle 2 pi k / modes. (``np.linspace(0, 2 * np.pi, modes)`` would include both 0 and 2 pi, which
    are the same place, and make one mode too few.)

    Parameters
    ----------
    modes : int
        How many, at least 1.
    radius : float
        Radius of the circle, positive.

    Returns
    -------
    numpy.ndarray, shape (modes, 2)

    Raises
    ------
    ValueError
        If `modes` or `radius` is out of range.
    """
    angle = 2 * np.pi * np.arange(valid.count("modes", modes)) / modes
    return valid.number("radius", radius, above=0) * np.column_stack([np.cos(angle), np.sin(angle)])


def grid_centers(*, side: int = 5, spacing: float = 2.0) -> Floats:
    """Centres of the grid of Gaussians, a square lattice around the origin.

    Parameters
    ----------
    side : int
        Modes along each axis, at least 1. The default gives {-4, -2, 0, 2, 4} squared.
    spacing : float
        Distance between neighbours, positive.

    Returns
    -------
    numpy.ndarray, shape (side**2, 2)
        Row ``side * i + j`` is the mode at column i, row j.

    Raises
    ------
    ValueError
        If `side` or `spacing` is out of range.
    """
    axis = valid.number("spacing", spacing, above=0) * (np.arange(valid.count("side", side)) - (side - 1) / 2)
    return np.column_stack([np.repeat(axis, side), np.tile(axis, side)])


@overload
def ring_of_gaussians(
    n: int, *, rng: np.random.Generator, modes: int = ..., radius: float = ..., std: float = ..., labels: Literal[True]
) -> Labelled: ...
@overload
def ring_of_gaussians(
    n: int,
    *,
    rng: np.random.Generator,
    modes: int = ...,
    radius: float = ...,
    std: float = ...,
    labels: Literal[False] = ...,
) -> Floats: ...
def ring_of_gaussians(
    n: int,
    *,
    rng: np.random.Generator,
    modes: int = 8,
    radius: float = 1.0,
    std: float = 0.01,
    labels: bool = False,
) -> Floats | Labelled:
    """Draw from an equal mixture of round Gaussians on a circle.

    The defaults are the protocol that GANs' mode collapse is measured with: 8 modes, radius 1, standard deviation 0.01.

    Parameters
    ----------
    n : int
        Number of points, at least 1.
    rng : numpy.random.Generator
        Source of randomness.
    modes, radius
        As in `ring_centers`.
    std : float
        Standard deviation of each mode along each axis, positive.
    labels : bool
        Return the index of each point's mode too.

    Returns
    -------
    points : numpy.ndarray, shape (n, 2)
    labels : numpy.ndarray of int, shape (n,)
        Only with ``labels=True``.

    Raises
    ------
    ValueError
        If a parameter is out of range.

    References
    ----------
    Lin, Khetan, Fanti, Oh (2018), PacGAN, arXiv:1712.04086 (2D-ring).
    """
    points, mode = _mixture(n, ring_centers(modes=modes, radius=radius), std, rng)
    return (points, mode) if labels else points


def ring_of_gaussians_logpdf(x: ArrayLike, *, modes: int = 8, radius: float = 1.0, std: float = 0.01) -> Floats:
    """Log density of `ring_of_gaussians`, in nats.

    Parameters
    ----------
    x : array_like, shape (n, 2)
    modes, radius, std
        As in `ring_of_gaussians`.

    Returns
    -------
    numpy.ndarray, shape (n,)

    Raises
    ------
    ValueError
        If `x` is not (n, 2) and finite, or a parameter is out of range.
    """
    return _mixture_logpdf(x, ring_centers(modes=modes, radius=radius), std)


@overload
def grid_of_gaussians(
    n: int, *, rng: np.random.Generator, side: int = ..., spacing: float = ..., std: float = ..., labels: Literal[True]
) -> Labelled: ...
@overload
def grid_of_gaussians(
    n: int,
    *,
    rng: np.random.Generator,
    side: int = ...,
    spacing: float = ...,
    std: float = ...,
    labels: Literal[False] = ...,
) -> Floats: ...
def grid_of_gaussians(
    n: int,
    *,
    rng: np.random.Generator,
    side: int = 5,
    spacing: float = 2.0,
    std: float = 0.05,
    labels: bool = False,
) -> Floats | Labelled:
    """Draw from an equal mixture of round Gaussians on a square lattice.

    The defaults are the protocol that GANs' mode collapse is measured with: 25 modes at {-4, -2, 0, 2, 4} squared,
    standard deviation 0.05.

    Parameters
    ----------
    n : int
        Number of points, at least 1.
    rng : numpy.random.Generator
        Source of randomness.
    side, spacing
        As in `grid_centers`.
    std : float
        Standard deviation of each mode along each axis, positive.
    labels : bool
        Return the index of each point's mode too.

    Returns
    -------
    points : numpy.ndarray, shape (n, 2)
    labels : numpy.ndarray of int, shape (n,)
        Only with ``labels=True``.

    Raises
    ------
    ValueError
        If a parameter is out of range.

    References
    ----------
    Lin, Khetan, Fanti, Oh (2018), PacGAN, arXiv:1712.04086 (2D-grid).
    """
    points, mode = _mixture(n, grid_centers(side=side, spacing=spacing), std, rng)
    return (points, mode) if labels else points


def grid_of_gaussians_logpdf(x: ArrayLike, *, side: int = 5, spacing: float = 2.0, std: float = 0.05) -> Floats:
    """Log density of `grid_of_gaussians`, in nats.

    Parameters
    ----------
    x : array_like, shape (n, 2)
    side, spacing, std
        As in `grid_of_gaussians`.

    Returns
    -------
    numpy.ndarray, shape (n,)

    Raises
    ------
    ValueError
        If `x` is not (n, 2) and finite, or a parameter is out of range.
    """
    return _mixture_logpdf(x, grid_centers(side=side, spacing=spacing), std)


# A uniform distribution with holes


@overload
def checkerboard(
    n: int, *, rng: np.random.Generator, cells: int = ..., half_width: float = ..., labels: Literal[True]
) -> Labelled: ...
@overload
def checkerboard(
    n: int, *, rng: np.random.Generator, cells: int = ..., half_width: float = ..., labels: Literal[False] = ...
) -> Floats: ...
def checkerboard(
    n: int, *, rng: np.random.Generator, cells: int = 4, half_width: float = 2.0, labels: bool = False
) -> Floats | Labelled:
    """Draw uniformly from the filled squares of a checkerboard; the one at the lower left is filled.

    Parameters
    ----------
    n : int
        Number of points, at least 1.
    rng : numpy.random.Generator
        Source of randomness.
    cells : int
        Squares along each side, at least 1.
    half_width : float
        The board is the square from -half_width to half_width on both axes, positive.
    labels : bool
        Return the index of each point's filled square too.

    Returns
    -------
    points : numpy.ndarray, shape (n, 2)
    labels : numpy.ndarray of int, shape (n,)
        Only with ``labels=True``.

    Raises
    ------
    ValueError
        If a parameter is out of range.
    """
    valid.generator(rng)
    column, row = _filled_cells(valid.count("cells", cells))
    size = 2 * valid.number("half_width", half_width, above=0) / cells
    cell = rng.integers(len(column), size=valid.count("n", n))
    corner = np.column_stack([column, row])[cell]  # (n, 2) in cells
    points = (corner + rng.random((n, 2))) * size - half_width
    return (points, cell) if labels else points


def checkerboard_logpdf(x: ArrayLike, *, cells: int = 4, half_width: float = 2.0) -> Floats:
    """Log density of `checkerboard`, in nats: one constant on the filled squares, minus infinity elsewhere.

    Squares are closed at their left and lower edges and open at the others.

    Parameters
    ----------
    x : array_like, shape (n, 2)
    cells, half_width
        As in `checkerboard`.

    Returns
    -------
    numpy.ndarray, shape (n,)

    Raises
    ------
    ValueError
        If `x` is not (n, 2) and finite, or a parameter is out of range.
    """
    x = _plane(x)
    filled = len(_filled_cells(valid.count("cells", cells))[0])
    size = 2 * valid.number("half_width", half_width, above=0) / cells
    cell = np.floor((x + half_width) / size)  # (n, 2)
    inside = ((cell >= 0) & (cell < cells)).all(axis=1) & (cell.sum(axis=1) % 2 == 0)  # (n,)
    return np.where(inside, -np.log(filled * size**2), -np.inf)


# Curved shapes


@overload
def two_moons(n: int, *, rng: np.random.Generator, noise: float = ..., labels: Literal[True]) -> Labelled: ...
@overload
def two_moons(n: int, *, rng: np.random.Generator, noise: float = ..., labels: Literal[False] = ...) -> Floats: ...
def two_moons(n: int, *, rng: np.random.Generator, noise: float = 0.1, labels: bool = False) -> Floats | Labelled:
    """Draw from two interlocking half circles of radius 1 with Gaussian noise.

    The upper moon (label 0) is the half circle around (0, 0), the lower (label 1) that around (1, 0.5), as in
    scikit-learn's ``make_moons``; here the angle is uniform and the moon is a fair coin, so points are independent.

    Parameters
    ----------
    n : int
        Number of points, at least 1.
    rng : numpy.random.Generator
        Source of randomness.
    noise : float
        Standard deviation of the noise along each axis, not negative.
    labels : bool
        Return the index of each point's moon too.

    Returns
    -------
    points : numpy.ndarray, shape (n, 2)
    labels : numpy.ndarray of int, shape (n,)
        Only with ``labels=True``.

    Raises
    ------
    ValueError
        If a parameter is out of range.
    """
    valid.generator(rng)
    moon = rng.integers(2, size=valid.count("n", n))
    angle = np.pi * rng.random(n)
    upper = np.column_stack([np.cos(angle), np.sin(angle)])  # (n, 2)
    lower = np.array([1.0, 0.5]) - upper
    points = np.where(moon[:, None] == 0, upper, lower) + _scatter(n, noise, rng)
    return (points, moon) if labels else points


@overload
def spirals(
    n: int, *, rng: np.random.Generator, arms: int = ..., turns: float = ..., noise: float = ..., labels: Literal[True]
) -> Labelled: ...
@overload
def spirals(
    n: int,
    *,
    rng: np.random.Generator,
    arms: int = ...,
    turns: float = ...,
    noise: float = ...,
    labels: Literal[False] = ...,
) -> Floats: ...
def spirals(
    n: int,
    *,
    rng: np.random.Generator,
    arms: int = 2,
    turns: float = 1.5,
    noise: float = 0.02,
    labels: bool = False,
) -> Floats | Labelled:
    """Draw from Archimedean spirals that leave the origin and end on the unit circle, with Gaussian noise.

    The distance from the origin is the root of a uniform number, so that far from the origin points are equally dense
    along the curve.

    Parameters
    ----------
    n : int
        Number of points, at least 1.
    rng : numpy.random.Generator
        Source of randomness.
    arms : int
        Number of spirals, turned against each other by equal angles; at least 1.
    turns : float
        Revolutions of each from the origin to its end, positive.
    noise : float
        Standard deviation of the noise along each axis, not negative.
    labels : bool
        Return the index of each point's arm too.

    Returns
    -------
    points : numpy.ndarray, shape (n, 2)
    labels : numpy.ndarray of int, shape (n,)
        Only with ``labels=True``.

    Raises
    ------
    ValueError
        If a parameter is out of range.
    """
    valid.generator(rng)
    arm = rng.integers(valid.count("arms", arms), size=valid.count("n", n))
    radius = np.sqrt(rng.random(n))
    angle = 2 * np.pi * (valid.number("turns", turns, above=0) * radius + arm / arms)
    points = radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]) + _scatter(n, noise, rng)
    return (points, arm) if labels else points


@overload
def pinwheel(
    n: int,
    *,
    rng: np.random.Generator,
    arms: int = ...,
    radial_std: float = ...,
    tangential_std: float = ...,
    rate: float = ...,
    labels: Literal[True],
) -> Labelled: ...
@overload
def pinwheel(
    n: int,
    *,
    rng: np.random.Generator,
    arms: int = ...,
    radial_std: float = ...,
    tangential_std: float = ...,
    rate: float = ...,
    labels: Literal[False] = ...,
) -> Floats: ...
def pinwheel(
    n: int,
    *,
    rng: np.random.Generator,
    arms: int = 5,
    radial_std: float = 0.3,
    tangential_std: float = 0.1,
    rate: float = 0.25,
    labels: bool = False,
) -> Floats | Labelled:
    """Draw from long Gaussians that point away from the origin, twisted the more the farther out.

    A point of an arm is drawn from N((1, 0), diag(radial_std^2, tangential_std^2)) and turned around the origin by the
    angle 2 pi k / arms + rate * exp(r), where k is the arm and r the point's distance from the origin. A turn by an
    angle that depends on r alone keeps areas, so the density is known: `pinwheel_logpdf`. (The common variant lets the
    angle depend on the first coordinate instead; it looks the same and has no such density.)

    Parameters
    ----------
    n : int
        Number of points, at least 1.
    rng : numpy.random.Generator
        Source of randomness.
    arms : int
        Number of arms, at least 1.
    radial_std, tangential_std : float
        Standard deviations along and across an arm before the twist, positive.
    rate : float
        Strength of the twist, in radians; 0 gives straight arms.
    labels : bool
        Return the index of each point's arm too.

    Returns
    -------
    points : numpy.ndarray, shape (n, 2)
    labels : numpy.ndarray of int, shape (n,)
        Only with ``labels=True``.

    Raises
    ------
    ValueError
        If a parameter is out of range.

    References
    ----------
    Johnson, Duvenaud, Wiltschko, Datta, Adams (2016), arXiv:1603.06277 (where such data became common).
    """
    valid.generator(rng)
    std = _arm_std(radial_std, tangential_std)
    arm = rng.integers(valid.count("arms", arms), size=valid.count("n", n))
    straight = np.array([1.0, 0.0]) + std * rng.standard_normal((n, 2))
    angle = 2 * np.pi * arm / arms + _twist(straight, rate)
    points = _turn(straight, angle)
    return (points, arm) if labels else points


def pinwheel_logpdf(
    x: ArrayLike, *, arms: int = 5, radial_std: float = 0.3, tangential_std: float = 0.1, rate: float = 0.25
) -> Floats:
    """Log density of `pinwheel`, in nats, by the change of variables (its Jacobian is 1).

    Parameters
    ----------
    x : array_like, shape (n, 2)
    arms, radial_std, tangential_std, rate
        As in `pinwheel`.

    Returns
    -------
    numpy.ndarray, shape (n,)

    Raises
    ------
    ValueError
        If `x` is not (n, 2) and finite, or a parameter is out of range.
    """
    x = _plane(x)
    std = _arm_std(radial_std, tangential_std)
    twist = _twist(x, rate)  # turning keeps the distance, so the angle can be found again
    log_terms = np.empty((valid.count("arms", arms), len(x)))
    for k in range(arms):
        z = (_turn(x, -(2 * np.pi * k / arms + twist)) - np.array([1.0, 0.0])) / std  # (n, 2) standardised
        log_terms[k] = -0.5 * (z**2).sum(axis=1)
    log_density: Floats = np.logaddexp.reduce(log_terms, axis=0) - np.log(arms * 2 * np.pi * std[0] * std[1])
    return log_density


# Shared pieces


def _plane(x: ArrayLike) -> Floats:
    """`x` as finite points (n, 2)."""
    array = valid.points("x", x, ndim=2)
    if array.shape[1] != 2:
        raise ValueError(f"x must be points in the plane (n, 2), got shape {array.shape}; one point is x[None, :].")
    return array


def _mixture(n: int, centers: Floats, std: float, rng: np.random.Generator) -> Labelled:
    """Ancestral sampling of an equal mixture: first the mode, then the point."""
    valid.generator(rng)
    valid.number("std", std, above=0)
    mode = rng.integers(len(centers), size=valid.count("n", n))
    return centers[mode] + std * rng.standard_normal((n, 2)), mode


def _mixture_logpdf(x: ArrayLike, centers: Floats, std: float) -> Floats:
    x = _plane(x)
    variance = valid.number("std", std, above=0) ** 2
    log_terms = np.empty((len(centers), len(x)))
    for k, center in enumerate(centers):
        log_terms[k] = -((x - center) ** 2).sum(axis=1) / (2 * variance)
    log_density: Floats = np.logaddexp.reduce(log_terms, axis=0) - np.log(len(centers) * 2 * np.pi * variance)
    return log_density


def _filled_cells(cells: int) -> tuple[Labels, Labels]:
    """Column and row of every filled square of a board with `cells` squares a side."""
    column, row = np.nonzero(np.add.outer(np.arange(cells), np.arange(cells)) % 2 == 0)
    return column, row


def _scatter(n: int, noise: float, rng: np.random.Generator) -> Floats:
    """Gaussian noise (n, 2) with standard deviation `noise`, which may be zero."""
    if not 0 <= noise < np.inf:
        raise ValueError(f"noise must be a standard deviation of at least 0, got {noise!r:.80}; 0 means none.")
    return noise * rng.standard_normal((n, 2))


def _arm_std(radial_std: float, tangential_std: float) -> Floats:
    return np.array(
        [
            valid.number("radial_std", radial_std, above=0),
            valid.number("tangential_std", tangential_std, above=0),
        ]
    )


def _twist(x: Floats, rate: float) -> Floats:
    radius = np.minimum(np.hypot(x[:, 0], x[:, 1]), 50.0)  # so far out the density is zero and the angle is idle
    return valid.number("rate", rate) * np.exp(radius)


def _turn(x: Floats, angle: Floats) -> Floats:
    """Points (n, 2), each turned around the origin by its angle (n,)."""
    cos, sin = np.cos(angle), np.sin(angle)
    return np.column_stack([cos * x[:, 0] - sin * x[:, 1], sin * x[:, 0] + cos * x[:, 1]])
