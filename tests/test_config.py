"""A typo in a setting starts nothing."""

from dataclasses import FrozenInstanceError, fields

import pytest

from ledger.config import Config, read
from ledger.errors import ConfigError

PRODUCTION = {"LEDGER_ORIGIN": "ledger.ipspi.example", "LEDGER_PASSPHRASE": "file:/run/secrets/passphrase"}


def test_every_setting_is_read_from_its_name_and_says_what_it_is_for() -> None:
    assert read({}) == Config()
    for setting in fields(Config):
        assert setting.metadata["about"]
    given = read({"LEDGER_DATABASE": "sqlite:///other.db", "LEDGER_PORT": "8001", "HOME": "/somewhere"})

    assert (given.database, given.port) == ("sqlite:///other.db", "8001")


def test_an_unknown_name_is_refused_and_named() -> None:
    with pytest.raises(ConfigError) as refused:
        read({"LEDGER_DATABSE": "sqlite:///other.db", "LEDGER_": "", "LEDGER_PORT": "8001"})

    assert refused.value.code == "setting-unknown"
    assert refused.value.facts == {"got": "LEDGER_, LEDGER_DATABSE"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LEDGER_ORIGIN", "localhost"),
        ("LEDGER_ORIGIN", "Ledger.contoh.invalid"),
        ("LEDGER_ORIGIN", "https://demo.contoh.invalid"),
        ("LEDGER_ORIGIN", "demo.contoh.invalid\n"),
        ("LEDGER_PUBLIC_URL", "ledger.example.org"),
        ("LEDGER_PUBLIC_URL", "https://ledger.example.org/"),
        ("LEDGER_PUBLIC_URL", "ftp://ledger.example.org"),
        ("LEDGER_PUBLIC_URL", "https://LEDGER.example.org"),
        ("LEDGER_PORT", "80a"),
        ("LEDGER_PORT", ""),
        ("LEDGER_PORT", "-1"),
        ("LEDGER_WORKERS", "two"),
        ("LEDGER_LANGUAGE", "jv"),
    ],
)
def test_a_malformed_value_is_refused_by_its_name(name: str, value: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read({name: value})

    assert refused.value.code == "setting-malformed"
    assert refused.value.facts["name"] == name


def test_a_real_origin_needs_a_passphrase() -> None:
    with pytest.raises(ConfigError) as refused:
        read({"LEDGER_ORIGIN": "ledger.ipspi.example"})

    assert (refused.value.code, refused.value.facts["name"]) == ("setting-missing", "LEDGER_PASSPHRASE")
    assert not read(PRODUCTION).demonstration


@pytest.mark.parametrize("origin", ["contoh.invalid.example.org", "demo-contoh.invalid", "contoh.invalid"])
def test_what_only_looks_like_the_demonstration_needs_a_passphrase(origin: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read({"LEDGER_ORIGIN": origin})

    assert refused.value.code == "setting-missing"


def test_a_configuration_does_not_change_once_it_is_read() -> None:
    config = read(PRODUCTION)

    with pytest.raises(FrozenInstanceError):
        config.origin = "other.example.org"  # type: ignore[misc]


def test_on_another_port_pages_and_codes_lead_there_unless_somebody_says_otherwise() -> None:
    moved = read({"LEDGER_PORT": "8123"})
    named = read({"LEDGER_PORT": "8123", "LEDGER_DESK": "https://meja.contoh.invalid"})

    assert (moved.public_url, moved.desk) == ("http://127.0.0.1:8123", "http://localhost:8123")
    assert (named.public_url, named.desk) == ("http://127.0.0.1:8123", "https://meja.contoh.invalid")
