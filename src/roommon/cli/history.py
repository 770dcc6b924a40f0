"""`roommon history`: what the journal holds of a sensor or of alarms, as table, CSV or JSON lines."""

import csv
import json
import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from roommon.cli.complaint import Complaint, complain, near
from roommon.cli.history_rows import Row, Rows, of_events, of_readings
from roommon.cli.history_summaries import By, of_summaries
from roommon.cli.moments import instant, local
from roommon.cli.sites import reader_at, site_if_sound, site_of
from roommon.cli.spoken import say
from roommon.journal.reader import JournalReader
from roommon.model.alarm import AlarmId
from roommon.model.clock import Instant
from roommon.model.device import Sensor
from roommon.model.reading import SensorId

if TYPE_CHECKING:
    from roommon.config.site import Site

_SINCE = {None: "24h", By.MINUTE: "24h", By.HOUR: "7d", By.DAY: "60d"}
_SHOWN = 40
"""Rows of a table when neither a span of time nor a number of rows was asked for."""


class Form(StrEnum):
    """How rows are printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def form(*, as_json: bool, as_csv: bool) -> Form:
    """Return the form that the options ask for."""
    if as_json and as_csv:
        raise Complaint(say("--json or --csv, not both", "--json 与 --csv 只能取其一"))
    return Form.JSON if as_json else Form.CSV if as_csv else Form.TABLE


def by(words: str | None) -> By | None:
    """Return what one row is to be about."""
    if words is None:
        return None
    try:
        return By(words)
    except ValueError as error:
        raise Complaint(
            say(f"--by {words}: minute, hour and day there are", f"--by {words}：可选 minute、hour、day")
        ) from error


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user wants to see."""

    of: str | None
    """A sensor or an alarm; None for all events."""
    since: str | None
    until: str | None
    last: int | None
    """How many of the newest; None for all, or, of a table without times, for a screenful."""
    form: Form
    by: By | None = None
    """What each minute, hour or day comes to, instead of readings."""

    @property
    def most(self) -> int | None:
        """How many rows are printed at most."""
        plain = self.form is Form.TABLE and self.since is None and self.until is None
        return _SHOWN if self.last is None and plain else self.last


def history(asked: Asked, config: Path, journal: Path | None) -> int:
    """Print the readings of a sensor, the events of an alarm, or all events; return 1 when there is nothing."""
    now = datetime.now().astimezone()
    until = None if asked.until is None else instant(asked.until, now)
    since = _since(asked, until, now)
    site = site_of(config) if journal is None else site_if_sound(config)
    with reader_at(journal or _named(site)) as reader:
        return _print(_newest(_rows(asked, reader, site, since, until), asked), asked.form)


def _since(asked: Asked, until: Instant | None, now: datetime) -> Instant:
    """Return where to begin; `--last` alone looks back as far as the journal goes."""
    if asked.since is not None:
        return instant(asked.since, now)
    return Instant(0) if asked.last is not None or until is not None else instant(_SINCE[asked.by], now)


def _named(site: "Site | None") -> Path:
    assert site is not None  # noqa: S101  # without --journal the configuration had to be sound
    return site.journal.path


def _rows(asked: Asked, reader: JournalReader, site: "Site | None", since: Instant, until: Instant | None) -> Rows:
    of = asked.of
    if of is None:
        _check_not_by(asked)
        return of_events(reader.events(since, until))
    sensors = _sensors(site)
    if of in sensors or of in reader.sensors():
        if of not in sensors:
            _say_bare(of, site)
        return _of_sensor(asked, reader, SensorId(of), sensors.get(SensorId(of)), since, until)
    _check_known(AlarmId(of), reader, site)
    _check_not_by(asked)
    return of_events(reader.events(since, until, alarm=AlarmId(of)))


