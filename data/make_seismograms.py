"""Make the synthetic seismograms of the course: ``python data/make_seismograms.py [FOLDER]``.

Reads ``seismogram_model.json`` beside this file and writes ``seismograms.hdf5``, ``seismograms.csv`` and ``SHA256SUMS``
into FOLDER (by default this one). The same seed gives the same files. The model is explained in ``README.md``; symbols
here are those of the formulas there. This program shares no code with ``course_utils``, which reads what it writes.
"""

import csv
import hashlib
import json
import math
import shutil
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Model = dict[str, Any]  # seismogram_model.json
Row = dict[str, Any]  # column of STEAD to value

HERE = Path(__file__).resolve().parent
MODEL = HERE / "seismogram_model.json"

COLUMNS = (
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
UNKNOWN = (  # columns about uncertainty, which a made-up earthquake has none of; STEAD writes None there
    "source_origin_uncertainty_sec",
    "source_error_sec",
    "source_gap_deg",
    "source_horizontal_uncertainty_km",
    "source_depth_uncertainty_km",
    "source_mechanism_strike_dip_rake",
)
KM_PER_DEGREE = 111.195
SNR_WINDOW = 200  # samples


def band_pass(f: Floats, band: Model) -> Floats:
    """Amplitude response of a Butterworth band-pass, without phase."""
    f = np.maximum(f, 1e-6)
    high_pass: Floats = 1 / np.sqrt(1 + (band["low_hz"] / f) ** (2 * band["order"]))
    low_pass: Floats = 1 / np.sqrt(1 + (f / band["high_hz"]) ** (2 * band["order"]))
    return high_pass * low_pass


def coloured(n: int, shape: Floats, rng: np.random.Generator) -> Floats:
    """Stationary Gaussian noise (n,) of unit mean square whose amplitude spectrum has this shape (n // 2 + 1,)."""
    white = rng.standard_normal(n)
    x: Floats = np.fft.irfft(np.fft.rfft(white) * shape, n)
    return x / float(np.sqrt(np.mean(x**2)))


def velocity_spectrum(
    f: Floats, *, moment: float, speed: float, radiation: float, corner: float, distance: float, model: Model
) -> Floats:
    """Amplitude spectrum |V(f)| of ground velocity in m (m/s per Hz): source, path and site (README, equation 2)."""
    medium, source = model["medium"], model["source"]
    impedance = 4 * np.pi * medium["density_kg_m3"] * speed**3 * distance
    scale = float(radiation * source["free_surface"] * moment / impedance)
    omega_squared: Floats = 2 * np.pi * f / (1 + (f / corner) ** 2)
    quality = medium["quality_at_1_hz"] * np.maximum(f, 1e-6) ** medium["quality_exponent"]
    attenuation: Floats = np.exp(-np.pi * f * distance / (quality * speed) - np.pi * medium["kappa_s"] * f)
    return scale * omega_squared * attenuation * band_pass(f, model["band"])


def envelope(n: int, onset: int, duration: float, coda_decay: float, model: Model) -> Floats:
    """Envelope (n,): zero before the onset, a direct pulse, then an exponential coda (README, equation 4)."""
    shape = model["envelope"]
    tau = (np.arange(n) - onset) / model["sampling_rate_hz"]
    rise = shape["rise_share"] * duration
    later = np.maximum(tau, 0.0)
    direct = later / rise * np.exp(1 - later / rise)
    coda = shape["coda_amplitude"] * (1 - np.exp(-later / rise)) * np.exp(-later / coda_decay)
    return np.where(tau > 0, direct + coda, 0.0)


def phase(
    spectrum: Floats,
    f: Floats,
    *,
    onset: int,
    duration: float,
    coda_decay: float,
    model: Model,
    rng: np.random.Generator,
) -> tuple[Floats, Floats]:
    """One wave (n,) in m/s, with the energy of the spectrum (README, equation 3), and its envelope (n,)."""
    n, dt = model["samples"], 1 / model["sampling_rate_hz"]
    window = envelope(n, onset, duration, coda_decay, model)
    energy = 2 * np.sum(spectrum**2) * (f[1] - f[0])  # Parseval: the integral of v(t)^2
    return coloured(n, spectrum, rng) * window * np.sqrt(energy / (np.sum(window**2) * dt)), window


def background(f: Floats, rms: float, model: Model, rng: np.random.Generator) -> Floats:
    """Background noise (n, 3) in m/s: a power law, a hum of machines, a level that drifts slowly."""
    n, noise = model["samples"], model["noise"]
    slope, share = rng.uniform(*noise["spectral_slope"]), rng.uniform(*noise["cultural_share"])
    hum_hz = rng.uniform(*noise["cultural_hz"])
    band = band_pass(f, model["band"])
    power_law = np.maximum(f, 0.1) ** -slope * band
    hum = np.exp(-0.5 * ((f - hum_hz) / noise["cultural_width_hz"]) ** 2) * band
    drift = 1 + noise["drift"] * np.sin(2 * np.pi * (np.arange(n) / n + rng.random()))
    parts = [
        np.sqrt(1 - share) * coloured(n, power_law, rng) + np.sqrt(share) * coloured(n, hum, rng) for _ in range(3)
    ]
    vertical = np.array([1.0, 1.0, 0.8])  # the vertical is the quieter one
    velocity: Floats = rms * vertical * drift[:, None] * np.column_stack(parts)
    return velocity


def truncated_gutenberg_richter(low: float, high: float, b: float, rng: np.random.Generator) -> float:
    """Magnitude whose density falls as 10^(-b m) between two bounds, by the inverse cdf."""
    u = rng.random()
    return low - math.log10(1 - u * (1 - 10 ** (-b * (high - low)))) / b


def earthquake(population: Model, f: Floats, rms: float, model: Model, rng: np.random.Generator) -> tuple[Floats, Row]:
    """Ground velocity (n, 3) of one earthquake without noise, and what the table says about it."""
    n, rate = model["samples"], model["sampling_rate_hz"]
    medium, source, shape = model["medium"], model["source"], model["envelope"]
    magnitude = round(
        truncated_gutenberg_richter(
            population["magnitude_low"], population["magnitude_high"], population["magnitude_b"], rng
        ),
        1,
    )
    near, far = population["distance_km"]
    epicentral_km = round(near * (far / near) ** rng.random(), 2)  # log-uniform
    depth_km = round(rng.uniform(*population["depth_km"]), 2)
    back_azimuth = round(rng.uniform(0, 360), 1)
    distance = 1e3 * np.hypot(epicentral_km, depth_km)  # m
    p_travel, s_travel = distance / medium["p_speed_m_s"], distance / medium["s_speed_m_s"]
    p_sample = int(rng.choice(source["p_arrival_samples"]))
    s_sample = p_sample + round((s_travel - p_travel) * rate)

    moment = 10 ** (1.5 * magnitude + 9.1)  # N m
    stress_drop = source["stress_drop_median_pa"] * np.exp(source["stress_drop_log_std"] * rng.standard_normal())
    corner = 0.4906 * medium["s_speed_m_s"] * (stress_drop / moment) ** (1 / 3)  # Hz, Brune (1970)
    duration = 1 / corner + shape["duration_per_km_s"] * distance / 1e3  # s
    coda_decay = shape["coda_decay_base_s"] + shape["coda_decay_per_km_s"] * distance / 1e3  # s

    def wave(onset: int, speed: float, radiation: float, corner_hz: float, length: float) -> tuple[Floats, Floats]:
        spectrum = velocity_spectrum(
            f, moment=moment, speed=speed, radiation=radiation, corner=corner_hz, distance=distance, model=model
        )
        return phase(spectrum, f, onset=onset, duration=length, coda_decay=coda_decay, model=model, rng=rng)

    p_wave = (medium["p_speed_m_s"], source["radiation_p"], source["p_to_s_corner"] * corner, 0.6 * duration)
    s_wave = (medium["s_speed_m_s"], source["radiation_s"], corner, duration)
    p, p_scattered = wave(p_sample, *p_wave)[0], [wave(p_sample, *p_wave)[0] for _ in range(3)]
    s = [wave(s_sample, *s_wave) for _ in range(3)]
    # shares of energy: P along the ray (vertical 0.6, radial 0.2) and scattered (0.2); S mostly horizontal
    radial = np.sqrt(0.2) * p + np.sqrt(0.0667) * p_scattered[0] + np.sqrt(0.40) * s[0][0]
    transverse = np.sqrt(0.0667) * p_scattered[1] + np.sqrt(0.45) * s[1][0]
    vertical = np.sqrt(0.6) * p + np.sqrt(0.0667) * p_scattered[2] + np.sqrt(0.15) * s[2][0]
    towards = np.deg2rad(back_azimuth + 180)  # the direction in which the wave travels
    east = radial * np.sin(towards) + transverse * np.cos(towards)
    north = radial * np.cos(towards) - transverse * np.sin(towards)
    velocity = np.column_stack([east, north, vertical])

    level = s[0][1] * np.sqrt(0.4) * np.std(s[0][0][s_sample:]) / np.sqrt(np.mean(s[0][1][s_sample:] ** 2))
    above = np.flatnonzero(level > rms)
    coda_end = min(max(int(above[-1]) if above.size else 0, s_sample + SNR_WINDOW), n - 1)
    return velocity, {
        "p_arrival_sample": float(p_sample),
        "p_travel_sec": round(p_travel, 4),
        "s_arrival_sample": float(s_sample),
        "source_depth_km": depth_km,
        "source_magnitude": magnitude,
        "source_distance_km": epicentral_km,
        "source_distance_deg": round(epicentral_km / KM_PER_DEGREE, 4),
        "back_azimuth_deg": back_azimuth,
        "coda_end_sample": float(coda_end),
    }


def snr_db(counts: NDArray[np.float32], p_sample: int, s_sample: int) -> NDArray[np.float32]:
    """STEAD's equation 1, component by component, rounded to a tenth as STEAD's are."""
    ratios = []
    for component in counts.T:
        noise = np.sort(np.abs(component[p_sample - SNR_WINDOW : p_sample]))
        signal = np.sort(np.abs(component[s_sample : s_sample + SNR_WINDOW]))
        at = 0.95 * (SNR_WINDOW - 1)  # linear interpolation between order statistics
        i, part = int(at), at - int(at)
        n95, s95 = (x[i] + part * (x[i + 1] - x[i]) for x in (noise, signal))
        ratios.append(round(10 * np.log10((s95 / n95) ** 2), 1))
    return np.array(ratios, dtype=np.float32)


def destination(latitude: float, longitude: float, azimuth_deg: float, distance_deg: float) -> tuple[float, float]:
    """Point on a sphere, so far from another in this direction; degrees."""
    lat, azimuth, arc = np.deg2rad([latitude, azimuth_deg, distance_deg])
    target = np.arcsin(np.sin(lat) * np.cos(arc) + np.cos(lat) * np.sin(arc) * np.cos(azimuth))
    east = np.arctan2(np.sin(azimuth) * np.sin(arc) * np.cos(lat), np.cos(arc) - np.sin(lat) * np.sin(target))
    return round(float(np.rad2deg(target)), 4), round(longitude + float(np.rad2deg(east)), 4)


def simulate(model: Model) -> Iterator[tuple[Row, NDArray[np.float32], float]]:
    """Yield the attributes and counts (n, 3) of every trace."""
    rng = np.random.default_rng(model["seed"])
    n, rate = model["samples"], model["sampling_rate_hz"]
    f = np.fft.rfftfreq(n, 1 / rate)
    plan = [p for p in model["populations"] for _ in range(p["count"])] + [None] * model["noise_traces"]
    for index, population in enumerate(plan):
        station = model["stations"][rng.integers(len(model["stations"]))]
        level = model["noise"]["median_rms_m_s"] * station["noise_factor"]
        rms = level * np.exp(model["noise"]["log_std"] * rng.standard_normal())
        velocity = background(f, rms, model, rng)
        start = datetime.fromisoformat(model["start_time"]) + timedelta(hours=7 * index)
        known: Row = {}
        if population is not None:
            signal, known = earthquake(population, f, rms, model, rng)
            velocity = velocity + signal
        counts = np.round(velocity * station["gain_counts_per_m_s"]).astype(np.float32)
        if np.abs(counts).max() >= model["full_scale_counts"]:
            raise SystemExit(f"trace {index} would clip; lower magnitude_high in {MODEL.name}")
        yield describe(station, start, known, counts, model), counts, station["gain_counts_per_m_s"]


def describe(station: Model, start: datetime, known: Row, counts: NDArray[np.float32], model: Model) -> Row:
    """List the attributes of a trace, in the order of STEAD's columns; empty for what noise does not have."""
    kind = "EV" if known else "NO"
    row: Row = dict.fromkeys(COLUMNS, "")
    row.update(
        network_code="XX",  # the code that is reserved for what is no real network
        receiver_code=station["code"],
        receiver_type=station["type"],
        receiver_latitude=station["latitude"],
        receiver_longitude=station["longitude"],
        receiver_elevation_m=station["elevation_m"],
        trace_start_time=f"{start:%Y-%m-%d %H:%M:%S}.000000",
        trace_category="earthquake_local" if known else "noise",
        trace_name=f"{station['code']}.XX_{start:%Y%m%d%H%M%S}_{kind}",
    )
    if known:
        p_sample, s_sample = int(known["p_arrival_sample"]), int(known["s_arrival_sample"])
        origin = start + timedelta(seconds=p_sample / model["sampling_rate_hz"] - known["p_travel_sec"])
        latitude, longitude = destination(
            station["latitude"], station["longitude"], known["back_azimuth_deg"], known["source_distance_deg"]
        )
        row.update(dict.fromkeys(UNKNOWN, "None"))
        row.update(known)
        row.update(
            p_status="synthetic",
            p_weight=1.0,
            s_status="synthetic",
            s_weight=1.0,
            source_id=f"synthetic{start:%Y%m%d%H%M}",
            source_origin_time=f"{origin:%Y-%m-%d %H:%M:%S}.{origin.microsecond // 10000:02d}",
            source_latitude=latitude,
            source_longitude=longitude,
            source_magnitude_type="mw",
            source_magnitude_author="None",
            snr_db=snr_db(counts, p_sample, s_sample),
            coda_end_sample=np.array([[known["coda_end_sample"]]]),
        )
    return row


def as_text(value: Any) -> Any:
    """Format a cell of the CSV as STEAD writes it: arrays in brackets, float32 with eight decimals."""
    if not isinstance(value, np.ndarray):
        return value
    if value.ndim == 2:
        return f"[[{value[0, 0]:.0f}.]]"
    return "[" + " ".join(np.format_float_positional(np.float64(x), precision=8, trim=".") for x in value) + "]"


def write(folder: Path) -> None:
    """Write the waveforms, the table and the checksums."""
    model = json.loads(MODEL.read_text(encoding="utf-8"))
    folder.mkdir(parents=True, exist_ok=True)
    waveforms, table = folder / "seismograms.hdf5", folder / "seismograms.csv"
    with h5py.File(waveforms, "w", libver="earliest") as file, table.open("w", encoding="utf-8", newline="") as stream:
        group = file.create_group("data")
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for attributes, counts, gain in simulate(model):
            dataset = group.create_dataset(
                attributes["trace_name"],
                data=counts,
                chunks=counts.shape,
                compression="gzip",
                compression_opts=9,
                shuffle=True,
                track_times=False,  # a time stamp would change the bytes of every run
            )
            for name, value in attributes.items():
                dataset.attrs[name] = value
            dataset.attrs["gain_counts_per_m_s"] = gain
            writer.writerow([as_text(value) for value in attributes.values()])
    if folder != HERE:
        shutil.copy(MODEL, folder / MODEL.name)
    names = (MODEL.name, table.name, waveforms.name)
    sums = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else HERE)
