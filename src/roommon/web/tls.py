"""The server side of TLS from its two files, and until when the certificate holds.

One of the files that touch cryptography: the standard library does not tell the dates of a certificate in a file.
"""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography import x509

from roommon.model import system_words
from roommon.model.clock import Instant
from roommon.model.text import Text
from roommon.model.worded import Invalid


class FileMissing(Invalid):
    """A file that cannot be opened: it is not there, or not for us."""


def context(certificate: Path, key: Path) -> ssl.SSLContext:
    """Return the server's side, TLS 1.2 and 1.3.

    Raises:
        FileMissing: one of the files cannot be opened.
        Invalid: one is no PEM, needs a passphrase, or the key belongs to another certificate.
    """
    _open("certificate", certificate)
    _open("key", key)
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    load(made, certificate, key)
    return made


def load(into: ssl.SSLContext, certificate: Path, key: Path) -> None:
    """Let connections that begin from now on have `certificate`; those that are open go on.

    Raises:
        Invalid: as `context`.
    """
    with _told(certificate, key):
        into.load_cert_chain(certificate, key, password=_no_passphrase)


def ends(certificate: Path) -> Instant:
    """Return until when `certificate` holds.

    Raises:
        FileMissing: it cannot be opened.
        Invalid: it is no PEM.
    """
    _open("certificate", certificate)
    try:
        last = x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc
    except ValueError as error:
        raise _no_certificate(certificate) from error
    return Instant(round(last.timestamp() * 1000))


def _open(setting: str, path: Path) -> None:
    try:
        with path.open("rb"):
            return
    except OSError as error:
        why = system_words.said(error)
        raise FileMissing(
            Text(f"{setting} {path} cannot be opened ({why.en})", f"无法打开 {setting} {path}（{why.zh_cn}）"),
            Text("put it there, readable for the daemon's user", "请放置该文件，并允许守护进程用户读取"),
        ) from error


class _PassphraseWanted(Exception):
    pass


def _no_passphrase() -> str:
    raise _PassphraseWanted


@contextmanager
def _told(certificate: Path, key: Path) -> Iterator[None]:
    """Translate what OpenSSL says of the two files."""
    try:
        yield
    except _PassphraseWanted as error:
        raise Invalid(
            Text(f"key {key} has a passphrase, and nobody is there to type it", f"key {key} 设有口令，启动时无人输入"),
            Text("write it without: openssl pkey -in KEY -out NEW", "请去掉口令：openssl pkey -in KEY -out NEW"),
        ) from error
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise Invalid(
                Text(f"key {key} does not belong to {certificate}", f"key {key} 与证书 {certificate} 不匹配"),
                Text("name the key with which it was asked for", "请写申请该证书时所用的私钥"),
            ) from error
        ends(certificate)  # says so itself, if it is the certificate
        raise Invalid(
            Text(f"key {key} is no private key in PEM", f"key {key} 不是 PEM 格式的私钥"),
            Text("it begins with `-----BEGIN PRIVATE KEY-----`", "其首行为 `-----BEGIN PRIVATE KEY-----`"),
        ) from error


def _no_certificate(path: Path) -> Invalid:
    return Invalid(
        Text(f"certificate {path} is no certificate in PEM", f"certificate {path} 不是 PEM 格式的证书"),
        Text("it begins with `-----BEGIN CERTIFICATE-----`", "其首行为 `-----BEGIN CERTIFICATE-----`"),
    )
