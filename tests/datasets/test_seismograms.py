"""STEAD's layout: the reader on hand-made files, whole and broken; SNR and PGA; the bundled sample."""

import csv
import hashlib
import itertools
import math
import re
import runpy
from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.datasets import (
    STEAD_COLUMNS,
    Seismogram,
    data_directory,
    load_stead,
    peak_ground_acceleration,
    seismograms,
    snr_db,
    to_acceleration,
    verify_checksums,
)

QUAKE = {  # a row as STEAD's first author publishes it with EQTransformer (ModelsAndSampleData/100samples.csv)
    "network_code": "TA",
    "receiver_code": "109C",
    "receiver_type": "BH",
    "receiver_latitude": "32.8889",
    "p_arrival_sample": "700.0",
    "p_status": "manual",
    "s_arrival_sample": "1894.0",
    "source_magnitude": "3.6",
    "source_depth_uncertainty_km": "None",
    "source_distance_km": "102.09",
    "snr_db": "[ 56.79999924  55.40000153  47.40000153]",
    "coda_end_sample": "[[ 2896.]]",
    "trace_start_time": "2006-07-23 15:59:00.960000",
    "trace_category": "earthquake_local",
    "trace_name": "109C.TA_20060723155859_EV",
}
NOISE = {
    "network_code": "TA",
    "receiver_code": "109C",
    "receiver_type": "BH",
    "trace_start_time": "2015-10-21 05:55:00",
    "trace_category": "noise",
    "trace_name": "109C.TA_201510210555_NO",
}


def write_pair(folder, rows=(QUAKE, NOISE), *, stem="chunk", columns=STEAD_COLUMNS, absent=(), shape=(6000, 3)):
    """Write a tiny pair of files in STEAD's layout, without the package; trace i holds the counts i, i + 1, ..."""
    with (folder / f"{stem}.csv").open("w", newline="") as stream:
        writer = csv.DictWriter(stream, columns, restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    with h5py.File(folder / f"{stem}.hdf5", "w") as file:
        file.create_group("data")
        for index, row in enumerate(rows):
            if row["trace_name"] not in absent:
                counts = index + np.arange(math.prod(shape), dtype=np.float32).reshape(shape)
                file[f"data/{row['trace_name']}"] = counts
    return folder / f"{stem}.hdf5"


def many(count):
    """`count` rows of earthquakes with magnitudes 0, 1, 2, ... at 10, 20, 30, ... km."""
    return [
        QUAKE | {"trace_name": f"T{i}", "source_magnitude": str(i), "source_distance_km": str(10 * i)}
        for i in range(count)
    ]


@pytest.fixture
def reads(monkeypatch):
    """Names of the datasets whose waveforms were read."""
    log = []
    original = h5py.Dataset.__getitem__

    def recording(self, *args, **kwargs):
        log.append(self.name.removeprefix("/data/"))
        return original(self, *args, **kwargs)

    monkeypatch.setattr(h5py.Dataset, "__getitem__", recording)
    return log


# Reading files that are as they should be


def test_a_row_of_real_stead_becomes_a_seismogram(tmp_path):
    quake = next(load_stead(write_pair(tmp_path)))
    assert isinstance(quake, Seismogram)
    assert quake.trace_name == "109C.TA_20060723155859_EV"
    assert (quake.category, quake.is_earthquake) == ("earthquake_local", True)
    assert (quake.p_arrival_sample, quake.s_arrival_sample, quake.coda_end_sample) == (700.0, 1894.0, 2896.0)
    assert (quake.magnitude, quake.distance_km) == (3.6, 102.09)
    assert (quake.network_code, quake.receiver_code, quake.receiver_type) == ("TA", "109C", "BH")
    assert quake.start_time == "2006-07-23 15:59:00.960000"
    assert quake.gain is None
    assert quake.attributes["p_status"] == "manual"
    assert quake.attributes["source_depth_uncertainty_km"] == "None"
    np.testing.assert_allclose(quake.snr_db, [56.8, 55.4, 47.4], atol=1e-6)


def test_columns_of_a_waveform_stay_in_the_order_east_north_vertical(tmp_path):
    quake = next(load_stead(write_pair(tmp_path)))
    assert quake.waveform.shape == (6000, 3)
    assert quake.waveform.dtype == np.float32
    np.testing.assert_array_equal(quake.waveform[:2], [[0, 1, 2], [3, 4, 5]])


def test_noise_has_no_arrivals(tmp_path):
    noise = next(load_stead(write_pair(tmp_path), category="noise"))
    assert not noise.is_earthquake
    assert noise.snr_db is noise.magnitude is noise.distance_km is None
    assert noise.p_arrival_sample is noise.s_arrival_sample is noise.coda_end_sample is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[56.79999924 55.40000153 47.40000153]", [56.8, 55.4, 47.4]),
        ("[ 9.10000038  11.19999981  12.        ]", [9.1, 11.2, 12.0]),
        ("[nan 3.5 -1.]", [np.nan, 3.5, -1.0]),
        ("[nan nan nan]", None),
        ("nan", None),
        ("None", None),
        ("", None),
    ],
)
def test_all_ways_to_write_an_snr(tmp_path, text, expected):
    came = next(load_stead(write_pair(tmp_path, [QUAKE | {"snr_db": text}]))).snr_db
    if expected is None:
        assert came is None
    else:
        np.testing.assert_allclose(came, expected, atol=1e-6)


