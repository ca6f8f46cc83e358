"""What a reader wrote, as numbers with the digits in which they stand."""

from __future__ import annotations

from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.diagnosing.claims import (
    DOUBLE,
    SINGLE,
    Claim,
    read,
    read_claims,
    shown,
    split,
    unit_at,
)
from gradlens.engine.diagnosing.noise import Noise
from tests.each import each


@each(
    "written, slack, places",
    [
        # Half a unit of the last digit.
        ("0.39", [0.005], 2),
        ("0.20", [0.005], 2),
        ("0.2", [0.05], 1),
        ("0.90", [0.005], 2),
        ("9.9", [0.05], 1),
        ("0.123", [5e-4], 3),
        ("0.1234", [5e-5], 4),
        ("0.12345", [5e-6], 5),
        ("-0.39", [0.005], 2),
        ("12.3", [0.05], 1),
        ("123.4", [0.05], 1),
        ("0.001", [5e-4], 3),
        ("0.0123", [5e-5], 4),
        ("0.0", [0.05], 1),
        ("3.0", [0.05], 1),
        ("+1.5", [0.05], 1),
        # A whole number has three digits, or its own, without the zeros at its end.
        ("4.", [0.005], None),
        ("7", [0.005], None),
        ("-34", [0.05], None),
        ("100", [0.5], None),
        ("999", [0.5], None),
        ("1234", [0.5], None),
        ("1400000", [5000], None),
        ("0", [0], None),
        ("[1 2]", [0.005, 0.005], None),
        ("[10, 2000, 0]", [0.05, 5, 0], None),
        ("[20, 123456, nan]", [5e-5, 0.5, 0], None),
        (3, [0.005], None),
        (3.0, [0.005], None),
        (np.int64(4), [0.005], None),
        # An exponent gives the size of the last digit.
        ("1.5e-03", [5e-5], None),
        ("1.25e2", [0.5], None),
        ("1e3", [500], None),
        ("2E3", [500], None),
        ("0e+00", [0], None),
        ("1.234e5", [50], None),
        ("1e-5", [5e-6], None),
        # An array has one precision: trailing zeros are left out.
        ("[0.5, 0.25]", [0.005, 0.005], 2),
        ("[1, 0.5]", [0.05, 0.05], 1),
        ("[3, 0.5]", [0.05, 0.05], 1),
        ("[300, 0.5]", [0.05, 0.05], 1),
        ("[0.0e+00 1.5e+10]", [0, 5e8], None),
        ("[nan 0.12345]", [0, 5e-6], 5),
        ("[nan inf]", [0, 0], None),
        ("[0.0 1.2]", [0.05, 0.05], 1),
        # Numbers of mixed sizes have so many significant digits each, of which none is left out but zeros.
        ("[123400 0.1234]", [50, 5e-5], 4),
        ("[123456 0.1234]", [0.5, 5e-5], 4),
        ("[-1203000 0.1234]", [500, 5e-5], 4),
        ("[100000 0.123]", [500, 5e-4], 3),
        ("[170 0.12]", [5, 0.005], 2),
        ("[1234.5 0.012345]", [0.05, 5e-7], 6),
        ("[1200.5 0.12345]", [0.05, 5e-6], 5),
        ("[1.2345e+05 1.2e-03]", [5, 5e-8], None),
        ("[-0.66, -34.0, -1400000.0]", [0.005, 0.5, 5e4], 2),
        ([-0.66, -34.0, -1400000.0], [0.005, 0.5, 5e4], 2),
        ("[100.  0.5]", [0.5, 0.05], 1),
        ("[1e3 2.5]", [50, 0.05], None),
        ("[]", [], None),
        (2.5, [0.05], 1),
        ([0.25, 1], [0.005, 0.05], 2),
        ("NaN", [0], None),
        ("-Infinity", [0], None),
        (np.float64(0.125), [5e-4], 3),
    ],
)
def test_a_number_may_be_off_by_half_a_unit_of_its_last_digit(written, slack, places):
    _, found, told, _ = read(written, "x")
    assert np.allclose(found.ravel(), slack, rtol=1e-12, atol=0) and told == places


