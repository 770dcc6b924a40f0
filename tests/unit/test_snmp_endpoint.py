from collections.abc import Callable

import pytest

from roommon.model.clock import Duration
from roommon.model.secret import Secret
from roommon.poll.drivers.snmp import Auth, Config, Privacy

LONG = Secret("ups-auth", "long-enough")
SHORT = Secret("ups-auth", "short")


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda: Config("ups", port=0), "port 0"),
        (lambda: Config("ups", retries=9), "retries: 9"),
        (lambda: Config("ups", timeout=Duration(0)), "timeout"),
        (lambda: Config("ups", version=3), "needs a user"),
        (lambda: Config("ups", version=3, user="u", community="public"), "no community"),
        (lambda: Config("ups", version=3, user="u", privacy=Privacy.AES128, privacy_passphrase=LONG), "needs auth"),
        (lambda: Config("ups", version=3, user="u", auth=Auth.SHA256), "auth needs a passphrase"),
        (lambda: Config("ups", version=3, user="u", auth_passphrase=LONG), "auth: sha256"),
        (lambda: Config("ups", version=3, user="u", auth=Auth.SHA256, auth_passphrase=SHORT), "shorter than 8"),
        (lambda: Config("ups", user="u"), "belong to version 3"),
        (lambda: Config("ups", auth=Auth.SHA1), "belong to version 3"),
        (lambda: Config("ups", community="a", community_secret=LONG), "one is enough"),
    ],
)
def test_an_endpoint_that_contradicts_itself_cannot_exist(made: Callable[[], Config], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        made()


def test_a_passphrase_is_never_shown() -> None:
    config = Config("ups", version=3, user="u", auth=Auth.SHA256, auth_passphrase=LONG)
    assert "long-enough" not in f"{config} {config!r}"
    with pytest.raises(ValueError, match="ups-auth is shorter") as caught:
        Config("ups", version=3, user="u", auth=Auth.SHA256, auth_passphrase=SHORT)
    assert "short'" not in str(caught.value)


def test_an_endpoint_is_named_as_people_write_it() -> None:
    assert str(Config("10.0.0.3")) == "10.0.0.3:161"
    assert str(Config("fe80::3", port=1161)) == "[fe80::3]:1161"
