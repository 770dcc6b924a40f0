import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from roommon.alerts.sinks import mqtt
from roommon.config.fault import ConfigInvalid
from roommon.config.load import Checked, examine, load
from roommon.config.site import Site
from roommon.model.alarm import Priority
from roommon.model.clock import Duration
from roommon.model.device import DeviceId
from roommon.model.quantity import Quantity
from roommon.model.text import Language, Text
from roommon.poll.drivers import modbus
from roommon.profiles.limits import Limits, Stretch
from roommon.profiles.point import Affine, Encoding, Gate, Order, Point, Register, Selector, Table
from roommon.rules.kinds import limit

HEAD = "site: hospital-a\nroom: server-room\n"
Check = Callable[[str], Checked]


@pytest.fixture
def check(tmp_path: Path) -> Check:
    def write(text: str) -> Checked:
        path = tmp_path / "roommon.yaml"
        path.write_text(HEAD + textwrap.dedent(text), "utf-8")
        return examine(path, {})

    return write


def good(checked: Checked) -> Site:
    assert checked.faults == ()
    assert checked.site is not None
    return checked.site


def point(check: Check, written: str) -> Point:
    """The point `p` of a device whose sensors are `written`."""
    site = good(check(f"devices:\n  - id: box\n    modbus_tcp: {{ host: h }}\n    sensors: [{written}]\n"))
    return next(each for each in site.devices[0].points if each.key == "p")


def test_a_configuration_becomes_a_site(check: Check) -> None:
    site = good(
        check(
            """
            language: zh-CN
            journal: { path: /tmp/j.db, keep: 1 h, at_most: 1 GiB }
            alerts: [ { mqtt: { host: broker } }, { mqtt: { host: other } }, { name: third, mqtt: { host: one-more } } ]
            buses: [ { id: gateway-1, modbus_tcp: { host: gateway, framer: rtu, timeout: 500 ms } } ]
            devices:
              - id: rack-a
                name: { en: Rack A, zh-CN: A 列 }
                bus: gateway-1
                unit: 7
                every: 5 s
                labels: { rack: a, location: floor }
                sensors:
                  - { id: inlet, quantity: temperature, read: input 1, type: int16,
                      scale: 0.1, labels: { location: inlet } }
            rules:
              - id: hot
                limit: { above: 80.6 °F, deadband: 1 K, on_delay: 2 min, priority: high }
                sensors: { location: inlet }
            """
        )
    )
    assert (site.id, site.room, site.language) == ("hospital-a", "server-room", Language.CHINESE)
    assert [(sink.name, sink.kind, sink.module) for sink in site.alerts] == [
        ("mqtt", "mqtt", mqtt),
        ("mqtt-2", "mqtt", mqtt),
        ("third", "mqtt", mqtt),
    ]
    [bus] = site.buses
    assert (bus.id, bus.kind, bus.module) == ("gateway-1", "modbus_tcp", modbus)
    assert bus.endpoint == modbus.TcpConfig("gateway", framer="rtu", timeout=Duration(500))
    [polled] = site.on(bus.id)
    assert (polled.unit, polled.every, polled.limits) == (7, 5000, Limits())
    [sensor] = polled.device.sensors
    assert (sensor.id, sensor.quantity, sensor.labels) == (
        "rack-a.inlet",
        Quantity.TEMPERATURE,
        {"rack": "a", "location": "inlet"},
    )
    assert polled.device.name == Text("Rack A", "A 列")
    [rule] = site.rules
    assert isinstance(rule.config, limit.Config)
    assert rule.config.above is not None
    assert (rule.config.above.value, rule.config.priority, rule.config.on_delay) == (27.0, Priority.HIGH, 120_000)


