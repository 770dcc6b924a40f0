"""A real mosquitto of the test's own, and mosquitto_sub to look at it from outside."""

import contextlib
import json
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.peers.certificates import Authority
from tests.peers.process import Address, free_address, program, wait_until_open

PACKAGE, TOOLS = "mosquitto", "mosquitto-clients"


@dataclass(frozen=True)
class Setup:
    """What a broker asks of its clients, and what it keeps."""

    users: tuple[tuple[str, str], ...] = ()
    """Name and password; without any, everybody may enter."""
    access: str | None = None
    """An ACL file's text."""
    authority: Authority | None = None
    """Who signs the broker's certificate; None speaks plainly."""
    days: int = 1
    """How long its certificate is valid."""
    asks_certificate: bool = False
    keeps: bool = True
    """Whether retained messages and sessions outlive a stop."""
    more: Sequence[str] = ()
    """Further lines of its configuration."""


class Mosquitto:
    """One broker, which the test may stop, kill, freeze and start again at the same address."""

    def __init__(self, folder: Path, setup: Setup) -> None:
        self.address = free_address()
        self._folder = folder
        self._conf = folder / "mosquitto.conf"
        self._conf.write_text("\n".join(self._lines(setup)) + "\n")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> str:
        return (self._folder / "mosquitto.log").read_text()

    def start(self) -> None:
        with (self._folder / "mosquitto.log").open("ab") as log:
            self._process = subprocess.Popen(
                [program("mosquitto", PACKAGE), "-c", str(self._conf)], stdout=log, stderr=log
            )
        wait_until_open(self.address)

    def stop(self) -> None:
        """End it in good order."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """It keeps its connections and says nothing more; the kernel still accepts new ones for it."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None, "not running"
        self._process.send_signal(number)

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(number)
        self._process.send_signal(signal.SIGCONT)
        self._process.wait(10)
        self._process = None

    def _lines(self, setup: Setup) -> Iterator[str]:
        yield from ("user root", f"listener {self.address.port} {self.address.host}", "max_queued_messages 100000")
        yield f"allow_anonymous {'false' if setup.users else 'true'}"
        if setup.users:
            yield f"password_file {self._password_file(setup.users)}"
        if setup.access is not None:
            yield f"acl_file {self._file('acl', setup.access)}"
        if setup.authority is not None:
            chain = setup.authority.issue("broker", self._folder, days=setup.days)
            yield from (f"cafile {setup.authority.ca_file}", f"certfile {chain.certificate}", f"keyfile {chain.key}")
            yield f"require_certificate {'true' if setup.asks_certificate else 'false'}"
        if setup.keeps:
            yield from ("persistence true", f"persistence_location {self._folder}/")
        yield from setup.more

    def _password_file(self, users: Sequence[tuple[str, str]]) -> Path:
        path = self._file("passwords", "".join(f"{name}:{password}\n" for name, password in users))
        subprocess.run([program("mosquitto_passwd", PACKAGE), "-U", path], check=True)
        return path

    def _file(self, name: str, text: str) -> Path:
        path = self._folder / name
        path.write_text(text)
        path.chmod(0o600)
        return path


@contextlib.contextmanager
def mosquitto(folder: Path, setup: Setup | None = None) -> Iterator[Mosquitto]:
    """A running broker with its files in `folder`, gone afterwards."""
    broker = Mosquitto(folder, setup or Setup())
    broker.start()
    try:
        yield broker
    finally:
        broker.kill()


@dataclass(frozen=True)
class Seen:
    """One message as mosquitto_sub shows it."""

    topic: str
    payload: str
    retained: bool

    @property
    def document(self) -> dict[str, object]:
        document = json.loads(self.payload)
        assert isinstance(document, dict)
        return document


class Subscriber:
    """What a mosquitto_sub has seen so far, in order; what comes to `marker` only says that it listens."""

    def __init__(self, output: "subprocess.Popen[bytes]", marker: str) -> None:
        self.seen: list[Seen] = []
        self.listens = False
        self.marker = marker
        self._arrived: queue.SimpleQueue[Seen] = queue.SimpleQueue()
        self._output = output
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def until(self, enough: Callable[[list[Seen]], bool], seconds: float = 20.0) -> list[Seen]:
        """Everything seen, once it is `enough`."""
        deadline = time.monotonic() + seconds
        while not self.gather(enough):
            assert time.monotonic() < deadline, f"not within {seconds} s; seen: {self.seen[-5:]} of {len(self.seen)}"
            time.sleep(0.01)
        return self.seen

    def gather(self, enough: Callable[[list[Seen]], bool]) -> bool:
        """Take what has arrived, without waiting; say whether all of it is `enough`."""
        while not self._arrived.empty():
            message = self._arrived.get()
            if message.topic == self.marker:
                self.listens = True
            else:
                self.seen.append(message)
        return enough(self.seen)

    def end(self) -> None:
        """Kill mosquitto_sub; its pipe is closed only after the last line was read."""
        self._output.kill()
        self._reader.join(10)

    def _read(self) -> None:
        assert self._output.stdout is not None
        for line in self._output.stdout:
            if not line.endswith(b"\n"):
                return  # killed in the middle of a line
            message = json.loads(line)
            self._arrived.put(Seen(message["topic"], message.get("payload") or "", bool(message["retain"])))


@contextlib.contextmanager
def subscribed(address: Address, topics: str, *options: str) -> Iterator[Subscriber]:
    """A mosquitto_sub on `topics`, listening before this returns."""
    command = [program("mosquitto_sub", TOOLS), "-h", address.host, "-p", str(address.port), "-V", "5", "-q", "1"]
    marker = f"test/listening/{time.monotonic_ns()}"
    command += ["-t", topics, "-t", marker, "-F", "%j", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        subscriber = Subscriber(process, marker)
        try:
            deadline = time.monotonic() + 20
            while not subscriber.gather(lambda _seen: subscriber.listens):
                assert time.monotonic() < deadline, "mosquitto_sub does not listen"
                publish(address, marker, "here", *options_of_reaching(options))
                time.sleep(0.02)
            yield subscriber
        finally:
            subscriber.end()


def options_of_reaching(options: Sequence[str]) -> list[str]:
    """Those of mosquitto_sub's options that mosquitto_pub needs too: who we are, and TLS."""
    shared = ("-u", "-P", "-V", "--cafile", "--cert", "--key")
    return [word for at, word in enumerate(options) if word in shared or (at and options[at - 1] in shared)]


def publish(address: Address, topic: str, payload: str, *options: str) -> None:
    """Publish with mosquitto_pub, at least once."""
    command = [program("mosquitto_pub", TOOLS), "-h", address.host, "-p", str(address.port), "-V", "5", "-q", "1"]
    subprocess.run([*command, "-t", topic, "-m", payload, *options], check=True, timeout=20)


def retained(address: Address, topics: str, *options: str) -> dict[str, str]:
    """What the broker retains under `topics` now, by topic."""
    with subscribed(address, topics, *options) as subscriber:
        # The marker of `subscribed` came after what was retained.
        return {message.topic: message.payload for message in subscriber.seen if message.retained}
