"""Home Assistant's discovery on a real broker: what is retained, and that what is no more is removed."""

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from roommon.alerts.sinks import mqtt
from roommon.model.alarm import State
from roommon.model.device import Device, DeviceId, Sensor
from roommon.model.quantity import Quantity
from roommon.model.text import Text
from tests.peers import asyncapi, home_assistant
from tests.peers.events import INLET, RACK, delivered, journal, wait_until
from tests.peers.mosquitto import Mosquitto, Setup, mosquitto, publish, retained, subscribed

pytestmark = pytest.mark.integration

NODE = "homeassistant/device/roommon-hospital-a"
ALARMS = "roommon/hospital-a/alarms"
OUTLET = Sensor(RACK.id, "outlet", Quantity.TEMPERATURE, Text("Outlet", "出风"))
BOTH = replace(RACK, sensors=(INLET, OUTLET))
UPS = Device(DeviceId("ups-1"), Text("UPS 1", "UPS 1"), "server-room",
    (Sensor(DeviceId("ups-1"), "load", Quantity.RATIO, Text("Load", "负载")),))  # fmt: skip


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    with mosquitto(tmp_path) as running:
        yield running


def config(broker: Mosquitto, version: Any = 5) -> mqtt.Config:
    return mqtt.Config(broker.address.host, broker.address.port, home_assistant=True, version=version)


def documents(broker: Mosquitto) -> dict[str, Any]:
    """The discovery documents that stand, by device."""
    found = retained(broker.address, f"{NODE}/+/config")
    for topic, payload in found.items():
        asyncapi.validate(topic, payload)
    return {topic.split("/")[3]: json.loads(payload) for topic, payload in found.items()}


def standing(broker: Mosquitto) -> dict[str, set[str]]:
    """The ids of the alarms that stand, by device, as Home Assistant is told."""
    found = retained(broker.address, f"{ALARMS}/+")
    for topic, payload in found.items():
        asyncapi.validate(topic, payload)
    return {topic.rpartition("/")[2]: set(json.loads(payload)["alarms"]) for topic, payload in found.items()}


async def until(true: Callable[[], bool]) -> None:
    await asyncio.to_thread(wait_until, true)


@pytest.mark.parametrize("version", [5, "3.1.1"])
async def test_devices_and_their_alarms_appear(broker: Mosquitto, tmp_path: Path, version: Any) -> None:
    async with journal(tmp_path) as opened, delivered(config(broker, version), opened, devices=(BOTH, UPS)) as site:
        await until(lambda: set(documents(broker)) == {"rack-a", "ups-1"})
        found = documents(broker)
        assert [home_assistant.faults(each) for each in found.values()] == [[], []]
        alarms = {"inlet-hot.rack-a.inlet", "inlet-hot.rack-a.outlet"}
        assert set(found["rack-a"]["components"]) == {"inlet", "outlet"} | alarms
        await until(lambda: standing(broker) == {"rack-a": set(), "ups-1": set()})
        await site.happen("inlet-hot.rack-a.inlet")
        await until(lambda: standing(broker)["rack-a"] == {"inlet-hot.rack-a.inlet"})
        await site.happen("inlet-hot.rack-a.inlet", State.ACKNOWLEDGED)
        await site.happen("inlet-hot.rack-a.inlet", State.NORMAL)
        await until(lambda: standing(broker)["rack-a"] == set())


async def test_what_is_no_more_is_removed_also_after_a_pause(broker: Mosquitto, tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        async with delivered(config(broker), opened, devices=(BOTH, UPS), rules=("inlet-hot", "old")):
            await until(lambda: set(documents(broker)) == {"rack-a", "ups-1"})
            await until(lambda: set(standing(broker)) == {"rack-a", "ups-1"})
        broker.stop()
        broker.start()
        with subscribed(broker.address, f"{NODE}/rack-a/config") as listener:
            async with delivered(config(broker), opened, devices=(RACK,)):
                await until(lambda: set(documents(broker)) == {"rack-a"})
                await until(lambda: set(standing(broker)) == {"rack-a"})
                await until(
                    lambda: set(documents(broker)["rack-a"]["components"]) == {"inlet", "inlet-hot.rack-a.inlet"}
                )
                seen = await asyncio.to_thread(listener.until, lambda seen: len(seen) >= 4)
    components = [message.document["components"] for message in seen]
    platforms = [{name: set(one) == {"platform"} for name, one in each.items()} for each in components]  # type: ignore[attr-defined]
    gone = {"outlet", "inlet-hot.rack-a.outlet", "old.rack-a.inlet", "old.rack-a.outlet"}
    assert [{name for name, is_alone in each.items() if is_alone} for each in platforms] == [set(), set(), gone, set()]


async def test_what_others_have_there_is_left_alone(broker: Mosquitto, tmp_path: Path) -> None:
    theirs = "homeassistant/device/roommon-hospital-b/rack-a/config"
    publish(broker.address, theirs, "{}", "-r")
    publish(broker.address, f"{NODE}/rack-a/config", "no JSON", "-r")
    publish(broker.address, f"{NODE}/gone/config", "no JSON", "-r")
    async with journal(tmp_path) as opened, delivered(config(broker), opened) as site:
        await until(lambda: f"{NODE}/gone/config" not in retained(broker.address, "homeassistant/#"))
        assert set(documents(broker)) == {"rack-a"}
        assert retained(broker.address, theirs) == {theirs: "{}"}
        await site.until_well()


async def test_a_broker_that_does_not_let_us_costs_nothing_but_that(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    with mosquitto(tmp_path, Setup(access="topic readwrite roommon/#\ntopic readwrite test/#\n")) as broker:
        async with journal(tmp_path) as opened, delivered(config(broker), opened) as site:
            await site.happen("inlet-hot.rack-a.inlet")
            await site.until_sent()
            await site.until_well()
            await until(lambda: "Home Assistant" in caplog.text)
            assert documents(broker) == {}
            assert site.health[-1] is None


async def test_without_the_option_nothing_is_told(broker: Mosquitto, tmp_path: Path) -> None:
    plain = replace(config(broker), home_assistant=False)
    async with journal(tmp_path) as opened, delivered(plain, opened) as site:
        await site.happen("inlet-hot.rack-a.inlet")
        await site.until_sent()
        await asyncio.sleep(0.5)
        assert (documents(broker), standing(broker)) == ({}, {})
