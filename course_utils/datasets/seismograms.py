"""Three-component seismograms in the layout of STEAD, and what one computes from them.

STEAD is the STanford EArthquake Dataset: Mousavi, Sheng, Zhu, Beroza (2019), IEEE Access 7,
doi:10.1109/ACCESS.2019.2947848. One dataset ``data/<trace_name>`` of an HDF5 file holds one minute of ground motion at
100 Hz as float32 counts (6000, 3) in the order E, N, Z; a CSV with the same stem has one row per trace. The course
carries a small synthetic sample in that layout, and `load_stead` reads the real files unchanged.

h5py is imported when a file is opened, not with this module.
"""

import csv
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils import _validation as valid
from course_utils.datasets.files import data_directory

if TYPE_CHECKING:
    import h5py

__all__ = [
    "COMPONENTS",
    "SAMPLING_RATE",
    "STEAD_COLUMNS",
    "Seismogram",
    "load_stead",
    "peak_ground_acceleration",
    "snr_db",
    "to_acceleration",
]

COMPONENTS = ("E", "N", "Z")  # east, north, vertical: the columns of a waveform
SAMPLING_RATE = 100.0  # Hz, of every STEAD trace
SHAPE = (6000, 3)  # one minute, three components

STEAD_COLUMNS = (
    "network_code",
    "receiver_code",
    "receiver_type",
    "receiver_latitude",
    "receiver_longitude",
    "receiver_elevation_m",
    "p_arrival_sample",
    "p_status",
    "p_weight",
    "p_travel_sec",
    "s_arrival_sample",
    "s_status",
    "s_weight",
    "source_id",
    "source_origin_time",
    "source_origin_uncertainty_sec",
    "source_latitude",
    "source_longitude",
    "source_error_sec",
    "source_gap_deg",
    "source_horizontal_uncertainty_km",
    "source_depth_km",
    "source_depth_uncertainty_km",
    "source_magnitude",
    "source_magnitude_type",
    "source_magnitude_author",
    "source_mechanism_strike_dip_rake",
    "source_distance_deg",
    "source_distance_km",
    "back_azimuth_deg",
    "snr_db",
    "coda_end_sample",
    "trace_start_time",
    "trace_category",
    "trace_name",
)
REQUIRED = (  # what a Seismogram is made of; the other columns are handed on where a file has them
    "trace_name",
    "trace_category",
    "trace_start_time",
    "network_code",
    "receiver_code",
    "receiver_type",
    "p_arrival_sample",
    "s_arrival_sample",
    "coda_end_sample",
    "snr_db",
    "source_magnitude",
    "source_distance_km",
)
GAIN_ATTRIBUTE = "gain_counts_per_m_s"  # of a dataset; the course's own, real STEAD has none
ABSENT = frozenset({"", "none", "nan"})  # how STEAD's CSV writes "no value"
CHECKED_AT_ONCE = 2000  # selected traces whose presence and shape `load_stead` checks before it returns
HDF5_SIGNATURE = b"\x89HDF\r\n\x1a\n"
HDF5_SUFFIXES = (".hdf5", ".h5")


@dataclass(frozen=True, slots=True, eq=False)
class Seismogram:
    """One trace of three components. Values that the file leaves empty are None."""

    trace_name: str
    """Name of the dataset in the HDF5 file, such as ``109C.TA_20061103161223_EV``."""
    category: str
    """``earthquake_local`` or ``noise``."""
    waveform: NDArray[np.float32] = field(repr=False)
    """(6000, 3) counts, in the order E, N, Z."""
    p_arrival_sample: float | None
    """Index of the sample at which the P wave arrives."""
    s_arrival_sample: float | None
    """Index of the sample at which the S wave arrives."""
    coda_end_sample: float | None
    """Index of the sample at which the coda ends."""
    snr_db: NDArray[np.float64] | None
    """(3,) stored signal-to-noise ratios in dB of E, N, Z, rounded to 0.1; a component may be NaN in real files."""
    magnitude: float | None
    """Magnitude of the source."""
    distance_km: float | None
    """Epicentral distance in km."""
    network_code: str
    receiver_code: str
    receiver_type: str
    """Band and instrument code, such as ``HH``; an N in the second place is an accelerometer."""
    start_time: str
    """UTC time of the first sample, as the file writes it."""
    gain: float | None
    """Counts per m/s, where the file states it: the course's sample does, real STEAD does not."""
    attributes: Mapping[str, str] = field(repr=False)
    """The row of the CSV: column name to text, all columns."""

    @property
    def is_earthquake(self) -> bool:
        """Whether the trace shows an earthquake, rather than noise alone."""
        return self.category.startswith("earthquake")

    def acceleration(self) -> NDArray[np.float64]:
        """Ground acceleration (6000, 3) in m/s^2, from the counts and the gain that the file states.

        Raises
        ------
        ValueError
            If the file states no gain, as real STEAD. Then take `to_acceleration` with a gain from the station's
            metadata, or remove the instrument response with a tool such as ObsPy.
        """
        if self.gain is None:
            raise ValueError(
                f"trace {self.trace_name} holds raw counts and its file states no gain, so its acceleration in "
                f"m/s^2 is unknown; get the instrument's gain from the station metadata and call "
                f"to_acceleration(waveform, gain=...)."
            )
        return to_acceleration(self.waveform, gain=self.gain)


