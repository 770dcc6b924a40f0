"""A real gammu-smsd with gammu's dummy phone: what it sends lies as files in a folder."""

import contextlib
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.peers.process import program

PACKAGE = "gammu-smsd"
_FOLDERS = {"inbox": "inbox", "outbox": "outbox", "sentsms": "sent", "errorsms": "error"}


@dataclass(frozen=True)
class Sms:
    """One text as the phone sent it."""

    number: str
    text: str
    coding: str


@dataclass
class Smsd:
    """Its configuration, and what it did."""

    folder: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def smsdrc(self) -> Path:
        return self.folder / "smsdrc"

    @property
    def sent(self) -> list[Sms]:
        return [_read(path) for path in sorted((self.folder / "sent").iterdir())]

    @property
    def outbox(self) -> list[Path]:
        return list((self.folder / "outbox").iterdir())

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            command = [program("gammu-smsd", PACKAGE), "-c", str(self.smsdrc)]
            self.process = subprocess.Popen(command, stdout=log, stderr=log)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)
            self.process = None


@contextlib.contextmanager
def smsd(folder: Path) -> Iterator[Smsd]:
    """A running one with a phone that sends everything: gammu's dummy cannot be made to fail."""
    for name in (*_FOLDERS.values(), "phone"):
        (folder / name).mkdir(parents=True)
    lines = ["[gammu]", "model = dummy", "connection = none", f"device = {folder}/phone", "[smsd]", "service = files"]
    lines += [f"logfile = {folder}/smsd.log", "commtimeout = 1", "sendtimeout = 3", "loopsleep = 1"]
    lines += [f"{setting}path = {folder}/{name}/" for setting, name in _FOLDERS.items()]
    lines += [f"check{what} = 0" for what in ("security", "battery", "signal", "network")]
    (folder / "smsdrc").write_text("\n".join(lines) + "\n")
    daemon = Smsd(folder)
    daemon.start()
    try:
        yield daemon
    finally:
        daemon.stop()


def _read(path: Path) -> Sms:
    _, backup, *_ = path.read_text("utf-8", "replace").split("[SMSBackup000]")  # as it was handed over, and as it went
    pieces = re.findall(r"^Text\d+ = ([0-9A-F]+)$", backup, re.MULTILINE)
    number = re.search(r'^Number = "(.+)"$', backup, re.MULTILINE)
    coding = re.search(r"^Coding = (.+)$", backup, re.MULTILINE)
    assert number is not None
    assert coding is not None
    return Sms(number[1], bytes.fromhex("".join(pieces)).decode("utf-16-be"), coding[1])
