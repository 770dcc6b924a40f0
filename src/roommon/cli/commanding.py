"""What all commands of a person share: where they go, and what is printed of the answer."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path

from roommon.cli import daemon_socket, moments
from roommon.cli.complaint import Complaint, complain
from roommon.cli.sites import opened, site_if_sound
from roommon.cli.spoken import language, say
from roommon.model.alarm import AlarmId
from roommon.rules.state import AlarmState

_NAMED = 8


@dataclass(frozen=True, slots=True)
class Place:
    """Which daemon is meant."""

    config: Path
    socket: Path | None
    """Its socket, where it is not the one that `config` says."""

    def path(self) -> Path:
        """Return its socket; the daemon may run on while the file on the disk is wrong."""
        from roommon.alerts.socket.config import DEFAULT

        if self.socket is not None:
            return self.socket
        site = site_if_sound(self.config)
        return DEFAULT if site is None else site.commands.socket


def send(verb: str, members: Mapping[str, object], place: Place, *, as_json: bool) -> int:
    """Send a command and print the answer; return 0 when it was done, 1 when it was refused."""
    given = {name: value for name, value in members.items() if value not in (None, "")}
    reply = daemon_socket.ask(place.path(), {"verb": verb, "language": language(), **given})
    if as_json:
        print(json.dumps(reply.document, ensure_ascii=False))
    elif reply.done:
        print(reply.text)
    else:
        complain(reply.text)
    return 0 if reply.done else 1


def alarm_of(words: str, place: Place) -> AlarmId:
    """Return the alarm that `words` name; a shell pattern is taken where one alarm alone is like it, and that is said.

    Raises:
        Complaint: none is like the pattern, or several are.
    """
    if not set(words) & set("*?["):
        return AlarmId(words)
    alike = sorted(name for name in _known(place) if fnmatchcase(name, words))
    if len(alike) == 1:
        print(alike[0], file=sys.stderr)
        return alike[0]
    if not alike:
        raise Complaint(
            say(f"no alarm that stands or is shelved is like {words!r}", f"没有与 {words!r} 相符的当前告警或已搁置告警")
        )
    listed = ", ".join(alike[:_NAMED]) + (" ..." if len(alike) > _NAMED else "")
    raise Complaint(
        say(f"{words!r} may be any of {len(alike)}; name one: {listed}", f"{words!r} 对应 {len(alike)} 个：{listed}")
    )


def _known(place: Place) -> set[AlarmId]:
    with opened(place.config, None) as reader:
        shelved = {
            AlarmId(name) for name, state in reader.states().items() if isinstance(state, AlarmState) and state.shelf
        }
        return shelved | {numbered.event.alarm for numbered in reader.standing()}


def ending(lasts: str | None, until: str | None) -> dict[str, object]:
    """Return the members that say when it ends by itself; none where nothing was said.

    Raises:
        Complaint: both were given, or one that is no time.
    """
    if lasts is not None and until is not None:
        raise Complaint(say("give --for or --until, not both", "--for 与 --until 只能给出一个"))
    if lasts is not None:
        return {"for_s": moments.lasting_s(lasts)}
    if until is not None:
        moment = moments.coming(until, datetime.now().astimezone())
        return {"until": moment.astimezone(UTC).isoformat()}
    return {}