def load_stead(
    path: str | os.PathLike[str] | None = None,
    *,
    category: str | None = None,
    min_magnitude: float | None = None,
    max_distance_km: float | None = None,
    limit: int | None = None,
) -> Iterator[Seismogram]:
    """Read seismograms one at a time from files in the layout of STEAD.

    Everything that can be checked without reading waveforms is checked at the call: files, columns, that the selection
    is not empty, and that its first 2,000 traces are there with the right shape. Waveforms are read when they are
    iterated over, one in memory at a time, so a file of 85 GB is no harder than the sample of 2 MB.

    Parameters
    ----------
    path : path, optional
        The HDF5 file, the CSV, or the folder of both; their names differ only in the suffix (``chunk2.hdf5``,
        ``chunk2.csv``). A folder may hold several such pairs, read in the order of their names. By default the
        environment variable ``COURSE_STEAD``, and without it the synthetic sample that comes with the course.
    category : str, optional
        Only traces of this ``trace_category``: ``"earthquake_local"`` or ``"noise"``.
    min_magnitude : float, optional
        Only traces with a magnitude of at least so much.
    max_distance_km : float, optional
        Only traces with an epicentral distance of at most so many kilometres.
    limit : int, optional
        Stop after so many traces.

    Returns
    -------
    iterator of Seismogram
        In the order of the CSV. It can be gone through once; ``list(load_stead(...))`` keeps all.

    Raises
    ------
    FileNotFoundError
        If the path, or the partner of the file it names, does not exist.
    ValueError
        If a file is not what it should be (no HDF5, truncated, without the group ``data``, a column missing, a trace
        of the CSV absent from the HDF5 file or of another shape, a number that is none), or nothing matches. Problems
        with a trace beyond the first 2,000 appear when it is reached.

    References
    ----------
    Mousavi, Sheng, Zhu, Beroza (2019), doi:10.1109/ACCESS.2019.2947848; github.com/smousavi05/STEAD.

    Examples
    --------
    >>> quake = next(load_stead(category="earthquake_local"))
    >>> quake.waveform.shape
    (6000, 3)
    """
    wanted = _Selection(category, min_magnitude, max_distance_km)
    count = None if limit is None else valid.count("limit", limit)
    pairs = _locate(path)
    _check(pairs, wanted, CHECKED_AT_ONCE if count is None else min(count, CHECKED_AT_ONCE))
    return islice(_stream(pairs, wanted), count)


