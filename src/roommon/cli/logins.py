"""`roommon user logins`: who logged in at the status page, tried to and logged out, as the journal has it."""

import json
from collections.abc import Iterator
from datetime import datetime
from itertools import takewhile
from pathlib import Path

from roommon.cli.moments import instant, local
from roommon.cli.screen import print_table
from roommon.cli.sites import opened
from roommon.cli.spoken import say
from roommon.cli.words import word
from roommon.journal.reader import JournalReader
from roommon.journal.record import Login, NumberedLogin
from roommon.model.clock import Instant
from roommon.record.members import iso_8601
from roommon.record.words import LOGIN_STEPS, LOGIN_WAYS, NOBODY, SEVERAL

_AT_ONCE = 500


def show(config: Path, journal: Path | None, since: str | None, last: int | None, *, as_json: bool) -> None:
    """Print who logged in, the newest last."""
    first = Instant(0) if since is None else instant(since, datetime.now().astimezone())
    with opened(config, journal) as reader:
        found = list(takewhile(lambda each: each.login.last >= first, _newest(reader, last)))[::-1]
    if as_json:
        for each in found:
            print(json.dumps(_document(each), ensure_ascii=False))
    elif found:
        print_table(_headings(), [_row(each.login) for each in found])
    else:
        print(say("Nobody logged in.", "没有登录记录。"))


def _newest(reader: JournalReader, at_most: int | None) -> Iterator[NumberedLogin]:
    """Yield the newest `at_most`, all when it is None, the newest first."""
    before, left = None, at_most
    while left is None or left > 0:
        page = reader.logins(before, _AT_ONCE if left is None else min(left, _AT_ONCE))
        yield from page
        if not page:
            return
        before, left = page[-1].number, None if left is None else left - len(page)


def _headings() -> tuple[str, ...]:
    return (
        say("from", "起"),
        say("to", "止"),
        say("what", "动作"),
        say("who", "用户"),
        say("at", "来源"),
        say("through", "方式"),
        say("times", "次数"),
    )


def _row(login: Login) -> tuple[str, ...]:
    return (
        local(login.first),
        local(login.last) if login.times > 1 else "",
        word(LOGIN_STEPS[login.step]),
        login.by or word(NOBODY),
        login.address or word(SEVERAL),
        word(LOGIN_WAYS[login.way]),
        str(login.times),
    )


def _document(numbered: NumberedLogin) -> dict[str, object]:
    login = numbered.login
    return {
        "number": numbered.number,
        "first": iso_8601(login.first),
        "last": iso_8601(login.last),
        "step": login.step,
        "by": login.by,
        "address": login.address or None,
        "way": login.way,
        "times": login.times,
    }
