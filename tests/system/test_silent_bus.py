"""A dead gateway is one alarm, not one for each value behind it; and when it is back, what is not back is told."""

from pathlib import Path
from typing import Any

import pytest

from tests.peers import asyncapi
from tests.peers.daemon import eventually
from tests.peers.mosquitto import Subscriber, subscribed
from tests.system.test_main_job import SITE, a_house

pytestmark = [pytest.mark.system, pytest.mark.timeout(240)]

BUS, DEVICE = "bus-silent.gateway-1.link", "device-silent.gateway-1.rack-b.link"
TOLD = ("raised", "released", "repeated")


def told(subscriber: Subscriber) -> list[str]:
    """The alarms of which people were told that they stand, in order."""
    documents = [message.document for message in subscriber.seen if message.topic == f"{SITE}/event"]
    return [str(each["alarm"]) for each in documents if each["tell"] and each["trigger"] in TOLD]


def raised(subscriber: Subscriber) -> list[dict[str, Any]]:
    documents = [message.document for message in subscriber.seen if message.topic == f"{SITE}/event"]
    return [each for each in documents if each["trigger"] == "raised"]


def test_a_dead_gateway_is_one_alarm_and_what_stays_silent_is_told_when_it_is_back(tmp_path: Path) -> None:
    with a_house(tmp_path) as house:
        house.broker.start()
        del house.daemon.config["store"]
        for rule in house.daemon.config["rules"]:
            if "bad_quality" in rule:
                rule["bad_quality"]["on_delay"] = "0 s"
        with subscribed(house.broker.address, f"{SITE}/#") as subscriber:
            house.daemon.start()
            devices = [each["id"] for each in house.daemon.config["devices"] if each.get("bus") == "gateway-1"]
            assert len(devices) > 2
            eventually(lambda: all(house.daemon.last(f"{device}.link") for device in devices), 40)
            house.room.fault("gateway-1", "dead")
            subscriber.until(lambda _: BUS in told(subscriber), 90)
            assert told(subscriber) == [BUS]
            values = [each for each in raised(subscriber) if str(each["alarm"]).startswith("no-value.")]
            assert len(values) >= len(devices)
            assert not any(each["tell"] for each in values)

            house.room.fault("rack-b", "mute")
            house.room.fault("gateway-1", "ok")
            subscriber.until(lambda _: DEVICE in told(subscriber), 90)
            assert told(subscriber) == [BUS, DEVICE]
            assert set(house.daemon.standing()) >= {DEVICE}
            assert BUS not in house.daemon.standing()
            house.room.fault("rack-b", "ok")
            subscriber.until(lambda _: DEVICE not in house.daemon.standing(), 60)
            for message in subscriber.seen:
                if message.payload:
                    asyncapi.validate(message.topic, message.payload)
            assert house.daemon.stop() < 5
        assert told(subscriber) == [BUS, DEVICE]