def snr_db(
    waveform: ArrayLike,
    *,
    p_arrival: float | None = None,
    s_arrival: float | None = None,
    window: int = 200,
    noise: slice | None = None,
    signal: slice | None = None,
) -> NDArray[np.float64]:
    r"""Signal-to-noise ratio of each component, in decibels.

    .. math:: \mathrm{SNR} = 10 \log_{10} \left( |S|_{95} / |N|_{95} \right)^2

    where :math:`|S|_{95}` and :math:`|N|_{95}` are the 95th percentiles of the absolute amplitude in a window of signal
    and in one of noise.

    By default the noise is the `window` samples that end before the P arrival, and the signal the `window` samples that
    begin with the S arrival. The length is a choice of the course: STEAD's repository does not publish the program that
    made its values; EQTransformer, by STEAD's first author, takes 200 samples on either side of one pick (``_get_snr``,
    with percentiles of the signed amplitude). The values stored with the course's sample follow the convention of this
    function and are rounded to 0.1 dB as STEAD's are; those of real STEAD may differ from it by some dB.

    Parameters
    ----------
    waveform : array_like, shape (n,) or (n, d)
        One component, or one per column, in any unit: it cancels.
    p_arrival, s_arrival : float
        Samples at which the P and S waves arrive; fractions are cut off.
    window : int
        Length of both windows in samples, at least 1.
    noise, signal : slice
        Instead of arrivals and `window`: the samples of each window.

    Returns
    -------
    numpy.ndarray, shape () or (d,)
        In the order of the columns. Zero for equal amplitudes, 20 for signal ten times as high as noise.

    Raises
    ------
    ValueError
        If neither both arrivals nor both windows are given, a window reaches beyond the waveform or is empty, the
        waveform has NaN, or a component is silent (all zero) in a window, where the ratio is undefined.

    References
    ----------
    Mousavi, Sheng, Zhu, Beroza (2019), equation 1, doi:10.1109/ACCESS.2019.2947848.

    Examples
    --------
    >>> noise, signal = np.ones(100), 10 * np.ones(100)
    >>> float(snr_db(np.concatenate([noise, signal]), noise=slice(0, 100), signal=slice(100, 200)))
    20.0
    """
    x = valid.numbers("waveform", waveform)
    if x.ndim not in (1, 2):
        raise ValueError(f"waveform must be (n,) or (n, components), got shape {x.shape}; pass one trace at a time.")
    if p_arrival is not None and s_arrival is not None and noise is None and signal is None:
        length = valid.count("window", window)
        p, s = int(valid.number("p_arrival", p_arrival)), int(valid.number("s_arrival", s_arrival))
        noise, signal = slice(p - length, p), slice(s, s + length)
    elif noise is None or signal is None or p_arrival is not None or s_arrival is not None:
        raise ValueError(
            "expected p_arrival and s_arrival, or the windows noise and signal as slices, got "
            f"p_arrival={p_arrival!r}, s_arrival={s_arrival!r}, noise={noise!r}, signal={signal!r}; give one of the "
            f"two pairs (a trace of noise has no arrivals and no SNR)."
        )
    amplitude_noise = _amplitude_95(x, noise, "noise")  # () or (d,)
    amplitude_signal = _amplitude_95(x, signal, "signal")
    return np.asarray(20.0 * np.log10(amplitude_signal / amplitude_noise))  # 10 log10 of the squared ratio


def to_acceleration(
    waveform: ArrayLike,
    *,
    gain: float,
    sampling_rate: float = SAMPLING_RATE,
    measures: Literal["velocity", "acceleration"] = "velocity",
) -> NDArray[np.float64]:
    """Turn counts into ground acceleration, for an instrument whose response is flat.

    Velocity is differentiated by central differences, which let a sine of frequency f pass with the factor
    sin(a) / a, a = 2 pi f / sampling_rate: 0.98 at 5 Hz and 0.76 at 20 Hz for 100 samples a second. That is enough to
    compare traces; for engineering use remove the instrument response instead (ObsPy).

    Parameters
    ----------
    waveform : array_like, shape (n,) or (n, d)
        Counts, at least two samples.
    gain : float
        Counts per m/s, or counts per m/s^2 when the instrument measures acceleration; positive. 1 for a waveform that
        is in physical units already.
    sampling_rate : float
        Samples per second, positive.
    measures : {"velocity", "acceleration"}
        What the instrument records. STEAD's receiver types HN, EN, BN are accelerometers, the others seismometers.

    Returns
    -------
    numpy.ndarray, shape of `waveform`
        In m/s^2.

    Raises
    ------
    ValueError
        If `gain` or `sampling_rate` is not positive, `measures` is another word, or the waveform has NaN or fewer than
        two samples.
    """
    x = valid.numbers("waveform", waveform)
    if x.ndim not in (1, 2) or len(x) < 2:
        raise ValueError(f"waveform must be (n,) or (n, components) with n of at least 2, got shape {x.shape}.")
    ground = x / valid.number("gain", gain, above=0)  # m/s or m/s^2
    rate = valid.number("sampling_rate", sampling_rate, above=0)
    if measures == "velocity":
        return np.asarray(np.gradient(ground, 1 / rate, axis=0))
    if measures == "acceleration":
        return ground
    raise ValueError(f'measures must be "velocity" or "acceleration", got {measures!r}; see the receiver type.')


