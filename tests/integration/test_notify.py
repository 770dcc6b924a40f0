"""`roommon notify run` between a real broker and a real mail server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from roommon.model.alarm import Priority, State
from tests.peers.daemon import eventually
from tests.peers.mailbox import Mailbox, mailbox
from tests.peers.mosquitto import Mosquitto, mosquitto
from tests.peers.notifier import Notifier, a_notifier, by_mail
from tests.peers.teller import Teller, teller

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    (tmp_path / "broker").mkdir()
    with mosquitto(tmp_path / "broker") as running:
        yield running


@pytest.fixture
def mails() -> Iterator[Mailbox]:
    with mailbox() as box:
        yield box


@pytest.fixture
def site(broker: Mosquitto) -> Iterator[Teller]:
    with teller(broker.address) as speaks:
        yield speaks


@pytest.fixture
def notifier(tmp_path: Path, broker: Mosquitto, mails: Mailbox) -> Iterator[Notifier]:
    with a_notifier(tmp_path, by_mail(broker.address, mails.address)) as running:
        yield running


def test_an_alarm_is_told_by_mail_with_what_where_value_and_what_to_do(
    notifier: Notifier, mails: Mailbox, site: Teller
) -> None:
    site.tell("inlet-hot.rack-a.inlet", priority=Priority.HIGH)
    (mail,) = eventually(lambda: mails.mails)
    assert mail.sender == "roommon@hospital.example"
    assert mail.to == ("wang@hospital.example",)
    assert mail.subject == "[HIGH] inlet-hot.rack-a.inlet is 27.3 °C"
    assert mail.headers["Auto-Submitted"] == "auto-generated"
    for words in ("Check the air conditioners.", "server-room · inlet-hot.rack-a.inlet"):
        assert words in mail.body
    (tried,) = eventually(notifier.tries)
    assert (tried.outcome, tried.alarms, tried.made.text) == (
        "delivered",
        ("inlet-hot.rack-a.inlet",),
        mail.body.strip(),
    )


def test_what_people_are_not_to_be_told_is_not(notifier: Notifier, mails: Mailbox, site: Teller) -> None:
    site.tell("a.b.c", tell=False)
    site.tell("d.e.f")
    (mail,) = eventually(lambda: mails.mails)
    assert "d.e.f" in mail.subject
    del notifier
    site.tell("a.b.c", State.NORMAL, tell=False)
    site.tell("g.h.i")
    eventually(lambda: len(mails.mails) == 2)
    assert "g.h.i" in mails.mails[1].subject
