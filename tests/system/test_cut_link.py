"""Packets that vanish: devices, the broker and InfluxDB behind a link that is cut, while nobody's kernel says a word.

The fault table's `half-open` has a kernel on the other side that still acknowledges. Here nobody does, for connections
that stand and for those that are tried.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from roommon.model.clock import Instant
from roommon.model.reading import Quality, Reading, Reason
from tests.peers import beats
from tests.peers.cut_link import CutLink, cut_link
from tests.peers.daemon import Daemon, eventually, now
from tests.peers.influxd import Influxd, an_influxd
from tests.peers.mosquitto import Mosquitto, Setup, Subscriber, subscribed
from tests.peers.process import Address
from tests.peers.simulated import simulated
from tests.peers.transports import EVERY_MS, TIMEOUT_MS, Endpoints, Transport

pytestmark = [pytest.mark.system, pytest.mark.timeout(120)]

TRANSPORTS = (Transport.TCP, Transport.RTU, Transport.V2C)
CUTS: Mapping[str, tuple[Callable[[CutLink], None], Callable[[CutLink], None]]] = {
    "swallowed": (CutLink.swallow, CutLink.pass_again),
    "unplugged": (CutLink.unplug, CutLink.plug_in),
}
CUT_MS = 5_000
HEALED_WITHIN_MS = 8_000
"""Back-off may have grown to 4 s by then; it ends at a beat, and the box may be busy."""


class House:
    """For each transport a device near and one behind the link; everything else behind it too."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self.link = stack.enter_context(cut_link())
        self.influxd: Influxd = stack.enter_context(an_influxd(folder / "influxd"))
        (folder / "broker").mkdir()
        self.broker = Mosquitto(folder / "broker", Setup())
        stack.callback(self.broker.kill)
        self.broker.start()
        self.subscriber: Subscriber = stack.enter_context(
            subscribed(self.broker.address, "roommon/hospital-a/event", "-c", "-i", "watcher", "-x", "3600")
        )
        self.daemon = Daemon(folder, self._config(stack, folder))
        stack.callback(self.daemon.end)
        self.daemon.start()
        eventually(lambda: self.daemon.has_read_since(Instant(0)))

    def sensors(self, place: str) -> list[str]:
        """Those of the devices `near` or `far`."""
        config = self.daemon.config["devices"]
        return [f"{each['id']}.{one['id']}" for each in config if place in each["id"] for one in each["sensors"]]

    def _config(self, stack: ExitStack, folder: Path) -> dict[str, Any]:
        config: dict[str, Any] = {"buses": [], "devices": []}
        for transport in TRANSPORTS:
            endpoints = Endpoints(folder, transport, [f"{transport}-near", f"{transport}-far"])
            log = folder / f"{transport}.log"
            room = stack.enter_context(simulated("room", str(endpoints.room_file()), "--base-port", "0", log=log))
            part = endpoints.config(room)
            for endpoint in _endpoints(part):
                self._move(endpoint)
            config = part | {key: [*config[key], *part.get(key, ())] for key in ("buses", "devices")}
        influxdb, mqtt = self.link.proxied(self.influxd.address), self.link.proxied(self.broker.address)
        url = f"http://{influxdb.host}:{influxdb.port}"
        config["store"] = {"influxdb": {"url": url, "bucket": "roommon/autogen", "org": "hospital", "timeout": "1 s"}}
        config["alerts"] = [{"mqtt": {"host": mqtt.host, "port": mqtt.port, "keepalive": "2 s"}}]
        return config

    def _move(self, endpoint: dict[str, Any]) -> None:
        """Let a far one be reached over the link."""
        proxied = self.link.proxied_udp if "version" in endpoint else self.link.proxied
        endpoint["host"], endpoint["port"] = proxied(Address(endpoint["host"], endpoint["port"]))


def _endpoints(config: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for each in (*config.get("buses", ()), *config["devices"]):
        for kind in ("modbus_tcp", "snmp"):
            if kind in each and "far" in each["id"]:
                yield each[kind]


@pytest.mark.parametrize("cut", CUTS)
def test_what_is_behind_a_cut_link_is_bad_at_once_and_back_within_seconds(cut: str, tmp_path: Path) -> None:
    sever, join = CUTS[cut]
    with ExitStack() as stack:
        house = House(stack, tmp_path)
        severed_at = now()
        sever(house.link)
        eventually(lambda: now() - severed_at > CUT_MS)
        joined_at = now()
        join(house.link)
        healed = eventually(lambda: since(joined_at, house.daemon, house.sensors("far")), 30)
        eventually(lambda: not house.daemon.standing(), 30)
        until = now()
        eventually(lambda: house.daemon.has_read_since(until))

        seen = house.daemon.everything(severed_at)
        for sensor in house.sensors("near"):
            assert not list(beats.faults(seen[sensor], EVERY_MS, severed_at, until)), sensor
        for sensor in house.sensors("far"):
            away = [one for one in seen[sensor] if severed_at < one.taken_at <= joined_at - EVERY_MS - TIMEOUT_MS]
            assert {one.quality for one in away} == {Quality.BAD}, (sensor, away)
            assert {one.reason for one in away} <= {Reason.NO_COMMUNICATION, Reason.OVERDUE}, (sensor, away)
            assert not list(beats.faults(seen[sensor], EVERY_MS, severed_at, until, good=False)), sensor
        assert max(healed.values()) < HEALED_WITHIN_MS, healed
        assert_everything_arrived(house, until)
        assert house.daemon.stop() < 5


def since(joined_at: Instant, daemon: Daemon, sensors: list[str]) -> dict[str, int]:
    """After how many ms each of `sensors` was good again; nothing while one is not."""
    seen = daemon.everything(joined_at)
    good = {sensor: next((one.taken_at for one in seen.get(sensor, ()) if is_good(one)), None) for sensor in sensors}
    return {sensor: at - joined_at for sensor, at in good.items() if at} if all(good.values()) else {}


def is_good(reading: Reading) -> bool:
    return reading.quality is Quality.GOOD


def assert_everything_arrived(house: House, until: Instant) -> None:
    """Nothing that was read or happened is missing in InfluxDB or at the subscriber."""
    read = sum(one.taken_at <= until for all_ in house.daemon.everything().values() for one in all_)
    query = f'SELECT "quality" FROM /.*/ WHERE time <= {until}ms AND "quality" != \'\''
    eventually(lambda: len(house.influxd.ask(query)) == read, 30)
    happened: list[object] = [one.number for one in house.daemon.events() if one.event.at <= until]
    heard = house.subscriber.until(lambda all_: bool(all_) and all_[-1].document["number"] == happened[-1], 30)
    assert list(dict.fromkeys(one.document["number"] for one in heard)) == happened
