"""Functions as machine code: the same answers as in Python, kept and loaded without numba, and never called with what they do not take."""

from __future__ import annotations

import hashlib
import importlib
import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import compiled as machine
from geo.compiled import Floats, Ints, Longs, Truths, compiled


def _clipped(value: int, most: int) -> int:
    return min(value, most)


def _running(values: Ints, wanted: Truths, most: int, share: float, sums: Longs, shares: Floats) -> int:
    """Write running sums of some values, cut off at ``most``, and a share of each."""
    total = 0
    for i in range(len(values)):
        if wanted[i]:
            total = _clipped(total + values[i], most)
        sums[i] = total
        shares[i] = total * share
    return total


def _halve(values: Floats) -> None:
    half = values[len(values) // 2 :]
    for i in range(len(half)):
        half[i] = np.exp(-half[i])


running = compiled(_running)


@pytest.fixture
def anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep code in a folder of the test."""
    monkeypatch.setattr(machine, "_folders", lambda source: [tmp_path])
    return tmp_path


def told(function: Any, values: list[int], most: int, share: float) -> tuple[Any, ...]:
    many = len(values)
    sums, shares = np.zeros(many, np.int64), np.zeros(many)
    wanted = np.arange(many) % 3 != 1
    return (
        function(np.array(values, np.int64 if function is _running else np.int32), wanted, most, share, sums, shares),
        sums.tolist(),
        shares.tolist(),
    )


@given(st.lists(st.integers(-(2**31), 2**31 - 1), max_size=20), st.integers(-(2**40), 2**40), st.floats(-1e6, 1e6))
def test_the_answer_is_that_of_python(values: list[int], most: int, share: float) -> None:
    assert told(running, values, most, share) == told(_running, values, most, share)


def test_a_function_that_returns_nothing_writes_and_uses_a_part_of_an_array(anew: Path) -> None:
    values = np.array([1.0, 2.0, 3.0, 4.0])
    assert compiled(_halve)(values) is None
    np.testing.assert_allclose(values, [1, 2, np.exp(-3), np.exp(-4)], rtol=1e-15)


@pytest.mark.parametrize(
    "values",
    [np.zeros(4, np.int64), np.zeros(4), np.zeros((2, 2), np.int32), np.zeros(8, np.int32)[::2], np.zeros(4, ">i4")],
    ids=["wider", "floats", "two dimensions", "every second", "other bytes"],
)
def test_another_array_is_refused_by_its_name(values: np.ndarray) -> None:
    with pytest.raises(TypeError, match=r"_running: values"):
        running(values, np.ones(4, bool), 3, 0.5, np.zeros(4, np.int64), np.zeros(4))


def test_too_few_values_are_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        running(np.zeros(4, np.int32))


def test_code_is_kept_and_used_again(anew: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = told(compiled(_running), [1, 2, 3], 5, 0.5)
    (kept,) = anew.iterdir()
    before = kept.stat()
    monkeypatch.setattr(machine, "_made", None)
    assert told(compiled(_running), [1, 2, 3], 5, 0.5) == expected
    assert kept.stat() == before


@pytest.mark.parametrize("damage", [b"", b"short", b"\0" * 4_000])
def test_damaged_code_is_made_anew(anew: Path, damage: bytes) -> None:
    expected = told(compiled(_running), [1, 2, 3], 5, 0.5)
    (kept,) = anew.iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(damage or whole[:-1])
    assert told(compiled(_running), [1, 2, 3], 5, 0.5) == expected
    assert hashlib.sha256(kept.read_bytes()[32:]).digest() == kept.read_bytes()[:32]


def test_without_a_folder_the_code_is_made_for_this_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_folders", lambda source: [tmp_path / "file" / "below"])
    (tmp_path / "file").write_text("in the way")
    assert told(compiled(_running), [1, 2, 3], 5, 0.5) == told(_running, [1, 2, 3], 5, 0.5)


def test_a_cache_that_others_write_to_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    source = tmp_path / "module.py"
    assert list(machine._folders(source)) == [tmp_path / "__pycache__", tmp_path / "jiwar"]
    (tmp_path / "jiwar").chmod(0o777)
    assert list(machine._folders(source)) == [tmp_path / "__pycache__"]


def test_nobody_at_home_needs_no_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> Path:
        raise RuntimeError

    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", nowhere)
    assert list(machine._folders(tmp_path / "module.py")) == [tmp_path / "__pycache__"]


def test_the_first_calls_may_come_at_once(anew: Path) -> None:
    function = compiled(_running)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: told(function, list(range(50)), 300, 0.25), range(8)))
    assert found == [told(_running, list(range(50)), 300, 0.25)] * 8


def undefined(code: bytes) -> set[str]:
    """Return the symbols that an ELF object takes from elsewhere."""
    (sections,), (many, names) = struct.unpack_from("<Q", code, 40), struct.unpack_from("<HH", code, 60)
    headers = [struct.unpack_from("<IIQQQQIIQQ", code, sections + 64 * i) for i in range(many)]
    assert names < many
    (table,) = (header for header in headers if header[1] == 2)
    symbols = [struct.unpack_from("<IBBHQQ", code, table[4] + 24 * i) for i in range(table[5] // 24)]
    begin = headers[table[6]][4]
    return {code[begin + one[0] : code.index(b"\0", begin + one[0])].decode() for one in symbols if one[3] == 0 and one[0]}


@pytest.mark.parametrize("module", ["catchment_numba", "raster_numba", "travel_contraction", "travel_numba"])
def test_machine_code_needs_nothing_that_a_process_without_the_compiler_has_not(module: str) -> None:
    found = [one for one in vars(importlib.import_module(f"geo.{module}")).values() if isinstance(one, machine._Compiled)]
    assert found
    for one in found:
        code = machine._code(one.function)[1]
        if code[:4] != b"\x7fELF":
            pytest.skip("another kind of object")
        assert undefined(code) <= set(machine.C_FUNCTIONS)


def test_a_function_of_the_c_library_is_found_without_the_compiler() -> None:
    code = (
        "import sys, numpy as np; from geo.raster import raster_minutes; ground = np.arange(12.0).reshape(3, 4);"
        "found = raster_minutes(np.ones((3, 4)), np.array([[0, 0]]), (30.0, 30.0), elevation=ground).minutes;"
        "print(round(float(found[2, 3]), 6), 'numba' in sys.modules)"
    )
    told_by = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120).stdout.split() for _ in range(2)]
    assert told_by[0][0] == told_by[1][0]
    assert told_by[1][1] == "False"


def test_a_search_loads_no_compiler() -> None:
    """A second process finds the code of the first one."""
    code = (
        "import sys, numpy as np; from geo.travel_network import Csr; from geo.travel_numba import one_tree;"
        "arcs = Csr(np.array([0, 1, 2]), np.array([1, 0], 'i4'), np.array([7, 9], 'i4')); none = np.zeros(1, 'i8');"
        "print(one_tree(arcs, none, none, none, 100)[0].tolist(), 'numba' in sys.modules)"
    )
    told_by = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() for _ in range(2)]
    assert told_by[-1] == "[0, 7] False"
