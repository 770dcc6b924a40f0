"""Which addresses a person names."""

import pytest

from roommon.commissioning.address_ranges import NoAddresses, hosts


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["10.0.0.7"], ["10.0.0.7"]),
        (["10.0.0.0/30"], ["10.0.0.1", "10.0.0.2"]),
        (["10.0.0.5/30"], ["10.0.0.5", "10.0.0.6"]),
        (["10.0.0.4/31"], ["10.0.0.4", "10.0.0.5"]),
        (["10.0.0.2-10.0.0.4", "10.0.0.3"], ["10.0.0.2", "10.0.0.3", "10.0.0.4"]),
        (["fd00::1"], ["fd00::1"]),
    ],
)
def test_hosts(words: list[str], named: list[str]) -> None:
    assert [str(host) for host in hosts(words)] == named


@pytest.mark.parametrize("words", ["", "ups-1", "10.0.0.9-10.0.0.2", "10.0.0.1-fd00::1", "10.0.0.0/33", "10.0.0.1-"])
def test_what_names_no_host(words: str) -> None:
    with pytest.raises(NoAddresses, match="is no address or network"):
        hosts([words])


@pytest.mark.parametrize("words", ["10.0.0.0/8", "fd00::/64"])
def test_a_whole_company_is_too_much(words: str) -> None:
    with pytest.raises(NoAddresses, match="65536"):
        hosts([words])
