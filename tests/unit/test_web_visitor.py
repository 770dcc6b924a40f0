"""Who comes, through a proxy or without, and what is done about a way that others can read."""

from pathlib import Path

import pytest

from roommon.web.address import Address, Network, ip
from roommon.web.config import Config
from roommon.web.cookies import Cookie, Kind, name
from roommon.web.forms import Forms, are_equal, random_word
from roommon.web.visitor import is_admitted, visitor

PROXY = "10.0.0.5"
BEHIND = Config(Address.parse("10.0.0.9:8480"), behind_proxy=(Network.parse(PROXY), Network.parse("10.9.0.0/16")))
ALONE = Config()
TLS = Config(Address.parse("0.0.0.0:8443"), certificate=Path("page.pem"), key=Path("page-key.pem"))
INSECURE = Config(Address.parse("0.0.0.0:8480"), insecure=True)


@pytest.mark.parametrize(
    ("peer", "forwarded", "address", "is_shared"),
    [
        (PROXY, ["192.168.1.7"], "192.168.1.7", False),
        (PROXY, ["6.6.6.6, 192.168.1.7"], "192.168.1.7", False),
        (PROXY, ["6.6.6.6", "192.168.1.7, 10.9.0.1"], "192.168.1.7", False),
        (PROXY, ["127.0.0.1, 192.168.1.7"], "192.168.1.7", False),
        (PROXY, ["[fd00::7]"], "fd00::7", False),
        (PROXY, ["::ffff:192.168.1.7"], "192.168.1.7", False),
        (f"::ffff:{PROXY}", ["192.168.1.7"], "192.168.1.7", False),
        (PROXY, [], PROXY, True),
        (PROXY, ["unknown"], PROXY, True),
        (PROXY, ["192.168.1.7, unknown"], PROXY, True),
        (PROXY, [""], PROXY, True),
        (PROXY, ["10.9.0.1, 10.9.0.2"], "10.9.0.1", True),
        (PROXY, [",".join(["6.6.6.6"] + ["10.9.0.1"] * 100)], "10.9.0.1", True),
        ("192.168.1.7", ["6.6.6.6"], "192.168.1.7", False),
        ("10.0.0.6", ["127.0.0.1"], "10.0.0.6", False),
    ],
)
def test_only_the_proxy_is_believed_who_comes(peer: str, forwarded: list[str], address: str, is_shared: bool) -> None:
    found = visitor(BEHIND, peer, forwarded, [])
    assert (found.address, found.is_shared) == (ip(address), is_shared)


@pytest.mark.parametrize(
    ("config", "peer", "proto", "is_encrypted"),
    [
        (TLS, "192.168.1.7", [], True),
        (TLS, "192.168.1.7", ["http"], True),
        (ALONE, "127.0.0.1", ["https"], False),
        (BEHIND, PROXY, ["https"], True),
        (BEHIND, PROXY, ["HTTPS"], True),
        (BEHIND, PROXY, ["https", "http"], False),
        (BEHIND, PROXY, ["http, https"], True),
        (BEHIND, PROXY, ["http"], False),
        (BEHIND, PROXY, [], False),
        (BEHIND, "192.168.1.7", ["https"], False),
    ],
)
def test_only_the_proxy_is_believed_that_it_is_encrypted(
    config: Config, peer: str, proto: list[str], is_encrypted: bool
) -> None:
    assert visitor(config, peer, ["192.168.1.7"], proto).is_encrypted is is_encrypted


@pytest.mark.parametrize(
    ("config", "peer", "forwarded", "proto", "may"),
    [
        (ALONE, "127.0.0.1", [], [], True),
        (ALONE, "::1", [], [], True),
        (TLS, "192.168.1.7", [], [], True),
        (INSECURE, "192.168.1.7", [], [], True),
        (BEHIND, PROXY, ["192.168.1.7"], ["https"], True),
        (BEHIND, PROXY, ["192.168.1.7"], ["http"], False),
        (BEHIND, PROXY, ["192.168.1.7"], [], False),
        (BEHIND, PROXY, [], [], False),
        (BEHIND, "192.168.1.7", [], ["https"], False),
        (Config(behind_proxy=(Network.parse("127.0.0.1"),)), "127.0.0.1", [], [], False),
        (Config(behind_proxy=(Network.parse("127.0.0.1"),)), "127.0.0.1", ["192.168.1.7"], ["https"], True),
    ],
)
def test_a_password_is_wanted_only_where_nobody_reads_it(
    config: Config, peer: str, forwarded: list[str], proto: list[str], may: bool
) -> None:
    assert visitor(config, peer, forwarded, proto).may_log_in is may


def test_somebody_at_the_box_is_no_proxy() -> None:
    own = Config(behind_proxy=(Network.parse("127.0.0.1"),))
    assert visitor(ALONE, "127.0.0.1", [], []).is_at_the_box
    assert not visitor(own, "127.0.0.1", [], []).is_at_the_box
    assert not visitor(ALONE, "192.168.1.7", [], []).is_at_the_box


def test_nobody_comes_around_the_proxy() -> None:
    assert [peer for peer in (PROXY, "127.0.0.1", "192.168.1.7") if is_admitted(BEHIND, peer)] == [PROXY, "127.0.0.1"]
    assert is_admitted(TLS, "192.168.1.7")
    assert is_admitted(INSECURE, "192.168.1.7")


def test_a_cookie_is_for_the_server_alone() -> None:
    plain = Cookie(Kind.SESSION, "abc", is_encrypted=False)
    assert plain.header() == "roommon-session=abc; Path=/; HttpOnly; SameSite=Strict"
    secure = Cookie(Kind.FORM, "abc", is_encrypted=True)
    assert secure.header() == "__Host-roommon-form=abc; Path=/; HttpOnly; SameSite=Strict; Secure"
    assert secure.name == name(Kind.FORM, is_encrypted=True)


def test_a_cookie_is_taken_away() -> None:
    gone = Cookie(Kind.SESSION, "", is_encrypted=True)
    assert gone.header() == "__Host-roommon-session=; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=0"


def test_a_form_is_taken_from_whom_it_was_given_to() -> None:
    forms, mine, other = Forms(), random_word(), random_word()
    assert forms.accepts(mine, forms.word(mine))
    assert not forms.accepts(mine, forms.word(other))
    assert not forms.accepts(other, forms.word(mine))
    assert not forms.accepts(mine, mine)
    assert not Forms().accepts(mine, forms.word(mine)), "another daemon's"


@pytest.mark.parametrize("cookie", [None, "", "x\udcff"])
@pytest.mark.parametrize("sent", [None, "", "ü\udcff"])
def test_a_form_without_its_word_or_cookie_is_not_taken(cookie: str | None, sent: str | None) -> None:
    forms = Forms()
    assert not forms.accepts(cookie, sent)
    assert not forms.accepts("", forms.word(""))


def test_words_are_random_and_compared_whole() -> None:
    one = random_word()
    assert len(one) == 43
    assert one != random_word()
    assert are_equal(one, one)
    assert not are_equal(one[:-1], one)
    assert not are_equal(one + "=", one)
