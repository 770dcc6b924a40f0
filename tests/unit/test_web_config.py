import ssl
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from roommon.config.fault import Fault
from roommon.config.load import Checked, examine
from roommon.config.site import Site
from roommon.model.text import Language
from roommon.model.worded import Invalid
from roommon.web import times, tls
from roommon.web.address import Address, Network, ip
from roommon.web.config import DEFAULT, Config, View
from tests.peers.certificates import Authority, Pair
from tests.peers.page_site import CERTIFIED, page_site


def checked(folder: Path, web: str, *, tolerate: bool = False) -> Checked:
    path = folder / "roommon.yaml"
    path.write_text(page_site(web))
    return examine(path, {}, tolerate_missing_secrets=tolerate)


def site(folder: Path, web: str) -> Site:
    found = checked(folder, web)
    assert found.site is not None, found.faults
    return found.site


def told(faults: tuple[Fault, ...]) -> list[str]:
    return [fault.told(Language.ENGLISH).partition(": ")[2] for fault in faults]


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("127.0.0.1:8480", "127.0.0.1", 8480),
        ("0.0.0.0:80", "0.0.0.0", 80),
        ("[::1]:8480", "::1", 8480),
        ("[fe80::1%eth0]:8480", "fe80::1%eth0", 8480),
        ("[::ffff:10.0.0.5]:65535", "10.0.0.5", 65535),
    ],
)
def test_an_address_has_a_port(text: str, host: str, port: int) -> None:
    assert Address.parse(text) == Address(ip_address(host), port)
    assert Address.parse(str(Address.parse(text))) == Address.parse(text)


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("localhost:8480", "`127.0.0.1:8480`"),
        ("localhost", "`127.0.0.1:8480`"),
        (":9000", "`0.0.0.0:9000`"),
        ("*:9000", "`0.0.0.0:9000`"),
        ("9000", "`127.0.0.1:9000`"),
        ("192.168.10.5", "`192.168.10.5:8480`"),
        ("::1", "`[::1]:8480`"),
        ("127.0.0.1:0", "1 to 65535"),
        ("127.0.0.1:65536", "1 to 65535"),
        ("10.0.0.300:80", "`127.0.0.1:8480`"),
        ("999999", "`127.0.0.1:8480`"),
        ("", "`0.0.0.0:8480`"),
        ("127.0.0.1:²", "`127.0.0.1:8480`"),
    ],
)
def test_what_is_no_address_is_told_with_what_was_probably_meant(text: str, remedy: str) -> None:
    with pytest.raises(Invalid) as caught:
        Address.parse(text)
    assert remedy in caught.value.remedy.en
    assert remedy in caught.value.remedy.zh_cn or "65535" in remedy


def test_a_network_holds_its_addresses_however_they_are_written() -> None:
    ward, proxy = Network.parse("10.1.0.0/24"), Network.parse("10.0.0.5")
    assert ward.holds(ip("10.1.0.7"))
    assert proxy.holds(ip("::ffff:10.0.0.5"))
    assert not ward.holds(ip("10.1.1.7"))
    assert not ward.holds(ip("::1"))
    assert [str(ward), str(proxy)] == ["10.1.0.0/24", "10.0.0.5"]


@pytest.mark.parametrize("listen", ["0.0.0.0:8480", "192.168.10.5:8480", "[::]:8480", "[fe80::1]:8480"])
def test_nobody_else_is_served_unencrypted_unless_it_is_said(listen: str) -> None:
    address = Address.parse(listen)
    with pytest.raises(Invalid, match="insecure: true"):
        Config(address)
    assert Config(address, insecure=True)
    assert Config(address, behind_proxy=(Network.parse("192.168.10.6"),))
    assert Config(address, certificate=Path("a"), key=Path("b")).has_tls


@pytest.mark.parametrize("listen", ["127.0.0.1:8480", "127.8.0.1:1", "[::1]:8480", "[::ffff:127.0.0.1]:8480"])
def test_the_box_itself_needs_no_encryption(listen: str) -> None:
    assert not Config(Address.parse(listen)).has_tls


def test_a_certificate_alone_is_no_tls() -> None:
    with pytest.raises(Invalid, match="together"):
        Config(certificate=Path("page.pem"))
    with pytest.raises(Invalid, match="together"):
        Config(key=Path("page-key.pem"))


def test_the_page_is_off_unless_it_is_there(tmp_path: Path) -> None:
    (tmp_path / "users").touch()
    path = tmp_path / "roommon.yaml"
    path.write_text(page_site("").replace("web: \n", ""))
    without = examine(path, {}).site
    assert without is not None
    assert without.web is None
    assert site(tmp_path, "{}").web == Config(DEFAULT, users=tmp_path / "users")