PRINTERS = {
    "numpy": lambda x, digits: np.array2string(x, precision=digits, threshold=10**6),
    "numpy, suppressed": lambda x, digits: np.array2string(x, precision=digits, suppress_small=True),
    "numpy, fixed": lambda x, digits: np.array2string(x, precision=digits, floatmode="fixed", separator=", "),
    "torch": lambda x, digits: f"tensor([{', '.join(f'{v:.{digits}f}' for v in x)}])",
    "torch, scientific": lambda x, digits: f"tensor([{', '.join(f'{v:.{digits}e}' for v in x)}], dtype=torch.float64)",
    "round": lambda x, digits: str([round(v, digits) for v in x.tolist()]),
    "round, as numbers": lambda x, digits: [round(v, digits) for v in x.tolist()],
    "%f": lambda x, digits: f"[{', '.join(f'%.{digits}f' % v for v in x)}]",
    "%g": lambda x, digits: f"[{', '.join(f'%.{digits + 1}g' % v for v in x)}]",
    "%g, as numbers": lambda x, digits: [float(f"%.{digits + 1}g" % v) for v in x],
    "down": lambda x, digits: (
        f"[{', '.join(str(Decimal(v).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_DOWN)) for v in x.tolist())}]"
    ),
    "up": lambda x, digits: (
        f"[{', '.join(str(Decimal(v).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)) for v in x.tolist())}]"
    ),
}


def drawn(random: np.random.Generator) -> np.ndarray:
    """Numbers of one size, of mixed sizes, or halves, where rounding up and down differ."""
    x = random.normal(size=random.integers(1, 6)) * 10.0 ** random.integers(-2, 6)
    mixed = x * 10.0 ** random.integers(-3, 4, x.shape)
    halves = np.round(x) + random.choice([0.5, 0.25, 0.125, 0.0625], x.shape)
    return (x, mixed, halves)[random.integers(3)]


@each("printer", PRINTERS)
def test_right_numbers_are_never_wrong_however_they_are_printed(printer):
    random = np.random.default_rng(11)
    for _ in range(300):
        truth, digits = drawn(random), int(random.integers(2, 9))
        written = PRINTERS[printer](truth, digits)
        if as_claimed(written).value.any():  # zeros alone show no digit
            assert as_claimed(written).matches(truth), (written, truth)


@each("form", ["%.1f", "%.2f", "%.3f", "%.4f", "%.2g", "%.3g", "%.4g", "%.5g", "%.1e", "%.3e", "%r"])
def test_a_number_is_right_to_its_digits_and_wrong_a_unit_further(form):
    random = np.random.default_rng(5)
    for _ in range(300):
        truth = float(np.round(random.normal() * 10.0 ** random.integers(-2, 4), 4))
        text = form % truth
        if form != "%.2g" or split(text)[0]:  # 2 for 1.96: a whole number has three digits
            assert as_claimed(text).matches(truth), (text, truth)
        last = unit_at(as_claimed(text).value.item(), shown(text)) or 1.0
        for moved in (-1.51, 1.51, -7, 12):
            assert 1.5 * last < 1e-5 * abs(truth) or not as_claimed(text).matches(truth + moved * last), (
                text,
                truth,
                moved,
            )


@pytest.mark.parametrize("digits", range(2, 6))
def test_no_element_of_an_array_is_excused_beyond_its_last_digit(digits):
    random = np.random.default_rng(digits)
    for _ in range(200):
        truth = drawn(random)
        texts = [f"%.{digits}g" % v for v in truth]
        at = int(random.integers(truth.size))
        truth[at] += random.choice([-1.6, 1.6, 5]) * (unit_at(float(texts[at]), shown(texts[at])) or 1.0)
        assert not as_claimed(f"[{', '.join(texts)}]").matches(truth), (texts, truth)


