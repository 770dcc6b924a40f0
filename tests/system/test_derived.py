"""Derived sensors in the whole daemon: a dew point is a row in InfluxDB, water that may condense an alarm on MQTT."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from roommon.derive.magnus import dew_point
from roommon.model.reading import Quality, Reason
from tests.peers.daemon import Daemon, eventually
from tests.peers.influxd import Influxd, an_influxd
from tests.peers.mosquitto import Mosquitto, Setup, subscribed
from tests.peers.simulated import Room, demo_room
from tests.system.test_main_job import config

pytestmark = pytest.mark.system

DERIVED: list[dict[str, Any]] = [
    {
        "id": "climate",
        "name": {"en": "Climate", "zh-CN": "机房空气"},
        "sensors": [
            {
                "id": "margin",
                "name": {"en": "coldest surface above dew point", "zh-CN": "最冷表面高于露点"},
                "dew_margin": {"surface": "rack-b.temperature", "dew_point": "climate.dew_point"},
            },
            {
                "id": "dew_point",
                "dew_point": {"temperature": "rack-a.temperature", "humidity": "rack-a.humidity"},
                "labels": {"location": "inlet"},
            },
        ],
    }
]
DRIPS = {
    "id": "drips",
    "limit": {"below": "2 K", "deadband": "1 K", "priority": "high"},
    "sensors": {"device": "climate", "quantity": "temperature_difference"},
    "text": {"en": "{sensor}: {value}", "zh-CN": "{sensor}仅 {value}"},
}


@dataclass
class House:
    room: Room
    daemon: Daemon
    broker: Mosquitto
    influxd: Influxd


@contextmanager
def a_house(folder: Path) -> Iterator[House]:
    with ExitStack() as stack:
        (folder / "broker").mkdir()
        broker = Mosquitto(folder / "broker", Setup())
        stack.callback(broker.kill)
        influxd = stack.enter_context(an_influxd(folder / "influxd"))
        broker.start()
        influxd.ask("CREATE DATABASE roommon", database="")
        room = stack.enter_context(demo_room(folder))
        written = config(folder, room, broker, influxd)
        written["derived"] = DERIVED
        written["rules"].append(DRIPS)
        daemon = Daemon(folder, written)
        stack.callback(daemon.end)
        yield House(room, daemon, broker, influxd)


def rows(influxd: Influxd, quantity: str, condition: str) -> list[dict[str, Any]]:
    return influxd.ask(f'SELECT * FROM "{quantity}" WHERE "device" = \'climate\' AND {condition} LIMIT 1')


def test_a_dew_point_is_a_row_and_a_cold_surface_an_alarm_that_comes_and_goes(tmp_path: Path) -> None:
    with a_house(tmp_path) as house, subscribed(house.broker.address, "roommon/hospital-a/event") as subscriber:
        house.room.poke("rack-a", "holding:1", 240)
        house.room.poke("rack-a", "holding:0", 500)
        house.room.poke("rack-b", "holding:1", 220)
        house.daemon.start()
        expected = dew_point(24.0, 50.0)
        assert isinstance(expected, float)
        assert round(expected, 1) == 12.9
        near = f'"value" > {expected - 0.001} AND "value" < {expected + 0.001}'
        (row,) = eventually(lambda: rows(house.influxd, "dew_point", near))
        row.pop("time")
        assert row.pop("value") == pytest.approx(expected)
        assert row == {
            "site": "hospital-a",
            "room": "server-room",
            "device": "climate",
            "sensor": "climate.dew_point",
            "location": "inlet",
            "quality": "good",
        }

        house.room.poke("rack-b", "holding:1", 135)
        seen = subscriber.until(lambda all_: any(one.document["alarm"] == "drips.climate.margin" for one in all_))
        (raised,) = [one.document for one in seen if one.document["alarm"] == "drips.climate.margin"]
        told = {key: raised[key] for key in ("trigger", "priority", "device", "unit", "setpoint", "text")}
        assert told == {
            "trigger": "raised",
            "priority": "high",
            "device": "climate",
            "unit": "K",
            "setpoint": 2.0,
            "text": "最冷表面高于露点仅 0.6 K",
        }

        house.room.poke("rack-b", "holding:1", 220)
        eventually(lambda: "drips.climate.margin" not in house.daemon.standing())
        assert house.daemon.stop() < 5
        derived = [one for one in house.daemon.readings("climate.dew_point") if one.value is not None]
        measured = [one for one in house.daemon.readings("rack-a.temperature") if one.value is not None]
        assert {one.taken_at for one in derived} <= {one.taken_at for one in measured}
        assert len({one.taken_at for one in derived}) == len(derived), "one reading a beat"
        assert abs(len(measured) - len(derived)) <= 1


def test_a_dead_probe_makes_what_is_derived_of_it_bad_and_the_alarm_stays_as_it_was(tmp_path: Path) -> None:
    with a_house(tmp_path) as house:
        house.room.poke("rack-a", "holding:1", 240)
        house.room.poke("rack-a", "holding:0", 500)
        house.room.poke("rack-b", "holding:1", 135)
        house.daemon.start()
        eventually(lambda: "drips.climate.margin" in house.daemon.standing())
        house.room.fault("rack-a", "mute")
        last = eventually(lambda: _bad(house.daemon, "climate.margin"))
        assert (last.quality, last.reason) == (Quality.BAD, Reason.BAD_INPUT)
        assert "drips.climate.margin" in house.daemon.standing()


def test_a_reload_brings_a_derived_sensor_and_takes_it_away_and_the_others_go_on(tmp_path: Path) -> None:
    with a_house(tmp_path) as house:
        house.daemon.start()
        eventually(lambda: house.daemon.last("climate.dew_point"))
        mean = {"id": "mean", "mean": {"of": {"quantity": "temperature", "location": "inlet"}}}
        house.daemon.config["derived"] = [{**DERIVED[0], "sensors": [*DERIVED[0]["sensors"], mean]}]
        house.daemon.reload()
        eventually(lambda: house.daemon.last("climate.mean"))
        house.daemon.config["derived"] = DERIVED
        house.daemon.reload()
        before = len(house.daemon.readings("climate.dew_point"))
        eventually(lambda: len(house.daemon.readings("climate.dew_point")) > before + 2)
        gone, stays = house.daemon.last("climate.mean"), house.daemon.last("climate.dew_point")
        assert gone is not None
        assert stays is not None
        assert gone.taken_at < stays.taken_at


def _bad(daemon: Daemon, sensor: str) -> Any:
    last = daemon.last(sensor)
    return last if last is not None and last.value is None else None