@pytest.mark.parametrize("named", ["chunk.hdf5", "chunk.csv", "."])
def test_the_file_the_table_or_the_folder_name_the_same_data(tmp_path, named):
    write_pair(tmp_path)
    assert [trace.trace_name for trace in load_stead(tmp_path / named)] == [QUAKE["trace_name"], NOISE["trace_name"]]
    assert next(load_stead(str(tmp_path / named))).magnitude == 3.6


def test_a_folder_of_chunks_is_read_in_the_order_of_names(tmp_path):
    write_pair(tmp_path, many(2), stem="chunk2")
    write_pair(tmp_path, [NOISE], stem="chunk1")
    (tmp_path / "notes.txt").write_text("mine")
    assert [trace.trace_name for trace in load_stead(tmp_path)] == [NOISE["trace_name"], "T0", "T1"]
    assert [trace.trace_name for trace in load_stead(tmp_path, category="earthquake_local")] == ["T0", "T1"]


def test_selection_by_category_magnitude_distance_and_limit(tmp_path):
    path = write_pair(tmp_path, [*many(6), NOISE])

    def names(**bounds):
        return [trace.trace_name for trace in load_stead(path, **bounds)]

    assert names(category="earthquake_local", limit=2) == ["T0", "T1"]
    assert names(min_magnitude=4) == ["T4", "T5"]
    assert names(max_distance_km=10.0) == ["T0", "T1"]
    assert names(min_magnitude=1, max_distance_km=30, limit=9) == ["T1", "T2", "T3"]