@each(
    "written, truth",
    [
        ("5.9", 6),
        ("0.40", 0.3932),
        ("2.1", 2.2),
        ("0.11", 0.1),
        ("2", 2.2),
        ("6", 5.9),
        ("99", 100),
        ("1400000", 1431234),
        ("[170, 0.12]", [176, 0.12]),
        ("[5.9, 0.5]", [6, 0.5]),
    ],
)
def test_what_is_no_rounding_to_the_digits_written_is_not_right(written, truth):
    assert not as_claimed(written).matches(truth)


def as_claimed(written: object) -> Claim:
    return Claim("x", 0, "gradient", *read(written, "x"), True)


@pytest.mark.parametrize("exponent", ["1e400", "1e-400", "-1.5e2000", "5e-324", "1.7e308"])
def test_numbers_beyond_float64_are_read_as_it_has_them(exponent):
    value, slack, _, _ = read(exponent, "x")
    assert float(value) == float(exponent) and np.isfinite(slack).all() and (slack > 0).all()


@each(
    "text, parts",
    [
        ("0.20", (2, 0, 2)),
        ("-12.50e-3", (2, -3, 4)),
        ("+7", (0, 0, 1)),
        ("4.", (0, 0, 1)),
        (".5", (1, 0, 1)),
        ("nan", (None, 0, 0)),
        ("-inf", (None, 0, 0)),
        ("0.001", (3, 0, 1)),
        ("1e9999", (0, 1000, 1)),
        ("1e-9999", (0, -1000, 1)),
        ("100", (0, 0, 3)),
        ("0", (0, 0, 0)),
    ],
)
def test_a_number_is_digits_after_the_point_exponent_and_significant_digits(text, parts):
    assert split(text) == parts


@each(
    "written, unit",
    [
        ("0.33333334", SINGLE),
        ("0.3333333333333333", DOUBLE),
        ("0.333333", DOUBLE),
        ("0.33333333", DOUBLE),
        ("[0.33333334 0.5]", SINGLE),
        ("[0.33333334 nan]", SINGLE),
        ("[0.33333334 inf]", SINGLE),
        ("[0.33333334 0.1]", SINGLE),
        ("[0.33333334 0.33333333]", DOUBLE),
        ("0.333333343", SINGLE),
        ("0.3333333433", DOUBLE),
        ("1.1102230246251565e-16", DOUBLE),
        ("0.333333344", DOUBLE),
        ("1234567", SINGLE),
        ("1234567891", DOUBLE),
        ("123456", DOUBLE),
        ("16777217", DOUBLE),
        ("7", DOUBLE),
        ("[]", DOUBLE),
        ("2.9802322e-08", SINGLE),
        ("[nan]", DOUBLE),
        ("1e300", DOUBLE),
        ("0.09999847", SINGLE),
        (0.1, DOUBLE),
    ],
)
def test_the_digits_of_a_float32_tell_that_it_is_one(written, unit):
    assert read(written, "x")[3] == unit


def test_whatever_is_computed_in_float32_is_known_as_it_is_printed():
    for value in np.random.default_rng(3).normal(size=(50, 4)).astype(np.float32):
        for written in (
            str(value),
            repr(value),
            " ".join(["[", *(f"{v:.8e}" for v in value), "]"]),
            np.array2string(value, separator=", "),
        ):
            assert read(written, "x")[3] == SINGLE, written
        assert read(value.astype(float).__mul__(np.pi).tolist(), "x")[3] == DOUBLE


def test_what_cancels_in_float32_is_not_held_against_it():
    left = np.float32(0.1) + np.float32(100) - np.float32(100)
    program = "d = 0.1 + 100 - 100\nz = d * w", {"w": 2.0}
    assert engine.diagnose(*program, gradients={"w": str(left)}).ok
    for written in ("0.0999847", "0.0989", float(left) + 1e-9, "0.0899984732"):
        assert not engine.diagnose(*program, gradients={"w": written}).ok


