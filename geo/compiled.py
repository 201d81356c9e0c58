"""Functions over arrays as machine code: compiled by numba once, kept, and from then on loaded without it.

Importing numba and calling a first function takes half a second and 130 megabytes; loading what it has compiled takes a tenth of a second and 50.
A compiled function takes arrays and numbers by the types of its parameters, makes no arrays, and returns a whole number or nothing. It may call other functions of its module.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import tempfile
import threading
import types
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

import llvmlite
import llvmlite.binding as llvm
import numpy as np
import numpy.typing as npt

Truths = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
"""The arrays that a compiled function may take, all of one dimension."""

_ARRAYS = {"Truths": np.dtype(np.bool_), "Ints": np.dtype(np.int32), "Longs": np.dtype(np.int64), "Floats": np.dtype(np.float64)}
_NUMBERS = {"int": ctypes.c_int64, "float": ctypes.c_double}
C_FUNCTIONS = ("exp", "memcpy", "memmove", "memset")
"""What machine code may call that is not its own."""
_DESTRUCTOR = "NRT_MemInfo_call_dtor"
"""What the code calls to free an array that it owns; it owns none."""
_SUM = hashlib.sha256().digest_size
_lock = threading.Lock()
_engines: list[Any] = []


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function as machine code, made or loaded at its first call; other threads run while it does.

    Raises
    ------
    TypeError : when called with an array of another type than its parameter's, or one that is not in one piece.
    """
    return cast("Callable[..., Any]", _Compiled(function))


class _Compiled:
    """A function that is compiled where no code of it is kept."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.kinds = {name: str(kind) for name, kind in function.__annotations__.items() if name != "return"}
        self.ready: Callable[..., int] | None = None
        self.__doc__, self.__name__ = function.__doc__, function.__name__

    def __call__(self, *values: Any) -> int | None:
        ready = self.ready or self._make_ready()
        result = ctypes.c_int64()
        words: list[Any] = [ctypes.addressof(result), None]
        for (name, kind), value in zip(self.kinds.items(), values, strict=True):
            if kind in _NUMBERS:
                words.append(int(value) if kind == "int" else float(value))
            elif value.dtype == _ARRAYS[kind] and value.ndim == 1 and value.flags.c_contiguous:
                words += (None, None, len(value), value.itemsize, value.ctypes.data, len(value), value.itemsize)
            else:
                raise TypeError(f"{self.__name__}: {name} is no array of {kind}: {value.dtype}, {value.ndim} dimensions")
        if ready(*words):
            raise RuntimeError(f"{self.__name__} ended with an error")
        return None if self.function.__annotations__["return"] == "None" else result.value

    def _make_ready(self) -> Callable[..., int]:
        with _lock:
            if self.ready is None:
                words: list[Any] = [ctypes.c_void_p, ctypes.c_void_p]
                for kind in self.kinds.values():
                    words += (
                        [_NUMBERS[kind]]
                        if kind in _NUMBERS
                        else [ctypes.c_void_p] * 2 + [ctypes.c_int64] * 2 + [ctypes.c_void_p] + [ctypes.c_int64] * 2
                    )
                self.ready = ctypes.CFUNCTYPE(ctypes.c_int32, *words)(_address(self.function))
            return self.ready


def _address(function: Callable[..., Any]) -> int:
    """Return where a function stands as machine code."""
    named, code, machine = _code(function)
    for called in C_FUNCTIONS:
        llvm.add_symbol(called, ctypes.cast(getattr(ctypes.CDLL(None), called), ctypes.c_void_p).value)
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    engine.add_object_file(llvm.object_file.ObjectFileRef.from_data(code))
    engine.finalize_object()
    _engines.append(engine)  # the code lives as long as its engine
    return int(engine.get_function_address(named))


def _code(function: Callable[..., Any]) -> tuple[str, bytes, Any]:
    """Return the name of a function in its code, the code, and the machine that it is for; it is kept beside its module, or in the user's cache."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    processor, features = llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()
    machine = llvm.Target.from_default_triple().create_target_machine(cpu=processor, features=features, opt=3, codemodel="jitdefault", jit=True)
    source = Path(function.__code__.co_filename)
    named = f"{source.stem}.{function.__qualname__}"
    known = f"{_compiler()}\n{llvmlite.__version__}\n{processor}\n{features}\n{named}".encode()
    name = f"{named}.{hashlib.sha256(known + source.read_bytes() + Path(__file__).read_bytes()).hexdigest()[:16]}.o"
    code = _kept(source, name)
    if code is None:
        code = machine.emit_object(_made(function, named))
        _keep(source, name, code)
    return named, code, machine


def _compiler() -> str:
    """Return what changes where another numba is installed, without importing it."""
    numba = find_spec("numba")
    return str(Path(numba.origin).stat().st_mtime_ns) if numba is not None and numba.origin else ""


def _made(function: Callable[..., Any], named: str) -> Any:
    """Return the function as a module of LLVM that needs nothing of numba."""
    numba = import_module("numba")
    kinds = {name: _numba_type(numba, str(kind)) for name, kind in function.__annotations__.items()}
    back = kinds.pop("return")
    options = {"nogil": True, "error_model": "numpy", "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    made = numba.njit(back(*kinds.values()), **options)(_with_parts(function, numba.njit))
    (overload,) = made.overloads.values()
    module = llvm.parse_assembly(overload.library.get_llvm_str())
    module.link_in(llvm.parse_assembly(f"define void @{_DESTRUCTOR}(ptr %0) {{ ret void }}"))
    module.get_function(overload.fndesc.llvm_func_name).name = named
    outside = [one.name for one in module.functions if one.is_declaration and not one.name.startswith("llvm.") and one.name not in C_FUNCTIONS]
    if outside:
        raise RuntimeError(f"{named} needs {outside}")
    return module


def _numba_type(numba: Any, kind: str) -> Any:
    if kind in _ARRAYS:
        return numba.types.Array(numba.from_dtype(_ARRAYS[kind]), 1, "C")
    return {"int": numba.int64, "float": numba.float64, "None": numba.void}[kind]


def _with_parts(function: Callable[..., Any], compiler: Any) -> Callable[..., Any]:
    """Return the function with the functions of its module that it calls compiled."""
    called = {name: function.__globals__.get(name) for name in function.__code__.co_names}
    parts = {name: compiler(_with_parts(one, compiler)) for name, one in called.items() if isinstance(one, types.FunctionType)}
    return types.FunctionType(function.__code__, {**function.__globals__, **parts}, function.__name__)


def _folders(source: Path) -> Iterator[Path]:
    """Yield where code may be kept: beside the source, as Python keeps its own, or in a folder that nobody else can write to."""
    yield source.parent / "__pycache__"
    try:
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "jiwar"
        cache.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (OSError, RuntimeError):  # there may be no home
        return
    held = cache.stat()
    if held.st_uid == os.getuid() and not held.st_mode & 0o022:
        yield cache


def _kept(source: Path, name: str) -> bytes | None:
    """Return code that is kept, unless it is damaged."""
    for folder in _folders(source):
        try:
            held = (folder / name).read_bytes()
        except OSError:
            continue
        if hashlib.sha256(held[_SUM:]).digest() == held[:_SUM]:
            return held[_SUM:]
    return None


def _keep(source: Path, name: str, code: bytes) -> None:
    """Keep code in the first folder that takes it, whole or not at all; where none does, the next process compiles again."""
    for folder in _folders(source):
        try:
            folder.mkdir(exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
                file.write(hashlib.sha256(code).digest() + code)
            Path(file.name).chmod(0o644)
            Path(file.name).replace(folder / name)
        except OSError:
            continue
        return