def _of_sensor(
    asked: Asked, reader: JournalReader, of: SensorId, sensor: Sensor | None, since: Instant, until: Instant | None
) -> Rows:
    if asked.by is None:
        return of_readings(reader.readings(of, since, until), sensor)
    behind = reader.summarised_until()
    if behind is not None:
        complain(
            say(
                f"only up to {local(behind)}: the daemon is still summarising what it read before it was upgraded",
                f"仅到 {local(behind)}：守护进程仍在汇总升级之前的读数",
            )
        )
    return of_summaries(reader, asked.by, of, since, until, sensor)


def _check_not_by(asked: Asked) -> None:
    if asked.by is not None:
        raise Complaint(
            say(
                "--by is for a sensor's values: roommon history rack-a.inlet --by hour",
                "--by 用于传感器的数值：roommon history rack-a.inlet --by hour",
            )
        )


def _sensors(site: "Site | None") -> dict[SensorId, Sensor]:
    from roommon.daemon.build import devices_of

    if site is None:
        return {}
    return {sensor.id: sensor for device in devices_of(site).values() for sensor in device.sensors}


def _say_bare(of: str, site: "Site | None") -> None:
    """Say why the values come without a unit: the journal holds numbers alone."""
    if site is None:
        words = say(
            "no sound configuration (--config), so values have no unit", "没有可用的配置（--config），数值不带单位"
        )
    else:
        words = say(f"`{of}` is no longer configured: no unit", f"`{of}` 已不在配置中，数值不带单位")
    complain(words)


def _check_known(alarm: AlarmId, reader: JournalReader, site: "Site | None") -> None:
    """Let alarms pass that ever were, or that the configuration can raise; name the near ones for any other."""
    if next(reader.events(alarm=alarm), None) is not None:
        return
    known = {*_sensors(site), *reader.sensors(), *_alarms(site)}
    if alarm in known:
        return
    known.update(numbered.event.alarm for numbered in reader.events())
    raise Complaint(say(f"no sensor or alarm `{alarm}`", f"没有传感器或告警 `{alarm}`") + near(alarm, known))


def _alarms(site: "Site | None") -> Iterator[str]:
    from roommon.daemon import health
    from roommon.daemon.build import devices_of
    from roommon.model.alarm import alarm_id

    if site is None:
        return
    for rule in (*site.rules, health.rule()):
        for _, sensor in rule.alarmed(rule.meant(devices_of(site).values())):
            yield alarm_id(rule.id, sensor.id)


def _newest(rows: Rows, asked: Asked) -> Rows:
    """Return the newest rows that were asked for; say so when a table leaves out what was not forbidden."""
    if asked.most is None:
        return rows
    kept = deque(rows.rows, asked.most + 1)
    if len(kept) > asked.most:
        kept.popleft()
        if asked.last is None:
            complain(
                say(
                    f"the newest {asked.most}; --last 200 or --from 8h shows more",
                    f"仅显示最新 {asked.most} 条；--last 200 或 --from 8h 可显示更多",
                )
            )
    return Rows(rows.headings, rows.fields, iter(kept))


def _print(rows: Rows, shape: Form) -> int:
    match shape:
        case Form.TABLE:
            printed = _print_table(rows)
        case Form.CSV:
            printed = _print_csv(rows)
        case Form.JSON:
            printed = _print_json(rows.rows)
    return 0 if printed else 1


def _print_table(rows: Rows) -> int:
    from roommon.cli.screen import print_table

    printed = print_table(rows.headings, (row.cells for row in rows.rows))
    if not printed:
        complain(say("the journal has nothing of it in this time", "日志库中没有这段时间的记录"))
    return printed


def _print_csv(rows: Rows) -> int:
    writer = csv.DictWriter(sys.stdout, rows.fields, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    printed = 0
    for row in rows.rows:
        writer.writerow(row.facts)
        printed += 1
    return printed


def _print_json(rows: Iterator[Row]) -> int:
    printed = 0
    for row in rows:
        print(json.dumps(row.facts, ensure_ascii=False))
        printed += 1
    return printed