@each(
    "text, kind, got",
    [
        ("", "claim-text", ""),
        ("[1 2", "claim-text", "[1 2"),
        ("[1 2]]", "claim-text", "]"),
        ("[1,,2]", "claim-text", ",2]"),
        ("[,1]", "claim-text", ",1]"),
        ("[1-2]", "claim-text", "-2]"),
        ("[1]2", "claim-text", "2"),
        ("1 2", "claim-text", " 2"),
        ("1,", "claim-text", ","),
        (",1", "claim-text", ",1"),
        ("[1,]", None, [1]),
        ("[[1],]", None, [[1]]),
        ("[1, 2,]", None, [1, 2]),
        ("[,]", "claim-text", ",]"),
        ("]", "claim-text", "]"),
        ("[1[2]]", "claim-text", "[2]]"),
        ("[[1][2]]", None, [[1], [2]]),
        ("[[1]2]", "claim-text", "2]]"[:-1]),
        ("array([1]", "claim-text", "array([1]"),
        ("array([1], dtype=float32) x", "claim-text", " x"),
        ("array([1]) + 1", "claim-text", " + 1"),
        ("array([1],)", None, [1]),
        ("array([1], dtype=float32,)", None, [1]),
        ("array([1] dtype=float32)", "claim-text", " dtype=float32)"),
        ("array(3)", None, 3),
        ("torch.tensor([1, 2], requires_grad=True)", None, [1, 2]),
        ("jnp.array([1.5], dtype=float32, weak_type=True)", None, [1.5]),
        ("Array(2., dtype=float32)", None, 2),
        ('["NaN", 1]', None, [np.nan, 1]),
        ('["-Infinity" "Infinity"]', None, [-np.inf, np.inf]),
        ("[1 .5]", None, [1, 0.5]),
        ("[1.5.2]", "claim-text", "[1.5.2]"[1:]),
        ("[1 x]", "claim-text", "x]"),
        ("x", "claim-text", "x"),
        ("[[1 2] 3]", "input-ragged", None),
        ("[1 [2]]", "input-ragged", None),
        ("[[1 2] [3]]", "input-ragged", None),
        ("[[] [1]]", "input-ragged", None),
        ("[[] []]", None, [[], []]),
        ("[[1] []]", "input-ragged", None),
        ("[[[]]]", None, [[[]]]),
        ("[[], 1]", "input-ragged", None),
        ("[1, []]", "input-ragged", None),
        ("[[[1]], [2]]", "input-ragged", None),
        ("[1... 2]", "claim-elided", "[1... 2]"),
        ("9" * 100, None, float("9" * 100)),
        ("9" * 101, "claim-number", f"{'9' * 79}…"),
        ("-Inf", "claim-text", "-Inf"),
        ("matrix([[1, 2]])", None, [[1, 2]]),
        ("float32(1.5)", None, 1.5),
        ("-1", None, -1),
        ("+1", None, 1),
    ],
)
def test_text_is_read_or_refused_at_the_place_where_it_stops_making_sense(text, kind, got):
    if kind is None:
        assert np.array_equal(read(text, "x")[0], np.array(got, dtype=float), equal_nan=True)
    else:
        with pytest.raises(engine.EngineError) as error:
            read(text, "x")
        assert (error.value.kind, error.value.params.get("name"), error.value.params.get("got")) == (kind, "x", got)


@each(
    "text, meant",
    [
        ("−1.5", "-1.5"),
        ("–1.5", "-1.5"),
        ("－１．５", "-1.5"),
        ("≈0.7311", "0.7311"),
        ("−1.2×10⁻⁵", "-1.2e-5"),
        ("≈−1.234×10¹²", "-1.234e12"),
        ("1.5 × 10^-3", "1.5e-3"),
        ("1.5x10^3", "1.5e3"),
        ("2 * 10**3", "2e3"),
        ("1.2 \\times 10^{-5}", "1.2e-5"),
        ("3·10⁺²", "3e2"),
        ("−∞", "-inf"),
        ("[∞, −∞]", "[inf, -inf]"),
        ("［1.5，−2］", "[1.5, -2]"),
        ("[1.50\u00a0−2.25]", "[1.50 -2.25]"),
        ("[1,\u20092]", "[1, 2]"),
        ("[1.5×10^3, −2.5×10⁻³]", "[1.5e3, -2.5e-3]"),
        ("array([−1.5,\u30002.5])", "array([-1.5, 2.5])"),
        ("1.5E−3", "1.5e-3"),
        ("٣.٥", "3.5"),
    ],
)
def test_numbers_as_pages_print_them_are_read(text, meant):
    found, expected = read(text, "x"), read(meant, "x")
    assert np.array_equal(found[0], expected[0]) and np.array_equal(found[1], expected[1]) and found[2:] == expected[2:]


