import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA65PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ledger.errors import ConfigError
from ledger.signing import key_files

PASSPHRASE = b"correct horse battery"
KEY = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)


def refusal(path: Path, passphrase: bytes | None = PASSPHRASE) -> str:
    with pytest.raises(ConfigError) as refused:
        key_files.load_private(path, passphrase=passphrase)
    return refused.value.code


@pytest.mark.parametrize("key", [KEY, MLDSA44PrivateKey.generate(), MLDSA65PrivateKey.generate()])
@pytest.mark.parametrize("passphrase", [PASSPHRASE, None])
def test_a_key_is_read_as_it_was_written(tmp_path: Path, key: key_files.StoredKey, passphrase: bytes | None) -> None:
    path = tmp_path / "event.pem"

    key_files.save_private(path, key, passphrase=passphrase)
    read = key_files.load_private(path, passphrase=passphrase)

    assert type(read) is type(key)
    assert read.private_bytes_raw() == key.private_bytes_raw()


def test_a_file_is_its_owner_s_and_no_draft_stays(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        key_files.save_private(tmp_path / "event.pem", KEY, passphrase=PASSPHRASE)
    finally:
        os.umask(before)

    assert [path.name for path in tmp_path.iterdir()] == ["event.pem"]
    assert (tmp_path / "event.pem").stat().st_mode & 0o777 == 0o600


def test_an_encrypted_file_does_not_hold_the_key_in_plain(tmp_path: Path) -> None:
    key_files.save_private(tmp_path / "event.pem", KEY, passphrase=PASSPHRASE)

    assert (tmp_path / "event.pem").read_bytes().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")


def test_a_key_is_never_written_over_another(tmp_path: Path) -> None:
    path = tmp_path / "event.pem"
    path.write_bytes(b"another")

    with pytest.raises(ConfigError) as refused:
        key_files.save_private(path, KEY, passphrase=PASSPHRASE)

    assert refused.value.code == "key-file-exists"
    assert path.read_bytes() == b"another"
    assert [path.name for path in tmp_path.iterdir()] == ["event.pem"]


def test_a_crash_while_writing_leaves_no_file_of_that_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError("no space")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(ConfigError) as refused:
        key_files.save_private(tmp_path / "event.pem", KEY, passphrase=PASSPHRASE)

    assert refused.value.code == "key-file-unwritable"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        key_files.save_private(tmp_path / "none" / "event.pem", KEY, passphrase=PASSPHRASE)

    assert refused.value.code == "key-file-unwritable"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601, 0o644])
def test_a_file_that_others_reach_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "event.pem"
    key_files.save_private(path, KEY, passphrase=PASSPHRASE)

    path.chmod(mode)

    assert refusal(path) == "key-file-open"


@pytest.mark.parametrize(("written", "asked"), [(PASSPHRASE, b"wrong"), (PASSPHRASE, None), (None, PASSPHRASE)])
def test_another_passphrase_does_not_open_it(tmp_path: Path, written: bytes | None, asked: bytes | None) -> None:
    path = tmp_path / "event.pem"
    key_files.save_private(path, KEY, passphrase=written)

    assert refusal(path, asked) == "key-file-locked"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert refusal(tmp_path / "event.pem") == "key-file-missing"


def test_a_folder_is_no_key(tmp_path: Path) -> None:
    assert refusal(tmp_path) == "key-file-unreadable"


def test_a_name_that_is_none_is_refused() -> None:
    assert refusal(Path("a\0b")) == "key-file-unreadable"


def test_other_bytes_are_no_key(tmp_path: Path) -> None:
    path = tmp_path / "event.pem"
    path.touch(mode=0o600)
    foreign = ec.generate_private_key(ec.SECP256R1())

    for data in (b"", b"\xff", foreign.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())):
        path.write_bytes(data)
        assert refusal(path, None) == "key-file-malformed"


def test_a_short_passphrase_protects_no_key(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        key_files.save_private(tmp_path / "event.pem", KEY, passphrase=b"short")

    assert refused.value.code == "passphrase-short"
    assert list(tmp_path.iterdir()) == []


def test_a_passphrase_comes_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "passphrase"
    path.touch(mode=0o600)
    path.write_bytes(PASSPHRASE + b"\r\n")

    assert key_files.read_passphrase(f"file:{path}") == PASSPHRASE

    path.chmod(0o644)
    with pytest.raises(ConfigError) as refused:
        key_files.read_passphrase(f"file:{path}")
    assert refused.value.code == "key-file-open"


def test_a_passphrase_comes_from_a_descriptor() -> None:
    reading, writing = os.pipe()
    try:
        os.write(writing, PASSPHRASE + b"\n")
        os.close(writing)

        assert key_files.read_passphrase(f"fd:{reading}") == PASSPHRASE
    finally:
        os.close(reading)


@pytest.mark.parametrize(
    "source", ["", "file:", "fd:", "fd:x", "fd:-1", "fd:²", "secret", "env:X", "fd:9999", "fd:" + "9" * 30]
)
def test_a_passphrase_comes_from_nowhere_else(source: str) -> None:
    with pytest.raises(ConfigError) as refused:
        key_files.read_passphrase(source)

    assert refused.value.code == "passphrase-source"


def test_an_empty_passphrase_is_none(tmp_path: Path) -> None:
    path = tmp_path / "passphrase"
    path.touch(mode=0o600)

    with pytest.raises(ConfigError) as refused:
        key_files.read_passphrase(f"file:{path}")

    assert refused.value.code == "passphrase-short"


def test_a_secret_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "kek"

    key_files.save_secret(path, bytes(range(32)))

    assert key_files.load_secret(path) == bytes(range(32))
    assert path.read_text() == "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("data", [b"", b"AAEC\n", b"\xff", b"A" * 44, b"!AECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="])
def test_other_bytes_are_no_secret(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "kek"
    path.touch(mode=0o600)
    path.write_bytes(data)

    with pytest.raises(ConfigError) as refused:
        key_files.load_secret(path)

    assert refused.value.code == "key-file-malformed"


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_a_secret_of_another_size_is_not_written(tmp_path: Path, size: int) -> None:
    with pytest.raises(ConfigError):
        key_files.save_secret(tmp_path / "kek", bytes(size))

    assert list(tmp_path.iterdir()) == []