def test_all_settings_are_read(tmp_path: Path) -> None:
    (tmp_path / "logins").touch()
    web = '{ listen: "[::]:443", behind_proxy: [10.0.0.5, "fd00::/64"], insecure: true, view: login, users: logins }'
    assert site(tmp_path, web).web == Config(
        Address(ip("::"), 443),
        insecure=True,
        behind_proxy=(Network.parse("10.0.0.5"), Network.parse("fd00::/64")),
        view=View.LOGIN,
        users=tmp_path / "logins",
    )


def test_only_a_proxy_is_one() -> None:
    behind = Config(behind_proxy=(Network.parse("10.0.0.5"), Network.parse("fd00::/64")))
    assert behind.is_proxy(ip("10.0.0.5"))
    assert behind.is_proxy(ip("fd00::1"))
    assert not behind.is_proxy(ip("10.0.0.6"))
    assert not Config().is_proxy(ip("127.0.0.1"))


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def pair(authority: Authority, tmp_path: Path) -> Pair:
    return authority.issue("page", tmp_path)


def shake_hands(server: ssl.SSLContext, client: ssl.SSLContext) -> str | None:
    """The version of TLS on which both sides agree, in memory."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    one = client.wrap_bio(to_client, to_server, server_hostname="127.0.0.1")
    other = server.wrap_bio(to_server, to_client, server_side=True)
    for side in (one, other, one, other):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
    return one.version()


def test_the_files_make_a_server_that_a_browser_trusts(authority: Authority, pair: Pair) -> None:
    trusting = ssl.create_default_context(cafile=authority.ca_file)
    assert shake_hands(tls.context(pair.certificate, pair.key), trusting) == "TLSv1.3"


def test_tls_before_1_2_is_not_spoken(authority: Authority, pair: Pair) -> None:
    old = ssl.create_default_context(cafile=authority.ca_file)
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")
    server = tls.context(pair.certificate, pair.key)
    server.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.raises(ssl.SSLError, match=r"UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION"):
        shake_hands(server, old)


def with_passphrase(path: Path) -> None:
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    form = serialization.PrivateFormat.PKCS8
    locked = serialization.BestAvailableEncryption(b"roommon")
    path.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, locked))


def test_files_that_make_no_server_are_told_one_by_one(authority: Authority, pair: Pair, tmp_path: Path) -> None:
    said = []
    for spoil in (
        lambda: authority.issue("other", tmp_path).key.rename(pair.key),
        lambda: with_passphrase(pair.key),
        lambda: pair.key.write_text("nonsense"),
        lambda: pair.certificate.write_text("nonsense"),
        pair.key.unlink,
    ):
        spoil()
        said += [fault.problem.en for fault in checked(tmp_path, CERTIFIED).faults]
    assert said == [
        f"key {pair.key} does not belong to {pair.certificate}",
        f"key {pair.key} has a passphrase, and nobody is there to type it",
        f"key {pair.key} is no private key in PEM",
        f"certificate {pair.certificate} is no certificate in PEM",
        f"key {pair.key} cannot be opened (No such file or directory)",
    ]


def test_an_expired_certificate_is_a_warning(authority: Authority, tmp_path: Path) -> None:
    authority.issue("page", tmp_path, days=-1)
    found = checked(tmp_path, CERTIFIED)
    assert found.site is not None
    assert [line.partition(" on ")[0] for line in told(found.warnings)] == ["warning: the certificate expired"]


@pytest.mark.parametrize(
    ("days", "english", "chinese"),
    [
        (31, [], []),
        (29, ["the certificate expires on {day}, in 28 days"], ["证书将于 {day} 到期，剩余 28 天"]),
        (6, ["the certificate expires within the week, on {day}"], ["证书一周内即将到期（{day}）"]),
    ],
)
def test_a_certificate_that_expires_soon_is_a_warning(
    authority: Authority, tmp_path: Path, days: int, english: list[str], chinese: list[str]
) -> None:
    pair = authority.issue("page", tmp_path, days=days)
    found, last = checked(tmp_path, CERTIFIED), times.day(tls.ends(pair.certificate))
    assert found.site is not None
    said = {each: [warning.problem.in_language(each) for warning in found.warnings] for each in Language}
    assert said[Language.ENGLISH] == [words.format(day=last) for words in english]
    assert said[Language.CHINESE] == [words.format(day=last) for words in chinese]


def test_before_the_installation_a_missing_certificate_is_a_warning(tmp_path: Path) -> None:
    found = checked(tmp_path, CERTIFIED, tolerate=True)
    assert found.site is not None
    assert "page.pem cannot be opened" in told(found.warnings)[0]
