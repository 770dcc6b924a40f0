"""The rooms of config/examples on the simulator: all is read, nothing alarms, and what happens is told."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.peers.example_house import HOSPITAL, PASSWORD, THREATS, a_house
from tests.peers.example_room import EXAMPLES, Example
from tests.peers.mosquitto import Setup, Subscriber, mosquitto, retained, subscribed

pytestmark = pytest.mark.system

OFFICE = Example("small-office", {"ups": "apc_smtl1000-nmc3", "closet": "egnite-querx-th"})
LINE = Example(
    "rs485-line",
    {
        "fire": "waveshare-modbus-io8",
        "leak": "rle-seahawk-10k",
        "mains": "eastron-sdm630",
        "pdu-a": "chint-dtsu666",
        "pdu-b": "chint-ddsu666",
        "lights": "pzem-016",
        **dict.fromkeys(["rack-1", "rack-2", "rack-3", "rack-4", "return-air", "battery-room"], "xy-md02"),
    },
    {("fire", "discrete:0"): 0},
)
CARDS = Example(
    "snmp-only",
    {
        "ups-1": "apc_smtl1000-nmc3",
        "ups-2": "istars",
        "crac-1": "liebert_weblbds",
        "probes": "hwg-poseidon",
        "leak": "hwg-wld2",
    },
    {("probes", "1.3.6.1.4.1.21796.3.3.3.1.6.6"): 231},
)


WORDS = {
    "arrester-failed.power.di2": "二级浪涌保护器失效",
    "fire-group.fire.di2": "消防控制器：感温探测器报警",
    "rope.position.rope.leak_distance": "漏水感应线：感应线 12.3 m 处有水",
    "quake.floor.acceleration_peak_z": "地面震动：12.26 m/s²",
    "condensation.air.dew_margin": "有结露风险：送风高于露点仅 0.9 K",
    "inlet-very-hot.row-b-top.temperature": "B 列 2.0 m 进风 33.1 °C",
}


async def test_the_hospital_room_is_at_ease_and_tells_of_each_threat(tmp_path: Path) -> None:
    login = ("-u", "roommon", "-P", PASSWORD)
    folder = tmp_path / "broker"
    folder.mkdir()
    with mosquitto(folder, Setup(users=(("roommon", PASSWORD),))) as broker:
        async with a_house(HOSPITAL, tmp_path, broker) as house:
            await house.at_ease()
            with subscribed(broker.address, "roommon/hospital-b/event", *login) as subscriber:
                for device, happens, _ in THREATS.values():
                    for place, value in happens.items():
                        house.room.poke(device, place, value)
                wanted = {alarm for _, _, alarm in THREATS.values()}
                await asyncio.to_thread(until_raised, subscriber, wanted)
            told = {
                topic.rpartition("/")[2] for topic in retained(broker.address, "roommon/hospital-b/alarm/+", *login)
            }
            assert wanted <= told
            assert await asyncio.to_thread(house.daemon.stop) < 5


def until_raised(subscriber: Subscriber, wanted: set[str]) -> None:
    def raised() -> dict[object, object]:
        documents = [message.document for message in subscriber.seen]
        return {each["alarm"]: each["text"] for each in documents if each["trigger"] == "raised"}

    subscriber.until(lambda _: wanted <= raised().keys(), 30)
    assert {alarm: raised()[alarm] for alarm in WORDS} == WORDS


@pytest.mark.parametrize(
    ("example", "device", "happens", "alarm"),
    [
        (OFFICE, "ups", {"1.3.6.1.4.1.318.1.1.1.4.1.1.0": 3}, "ups.on-battery.ups.output_status"),
        (LINE, "rack-3", {"input:1": 290}, "inlet-hot.rack-3.temperature"),
        (CARDS, "leak", {"1.3.6.1.4.1.21796.4.5.4.1.6.1": 1}, "leak.water.leak.north.leak"),
    ],
    ids=lambda value: value.name if isinstance(value, Example) else None,
)
async def test_an_example_is_at_ease_and_tells_what_happens(
    example: Example, device: str, happens: Mapping[str, int | str], alarm: str, tmp_path: Path
) -> None:
    async with a_house(example, tmp_path) as house:
        await house.at_ease()
        for place, value in happens.items():
            house.room.poke(device, place, value)
        await house.until(lambda: alarm in house.daemon.standing())


def test_every_example_of_a_room_is_run() -> None:
    run = {each.name for each in (HOSPITAL, OFFICE, LINE, CARDS)}
    assert {path.stem for path in EXAMPLES.glob("*.yaml")} == run | {"demo", "demo-room"}
