"""`roommon notify test`: one note to each person by each channel, now, by the very code that tells alarms."""

import asyncio
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from roommon.cli.check import NO
from roommon.cli.complaint import Complaint, near
from roommon.cli.screen import keep_log_off_screen, print_beside
from roommon.cli.spoken import say
from roommon.cli.words import word
from roommon.config.notify import load
from roommon.notify import program
from roommon.notify.channel import shown
from roommon.notify.delivering import note_for, send
from roommon.notify.error import QueueUnusable
from roommon.notify.queue import Try, opened
from roommon.notify.settings import Settings, Target
from roommon.notify.trial import trial


def test(of: str | None, config: Path, *, as_json: bool) -> int:
    """Send, print what came of each, put it on record; return 1 when something did not arrive."""
    settings = load(config)
    keep_log_off_screen()
    targets = _meant(settings, of)
    tries = asyncio.run(_send_all(settings, targets, _print_json if as_json else _printer(targets)))
    _keep(settings, tries)
    return NO if any(each.why is not None for each in tries) else 0


def _meant(settings: Settings, of: str | None) -> list[Target]:
    every = list(settings.targets())
    if of is None:
        return every
    meant = [target for target in every if of in (target.person, target.channel)]
    if not meant:
        known = [*settings.people, *settings.channels]
        problem = say(f"nobody is called {of!r}, and no channel", f"没有名为 {of!r} 的人员或渠道")
        raise Complaint(problem + near(of, known))
    return meant


async def _send_all(settings: Settings, targets: list[Target], tell: Callable[[Try], None]) -> list[Try]:
    """Send to all at once, and `tell` of each as soon as it is known: a modem takes its time."""
    tries: list[Try] = []
    for sending in asyncio.as_completed([_send(settings, target) for target in targets]):
        tries.append(await sending)
        tell(tries[-1])
    return tries


async def _send(settings: Settings, target: Target) -> Try:
    at, began = program.now(), time.monotonic()
    note = note_for(settings, settings.people[target.person], [trial(settings, target, at)])
    failure = await send(settings, target, note)
    took = round((time.monotonic() - began) * 1000)
    why = None if failure is None else failure.words
    return Try(target, at, took, shown(settings.channels[target.channel], note), why)


def _keep(settings: Settings, tries: list[Try]) -> None:
    """Put `tries` on record, where we may write it; the answer on the screen does not hang on that."""
    if not settings.top.queue.exists():  # whoever makes it owns it: that is the service's own user
        print(say("not on record: roommon notify never ran", "未记录：roommon notify 尚未运行过"), file=sys.stderr)
        return
    try:
        with opened(settings.top.queue) as queue:
            for each in tries:
                queue.note(each)
    except QueueUnusable as error:
        print(say(f"not on record: {error.words.en}", f"未能记录：{error.words.zh_cn}"), file=sys.stderr)


def _facts(made: Try) -> dict[str, object]:
    return {
        "person": made.target.person,
        "channel": made.target.channel,
        "outcome": "delivered" if made.why is None else "failed",
        "why": None if made.why is None else word(made.why),
        "took_ms": made.took_ms,
        "text": made.text,
    }


def _print_json(made: Try) -> None:
    print(json.dumps(_facts(made), ensure_ascii=False), flush=True)


def _printer(targets: list[Target]) -> Callable[[Try], None]:
    """Return what prints what came of one of `targets`: who, by what, and the outcome beside them."""
    person, channel = max(len(each.person) for each in targets) + 2, max(len(each.channel) for each in targets) + 2

    def tell(made: Try) -> None:
        target = made.target
        print_beside(f"{target.person:{person}}{target.channel}", _outcome(made), person + channel, _colour(made))

    return tell


def _outcome(made: Try) -> str:
    if made.why is None:
        return say(f"delivered in {made.took_ms} ms", f"已送达，用时 {made.took_ms} ms")
    return say(f"failed: {word(made.why)}", f"失败：{word(made.why)}")


def _colour(made: Try) -> str:
    return "green" if made.why is None else "red"