def test_the_environment_variable_is_the_default(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_STEAD", str(write_pair(tmp_path)))
    assert next(load_stead()).receiver_code == "109C"
    monkeypatch.setenv("COURSE_STEAD", str(tmp_path / "gone.hdf5"))
    with pytest.raises(FileNotFoundError, match=r"gone\.hdf5.*COURSE_STEAD.*does not exist"):
        load_stead()


def test_the_stated_gain_is_read(tmp_path):
    path = write_pair(tmp_path)
    with h5py.File(path, "a") as file:
        file[f"data/{QUAKE['trace_name']}"].attrs["gain_counts_per_m_s"] = 5e8
    assert [trace.gain for trace in load_stead(path)] == [5e8, None]


def test_opening_reads_no_waveform_and_each_step_reads_one(tmp_path, reads):
    traces = load_stead(write_pair(tmp_path, many(5)))
    assert reads == []
    next(traces)
    assert reads == ["T0"]
    next(traces)
    assert reads == ["T0", "T1"]


def test_unwanted_traces_are_never_read(tmp_path, reads):
    list(load_stead(write_pair(tmp_path, [*many(3), NOISE]), category="noise"))
    assert reads == [NOISE["trace_name"]]


# Files that are not as they should be: all found at the call, before the first trace is asked for


def test_a_path_that_does_not_exist(tmp_path):
    with pytest.raises(FileNotFoundError, match="does not exist"):
        load_stead(tmp_path / "none.hdf5")


@pytest.mark.parametrize("suffix", [".hdf5", ".csv"])
def test_a_missing_partner_is_named(tmp_path, suffix):
    path = write_pair(tmp_path)
    path.with_suffix(suffix).unlink()
    other = path.with_suffix(".csv" if suffix == ".hdf5" else ".hdf5")
    with pytest.raises(FileNotFoundError, match=rf"chunk{suffix} is missing"):
        load_stead(other)


def test_a_folder_without_a_pair(tmp_path):
    (write_pair(tmp_path)).with_suffix(".csv").unlink()
    with pytest.raises(FileNotFoundError, match=r"found 1 HDF5 files and none with a \.csv"):
        load_stead(tmp_path)


def test_a_text_file_named_hdf5(tmp_path):
    path = write_pair(tmp_path)
    path.write_text("<html>Please sign in</html>")
    with pytest.raises(ValueError, match=r"expected an HDF5 file.*begins with b'<html>"):
        load_stead(path)


@pytest.mark.parametrize("share", [0.999, 0.5, 0.01])
def test_a_truncated_hdf5_file(tmp_path, share):
    path = write_pair(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(ValueError, match=r"expected a complete HDF5 file.*truncated"):
        load_stead(path)


def test_another_layout_of_hdf5(tmp_path):
    path = write_pair(tmp_path)
    with h5py.File(path, "a") as file:
        file.move("data", "waveforms")
    with pytest.raises(ValueError, match=r"group 'data'.*found waveforms"):
        load_stead(path)


@pytest.mark.parametrize("column", ["snr_db", "trace_name", "p_arrival_sample"])
def test_a_missing_column_is_named(tmp_path, column):
    path = write_pair(tmp_path, columns=[name for name in STEAD_COLUMNS if name != column])
    with pytest.raises(ValueError, match=rf"STEAD's columns.*but {column} is missing"):
        load_stead(path)


def test_a_column_missing_in_the_second_chunk_is_found_at_the_call_too(tmp_path):
    write_pair(tmp_path, stem="chunk1")
    write_pair(tmp_path, stem="chunk2", columns=STEAD_COLUMNS[5:])
    with pytest.raises(ValueError, match=r"chunk2\.csv, but .*network_code"):
        load_stead(tmp_path, limit=1)


def test_an_empty_table(tmp_path):
    path = write_pair(tmp_path)
    path.with_suffix(".csv").write_text("")
    with pytest.raises(ValueError, match="found no header"):
        load_stead(path)
    write_pair(tmp_path, [])
    with pytest.raises(ValueError, match=r"found none.*no rows"):
        load_stead(path)


def test_a_trace_of_the_table_that_the_waveforms_lack(tmp_path):
    path = write_pair(tmp_path, absent=[NOISE["trace_name"]])
    with pytest.raises(ValueError, match=f"expected trace '{NOISE['trace_name']}'.*do not belong together"):
        load_stead(path)
    assert next(load_stead(path, category="earthquake_local")).magnitude == 3.6  # the rest is usable


@pytest.mark.parametrize("shape", [(3, 6000), (6000, 1), (3000, 3)])
def test_a_waveform_of_another_shape(tmp_path, shape):
    with pytest.raises(ValueError, match=re.escape("expected shape (6000, 3)") + ".*" + re.escape(f"got {shape}")):
        load_stead(write_pair(tmp_path, shape=shape))


def test_beyond_the_first_traces_problems_appear_when_they_are_reached(tmp_path, monkeypatch):
    monkeypatch.setattr(seismograms, "CHECKED_AT_ONCE", 2)
    traces = load_stead(write_pair(tmp_path, many(4), absent=["T3"]))
    assert [trace.trace_name for trace in itertools.islice(traces, 3)] == ["T0", "T1", "T2"]
    with pytest.raises(ValueError, match="'T3'"):
        next(traces)


def test_an_empty_selection_says_what_was_asked_and_what_there_is(tmp_path):
    path = write_pair(tmp_path, [*many(3), NOISE])
    with pytest.raises(ValueError, match=r"category='quake'.*chunk\.csv.*3 earthquake_local, 1 noise"):
        load_stead(path, category="quake")
    with pytest.raises(ValueError, match=r"category='noise', min_magnitude=2"):
        load_stead(path, category="noise", min_magnitude=2)


@pytest.mark.parametrize(
    ("column", "text", "message"),
    [
        ("p_arrival_sample", "early", "expected a number as p_arrival_sample in line 2"),
        ("source_magnitude", "3,6", "expected a number as source_magnitude"),
        ("snr_db", "[1. 2.]", "three numbers .E N Z."),
        ("snr_db", "[1. 2. x]", "three numbers in brackets"),
    ],
)
def test_a_cell_that_is_no_number_is_located(tmp_path, column, text, message):
    with pytest.raises(ValueError, match=message):
        load_stead(write_pair(tmp_path, [QUAKE | {column: text}]))


def test_a_row_with_too_many_cells(tmp_path):
    path = write_pair(tmp_path)
    with path.with_suffix(".csv").open("a") as stream:
        stream.write(",".join(["x"] * 36) + "\n")
    with pytest.raises(ValueError, match="expected 35 cells in line 4"):
        load_stead(path)


def test_damaged_data_are_reported_with_the_trace(tmp_path):
    path = write_pair(tmp_path, [])
    with path.with_suffix(".csv").open("a", newline="") as stream:
        csv.DictWriter(stream, STEAD_COLUMNS, restval="").writerow(QUAKE)
    with h5py.File(path, "a") as file:
        counts = np.random.default_rng(0).integers(0, 9, size=(6000, 3)).astype(np.float32)
        dataset = file.create_dataset(f"data/{QUAKE['trace_name']}", data=counts, compression="gzip", fletcher32=True)
        chunk = dataset.id.get_chunk_info(0)
    with path.open("r+b") as stream:
        stream.seek(chunk.byte_offset + chunk.size // 2)
        stream.write(b"\xff" * 8)
    traces = load_stead(path)
    with pytest.raises(ValueError, match=f"trace {QUAKE['trace_name']}.*damaged"):
        next(traces)


@pytest.mark.parametrize("limit", [0, -3, 2.0])
def test_a_limit_that_is_no_count(tmp_path, limit):
    with pytest.raises(ValueError, match="limit must be an integer of at least 1"):
        load_stead(write_pair(tmp_path), limit=limit)


def test_a_bound_that_is_not_a_number(tmp_path):
    with pytest.raises(ValueError, match="min_magnitude must be finite"):
        load_stead(write_pair(tmp_path), min_magnitude=math.nan)


# Signal-to-noise ratio


def percentile_95(values):
    """Linear interpolation between order statistics, written out."""
    ordered = sorted(abs(v) for v in values)
    position = 0.95 * (len(ordered) - 1)
    low = math.floor(position)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (position - low) * (ordered[high] - ordered[low])


def test_snr_is_equation_1_of_the_paper_component_by_component():
    rng = np.random.default_rng(0)
    x = rng.laplace(size=(1000, 3)) * [1, 2, 3]
    x[600:] *= [10, 3, 0.5]
    came = snr_db(x, p_arrival=300.7, s_arrival=600, window=150)
    expected = [10 * math.log10((percentile_95(x[600:750, c]) / percentile_95(x[150:300, c])) ** 2) for c in range(3)]
    np.testing.assert_allclose(came, expected, rtol=1e-12)
    np.testing.assert_allclose(snr_db(x[:, 1], p_arrival=300, s_arrival=600, window=150), expected[1])


def test_the_default_windows_are_two_seconds_before_p_and_after_s():
    x = np.random.default_rng(1).normal(size=(1000, 3))
    explicit = snr_db(x, noise=slice(100, 300), signal=slice(600, 800))
    np.testing.assert_array_equal(snr_db(x, p_arrival=300, s_arrival=600), explicit)


@settings(max_examples=50, deadline=None)
@given(st.floats(1e-3, 1e6), st.floats(0.01, 100), st.integers(0, 2**32 - 1))
def test_snr_does_not_depend_on_the_unit_and_grows_by_20_log10_of_the_signal(unit, factor, seed):
    noise, signal = np.random.default_rng(seed).normal(size=(2, 100))
    before = snr_db(np.concatenate([noise, signal]), noise=slice(0, 100), signal=slice(100, 200))
    after = snr_db(unit * np.concatenate([noise, factor * signal]), noise=slice(0, 100), signal=slice(100, 200))
    assert after - before == pytest.approx(20 * math.log10(factor), abs=1e-9)


def test_one_spike_does_not_move_the_snr():
    x = np.tile([1.0, -1.0], 200)
    x[250] = 1e6
    assert snr_db(x, noise=slice(0, 200), signal=slice(200, 400)) == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "expected p_arrival and s_arrival"),
        ({"p_arrival": 300}, "expected p_arrival and s_arrival"),
        ({"p_arrival": 300, "s_arrival": None}, "a trace of noise has no arrivals"),
        ({"noise": slice(0, 10)}, "or the windows"),
        ({"p_arrival": 300, "s_arrival": 400, "noise": slice(0, 5), "signal": slice(5, 9)}, "give one of the two"),
        ({"p_arrival": 100, "s_arrival": 400}, "noise window must lie within .* samples -100 to 100"),
        ({"p_arrival": 300, "s_arrival": 900}, "signal window must lie within .* samples 900 to 1100"),
        ({"noise": slice(5, 5), "signal": slice(5, 9)}, "noise window"),
        ({"p_arrival": 300, "s_arrival": 400, "window": 0}, "window must be"),
    ],
)
def test_windows_that_cannot_be_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        snr_db(np.ones((1000, 3)), **options)


