"""Weights in files: NumPy's archives (.npz) and safetensors (https://github.com/huggingface/safetensors#format).

Nothing is allocated for what a file claims, and nothing in it is run: an array is bytes that are there.
"""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import PureWindowsPath
from typing import Any

import numpy as np

from gradlens.engine.errors import EngineError
from gradlens.engine.networks.fields import shown
from gradlens.engine.networks.file_kinds import ZIP, unreadable
from gradlens.engine.networks.initial import Parameter
from gradlens.engine.values import Shape, Value, is_mapping, size_of

Array = np.ndarray[Any, np.dtype[Any]]
KINDS = ".npz, .safetensors"
LONGEST_NAME = 65_000  # bytes, of the 65,535 that an archive has for one with its ending
METADATA = "__metadata__"  # of safetensors: no array's name
MOST_BYTES = 256_000_000  # of an archive, unpacked
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same weights are the same bytes
BFLOAT16 = "BF16"
TYPES = {
    "F64": "<f8",
    "F32": "<f4",
    "F16": "<f2",
    BFLOAT16: "<u2",
    "I64": "<i8",
    "I32": "<i4",
    "I16": "<i2",
    "I8": "<i1",
    "U64": "<u8",
    "U32": "<u4",
    "U16": "<u2",
    "U8": "<u1",
    "BOOL": "<b1",
}


class DamagedFile(ValueError):
    """What was read is no file of the format."""


def write_weights(values: Mapping[str, Value], format: str) -> bytes:
    """format: "npz" or "safetensors"; both in float64.  Error: weights-name.

    >>> sorted(gradlens.read_weights(gradlens.write_weights({"W1": np.ones((2, 3))}, "npz")))
    ['W1']
    """
    for name in values:
        check_name(name, format)
    arrays = {name: np.array(value, np.float64, order="C") for name, value in values.items()}
    return WRITERS[format](arrays)


def check_name(name: str, format: str) -> None:
    """Error: weights-name, for one that is lost in the file, or as a path leads out of where an archive is unpacked."""
    if format == "npz":
        path = PureWindowsPath(name)  # which knows the other systems' paths too
        written = name.encode("utf-8", "replace")
        is_kept = 0 < len(written) <= LONGEST_NAME and written.decode() == name and not {"\0", "\\"} & set(name)
        is_possible = is_kept and not path.anchor and ".." not in path.parts
    else:
        is_possible = name != METADATA
    if not is_possible:
        example = re.sub(r"\W+", "_", name).strip("_")[:20] or "W"
        raise EngineError("weights-name", name=shown(name), format=f".{format}", example=example)


def written_npz(arrays: Mapping[str, Array]) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, array in arrays.items():
            part = BytesIO()
            np.lib.format.write_array(part, array, allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", LONG_AGO), part.getvalue())
    return file.getvalue()


def written_safetensors(arrays: Mapping[str, Array]) -> bytes:
    """The header's length, the header, and the arrays without gaps."""
    header: dict[str, object] = {}
    at = 0
    for name, array in arrays.items():
        header[name] = {"dtype": "F64", "shape": list(array.shape), "data_offsets": [at, at + array.nbytes]}
        at += array.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return b"".join([len(text).to_bytes(8, "little"), text, *(array.tobytes() for array in arrays.values())])


WRITERS = {"npz": written_npz, "safetensors": written_safetensors}


def read_weights(data: bytes) -> dict[str, Value]:
    """The arrays of a file in either format, by name.  Errors: weights-file, file-empty, file-other.

    >>> weights = gradlens.write_weights({"b1": np.zeros(3)}, "safetensors")
    >>> gradlens.read_weights(weights)
    {'b1': array([0., 0., 0.])}
    """
    try:
        return read_npz(data) if data.startswith(ZIP) else read_safetensors(data)
    except (ValueError, KeyError, TypeError, OverflowError, OSError, EOFError, zipfile.BadZipFile, zlib.error):
        raise unreadable(data, "weights-file", KINDS) from None
    except RuntimeError:  # an archive that is encrypted or packed in another way, a header that is nested too deeply
        raise unreadable(data, "weights-file", KINDS) from None


def read_npz(data: bytes) -> dict[str, Value]:
    found: dict[str, Value] = {}
    with zipfile.ZipFile(BytesIO(data)) as archive:
        if sum(part.file_size for part in archive.infolist()) > MOST_BYTES:
            raise DamagedFile
        for part in archive.infolist():
            with archive.open(part) as opened:
                content = opened.read(part.file_size + 1)
            found[part.filename.removesuffix(".npy")] = npy_array(content)
    return found


def npy_array(content: bytes) -> Value:
    """An array as NumPy saves one.  Raises ValueError."""
    file = BytesIO(content)
    version = np.lib.format.read_magic(file)
    read = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}.get(version)
    if read is None:
        raise DamagedFile
    shape, in_columns, dtype = read(file)
    if dtype.kind not in "fiub":
        raise DamagedFile
    flat = numbers(content[file.tell() :], dtype, shape)
    return flat.reshape(shape, order="F" if in_columns else "C")


def numbers(content: bytes | memoryview, dtype: np.dtype[Any], shape: Shape) -> Array:
    if any(n < 0 for n in shape) or len(content) != size_of(shape) * dtype.itemsize:
        raise DamagedFile
    return np.frombuffer(content, dtype).astype(np.float64)


def read_safetensors(data: bytes) -> dict[str, Value]:
    length = int.from_bytes(data[:8], "little")
    if not 2 <= length <= len(data) - 8:
        raise DamagedFile
    header = json.loads(data[8 : 8 + length])
    if not is_mapping(header):
        raise DamagedFile
    content = memoryview(data)[8 + length :]
    found: dict[str, Value] = {}
    for name, told in header.items():
        if name == METADATA:
            continue
        start, end = told["data_offsets"]
        shape = tuple(int(n) for n in told["shape"])
        if not 0 <= start <= end <= len(content):
            raise DamagedFile
        flat = numbers(content[start:end], np.dtype(TYPES[told["dtype"]]), shape)
        if told["dtype"] == BFLOAT16:
            flat = (flat.astype(np.uint32) << 16).view(np.float32).astype(np.float64)
        found[name] = flat.reshape(shape)
    return found


def fitting_weights(values: Mapping[str, Value], parameters: Iterable[Parameter]) -> dict[str, Value]:
    """The values of all parameters; a dot in a name of the file stands for what a name here has in its place.

    Errors: weights-missing, weights-extra, weights-shape.
    """
    given = {name.replace(".", "_"): value for name, value in values.items()}
    wanted = {p.name: p.shape for p in parameters}
    for name in wanted:
        if name not in given:
            raise EngineError("weights-missing", name=name, names=listed(values))
    for name, value in given.items():
        if name not in wanted:
            raise EngineError("weights-extra", name=shown(name)[:80], names=listed(wanted))
        if np.shape(value) != wanted[name]:
            raise EngineError("weights-shape", name=name, got=str(np.shape(value)), wanted=str(wanted[name]))
    return given


def listed(names: Iterable[str]) -> str:
    """The first names, for an error."""
    given = [shown(name)[:40] for name in names]
    return ", ".join([*given[:8], *(["…"] if len(given) > 8 else [])])


__all__ = ["fitting_weights", "read_weights", "write_weights"]