@each(
    "text",
    [
        "½",
        "1½",
        "1/2",
        "50%",
        "1\u2009234",
        "[1\u202f234, 5]",
        "1,5",
        "10⁻³",
        "×10³",
        "3×10^2.5",
        "1e5×10^3",
        "3×10^",
        "[0.5–0.6]",
        "2−1",
        "— 1",
        "±1",
        "1.5±0.1",
        "x10^3",
        "3×10^{2",
        "二",
        "1'000",
        "√2",
        "0x10",
        "1_000",
    ],
)
def test_what_could_be_two_numbers_is_refused_by_name(text):
    with pytest.raises(engine.EngineError) as error:
        read(text, "W")
    assert error.value.kind == "claim-text" and error.value.params["name"] == "W" and error.value.params["got"]


@pytest.mark.parametrize("text", ["1,000", "[1,000, 2]", "[2,500.5, 3]", "1,234,567"])
def test_a_comma_between_thousands_is_refused_with_the_number(text):
    with pytest.raises(engine.EngineError) as error:
        read(text, "W")
    assert error.value.kind == "claim-comma"
    assert error.value.params["number"] == error.value.params["got"].replace(",", "") in text.replace(",", "")


@pytest.mark.parametrize(("open_lists", "kind"), [(32, None), (33, "too-many-axes")])
def test_text_and_lists_have_as_many_axes_as_numpy(open_lists, kind):
    from gradlens.engine.values import MAX_AXES

    nested: object = 1
    for _ in range(MAX_AXES + open_lists - 32):
        nested = [nested]
    for written in (nested, str(nested)):
        if kind is None:
            assert read(written, "x")[0].ndim == MAX_AXES
        else:
            with pytest.raises(engine.EngineError) as error:
                read(written, "x")
            assert error.value.kind == kind and error.value.params["limit"] == MAX_AXES


@each(
    "written, shape",
    [
        ([], (0,)),
        ([[]], (1, 0)),
        ([[], []], (2, 0)),
        (1, ()),
        ([[1, 2]], (1, 2)),
        ([["NaN"], [2]], (2, 1)),
        ("Infinity", ()),
    ],
)
def test_nested_lists_have_the_shape_of_their_brackets(written, shape):
    assert read(written, "x")[0].shape == shape


@each("written", [[1, [2]], [[1], 2], [[1], [2, 3]], [[[1]], [2]], [[1, 2], [[3], 4]], [[1], []], [[], 1]])
def test_ragged_lists_are_refused_by_name(written):
    with pytest.raises(engine.EngineError) as error:
        read(written, "W")
    assert (error.value.kind, error.value.params["name"]) == ("input-ragged", "W")


@each("written", [True, None, {}, "1x", [False], ["2"], 1j, np.bool_(True), [None]])
def test_what_is_no_number_is_refused_by_name(written):
    with pytest.raises(engine.EngineError) as error:
        read(written, "W")
    assert (
        error.value.kind in ("claim-number", "claim-text")
        and error.value.params["name"] == "W"
        and error.value.params["got"]
    )


