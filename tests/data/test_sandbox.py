"""The child process: what it may not do, and what the parent makes of every way in which it can end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from data import sandbox
from data.sources import child
from geo.errors import InputError, SetupError
from tests.data.sources.help import csv_bytes, feature, geojson_bytes

ROOT = Path(__file__).parents[2]


def fake_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Put a script in the place of the child."""
    path = tmp_path / "child.py"
    path.write_text(f"import os, resource, signal, sys, time\n{code}\n")
    monkeypatch.setattr(sandbox, "_CHILD", path)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("time.sleep(60)", "import.too_heavy"),
        ("while True: pass", "import.too_heavy"),
        ("sys.exit(3)", "import.too_heavy"),
        ("os.abort()", "import.too_heavy"),
        ("os.kill(os.getpid(), signal.SIGXCPU)", "import.too_heavy"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "import.damaged"),
        ("raise ValueError", "import.damaged"),
        ("print('no json')", "import.damaged"),
        ("print('[' * 100000)", "import.damaged"),
        ("print('[]')", "import.damaged"),
        ("print('{\"table\": 3}')", "import.damaged"),
        ("print('{}')", "import.damaged"),
        ("sys.stdout.write('x' * 2_000_000)", "import.too_heavy"),
    ],
)
def test_every_end_of_the_child_is_one_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, expected: str) -> None:
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 1.0)
    monkeypatch.setattr(sandbox, "MAX_ANSWER", 1_000_000)
    fake_child(tmp_path, monkeypatch, code)
    with pytest.raises(InputError) as raised:
        sandbox.read_table("csv", b"a,b\n1,2\n" * 100_000)
    assert raised.value.code == expected


@pytest.mark.parametrize(
    "change",
    [
        {"rows": [["1"]]},
        {"numbers": [1, 2]},
        {"lon": [1.0, 2.0]},
        {"rows": [["1", "2"], ["3", "4"]]},
        {"numbers": ["x"]},
        {"issues": [{"row": 1}]},
        {"headers": 5},
    ],
)
def test_answer_that_does_not_fit_together_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: dict[str, object]) -> None:
    good = {"headers": ["a", "b"], "rows": [["1", "2"]], "numbers": [2], "lon": None, "lat": None, "crs": "", "issues": []}
    fake_child(tmp_path, monkeypatch, f"sys.stdin.buffer.read(); print({json.dumps({'table': good | change})!r})")
    with pytest.raises(InputError) as raised:
        sandbox.read_table("csv", b"x")
    assert raised.value.code == "import.damaged"


def test_child_sees_nothing_of_the_servers_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIWAR_TOKEN", "secret")
    fake_child(tmp_path, monkeypatch, "import json; sys.stdin.buffer.read(); print(json.dumps({'error': 'x', 'params': dict(os.environ)}))")
    with pytest.raises(InputError) as raised:
        sandbox.read_table("csv", b"x")
    assert "secret" not in str(raised.value.params)
    assert not {"PATH", "HOME", "PYTHONPATH"} & set(raised.value.params)


def in_locked_child(code: str) -> str:
    """Run code where the reader would run: after the limits are set and the libraries are loaded."""
    script = f"""
import sys; sys.path.insert(0, {str(ROOT)!r}); sys.argv = ["child", "csv"]
from data.sources import child
def attack(data):
    import io
    try:
        {code}
    except BaseException as error:
        print("STOPPED", type(error).__name__, getattr(error, "errno", ""))
    else:
        print("WENT THROUGH")
    sys.stdout.flush()
    raise SystemExit
child._reader, original = lambda kind: (original(kind), __import__("socket"), __import__("subprocess"), attack)[-1], child._reader
child.main()
"""
    done = subprocess.run([sys.executable, "-c", script], input=b"x", capture_output=True, check=False, timeout=60)
    return done.stdout.decode() + done.stderr.decode()[-300:]


@pytest.mark.parametrize(
    "code",
    [
        "open('/etc/passwd').read()",
        "__import__('socket').create_connection(('127.0.0.1', 9), timeout=1)",
        "__import__('subprocess').run(['/bin/true'])",
        "open('/tmp/jiwar-child-wrote', 'w').write('x')",
        "bytearray(3 << 30)",
    ],
)
def test_reader_can_open_no_file_no_socket_no_program_and_little_memory(code: str) -> None:
    assert "STOPPED" in in_locked_child(code)
    assert not Path("/tmp/jiwar-child-wrote").exists()


def test_control_of_the_attack_harness_goes_through() -> None:
    assert "WENT THROUGH" in in_locked_child("io.BytesIO(b'x').read()")


def test_gdal_keeps_only_the_allowed_driver() -> None:
    from data.sources.gpkg import DRIVERS

    skipped = set(sandbox._skipped_drivers().split(","))
    script = "import pyogrio, json; print(json.dumps(sorted(pyogrio.list_drivers())))"
    left = json.loads(subprocess.run([sys.executable, "-c", script], env=sandbox._environment("gpkg"), capture_output=True, check=True).stdout)
    assert set(left) == DRIVERS
    assert {"OGR_VRT", "CSV", "GeoJSON", "HTTP", "OSM"} <= skipped


def test_geopackage_reader_refuses_to_work_with_other_drivers() -> None:
    from data.sources import gpkg

    with pytest.raises(InputError) as raised:
        gpkg.read(b"")
    assert raised.value.code == "import.sandbox"


def test_set_up_fault_is_not_the_files_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_child(tmp_path, monkeypatch, 'sys.stdin.buffer.read(); print(\'{"error": "import.sandbox", "params": {}}\')')
    with pytest.raises(SetupError):
        sandbox.read_table("csv", b"x")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (csv_bytes(["a", "b"]), "csv"),
        ("א,ב".encode("utf-16"), "csv"),
        ("اسم,نوع".encode("cp1256"), "csv"),
        (geojson_bytes(feature(1, 2)), "geojson"),
        (b"\xef\xbb\xbf \n" + geojson_bytes(), "geojson"),
        (b'<?xml version="1.0"?>\n<!-- x -->\n<osm version="0.6"/>', "osm"),
        (b"\0\0\0\x0e\x0a\x09OSMHeader\x18", "pbf"),
    ],
)
def test_content_tells_the_kind(data: bytes, kind: str) -> None:
    assert sandbox.sniff(data) == kind


def test_limits_are_those_of_the_security_notes() -> None:
    assert (child.MEMORY, child.CPU_SECONDS, child.OPEN_FILES, sandbox.WALL_SECONDS) == (2 << 30, 20, 64, 20.0)


def test_no_child_is_left_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 0.5)
    fake_child(tmp_path, monkeypatch, f"open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid())); time.sleep(60)")
    with pytest.raises(InputError):
        sandbox.read_table("csv", b"x")
    pid = int((tmp_path / "pid").read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
