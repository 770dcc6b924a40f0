"""A drill over real protocols: begun and acknowledged by mosquitto_pub, marked from the reading to the text."""

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


def events(subscriber: Subscriber, alarm: str) -> list[dict[str, Any]]:
    found = [message.document for message in subscriber.seen if message.topic == f"{SITE}/event"]
    return [each for each in found if each["alarm"] == alarm]


def triggers(subscriber: Subscriber, alarm: str) -> list[object]:
    return [each["trigger"] for each in events(subscriber, alarm)]


def test_a_drill_reaches_people_marked_and_a_true_alarm_breaks_through(tmp_path: Path) -> None:
    with a_house(tmp_path) as house:
        start_servers(house)

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

            house.daemon.kill()
            house.daemon.start()
            house.room.poke("rack-a", "holding:1", 315)
            subscriber.until(lambda _: "drill_ended" in triggers(subscriber, TWIN), 60)
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
