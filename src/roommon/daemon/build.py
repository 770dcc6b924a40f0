"""Parts from a Site: what is made of its descriptions, without running anything."""

import importlib.metadata
from collections.abc import Iterable, Mapping

from roommon.config.site import Bus as Endpoint
from roommon.config.site import Polled, Site
from roommon.daemon import calibrations, drilling, health, identities, links, page_certificate
from roommon.daemon.repeated import EVERY
from roommon.model.alarm import AlarmEvent, AlarmId, alarm_id
from roommon.model.clock import Clock, Duration
from roommon.model.device import Device, DeviceId, Sensor
from roommon.model.reading import SensorId
from roommon.model.text import Text
from roommon.poll.bus import Bus, Link
from roommon.poll.driver import Reader, Target
from roommon.rules import causes
from roommon.rules.engine import Engine
from roommon.rules.rule import Rule
from roommon.rules.state import Kept, StateId

VERSION = importlib.metadata.version("roommon")


def own_parts(site: Site) -> list[tuple[str, Text]]:
    """Return the parts of roommon that can be in trouble: (key, name)."""
    return [
        ("journal", Text("journal", "日志库")),
        ("configuration", Text("configuration", "配置")),
        ("commands", Text("command socket", "命令套接字")),
        *([("web", Text("status page", "状态页面"))] if site.web else []),
        *([("traps", Text("SNMP traps", "SNMP trap 接收"))] if site.traps else []),
        *((store.name, Text(f"delivery to {store.name}", f"写入 {store.name}")) for store in site.stores),
        *((sink.name, Text(f"alerts through {sink.name}", f"经 {sink.name} 告警")) for sink in site.alerts),
    ]


def devices_of(site: Site) -> dict[DeviceId, Device]:
    """Return every device of the site, roommon itself among them."""
    own = health.own_device(own_parts(site), site.room)
    polled = (
        calibrations.with_calibration(links.with_link(identities.with_identity(polled)), polled)
        for polled in site.devices
    )
    built_in = (own, *page_certificate.devices(site), *drilling.devices(site), *links.buses_of(site))
    return {device.id: device for device in (*built_in, *polled, *site.derived_devices)}


def rules_of(site: Site) -> list[Rule]:
    """Return the site's rules and the built-in ones."""
    return [
        *map(links.explained, site.rules),
        health.rule(),
        *links.rules(site),
        *identities.rules(site),
        *calibrations.rules(site),
        *drilling.rules(site.rules),
        *page_certificate.rules(site),
    ]


def engine_of(site: Site, states: Mapping[StateId, Kept], standing: Iterable[AlarmEvent]) -> Engine:
    """Return the engine of the site, going on from what the journal kept."""
    return Engine(rules_of(site), list(devices_of(site).values()), states, standing, site.policy)


def alarms_of(site: Site) -> dict[AlarmId, tuple[Rule, Device, Sensor]]:
    """Return every alarm that can be, the built-in ones among them, with what it is made of."""
    devices = list(devices_of(site).values())
    return {
        alarm_id(rule.id, sensor.id): (rule, device, sensor)
        for rule in rules_of(site)
        for device, sensor in rule.alarmed(rule.meant(devices))
    }


def causes_of(site: Site) -> dict[AlarmId, tuple[AlarmId, ...]]:
    """Return which alarms explain which, the built-in ones among them."""
    return causes.graph(alarms_of(site))


def beats_of(site: Site) -> dict[SensorId, Duration]:
    """Return how often each sensor of the site is read, those that roommon makes itself among them."""
    beats = {sensor.id: EVERY for device in devices_of(site).values() for sensor in device.sensors}
    beats |= {derived.sensor.id: derived.every for derived in site.derived}
    return beats | {sensor.id: each.every for each in site.devices for sensor in each.device.sensors}


def bus_of(endpoint: Endpoint, clock: Clock) -> Bus[Link]:
    """Return the bus of `endpoint`, not yet connected."""
    bus: Bus[Link] = endpoint.module.bus(endpoint.id, endpoint.endpoint, clock)
    return bus


def reader_of(polled: Polled, endpoint: Endpoint, bus: Bus[Link], clock: Clock) -> Reader:
    """Return what reads one device on `bus`."""
    reader: Reader = endpoint.module.reader(bus, endpoint.endpoint, target_of(polled), clock)
    return reader


def target_of(polled: Polled) -> Target:
    """Return the device as its driver is told of it."""
    return Target(
        polled.device.id,
        polled.unit,
        polled.points,
        polled.limits,
        polled.every,
        polled.tables,
        polled.identity,
    )
