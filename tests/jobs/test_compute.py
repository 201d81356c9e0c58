"""Work on parts: the same answers in the same order whichever way they are computed, with errors as they are and workers killed on the way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from geo.errors import BadCell, InputError, SchemaError, SetupError
from jobs.compute import COMPUTE, LOSSES, Compute, run_parts

ROOT = Path(__file__).parents[2]
WAYS: tuple[Compute, ...] = ("serial", "processes", "dask")
Place = tuple[str, int]


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """Address of a scheduler with two workers in processes of their own, on this machine alone."""
    distributed: Any = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address="127.0.0.1:0", memory_limit=0,
                                  silence_logs=50) as cluster:  # fmt: skip
        yield cluster.scheduler_address


def squares(part: int) -> np.ndarray:
    return np.arange(part, dtype=np.int32) ** 2


def refusing(part: int) -> int:
    if part % 2:
        raise InputError("access.limit", value=part)
    return part


def listing(part: int) -> int:
    raise SchemaError([BadCell(part, "a", "b", "access.minutes")])


def wrong(part: int) -> int:
    return 1 // (part - 1)


def slow(part: Place) -> np.ndarray:
    """Say who does the part, take a while, answer."""
    folder, number = part
    (Path(folder) / f"{number}.{os.getpid()}").touch()
    time.sleep(0.4)
    (Path(folder) / f"{number}.{os.getpid()}.done").touch()
    return np.full(3, number) / 7


def deadly(part: int) -> int:
    if part == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return part


def test_all_ways_are_tried() -> None:
    assert set(WAYS) == set(COMPUTE)


@pytest.mark.parametrize("compute", WAYS)
def test_answers_come_in_the_order_of_the_parts_and_progress_is_told(compute: Compute, scheduler: str) -> None:
    told: list[tuple[int, int]] = []
    parts = [5, 0, 3, 3, 9]
    found = run_parts(squares, parts, compute, scheduler=scheduler, workers=2, on_progress=lambda done, total: told.append((done, total)))
    assert [one.tolist() for one in found] == [squares(part).tolist() for part in parts]
    assert {one.dtype for one in found} == {np.dtype("i4")}
    assert told == [(done, 5) for done in range(1, 6)]
    assert run_parts(squares, [], compute, scheduler=scheduler) == []


@pytest.mark.parametrize("compute", WAYS)
def test_an_error_for_people_comes_out_as_it_is_and_the_next_run_goes_well(compute: Compute, scheduler: str) -> None:
    with pytest.raises(InputError) as caught:
        run_parts(refusing, [2, 5, 4, 3], compute, scheduler=scheduler, workers=2)
    assert (type(caught.value), caught.value.code, caught.value.params) == (InputError, "access.limit", {"value": 5})
    with pytest.raises(SchemaError) as listed:
        run_parts(listing, [7, 8], compute, scheduler=scheduler, workers=2)
    assert [cell.row for cell in listed.value.cells] == [7]
    with pytest.raises(ZeroDivisionError):
        run_parts(wrong, [0, 1], compute, scheduler=scheduler, workers=2)
    assert run_parts(refusing, [2, 4], compute, scheduler=scheduler, workers=2) == [2, 4]


@pytest.mark.parametrize("compute", ["processes", "dask"])
def test_a_worker_killed_in_mid_run_changes_no_answer(compute: Compute, scheduler: str, tmp_path: Path) -> None:
    parts: list[Place] = [(str(tmp_path), number) for number in range(8)]
    killed: list[str] = []

    def kill(_done: int, _total: int) -> None:
        """End one worker that has begun a part and not finished it."""
        begun = [path for path in sorted(tmp_path.iterdir()) if path.suffix != ".done" and not path.with_name(f"{path.name}.done").exists()]
        if begun and not killed:
            killed.extend(begun[0].name.split("."))
            assert int(killed[1]) != os.getpid()
            os.kill(int(killed[1]), signal.SIGKILL)

    found = run_parts(slow, parts, compute, scheduler=scheduler, workers=2, on_progress=kill)
    assert killed
    done_by = [path.name.split(".")[1] for path in tmp_path.glob(f"{killed[0]}.*.done")]
    assert done_by  # by somebody else
    assert killed[1] not in done_by
    assert np.array_equal(np.stack(found), np.stack(run_parts(slow, parts, "serial")))


@pytest.mark.parametrize("compute", ["processes", "dask"])
def test_a_part_that_kills_every_worker_is_given_up_with_words(compute: Compute) -> None:
    with pytest.raises(SetupError) as caught:
        run_parts(deadly, [1, 2, 3], compute, workers=2)
    assert (caught.value.code, caught.value.params) == ("compute.lost", {"times": LOSSES + 1})


def test_what_progress_raises_ends_the_run(scheduler: str) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    for compute in WAYS:
        with pytest.raises(KeyboardInterrupt):
            run_parts(refusing, [2, 4], compute, scheduler=scheduler, workers=1, on_progress=stop)


def test_without_dask_it_is_said_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SetupError) as caught:
        run_parts(refusing, [2], "dask")
    assert caught.value.code == "compute.no_dask"


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nowhere://x"])
def test_a_scheduler_that_does_not_answer_is_told(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("jobs.compute.ANSWER_SECONDS", 1)
    with pytest.raises(SetupError) as caught:
        run_parts(refusing, [2], "dask", scheduler=address)
    assert (caught.value.code, caught.value.params) == ("compute.no_scheduler", {"address": address})


def test_a_scheduler_without_workers_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    distributed: Any = pytest.importorskip("distributed")
    monkeypatch.setattr("jobs.compute.WORKER_SECONDS", 0.5)
    with (
        distributed.LocalCluster(n_workers=0, host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs=50) as cluster,
        pytest.raises(SetupError) as caught,
    ):
        run_parts(refusing, [2], "dask", scheduler=cluster.scheduler_address)
    assert caught.value.code == "compute.no_workers"


def test_workers_that_all_leave_and_do_not_come_back_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    distributed: Any = pytest.importorskip("distributed")
    monkeypatch.setattr("jobs.compute.WORKER_SECONDS", 1)
    parts = [(str(tmp_path), number) for number in range(8)]
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0", memory_limit=0, silence_logs=50
        ) as cluster,
        pytest.raises(SetupError) as caught,
    ):
        run_parts(slow, parts, "dask", scheduler=cluster.scheduler_address, on_progress=lambda _done, _total: cluster.scale(0))
    assert caught.value.code == "compute.no_workers"


@pytest.mark.parametrize("missing_at", ["scheduler", "workers"])
def test_a_cluster_that_does_not_find_the_code_is_told(tmp_path: Path, missing_at: str) -> None:
    pytest.importorskip("distributed")
    there, elsewhere = {**os.environ, "PYTHONPATH": str(ROOT)}, {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    plain = ["--host", "127.0.0.1", "--no-dashboard"]
    dask = [sys.executable, "-c", "import sys; sys.path.remove(''); from dask.__main__ import main; main()"]
    file = tmp_path / "scheduler.json"
    with ExitStack() as ended:
        for words, env in (
            (["scheduler", "--port", "0"], elsewhere if missing_at == "scheduler" else there),
            (["worker", "--nthreads", "1"], there if missing_at == "scheduler" else elsewhere),
        ):
            child = subprocess.Popen([*dask, *words, *plain, "--scheduler-file", str(file)], cwd=tmp_path, env=env, stderr=subprocess.DEVNULL)
            ended.callback(child.wait)
            ended.callback(child.terminate)
            while not file.exists():
                time.sleep(0.1)
        address = json.loads(file.read_text(encoding="utf-8"))["address"]
        with pytest.raises(SetupError) as caught:
            run_parts(squares, [1, 2], "dask", scheduler=address)
    assert caught.value.code == "compute.worker_without_jiwar"


def test_an_unknown_way_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        run_parts(refusing, [2], "cloud")  # type: ignore[arg-type]
    assert caught.value.code == "compute.unknown"