def test_silent_components_and_nan_are_refused():
    x = np.ones((100, 3))
    x[:50, 1] = 0
    with pytest.raises(ValueError, match="noise window has a 95th percentile of 0 in 1 of 3"):
        snr_db(x, noise=slice(0, 50), signal=slice(50, 100))
    x[3, 0] = np.nan
    with pytest.raises(ValueError, match="finite"):
        snr_db(x, noise=slice(0, 50), signal=slice(50, 100))
    with pytest.raises(ValueError, match="one trace at a time"):
        snr_db(np.ones((2, 100, 3)), noise=slice(0, 50), signal=slice(50, 100))


# Acceleration


def test_the_acceleration_of_a_sine_is_its_derivative():
    """D/dt of A sin(wt) is A w cos(wt); central differences pass the known factor sin(w dt) / (w dt)."""
    rate, frequency, gain, amplitude = 200.0, 7.0, 4e8, 1e-3
    t = np.arange(400) / rate
    counts = gain * amplitude * np.sin(2 * np.pi * frequency * t)
    w = 2 * np.pi * frequency
    expected = amplitude * w * np.cos(w * t) * np.sin(w / rate) / (w / rate)
    came = to_acceleration(counts, gain=gain, sampling_rate=rate)
    np.testing.assert_allclose(came[1:-1], expected[1:-1], atol=1e-12)