def test_the_site_keeps_the_text_of_all_its_files(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(HEAD, "utf-8")
    (tmp_path / "b.yaml").write_text("devices: []\n", "utf-8")
    site = load(tmp_path, {})
    assert site.text == f"# {tmp_path / 'a.yaml'}\n{HEAD}\n# {tmp_path / 'b.yaml'}\ndevices: []\n\n"


def test_load_refuses_with_all_faults(tmp_path: Path) -> None:
    path = tmp_path / "roommon.yaml"
    path.write_text("site: A\nrom: x\n", "utf-8")
    with pytest.raises(ConfigInvalid) as caught:
        load(path, {})
    assert len(caught.value.faults) == 4
    assert str(caught.value).count("\n") == 3


def test_a_device_with_its_own_connection_has_a_bus_of_its_name(check: Check) -> None:
    site = good(check("devices: [ { id: ups-1, snmp: { host: h }, profile: rfc1628-ups } ]\n"))
    assert [bus.id for bus in site.buses] == ["ups-1"]
    assert (site.devices[0].bus, site.devices[0].unit) == ("ups-1", None)


def test_two_devices_may_share_one_agent(check: Check) -> None:
    site = good(
        check(
            """
            buses: [ { id: card, snmp: { host: h } } ]
            devices:
              - { id: ups, bus: card, profile: rfc1628-ups }
              - { id: probe, bus: card, sensors: [ { id: t, quantity: temperature, read: 1.3.6.1.4.1.1.0 } ] }
            """
        )
    )
    assert [polled.device.id for polled in site.on(site.buses[0].id)] == ["ups", "probe"]


def test_a_device_changes_drops_and_adds_points_of_its_profile(check: Check) -> None:
    site = good(
        check(
            """
            devices:
              - id: io
                modbus_tcp: { host: h }
                profile: waveshare-modbus-io8
                drop: [di3, di4, di5, di6, di7, di8]
                labels: { row: "1" }
                sensors:
                  - { id: di2, name: smoke, contact: { normal: 1, abnormal: 0 } }
                  - { id: fan, quantity: count, read: holding 9, type: uint16 }
            """
        )
    )
    first, second, fan = site.devices[0].points
    assert (first.key, first.affine, second.key, second.affine) == ("di1", Affine(), "di2", Affine(-1.0, 1.0))
    assert second.at == Register(Table.DISCRETE, 1)
    assert fan.at == Register(Table.HOLDING, 9)
    assert [sensor.name.en for sensor in site.devices[0].device.sensors] == ["input 1", "smoke", "fan"]


def test_a_point_that_nobody_needs_any_more_is_not_read(check: Check) -> None:
    site = good(
        check(
            """
            devices:
              - { id: rope, modbus_tcp: { host: h }, profile: rle-seahawk-10k, drop: [leak_distance, cable_length] }
            """
        )
    )
    assert "units" not in {each.key for each in site.devices[0].points}


def test_a_users_profile_goes_before_a_shipped_one(check: Check, tmp_path: Path) -> None:
    own = tmp_path / "profiles" / "xy-md02.yaml"
    own.parent.mkdir()
    own.write_text(
        "{ id: xy-md02, vendor: v, model: m, name: n, confidence: medium, sources: [s], address_base: 1,"
        " points: [ { id: t, quantity: temperature, read: input 1, type: int16 } ] }\n",
        "utf-8",
    )
    site = good(check("devices: [ { id: probe, modbus_tcp: { host: h }, profile: xy-md02 } ]\n"))
    assert [each.at for each in site.devices[0].points] == [Register(Table.INPUT, 0)]


def test_a_device_may_count_its_registers_from_another_base(check: Check) -> None:
    site = good(
        check(
            """
            devices:
              - { id: a, modbus_tcp: { host: a }, profile: xy-md02, address_base: 1 }
              - { id: b, modbus_tcp: { host: b }, profile: xy-md02 }
              - id: c
                modbus_tcp: { host: c }
                address_base: 30001
                sensors: [ { id: t, quantity: temperature, read: input 30117, type: int16 } ]
            """
        )
    )
    addresses = [
        [each.at.address for each in polled.points if isinstance(each.at, Register)] for polled in site.devices
    ]
    assert addresses == [[0, 1], [1, 2], [116]]


def test_limits_are_the_profiles_or_the_devices(check: Check) -> None:
    site = good(
        check(
            """
            devices:
              - id: a
                modbus_tcp: { host: a }
                profile: xy-md02
                limits: { max_registers: 10, one_request_per_point: true, pause_after_connect: 1 s,
                          forbidden: [ { table: holding, first: 5, last: 6 } ] }
            """
        )
    )
    assert site.devices[0].limits == Limits(
        max_registers=10,
        one_request_per_point=True,
        pause_after_connect=Duration(1000),
        forbidden=(Stretch(Table.HOLDING, 5, 6),),
    )


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            "{ id: p, quantity: temperature, read: input 0x10, type: int16, scale: 0.1, invalid: [0x7FFF] }",
            Point("p", Register(Table.INPUT, 16), Encoding.INT16, affine=Affine(0.1, 0.0), invalid=frozenset({0x7FFF})),
        ),
        (
            "{ id: p, quantity: temperature, read: holding 1, type: int16, unit: °F, range: -40 °C .. 80 °C }",
            Point("p", Register(Table.HOLDING, 1), Encoding.INT16, affine=Affine(5 / 9, -160 / 9), range=(-40.0, 80.0)),
        ),
        (
            "{ id: p, quantity: energy, read: holding 5, type: float32, order: CDAB, scale: 0.01, unit: Wh }",
            Point("p", Register(Table.HOLDING, 5), Encoding.FLOAT32, Order.CDAB, 2, affine=Affine(0.00001, 0.0)),
        ),
        (
            "{ id: p, quantity: ratio, read: holding 5, type: int16, scale: 0.001, unit: '1' }",
            Point("p", Register(Table.HOLDING, 5), Encoding.INT16, affine=Affine(0.1, 0.0)),
        ),
        (
            "{ id: p, quantity: state, read: holding 5, bits: 4..7 }",
            Point("p", Register(Table.HOLDING, 5), Encoding.UINT16, bits=(4, 4)),
        ),
        (
            "{ id: p, quantity: contact, read: holding 5, bits: 3 }",
            Point("p", Register(Table.HOLDING, 5), Encoding.UINT16, bits=(3, 1), range=(0.0, 1.0)),
        ),
        (
            "{ id: p, quantity: contact, read: holding 5, type: uint16, contact: { normal: 1, abnormal: 2 } }",
            Point("p", Register(Table.HOLDING, 5), Encoding.UINT16, affine=Affine(1.0, -1.0), range=(0.0, 1.0)),
        ),
        (
            "{ id: p, quantity: contact, read: holding 5, type: uint16, contact: { normal: [2], abnormal: [3, 4] } }",
            Point(
                "p",
                Register(Table.HOLDING, 5),
                Encoding.UINT16,
                selectors=(Selector("p", {2: Affine(0, 0), 3: Affine(0, 1), 4: Affine(0, 1)}),),
                range=(0.0, 1.0),
            ),
        ),
        (
            """{ id: p, quantity: temperature, read: holding 5, type: int16,
                 unit_by: { point: u, values: { 0: °F, 1: °C } }, good_when: { point: u, is: [0, 1] } },
               { id: u, read: holding 6, type: uint16 }""",
            Point(
                "p",
                Register(Table.HOLDING, 5),
                Encoding.INT16,
                selectors=(Selector("u", {0: Affine(5 / 9, -160 / 9), 1: Affine(1, 0)}),),
                good_when=(Gate("u", frozenset({0, 1})),),
            ),
        ),
        (
            """{ id: p, quantity: temperature, read: holding 5, type: int16, unit: °F, scale: 2,
               scale_by: { point: u, values: { 0: 1, 1: 0.1 } } }, { id: u, read: holding 6, type: uint16 }""",
            Point(
                "p",
                Register(Table.HOLDING, 5),
                Encoding.INT16,
                affine=Affine(2.0, 0.0),
                selectors=(Selector("u", {0: Affine(5 / 9, -160 / 9), 1: Affine(0.5 / 9, -160 / 9)}),),
            ),
        ),
        (
            """{ id: p, quantity: voltage, read: holding 5, type: int16,
                 scale_by: [ { point: u, values: { 8: 0.001, 9: 1 } }, { point: v, values: { 1: 0.1 } } ] },
               { id: u, read: holding 6, type: uint16 }, { id: v, read: holding 7, type: uint16 }""",
            Point(
                "p",
                Register(Table.HOLDING, 5),
                Encoding.INT16,
                selectors=(Selector("u", {8: Affine(0.001), 9: Affine()}), Selector("v", {1: Affine(0.1)})),
            ),
        ),
    ],
)
def test_a_point_is_made_as_it_is_written(check: Check, written: str, expected: Point) -> None:
    assert point(check, written) == expected


def test_a_misspelt_device_does_not_make_faults_of_its_rules(check: Check) -> None:
    checked = check(
        """
        devices: [ { id: a, modbus_tcp: { host: h }, prfile: xy-md02 } ]
        rules: [ { id: r, limit: { above: 1 °C, priority: low }, sensors: [a.temperature] } ]
        """
    )
    assert [fault.place.line for fault in checked.faults] == [4]


def test_polled_devices_keep_their_order(check: Check) -> None:
    ids = [f"d{number}" for number in range(20)]
    devices = ", ".join(f"{{ id: {each}, modbus_tcp: {{ host: {each} }}, profile: xy-md02 }}" for each in ids)
    assert [polled.device.id for polled in good(check(f"devices: [{devices}]\n")).devices] == [DeviceId(e) for e in ids]
