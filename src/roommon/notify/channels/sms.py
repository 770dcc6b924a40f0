"""SMS by a GSM modem: gammu-smsd sends it (docs/notify.md). Delivered means that the modem handed it to the network.

The text goes into smsd's outbox, and smsd moves the file to where it keeps what was sent, or what failed; so both are
known. A backend of smsd other than `files` shows neither: there, delivered means that smsd took it.
"""

import asyncio
import configparser
import contextlib
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from roommon.model import system_words
from roommon.model.clock import Duration
from roommon.model.text import Text
from roommon.model.worded import Invalid
from roommon.notify import gsm
from roommon.notify.channel import NotDelivered
from roommon.notify.running import run
from roommon.notify.wording import Note

SHORT: Final = True
_NUMBER: Final = re.compile(r"\+?[0-9]{3,20}")
_WRITTEN: Final = re.compile(r"^Written message with ID (.+)$", re.MULTILINE)
_LOOK_S: Final = 0.5


@dataclass(frozen=True, slots=True)
class Config:
    """One gammu-smsd."""

    smsdrc: Path = field(default=Path("/etc/gammu-smsdrc"), metadata={"doc": "Its configuration."})
    inject: str = field(default="/usr/bin/gammu-smsd-inject", metadata={"doc": "The program that hands texts to it."})
    timeout: Duration = field(
        default=Duration(90_000), metadata={"doc": "What smsd has not sent within this is taken back, and tried again."}
    )


def check(address: str) -> None:
    """Raise Invalid when `address` is no telephone number."""
    if not _NUMBER.fullmatch(address):
        raise Invalid(
            Text(f"`{address}` is no telephone number", f"`{address}` 不是电话号码"),
            Text('write it like `"+8613800000000"`, in quotes', '请加引号书写，例如 `"+8613800000000"`'),
        )


async def send(config: Config, note: Note, address: str) -> None:
    """Send the short form of `note`; raise NotDelivered when smsd does not take it, does not run, or fails."""
    text = note.sms
    alphabet = [] if gsm.is_seven_bit(text) else ["-unicode"]
    words = [config.inject, "-c", str(config.smsdrc), "TEXT", address, *alphabet, "-text", text]
    said = await run(words, config.timeout, more={"LC_ALL": "C.UTF-8"})
    written = _WRITTEN.search(said)
    smsd = _settings(config)
    if smsd.get("service", "files").lower() == "files" and written is not None:
        await _watched(Path(written[1].strip()), Path(smsd["errorsmspath"]), config)


def _settings(config: Config) -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(config.smsdrc.read_text("utf-8"))
        return parser["smsd"]
    except OSError as error:
        why = system_words.said(error)
        raise NotDelivered(Text(f"{config.smsdrc}: {why.en}", f"{config.smsdrc}：{why.zh_cn}")) from error
    except (configparser.Error, KeyError) as error:
        raise NotDelivered(Text(f"{config.smsdrc}: {error}", f"{config.smsdrc}：{error}")) from error


def _take_back(outbox: Path) -> None:
    with contextlib.suppress(OSError):  # it is sent, or stays where it is: told as it was seen
        outbox.unlink()


async def _watched(outbox: Path, failed: Path, config: Config) -> None:
    """Wait until smsd has moved the file out of its outbox; take it back when it does not."""
    try:
        async with asyncio.timeout(config.timeout / 1000):
            while await asyncio.to_thread(outbox.exists):  # noqa: ASYNC110 - smsd tells nobody
                await asyncio.sleep(_LOOK_S)
    except TimeoutError as error:
        seconds = config.timeout / 1000
        raise NotDelivered(
            Text(
                f"gammu-smsd did not send it within {seconds:g} s; does it run, and is the modem there?",
                f"gammu-smsd 在 {seconds:g} s 内未发出；它是否在运行，调制解调器是否在线？",
            )
        ) from error
    finally:
        _take_back(outbox)
    if await asyncio.to_thread((failed / outbox.name).exists):
        raise NotDelivered(
            Text(
                "the modem could not send it; look at gammu-smsd's log: no network, no credit, a wrong number?",
                "调制解调器发送失败；请查看 gammu-smsd 日志：是否无信号、欠费或号码错误？",
            )
        )