@each(
    "value, slack, other, apart",
    [
        # 1 beside 2 to half a unit is a third of a digit; 2e-6 of the number is what is known at best.
        (1.0, 0.0, 2.0, False),
        (1.0, 5e-7, 2.0, True),
        (1.0, 5e-4, 2.0, True),
        (1.0, 5e-3, 2.0, False),
        (2.0, 5e-7, 2.0, False),
        (2.001, 5e-7, 2.0, False),
        ([1.0, 1.0, 1.0], 5e-2, [2.0, 2.0, 2.0], True),
        ([1.0, 2.0, 2.0], 5e-2, [2.0, 2.0, 2.0], False),
        ([1.0, np.nan], 5e-3, [2.0, 2.0], False),
        ([1.0, 2.0001], 5e-3, [2.0, 2.0], False),
        ([1.0, 1.0], 5e-3, [2.0, 2.0], True),
        ([], 0.0, [], False),
        (1e7, 0.0, 0.0, True),
    ],
)
def test_what_is_apart_differs_in_more_digits_than_a_constant_of_two_has(value, slack, other, apart):
    assert claim(value, slack).apart(np.array(other, dtype=float)) is apart


def claim(value: object, slack: object = 0.0, unit: float = DOUBLE) -> Claim:
    value = np.array(value, dtype=float)
    return Claim(
        "x", 0, "gradient", value, np.broadcast_to(np.array(slack, dtype=float), value.shape), None, unit, True
    )


@each(
    "value, slack, telling",
    [
        (3.0, 0.0, False),
        (3.0, 0.5, False),
        (0.1234, 5e-5, False),
        (0.12345, 5e-6, True),
        (1.0, 1e-4, True),
        (1.0, 2e-4, False),
        ([3.0, 4.0], 0.0, True),
        ([3.0, 0.0], 0.0, False),
        ([0.0, 0.0], 0.0, False),
        ([0.0, 0.123456], 5e-7, True),
        ([], 0.0, False),
        (np.nan, 0.0, False),
    ],
)
def test_one_short_number_tells_nothing_of_a_constant(value, slack, telling):
    assert bool(claim(value, slack).telling) is telling


@np.errstate(all="ignore")
@each(
    "value, truth, slack, blur, matches",
    [
        (1.0, 1.0 + 1e-6, 0.0, 0.0, True),
        (1.0, 1.0 + 3e-6, 0.0, 0.0, False),
        (-1.0, -1.0 - 1e-6, 0.0, 0.0, True),
        (-1.0, -1.0 + 3e-6, 0.0, 0.0, False),
        (0.39, 0.3932, 0.005, 0.0, True),
        (0.39, 0.3952, 0.005, 0.0, False),
        (0.5, 0.505, 0.005, 0.0, True),
        (1.0, 1.05, 0.0, 0.05, True),
        (1.0, 1.06, 0.0, 0.05, False),
        (1.0, 1.055, 0.005, 0.05, True),
        (np.nan, np.nan, 0.0, 0.0, True),
        (np.inf, np.inf, 0.0, 0.0, True),
        (np.inf, -np.inf, 1.0, 0.0, False),
        (np.nan, 1.0, 9.0, 9.0, False),
        (1.0, np.nan, 9.0, 9.0, False),
        (1.0, np.inf, 9.0, 9.0, False),
        (np.inf, np.nan, 0.0, 0.0, False),
        ([1.0, 2.0], [1.0, 2.0], 0.0, 0.0, True),
        ([1.0, 2.0], [1.0, 2.1], 0.0, 0.0, False),
        ([1.0, 2.0], [[1.0, 2.0]], 0.0, 0.0, False),
        ([1.0], 1.0, 0.0, 0.0, False),
        ([], [], 0.0, 0.0, True),
        (0.0, 0.0, 0.0, 0.0, True),
        (0.0, 1e-300, 0.0, 0.0, False),
    ],
)
def test_a_claim_is_the_truth_within_its_digits_and_a_numeric_derivatives_noise(value, truth, slack, blur, matches):
    assert claim(value, slack).matches(truth, None, blur) is matches
    if not slack and not blur:
        assert claim(value).equals(truth) is matches


def test_digits_are_no_noise():
    assert claim(0.39, 0.005).matches(0.3932) and not claim(0.39, 0.005).equals(0.3932)