def test_components_are_differentiated_along_time():
    ramp = np.arange(10.0)[:, None] * [1, 2, 3]
    np.testing.assert_allclose(to_acceleration(ramp, gain=2.0), np.tile([50.0, 100.0, 150.0], (10, 1)))


def test_an_accelerometer_is_only_scaled():
    np.testing.assert_array_equal(to_acceleration([2.0, 4.0], gain=2.0, measures="acceleration"), [1, 2])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"gain": 0}, "gain must"),
        ({"gain": 1, "sampling_rate": -1}, "sampling_rate must"),
        ({"gain": 1, "measures": "displacement"}, "measures must be"),
    ],
)
def test_a_conversion_that_cannot_be_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        to_acceleration(np.ones((10, 3)), **options)
    with pytest.raises(ValueError, match="n of at least 2"):
        to_acceleration(np.ones((1, 3)), gain=1)


def test_without_a_gain_there_is_no_acceleration(tmp_path):
    quake = next(load_stead(write_pair(tmp_path)))
    with pytest.raises(ValueError, match=r"raw counts.*to_acceleration\(waveform, gain"):
        quake.acceleration()


def test_the_three_conventions_of_pga_on_a_motion_done_by_hand():
    a = np.array([[3.0, -4.0, 99.0], [-6.0, 1.0, 0.0], [0.0, 0.0, 0.0]])  # vectors 5 and root 37
    assert peak_ground_acceleration(a) == pytest.approx(math.sqrt(6 * 4))
    assert peak_ground_acceleration(a, horizontal="geometric_mean") == pytest.approx(math.sqrt(24))
    assert peak_ground_acceleration(a, horizontal="larger") == 6
    assert peak_ground_acceleration(a, horizontal="vector") == pytest.approx(math.sqrt(37))
    assert peak_ground_acceleration(a[:, :2]) == peak_ground_acceleration(a)


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 30), st.floats(0, 2 * math.pi), st.integers(0, 2**32 - 1))
def test_the_conventions_are_ordered_and_the_vector_does_not_depend_on_the_axes(n, angle, seed):
    """Geometric mean <= larger <= vector <= sqrt(2) larger, for every motion; turning the axes keeps the vector."""
    a = np.random.default_rng(seed).normal(size=(n, 3))
    mean, larger, vector = (
        peak_ground_acceleration(a, horizontal=name) for name in ("geometric_mean", "larger", "vector")
    )
    assert mean <= larger * (1 + 1e-12)
    assert larger <= vector * (1 + 1e-12)
    assert vector <= math.sqrt(2) * larger * (1 + 1e-12)
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    assert peak_ground_acceleration(a[:, :2] @ turn, horizontal="vector") == pytest.approx(vector)


