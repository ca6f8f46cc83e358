"""Weights in files: what is written is read again, by NumPy too, and what a file claims is not believed."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.errors import EngineError
from gradlens.engine.networks.network import NetworkSpec, build_network
from gradlens.engine.networks.weights import fitting_weights, read_weights, write_weights
from tests.each import each
from tests.engine.numerics import close

VALUES = {"W1": np.arange(6.0).reshape(2, 3) / 7, "b1": np.array([0.5, -1e-300, np.inf]), "scale": 2.5}
# By safetensors 0.8.0: {"a.weight": [[1, -2.5]] in F16, "n": [3] in I64, "h": [1.5] in BF16}
MADE_ELSEWHERE = bytes.fromhex(
    "b0000000000000007b226e223a7b226474797065223a22493634222c227368617065223a5b315d2c22646174615f6f666673"
    "657473223a5b302c385d7d2c2268223a7b226474797065223a2242463136222c227368617065223a5b315d2c22646174615f"
    "6f666673657473223a5b382c31305d7d2c22612e776569676874223a7b226474797065223a22463136222c22736861706522"
    "3a5b312c325d2c22646174615f6f666673657473223a5b31302c31345d7d7d2020200300000000000000c03f003c00c1"
)


@each("format", ["npz", "safetensors"])
def test_what_is_written_is_read_again_to_the_last_bit(format):
    data = write_weights(VALUES, format)
    found = read_weights(data)
    assert list(found) == list(VALUES) and all(close(found[name], value, 0, 0) for name, value in VALUES.items())
    assert data == write_weights(VALUES, format)


@each("name", ["a/b", "fc.weight", "가중치", "kernel:0", "..W", "a..b", "W" * 60_000, "안" * 20_000])
def test_a_name_that_stays_within_a_folder_is_read_again(name):
    assert list(read_weights(write_weights({name: 1.0}, "npz"))) == [name]


@each(
    "name, example",
    [
        ("../x", "x"),
        ("a/../../x", "a_x"),
        ("..", "W"),
        ("/etc/x", "etc_x"),
        ("..\\x", "x"),
        ("a\\b", "a_b"),
        ("C:/x", "C_x"),
        ("C:x", "C_x"),
        ("a\0b", "a_b"),
        ("", "W"),
        ("W\ud800", "W"),
        ("W" * 66_000, "W" * 20),
    ],
)
def test_a_name_that_an_archive_cannot_keep_is_refused(name, example):
    with pytest.raises(EngineError) as error:
        write_weights({"b": 1.0, name: 1.0}, "npz")
    assert (error.value.kind, error.value.params["example"]) == ("weights-name", example)
    assert list(read_weights(write_weights({name: 1.0}, "safetensors"))) == [name]


def test_the_name_of_what_is_no_array_in_safetensors_is_refused():
    with pytest.raises(EngineError) as error:
        write_weights({"__metadata__": 1.0}, "safetensors")
    assert error.value.kind == "weights-name"
    assert list(read_weights(write_weights({"__metadata__": 1.0}, "npz"))) == ["__metadata__"]


def test_a_name_in_an_archive_is_read_as_a_name_and_never_as_a_path():
    network = build_network(NetworkSpec([{"type": "affine", "units": 3}], "mse"), {"x": (4, 2)})
    found = read_weights(archive(npy(np.ones(2)), "../x.npy"))
    with pytest.raises(EngineError) as error:
        fitting_weights({"W1": np.ones((2, 3)), "b1": np.zeros(3), **found}, network.parameters)
    assert list(found) == ["../x"] and error.value.kind == "weights-extra"


def test_numpy_reads_what_is_written_and_what_it_writes_is_read():
    with np.load(BytesIO(write_weights(VALUES, "npz"))) as archive:
        assert all(close(archive[name], value, 0, 0) for name, value in VALUES.items())
    for save in (np.savez, np.savez_compressed):
        file = BytesIO()
        save(file, W=np.asfortranarray(VALUES["W1"]).astype(np.float32), n=np.array([True, False]))
        found = read_weights(file.getvalue())
        assert close(found["W"], VALUES["W1"].astype(np.float32), 0, 0) and close(found["n"], [1, 0])


def test_what_safetensors_writes_is_read():
    found = read_weights(MADE_ELSEWHERE)
    assert close(found["a.weight"], [[1, -2.5]]) and close(found["n"], [3]) and close(found["h"], [1.5])


def safetensors(header: object, content: bytes = b"") -> bytes:
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + content


def archive(content: bytes, name: str = "W.npy") -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr(name, content)
    return file.getvalue()


def npy(array: np.ndarray, **claimed: object) -> bytes:
    """An array as NumPy saves it, whose header may say something else."""
    file = BytesIO()
    header = {"descr": array.dtype.str, "fortran_order": False, "shape": array.shape} | claimed
    np.lib.format.write_array_header_1_0(file, header)
    return file.getvalue() + array.tobytes()


def of(**told: object) -> dict[str, object]:
    return {"W": {"dtype": "F64", "shape": [1], "data_offsets": [0, 8]} | told}


BROKEN = [
    b"PK\x03\x04",
    (2**63).to_bytes(8, "little") + b"{}",
    safetensors([]),
    safetensors(of(), b"1234567"),
    safetensors(of(shape=[2**40]), b"12345678"),
    safetensors(of(shape=[-1]), b"12345678"),
    safetensors(of(shape=["a"]), b"12345678"),
    safetensors(of(dtype="F8"), b"12345678"),
    safetensors(of(data_offsets=[8, 0]), b"12345678"),
    safetensors(of(data_offsets=["a", 8]), b"12345678"),
    safetensors({"W": 3}),
    (8).to_bytes(8, "little") + b"[" * 8,
    archive(b"no array"),
    archive(npy(np.ones(2), shape=(2**40,))),
    archive(npy(np.ones(2), descr="|O")),
    archive(npy(np.ones(2))[:-1]),
]


@each("data", BROKEN)
def test_a_file_that_is_none_or_is_damaged_is_refused(data):
    with pytest.raises(EngineError) as error:
        read_weights(data)
    assert error.value.kind == "weights-file"


@each(
    "data, kind, format",
    [
        (b"", "file-empty", None),
        (b"no weights at all", "file-other", ".txt"),
        ("가중치 없음".encode(), "file-other", ".txt"),
        (b"\xef\xbb\xbf<html><title>Sign in</title>", "file-other", "HTML"),
        (b"\x89PNG\r\n\x1a\n", "file-other", "PNG"),
        (b"\x89HDF\r\n\x1a\n", "file-other", "HDF5"),
    ],
)
def test_a_file_that_is_empty_or_of_another_kind_is_told_so(data, kind, format):
    with pytest.raises(EngineError) as error:
        read_weights(data)
    assert (error.value.kind, error.value.params.get("format")) == (kind, format)


def test_weights_are_those_of_the_network_one_by_one():
    network = build_network(NetworkSpec([{"type": "affine", "units": 3}], "mse"), {"x": (4, 2)})
    given = {"W1": np.ones((2, 3)), "b1": np.zeros(3)}
    assert fitting_weights(given, network.parameters).keys() == given.keys()
    for changed, kind, told in (
        ({"b1": None}, "weights-missing", {"name": "b1", "names": "W1"}),
        ({"W2": np.ones(1)}, "weights-extra", {"name": "W2", "names": "W1, b1"}),
        ({"W1": np.ones((3, 2))}, "weights-shape", {"name": "W1", "got": "(3, 2)", "wanted": "(2, 3)"}),
    ):
        values = {name: value for name, value in {**given, **changed}.items() if value is not None}
        with pytest.raises(EngineError) as error:
            fitting_weights(values, network.parameters)
        assert (error.value.kind, error.value.params) == (kind, told)


def test_a_name_with_dots_is_that_of_a_script_with_lines_in_their_place():
    script = (
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.fc = nn.Linear(2, 3)\n    def forward(self, x):\n        return self.fc(x)\n"
    )
    network = build_network(NetworkSpec(script, "mse"), {"x": (4, 2)})
    given = {"fc.weight": np.ones((3, 2)), "fc.bias": np.zeros(3)}
    assert fitting_weights(given, network.parameters).keys() == {p.name for p in network.parameters}
    assert engine.read_weights is read_weights
