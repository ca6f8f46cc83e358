"""Settings: one row each, from the environment, with errors that name key and value."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.settings import Settings, SettingsError


def test_without_an_environment_every_setting_has_its_default():
    assert Settings.load({}) == Settings()


def test_the_environment_overrides_by_name():
    settings = Settings.load({"GRADLENS_NODES": "7", "GRADLENS_FLOPS": "1e6", "GRADLENS_ALLOWED_HOSTS": "a.example, b.example"})
    assert (settings.nodes, settings.flops, settings.allowed_hosts) == (7, 1e6, ("a.example", "b.example"))


@pytest.mark.parametrize("value", ["many", "", "-1", "0", "1.5", "nan", "inf", "9" * 5_000])
def test_a_value_that_is_no_number_of_its_unit_is_an_error_that_names_key_value_and_remedy(value):
    with pytest.raises(SettingsError) as error:
        Settings.load({"GRADLENS_NODES": value})
    message = str(error.value)
    assert "GRADLENS_NODES" in message and f'"{value[:80]}"' in message and "for instance 100000" in message


@pytest.mark.parametrize("value", ["nan", "inf", "-0.5", "0", "soon"])
def test_a_number_of_seconds_is_finite_and_above_zero(value):
    with pytest.raises(SettingsError, match="GRADLENS_REQUEST_SECONDS"):
        Settings.load({"GRADLENS_REQUEST_SECONDS": value})


def test_every_row_has_a_unit_and_a_sentence_of_help_and_stands_in_the_table():
    settings = Settings()
    for row in settings.rows():
        assert row["unit"] and row["help"].endswith(".")
        assert f"| `{row['variable']}` |" in settings.table()


def test_the_table_is_printed_by_the_module():
    shown = subprocess.run([sys.executable, "-m", "app.settings"], capture_output=True, text=True, cwd=Path(__file__).parents[2], check=True)
    assert "GRADLENS_TEXT_LENGTH" in shown.stdout


def test_the_readmes_table_of_settings_is_the_one_that_holds():
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    for line in Settings(workers=1).table().splitlines():
        if "GRADLENS_WORKERS" not in line:  # as many as the machine has
            assert line in readme
