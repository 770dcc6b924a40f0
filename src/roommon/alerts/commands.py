"""What people send: `command/<verb>` becomes a command of the rules, or is refused with the reason."""

import json

from roommon.alerts.link import Received
from roommon.model.alarm import AlarmId
from roommon.model.clock import Instant
from roommon.model.command import Acknowledge

LONGEST = 4096
"""Bytes of a command; whoever sends more is not a person."""
LONGEST_NAME = 200


class CommandRefused(Exception):
    """The command makes no sense; the message says what is wrong and what would be right."""


def parse(verb: str, message: Received, at: Instant) -> Acknowledge:
    """Return the command `verb` that arrived at `at`; members that are not known are left aside.

    Raises:
        CommandRefused: the verb is not known, or the payload is not what it takes.
    """
    if verb != "acknowledge":
        raise CommandRefused(f"{verb!r} is no command; acknowledge is")
    if message.retained:
        raise CommandRefused("retained; a command is sent once, without the retain flag")
    members = _members(message.payload)
    return Acknowledge(at, AlarmId(_name(members, "alarm")), _name(members, "by"))


def _members(payload: bytes) -> dict[str, object]:
    if len(payload) > LONGEST:
        raise CommandRefused(f"{len(payload)} bytes are more than the {LONGEST} of a command")
    try:
        members = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise CommandRefused(f'not JSON ({error}); {{"alarm": "<alarm id>", "by": "<your name>"}} is') from error
    if not isinstance(members, dict):
        raise CommandRefused('not a JSON object; {"alarm": "<alarm id>", "by": "<your name>"} is')
    return members


def _name(members: dict[str, object], key: str) -> str:
    value = members.get(key)
    if not isinstance(value, str) or not 0 < len(value.strip()) <= LONGEST_NAME:
        raise CommandRefused(f'"{key}" must be a text of 1 to {LONGEST_NAME} characters')
    if not value.isprintable():
        raise CommandRefused(f'"{key}" holds characters that cannot be printed')
    return value.strip()
