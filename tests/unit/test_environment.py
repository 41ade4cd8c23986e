"""The settings of frequent reads, which are parsed without pydantic, are those of Config."""

import dataclasses

import pytest
from creator_search.bootstrap import Container
from creator_search.config import Config
from creator_search.environment import (
    ReadSettings,
    is_initialized_ahead,
    is_initialized_on_demand,
    read_settings,
    search_endpoint,
)
from pydantic import ValidationError

GIVEN = [
    "",
    "0",
    "1",
    "7",
    "59.5",
    "60",
    "60.1",
    "61",
    "100000",
    "100001",
    "0.5",
    "-1",
    "1e3",
    " 7",
    "7 ",
    "x",
    "nan",
    "07",
]
GIVEN += ["inf", "1_000", "٧", "9999999999", "DEBUG", "true", "https://cdn.test//"]
NAMES = [field.name for field in dataclasses.fields(ReadSettings)]


def test_without_variables_the_settings_have_the_defaults_of_config() -> None:
    assert read_settings({}) == ReadSettings() == Config().read_settings


@pytest.mark.parametrize("name", NAMES)
def test_a_setting_is_the_one_that_config_reads_or_is_left_to_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed = 0
    for given in GIVEN:
        for variable in (name.upper(), name):
            with monkeypatch.context() as patched:
                patched.setenv(variable, given)
                found = read_settings()
                try:
                    expected = Config().read_settings
                except ValidationError:
                    assert found is None, given
                    with pytest.raises(ValidationError):
                        _ = Container().read_settings
                    continue
                assert found in (None, expected), given
                assert Container().read_settings == expected
                parsed += found is not None
    assert parsed >= 6


def test_a_container_with_settings_of_its_own_uses_them() -> None:
    container = Container.for_tests(config=Config(rate_limit_reads_per_minute=7))
    assert container.read_settings.rate_limit_reads_per_minute == 7


def test_only_snapshots_and_provisioned_instances_are_initialized_ahead() -> None:
    variable = "AWS_LAMBDA_INITIALIZATION_TYPE"
    assert [t for t in ("on-demand", "provisioned-concurrency", "snap-start", "lambda-managed-instances")
            if is_initialized_ahead({variable: t})] == ["provisioned-concurrency", "snap-start"]  # fmt: skip
    assert not is_initialized_ahead({})
    assert is_initialized_on_demand({variable: "on-demand"}) and not is_initialized_on_demand({variable: "snap-start"})


def test_the_search_engine_is_used_where_its_address_is_given() -> None:
    assert search_endpoint({}) is None and search_endpoint({"SEARCH_ENDPOINT": ""}) is None
    assert search_endpoint({"SEARCH_ENDPOINT": "https://a.test/"}) == "https://a.test"
