"""A broker, a mail server, somebody who speaks for the site, and `roommon notify` between them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from roommon.notify.queue import State
from tests.peers.daemon import eventually
from tests.peers.mailbox import Mail, Mailbox, mailbox
from tests.peers.mosquitto import Mosquitto, Setup
from tests.peers.notifier import Notifier, by_mail
from tests.peers.teller import Teller, teller


@dataclass
class NotifyHouse:
    """Everything that runs."""

    broker: Mosquitto
    mailbox: Mailbox
    site: Teller
    notifier: Notifier

    def until(self, enough: Callable[[list[Mail]], bool], seconds: float = 20.0) -> list[Mail]:
        """The mails, once they are enough."""
        eventually(lambda: enough(self.mailbox.mails), seconds)
        return self.mailbox.mails

    def told(self, words: str) -> int:
        """How many mails say `words`."""
        return sum(words in mail.body for mail in self.mailbox.mails)

    def until_on_record(self, waits: int = 0) -> None:
        """Wait until what was sent is on record, and so much waits."""
        eventually(lambda: sum(states.get(State.WAITING, 0) for states in self.notifier.counts().values()) == waits)

    def until_told(self, *alarms: str, seconds: float = 20.0) -> None:
        """Wait until every one of `alarms` was told."""
        eventually(lambda: all(self.told(f"{alarm} is") for alarm in alarms), seconds)


@contextmanager
def a_notify_house(folder: Path, setup: Setup | None = None, **more: Any) -> Iterator[NotifyHouse]:
    """All of it, running."""
    with ExitStack() as stack:
        (folder / "broker").mkdir()
        broker = Mosquitto(folder / "broker", setup or Setup())
        stack.callback(broker.kill)
        broker.start()
        box = stack.enter_context(mailbox())
        notifier = Notifier(folder, by_mail(broker.address, box.address, **more))
        stack.callback(notifier.end)
        notifier.start()
        site = stack.enter_context(teller(broker.address))
        yield NotifyHouse(broker, box, site, notifier)