def peak_ground_acceleration(
    acceleration: ArrayLike, *, horizontal: Literal["geometric_mean", "larger", "vector"] = "geometric_mean"
) -> float:
    r"""Largest horizontal acceleration of the ground.

    What "horizontal" means is a convention, and ground-motion models differ in it:

    - ``"geometric_mean"``: :math:`\sqrt{\max_t |E| \cdot \max_t |N|}`, the peaks of both components at their own times;
    - ``"larger"``: :math:`\max(\max_t |E|, \max_t |N|)`;
    - ``"vector"``: :math:`\max_t \sqrt{E^2 + N^2}`, the largest in any direction.

    For every motion geometric mean <= larger <= vector <= sqrt(2) larger.

    Parameters
    ----------
    acceleration : array_like, shape (n, 2) or (n, 3)
        East and north (and vertical, which is not used) in m/s^2, as `to_acceleration` returns.
    horizontal : {"geometric_mean", "larger", "vector"}
        How the two components are combined.

    Returns
    -------
    float
        In the unit of `acceleration`.

    Raises
    ------
    ValueError
        If the shape is another, `horizontal` is another word, or there are NaN.

    References
    ----------
    Boore, Watson-Lamprey, Abrahamson (2006), Bulletin of the Seismological Society of America 96, 1502-1511,
    doi:10.1785/0120050209.
    """
    a = valid.points("acceleration", acceleration, ndim=2)
    if a.shape[1] not in (2, 3):
        raise ValueError(
            f"acceleration must have the columns E, N or E, N, Z, got shape {a.shape}; one row per sample (transpose?)."
        )
    east, north = np.abs(a[:, 0]), np.abs(a[:, 1])
    if horizontal == "geometric_mean":
        return float(np.sqrt(east.max() * north.max()))
    if horizontal == "larger":
        return float(max(east.max(), north.max()))
    if horizontal == "vector":
        return float(np.hypot(east, north).max())
    raise ValueError(f'horizontal must be "geometric_mean", "larger" or "vector", got {horizontal!r}; choose one.')


def _amplitude_95(x: NDArray[np.float64], window: slice, name: str) -> NDArray[np.float64]:
    """95th percentile of the absolute amplitude in a window, per component."""
    start = 0 if window.start is None else window.start
    stop = len(x) if window.stop is None else window.stop
    if not 0 <= start < stop <= len(x) or window.step not in (None, 1):
        raise ValueError(
            f"the {name} window must lie within the {len(x)} samples, got samples {start} to {stop}; choose a shorter "
            f"window or another place."
        )
    amplitude = np.asarray(np.percentile(np.abs(x[start:stop]), 95, axis=0))
    if (amplitude == 0).any():
        raise ValueError(
            f"the {name} window has a 95th percentile of 0 in {np.count_nonzero(amplitude == 0)} of "
            f"{amplitude.size} components, so a ratio in dB is undefined; leave silent components out."
        )
    return amplitude


# Reading STEAD's files


@dataclass(frozen=True)
class _Pair:
    """An HDF5 file of waveforms and the CSV that describes it."""

    hdf5: Path
    table: Path


@dataclass(frozen=True)
class _Selection:
    """Which rows of the CSV are wanted."""

    category: str | None
    min_magnitude: float | None
    max_distance_km: float | None

    def __post_init__(self) -> None:
        for name in ("min_magnitude", "max_distance_km"):
            if (bound := getattr(self, name)) is not None:
                valid.number(name, bound)

    def takes(self, row: Mapping[str, str], where: str) -> bool:
        if self.category is not None and row["trace_category"] != self.category:
            return False
        if self.min_magnitude is not None:
            magnitude = _parse_number(row["source_magnitude"], f"source_magnitude in {where}")
            if magnitude is None or magnitude < self.min_magnitude:
                return False
        if self.max_distance_km is not None:
            distance = _parse_number(row["source_distance_km"], f"source_distance_km in {where}")
            if distance is None or distance > self.max_distance_km:
                return False
        return True

    def __str__(self) -> str:
        asked = {name: value for name, value in vars(self).items() if value is not None}
        return ", ".join(f"{name}={value!r}" for name, value in asked.items()) or "all traces"


