"""Drills over real protocols: begun and acknowledged by mosquitto_pub, marked from the reading to the text."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.peers import asyncapi
from tests.peers.daemon import eventually
from tests.peers.mosquitto import Subscriber, publish, subscribed
from tests.system.test_main_job import HOT, SITE, a_house, start_servers

pytestmark = [pytest.mark.system, pytest.mark.timeout(180)]

SENSOR = "rack-a.temperature"
TWIN = "inlet-hot.drill.rack-a.temperature"
OTHER = "rack-b.temperature"
BOTH = {
    "id": "room-hot",
    "vote": {"at_least": 2, "above": "27 °C", "deadband": "1 K", "priority": "critical"},
    "sensors": {"quantity": "temperature", "location": "inlet"},
    "drill_every": "180 d",
}
TWIN_OF_BOTH = "room-hot.drill.rack-a.temperature"


def events(subscriber: Subscriber, alarm: str) -> list[dict[str, Any]]:
    """What was told of `alarm`: what came again with its number, after the daemon was killed, once."""
    found: list[dict[str, Any]] = [message.document for message in subscriber.seen if message.topic == f"{SITE}/event"]
    numbered = {each["number"]: each for each in found if each["alarm"] == alarm}
    return [numbered[number] for number in sorted(numbered)]


def triggers(subscriber: Subscriber, alarm: str) -> list[object]:
    return [each["trigger"] for each in events(subscriber, alarm)]


def test_a_drill_reaches_people_marked_and_a_true_alarm_breaks_through(tmp_path: Path) -> None:
    with a_house(tmp_path) as house:
        start_servers(house)
        house.daemon.config["rules"].append(BOTH)

        def command(verb: str, **members: object) -> None:
            publish(house.broker.address, f"{SITE}/command/{verb}", json.dumps({"by": "Li", **members}))

        with subscribed(house.broker.address, f"{SITE}/#") as subscriber:
            house.daemon.start()
            eventually(lambda: house.daemon.last(SENSOR))
            command("drill", sensor=SENSOR, value=35, for_s=120, id="d-1")
            subscriber.until(lambda _: triggers(subscriber, TWIN) == ["raised"], 60)
            [raised] = events(subscriber, TWIN)
            assert (raised["drill"], raised["tell"], raised["sensor"], raised["value"]) == (True, True, SENSOR, 35)
            assert str(raised["text"]).startswith("演练：")
            assert HOT not in house.daemon.standing()

            command("acknowledge", alarm=TWIN, id="d-2")
            subscriber.until(lambda _: triggers(subscriber, TWIN) == ["raised", "acknowledged"], 30)

            assert not events(subscriber, TWIN_OF_BOTH)
            command("drill", sensor=OTHER, value=36, for_s=1200, id="d-3")
            subscriber.until(lambda _: triggers(subscriber, TWIN_OF_BOTH) == ["raised"], 30)
            [both] = events(subscriber, TWIN_OF_BOTH)
            assert (both["drill"], both["tell"], both["sensor"]) == (True, True, SENSOR)
            assert str(both["text"]).startswith("演练：2 个中有 2 个异常")
            assert "room-hot.rack-a.temperature" not in house.daemon.standing()

            house.daemon.kill()
            house.daemon.start()
            house.room.poke("rack-a", "holding:1", 315)
            subscriber.until(lambda _: "drill_ended" in triggers(subscriber, TWIN), 60)
            assert triggers(subscriber, TWIN_OF_BOTH) == ["raised"]  # rack A is truly hot, and rack B by its drill
            command("end_drill", sensor=OTHER, id="d-4")
            subscriber.until(lambda _: triggers(subscriber, TWIN_OF_BOTH) == ["raised", "drill_ended"], 30)
            assert triggers(subscriber, HOT) == ["raised"]
            assert not events(subscriber, HOT)[0]["drill"]
            assert triggers(subscriber, f"drill.{SENSOR}") == ["drill_started", "drill_ended"]
            assert HOT in str(events(subscriber, f"drill.{SENSOR}")[-1]["note"])
            for message in subscriber.seen:
                if message.payload:
                    asyncapi.validate(message.topic, message.payload)

        drilled = [one.value for one in house.daemon.readings(f"drill.{SENSOR}")]
        assert drilled
        assert set(drilled) == {35.0}
        assert all(one.value != 35.0 for one in house.daemon.readings(SENSOR))
        query = f'SELECT "value" FROM "drill" WHERE "sensor" = \'{SENSOR}\''
        eventually(lambda: len(house.influxd.ask(query)) == len(house.daemon.readings(f"drill.{SENSOR}")), 30)
        assert {row["value"] for row in house.influxd.ask('SELECT "value" FROM "temperature"')}.isdisjoint({35.0})
        assert house.daemon.stop() < 5