@pytest.mark.parametrize("shape", [(5,), (3, 5), (0, 3), (5, 1)])
def test_pga_of_another_shape_is_refused(shape):
    with pytest.raises(ValueError, match="acceleration must"):
        peak_ground_acceleration(np.ones(shape))


def test_an_unknown_convention_is_refused():
    with pytest.raises(ValueError, match="horizontal must be"):
        peak_ground_acceleration(np.ones((5, 3)), horizontal="mean")


# The bundled sample


@pytest.fixture(scope="module")
def sample():
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("COURSE_STEAD", raising=False)
        return list(load_stead())


def test_the_sample_has_sixty_earthquakes_and_twenty_noises_in_3_mb(sample):
    assert sum(trace.is_earthquake for trace in sample) == 60
    assert sum(trace.category == "noise" for trace in sample) == 20
    assert sum(file.stat().st_size for file in data_directory().iterdir() if file.is_file()) < 3e6


def test_the_table_of_the_sample_has_steads_columns():
    with (data_directory() / "seismograms.csv").open(newline="") as stream:
        assert tuple(next(csv.reader(stream))) == STEAD_COLUMNS


def test_attributes_and_table_of_the_sample_say_the_same(sample):
    with h5py.File(data_directory() / "seismograms.hdf5") as file:
        assert len(file["data"]) == len(sample)
        for trace in sample:
            attrs = file[f"data/{trace.trace_name}"].attrs
            assert set(attrs) == {*STEAD_COLUMNS, "gain_counts_per_m_s"}
            assert attrs["trace_category"] == trace.category
            if trace.is_earthquake:
                np.testing.assert_allclose(attrs["snr_db"], trace.snr_db, atol=1e-6)
                assert attrs["p_arrival_sample"] == trace.p_arrival_sample
                assert attrs["coda_end_sample"].shape == (1, 1)
            else:
                assert attrs["snr_db"] == ""


def test_stored_and_recomputed_snr_agree_to_their_rounding(sample):
    for quake in filter(lambda trace: trace.is_earthquake, sample):
        came = snr_db(quake.waveform, p_arrival=quake.p_arrival_sample, s_arrival=quake.s_arrival_sample)
        np.testing.assert_allclose(came, quake.snr_db, atol=0.0501)


def test_arrivals_follow_from_the_stated_speeds(sample):
    for quake in filter(lambda trace: trace.is_earthquake, sample):
        distance_km = math.hypot(quake.distance_km, float(quake.attributes["source_depth_km"]))
        lag = (quake.s_arrival_sample - quake.p_arrival_sample) / 100
        assert lag == pytest.approx(distance_km / 3.464 - distance_km / 6.0, abs=0.0051)
        assert quake.s_arrival_sample + 200 <= 6000
        assert quake.s_arrival_sample < quake.coda_end_sample < 6000


def test_the_waveforms_are_whole_counts_below_full_scale_without_an_offset(sample):
    for trace in sample:
        np.testing.assert_array_equal(trace.waveform, np.round(trace.waveform))
        assert np.abs(trace.waveform).max() < 2**23
        assert (np.abs(trace.waveform.mean(axis=0)) < trace.waveform.std(axis=0)).all()