def _locate(path: str | os.PathLike[str] | None) -> tuple[_Pair, ...]:
    """Find the HDF5 files and their CSVs."""
    origin = ""
    if path is None:
        chosen = os.environ.get("COURSE_STEAD")
        if not chosen:
            sample = data_directory() / "seismograms.hdf5"
            return (_pair(sample, " (the sample of the course; restore it from the repository)"),)
        path, origin = chosen, " (from the environment variable COURSE_STEAD)"
    place = Path(path).expanduser()
    if not place.exists():
        raise FileNotFoundError(
            f"expected STEAD's .hdf5 or .csv file or their folder, but {place}{origin} does not exist; correct the "
            f"path, or call load_stead() without one for the course's sample."
        )
    if not place.is_dir():
        return (_pair(place, origin),)
    files = sorted(file for file in place.iterdir() if file.suffix.lower() in HDF5_SUFFIXES)
    pairs = tuple(_Pair(file, file.with_suffix(".csv")) for file in files if file.with_suffix(".csv").is_file())
    if not pairs:
        raise FileNotFoundError(
            f"expected a pair such as chunk2.hdf5 and chunk2.csv in the folder {place}{origin}, found "
            f"{len(files)} HDF5 files and none with a .csv of the same stem; put both files of a chunk there."
        )
    return pairs


def _pair(file: Path, origin: str) -> _Pair:
    """Complete an HDF5 file or a CSV to the pair."""
    if file.suffix.lower() == ".csv":
        candidates = [file.with_suffix(suffix) for suffix in HDF5_SUFFIXES]
        pair = _Pair(next((c for c in candidates if c.is_file()), candidates[0]), file)
    else:
        pair = _Pair(file, file.with_suffix(".csv"))
    for member in (pair.hdf5, pair.table):
        if not member.is_file():
            raise FileNotFoundError(
                f"expected the waveforms {pair.hdf5.name} and the table {pair.table.name} side by side in "
                f"{file.parent}{origin}, but {member.name} is missing; put it there (STEAD ships both)."
            )
    return pair


def _check(pairs: tuple[_Pair, ...], wanted: _Selection, at_most: int) -> None:
    """Raise what can be known without reading a waveform."""
    checked = 0
    offered: Counter[str] = Counter()
    for pair in pairs:
        with _open_hdf5(pair.hdf5) as file:
            for row, where in _rows(pair.table):
                if checked == at_most:
                    break  # the rest is checked when it is streamed
                offered[row["trace_category"]] += 1
                if wanted.takes(row, where):
                    _dataset(file, row["trace_name"], pair)
                    _parse_row(row, where)
                    checked += 1
    if checked == 0:
        names = ", ".join(pair.table.name for pair in pairs)
        holds = ", ".join(f"{count} {name}" for name, count in sorted(offered.items())) or "no rows"
        raise ValueError(
            f"expected at least one trace for {wanted}, found none in {names}, which holds: {holds}; ask for one of "
            f"these or widen the bounds."
        )


def _stream(pairs: tuple[_Pair, ...], wanted: _Selection) -> Iterator[Seismogram]:
    """Read the wanted traces one after the other."""
    for pair in pairs:
        with _open_hdf5(pair.hdf5) as file:
            for row, where in _rows(pair.table):
                if wanted.takes(row, where):
                    dataset = _dataset(file, row["trace_name"], pair)
                    try:
                        waveform = np.asarray(dataset[()], dtype=np.float32)
                    except OSError as error:
                        raise ValueError(
                            f"expected trace {row['trace_name']} in {pair.hdf5}, but its data cannot be read "
                            f"({error}); the file is damaged, copy it again."
                        ) from error
                    gain = dataset.attrs.get(GAIN_ATTRIBUTE)
                    yield Seismogram(
                        waveform=waveform,
                        gain=None if gain is None else float(gain),
                        attributes=MappingProxyType(row),
                        **_parse_row(row, where),
                    )