@each(
    "claimed, truth, moved, inner, unit, excused",
    [
        # Up to 32 roundings of what moves.
        (31 * DOUBLE, 0.0, 1.0, 0.0, DOUBLE, True),
        (33 * DOUBLE, 0.0, 1.0, 0.0, DOUBLE, False),
        (33 * DOUBLE, 0.0, 1.0, 0.0, SINGLE, True),
        (-31 * DOUBLE, 0.0, 1.0, 0.0, DOUBLE, True),
        (0.0, 31 * DOUBLE, 1.0, 0.0, DOUBLE, True),
        (1e-20, 0.0, 0.0, 0.0, DOUBLE, False),
        # Both lost inside an op: nothing at all or as much as roundings leave, on both sides.
        (0.0, 4e-18, 0.0, 1.0, DOUBLE, True),
        (DOUBLE, 4e-18, 0.0, 1.0, DOUBLE, True),
        (-DOUBLE, 4e-18, 0.0, 1.0, DOUBLE, True),
        (1e-20, 4e-18, 0.0, 1.0, DOUBLE, False),
        (33 * DOUBLE, 4e-18, 0.0, 1.0, DOUBLE, False),
        (0.0, 33 * DOUBLE, 0.0, 1.0, DOUBLE, False),
        (DOUBLE, -4e-18, 0.0, 1.0, DOUBLE, True),
        (32 * DOUBLE / 1023, 0.0, 0.0, 1.0, DOUBLE, True),
        (32 * DOUBLE / 1025, 4e-18, 0.0, 1.0, DOUBLE, False),
    ],
)
def test_what_roundings_leave_is_excused_and_no_more(claimed, truth, moved, inner, unit, excused):
    noise = Noise(np.array(moved), np.array(inner))
    assert bool(noise.excuses(np.array(claimed), np.array(truth), unit)) is excused
    if truth:
        assert claim(claimed, 0.0, unit).matches(truth, noise) is excused


def test_the_noise_of_another_shape_excuses_nothing_and_blur_is_of_what_moves():
    one = Noise(np.array(1.0), np.array(0.0))
    assert not claim([1e-17, 2.0]).matches([0.0, 2.0], one) and claim([1e-17, 2.0]).matches(
        [0.0, 2.0], Noise(np.ones(2), np.zeros(2))
    )
    assert claim(0.3).matches(0.0, Noise(np.array(10.0), np.array(0.0)), 0.05) and not claim(0.6).matches(
        0.0, Noise(np.array(10.0), np.array(0.0)), 0.05
    )
    assert claim(21.0).matches(20.0, Noise(np.array(0.0), np.array(0.0)), 0.05)


@each(
    "shape, claimed, fits",
    [
        ((3,), [[1, 2, 3]], True),
        ((3,), [[1], [2], [3]], True),
        ((1, 3), [1, 2, 3], True),
        ((), [[5]], True),
        ((1, 1), 5, True),
        ((3,), [1, 2], False),
        ((2, 3), [[1, 2], [3, 4], [5, 6]], False),
        ((3, 1), [[1, 2, 3]], True),
        ((0, 3), [], False),
        ((2,), 5, False),
    ],
)
def test_axes_of_size_one_are_forgiven_and_others_are_not(shape, claimed, fits):
    graph = engine.trace("y = sum(x * 2)", {"x": np.ones(shape)}).graph
    (found,) = read_claims(graph, "gradient", {"x": claimed})
    assert found.fits is fits and found.value.shape == found.slack.shape == (shape if fits else np.shape(claimed))
    assert np.array_equal(found.value.ravel(), np.ravel(claimed)) and (found.name, found.node, found.kind) == (
        "x",
        graph.names["x"],
        "gradient",
    )


def test_a_claim_about_a_name_that_is_not_there_comes_with_the_name_that_may_be_meant():
    graph = engine.trace("loss = weight ** 2", {"weight": 1.0}).graph
    with pytest.raises(engine.EngineError) as error:
        read_claims(graph, "gradient", {"wieght": 1})
    assert (
        error.value.kind == "unknown-node"
        and error.value.params["name"] == "wieght"
        and "weight" in error.value.params.values()
    )