def test_snr_and_pga_of_the_sample_are_what_the_notebook_needs(sample):
    """SNR and the logarithm of PGA have two modes with a gap between them; PGA itself is skewed to the right."""
    quakes = [trace for trace in sample if trace.is_earthquake]
    large = np.array([quake.magnitude > 3 for quake in quakes])
    snr = np.array([quake.snr_db.mean() for quake in quakes])
    pga = np.array([peak_ground_acceleration(quake.acceleration()) for quake in quakes])
    assert 15 < snr.mean() < 45
    for values in (snr, np.log(pga)):
        separation = values[large].mean() - values[~large].mean()
        assert separation > 2 * max(values[large].std(), values[~large].std())  # enough for two modes
    assert pga.mean() > 3 * np.median(pga)
    assert 1e-6 < pga.min() < pga.max() < 1


def test_the_repr_of_a_seismogram_is_short(sample):
    assert len(repr(sample[0])) < 600


# The files and their generator


@pytest.fixture(scope="module")
def write():
    """Give the generator's function; run_path leaves no byte code in the data folder, as an import would."""
    return runpy.run_path(str(data_directory() / "make_seismograms.py"))["write"]


def test_the_generator_remakes_the_sample(tmp_path, sample, write):
    """Same metadata; the same counts up to one, which another machine's Fourier transform may round differently."""
    write(tmp_path)
    remade = list(load_stead(tmp_path))
    assert [trace.trace_name for trace in remade] == [trace.trace_name for trace in sample]
    for new, old in zip(remade, sample, strict=True):
        np.testing.assert_allclose(new.waveform, old.waveform, atol=1)
        assert {k: v for k, v in new.attributes.items() if k != "snr_db"} == {
            k: v for k, v in old.attributes.items() if k != "snr_db"
        }
        if old.snr_db is not None:
            np.testing.assert_allclose(new.snr_db, old.snr_db, atol=0.21)
    assert set(verify_checksums(tmp_path).values()) == {"ok"}


def test_the_generator_writes_the_same_bytes_twice(tmp_path, write):
    for name in ("a", "b"):
        write(tmp_path / name)
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


def test_the_committed_files_are_the_published_ones():
    assert verify_checksums() == {
        "seismogram_model.json": "ok",
        "seismograms.csv": "ok",
        "seismograms.hdf5": "ok",
    }


def test_checksums_tell_changed_from_missing(tmp_path):
    digest = hashlib.sha256(b"right").hexdigest()
    (tmp_path / "SHA256SUMS").write_text("".join(f"{digest}  {name}\n" for name in ("a", "b", "c")))
    (tmp_path / "a").write_bytes(b"right")
    (tmp_path / "b").write_bytes(b"wrong")
    assert verify_checksums(tmp_path) == {"a": "ok", "b": "changed", "c": "missing"}
    (tmp_path / "SHA256SUMS").write_text("nonsense\n")
    with pytest.raises(ValueError, match="line 1"):
        verify_checksums(tmp_path)
    (tmp_path / "SHA256SUMS").unlink()
    with pytest.raises(FileNotFoundError, match="list of checksums"):
        verify_checksums(tmp_path)


def test_the_data_folder_can_be_moved(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    assert data_directory() == tmp_path
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "none"))
    with pytest.raises(FileNotFoundError, match="COURSE_DATA must name a folder"):
        data_directory()
    monkeypatch.delenv("COURSE_DATA")
    assert (data_directory() / "seismograms.hdf5").is_file()


def test_an_empty_data_folder_says_that_the_sample_is_missing(tmp_path, monkeypatch):
    monkeypatch.delenv("COURSE_STEAD", raising=False)
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r"seismograms\.hdf5 is missing"):
        load_stead()


def test_installed_data_come_before_a_folder_beside_the_package(tmp_path, monkeypatch):
    from course_utils.datasets import files

    monkeypatch.delenv("COURSE_DATA", raising=False)
    module = tmp_path / "site-packages" / "course_utils" / "datasets" / "files.py"
    installed, beside = module.parents[1] / "_data", module.parents[2] / "data"
    monkeypatch.setattr(files, "__file__", str(module))
    with pytest.raises(FileNotFoundError, match="found neither"):
        data_directory()
    for folder in (beside, installed):
        folder.mkdir(parents=True)
        (folder / "SHA256SUMS").touch()
        assert data_directory() == Path(folder).resolve()