def _open_hdf5(path: Path) -> "h5py.File":
    import h5py

    with path.open("rb") as stream:
        start = stream.read(len(HDF5_SIGNATURE))
    if start != HDF5_SIGNATURE:
        raise ValueError(
            f"expected an HDF5 file, but {path} begins with {start!r}; it is another format, or an unfinished download "
            f"(a web page, an archive not unpacked): get STEAD's .hdf5 file again."
        )
    try:
        file = h5py.File(path, "r")
    except OSError as error:
        raise ValueError(
            f"expected a complete HDF5 file, but {path} cannot be opened ({error}); it is truncated or damaged: copy "
            f"or download it again."
        ) from error
    if not isinstance(file.get("data"), h5py.Group):
        found = ", ".join(islice(file, 5)) or "nothing"
        file.close()
        raise ValueError(
            f"expected the group 'data' with one dataset per trace in {path}, found {found}; only the layout of "
            f"STEAD's chunk and merged files is read."
        )
    return file


def _rows(table: Path) -> Iterator[tuple[dict[str, str], str]]:
    """Rows of a CSV as mappings, with a phrase that says where each stands."""
    with table.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream, restval="")
        present = reader.fieldnames or []
        if missing := [name for name in REQUIRED if name not in present]:
            raise ValueError(
                f"expected STEAD's columns in {table}, but {', '.join(missing)} is missing (found "
                f"{', '.join(list(present)[:5]) or 'no header'} ...); use the CSV that belongs to the HDF5 file."
            )
        for row in reader:
            if None in row:
                raise ValueError(
                    f"expected {len(present)} cells in line {reader.line_num} of {table}, got more; a value with a "
                    f"comma needs quotes."
                )
            yield row, f"line {reader.line_num} of {table}"


def _dataset(file: "h5py.File", name: str, pair: _Pair) -> "h5py.Dataset":
    """Find the dataset of a trace, whose waveform is not read yet."""
    dataset = file["data"].get(name)
    if dataset is None:
        raise ValueError(
            f"expected trace {name!r}, which {pair.table.name} lists, in {pair.hdf5}, but data/{name} is not there; "
            f"the two files do not belong together."
        )
    if getattr(dataset, "shape", None) != SHAPE:
        raise ValueError(
            f"expected shape {SHAPE} (samples, components E N Z) for trace {name!r} of {pair.hdf5}, got "
            f"{getattr(dataset, 'shape', 'a group')}; bring other recordings into this shape first."
        )
    return dataset


def _parse_row(row: Mapping[str, str], where: str) -> dict[str, Any]:
    """Turn a row of the CSV into the fields of a Seismogram that it knows."""

    def number(column: str) -> float | None:
        return _parse_number(row[column], f"{column} in {where}")

    return {
        "trace_name": row["trace_name"],
        "category": row["trace_category"],
        "p_arrival_sample": number("p_arrival_sample"),
        "s_arrival_sample": number("s_arrival_sample"),
        "coda_end_sample": number("coda_end_sample"),
        "snr_db": _parse_snr(row["snr_db"], f"snr_db in {where}"),
        "magnitude": number("source_magnitude"),
        "distance_km": number("source_distance_km"),
        "network_code": row["network_code"],
        "receiver_code": row["receiver_code"],
        "receiver_type": row["receiver_type"],
        "start_time": row["trace_start_time"],
    }


def _parse_number(text: str, what: str) -> float | None:
    """Read a number of the CSV, also in STEAD's brackets ``[[2896.]]``; None where there is none."""
    bare = text.strip("[] ")
    if bare.lower() in ABSENT:
        return None
    try:
        return float(bare)
    except ValueError as error:
        raise ValueError(f"expected a number as {what}, got {text!r:.80}; mend the table.") from error


def _parse_snr(text: str, what: str) -> NDArray[np.float64] | None:
    """Read ``[56.79999924 55.40000153 47.40000153]`` as an array; None where there is none."""
    parts = text.strip("[] ").split()
    if all(part.lower() in ABSENT for part in parts):
        return None
    try:
        values = np.array([float(part) for part in parts])
    except ValueError as error:
        raise ValueError(f"expected three numbers in brackets as {what}, got {text!r:.80}; mend the table.") from error
    if values.shape != (3,):
        raise ValueError(f"expected three numbers (E N Z) in brackets as {what}, got {text!r:.80}; mend the table.")
    return values
