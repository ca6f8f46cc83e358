"""What is learnt of known data: as much as scikit-learn 1.9.1 learns of the same samples, split and scaled alike.

Its figures are those of MLPClassifier with the same hidden layers (Adam, learning rate 0.01, at most 500 iterations;
the least of random_state 0, 1 and 2), and of LinearRegression for the diabetes: its mean squared error of the held-out
fifth.
"""

from __future__ import annotations

from pathlib import Path

from gradlens.engine.networks.data.files import read_file
from gradlens.engine.networks.data.sets import CATALOGUE, Data, load_dataset, prepared
from gradlens.engine.networks.network import NetworkSpec
from gradlens.engine.networks.training import Samples, Training, TrainingPlan

# hidden units, steps, learning rate, scikit-learn's accuracy of the held-out samples
ACCURACIES = {
    "iris": ((10,), 300, 0.02, 0.9333),
    "digits": ((50,), 300, 0.005, 0.9777),
    "spiral": ((32, 32), 600, 0.02, 1.0),
}
LINEAR = 0.52598
# Aeberhard and Forina, "Wine", UCI Machine Learning Repository, 1992 (CC BY 4.0), as scikit-learn 1.9.1 has it.
WINE, WINE_ACCURACY = Path(__file__).parent / "data" / "wine.csv", 0.8611
HEIGHTS = [(i * 7 % 30, i * 11 % 45) for i in range(180)]
SCHOOL = "번호,반,키,몸무게,체형\n" + "".join(
    f"{i + 1},{'가나다'[i % 3]}반,{150 + a},{40 + b},{'큼' if a + b > 36 else '작음'}\n"
    for i, (a, b) in enumerate(HEIGHTS)
)


def learnt(data: Data, hidden: tuple[int, ...], steps: int, lr: float) -> dict:
    """What the end of a training says of the held-out samples."""
    layers = [layer for units in hidden for layer in ({"type": "affine", "units": units}, "relu")]
    head = {"type": "affine", "units": len(data.classes or (0,))}
    spec = NetworkSpec([*layers, head], "softmax_cross_entropy" if data.classes else "mse")
    plan = TrainingPlan({"type": "adam", "lr": lr}, steps=steps, batch_size=50, report_every=steps)
    *_, end = Training(spec, Samples({"x": data.x}, data.t, data.train, data.classes or ()), plan).events()
    return end["test"]


def test_as_much_is_learnt_as_scikit_learn_learns():
    for name, (hidden, steps, lr, reached) in ACCURACIES.items():
        data = prepared(load_dataset(name), unit=CATALOGUE[name].unit)
        assert learnt(data, hidden, steps, lr)["accuracy"] >= reached, name
    assert learnt(prepared(load_dataset("diabetes")), (), 300, 0.02)["loss"] <= 1.01 * LINEAR
    wine = read_file(WINE.read_bytes())
    assert wine.classes == ("1", "2", "3") and len(wine.features) == 13  # the labels stand first, and are called so
    assert learnt(prepared(wine), (10,), 300, 0.02)["accuracy"] >= WINE_ACCURACY
    table = read_file(SCHOOL.encode("cp949"))
    assert table.classes == ("작음", "큼") and table.features == ("반 = 가반", "반 = 나반", "반 = 다반", "키", "몸무게")
    assert learnt(prepared(table), (10,), 300, 0.02)["accuracy"] >= 0.94
