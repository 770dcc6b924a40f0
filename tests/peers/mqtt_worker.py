"""A process that journals alarm events and delivers them, to be killed at any moment.

Prints the number of every event once it is committed.
"""

import argparse
import asyncio
from pathlib import Path

from roommon.alerts.sinks import mqtt
from roommon.model.alarm import State
from tests.peers.events import delivered, journal

EVERY_S = 0.003


async def work(folder: Path, host: str, port: int, until: int) -> None:
    async with journal(folder) as opened, delivered(mqtt.Config(host, port), opened) as site:
        await site.until_well()
        await opened.register("counter", readings=False, events=True)
        number = 0
        while number < until:
            standing = {numbered.event.alarm for numbered in await opened.standing()}
            alarm = f"hot.rack-a.sensor-{number % 7}"
            await site.happen(alarm, State.NORMAL if alarm in standing else State.UNACKNOWLEDGED)
            number = (await opened.unsent_events("counter", 1_000_000))[-1].number
            await opened.events_sent("counter", number)
            print(number, flush=True)
            await asyncio.sleep(EVERY_S)
        await site.until_sent()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    parser.add_argument("until", type=int)
    asyncio.run(work(**vars(parser.parse_args())))


if __name__ == "__main__":
    main()
