"""The answer to a scrape. Nothing is counted for it beforehand and no registry is kept: it reads what is there."""

import asyncio
from collections.abc import Iterable, Iterator
from typing import Final

from aiohttp import hdrs, web
from prometheus_client import ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from roommon.web.facts import Source
from roommon.web.metrics.health import health
from roommon.web.metrics.readings import readings
from roommon.web.vitals import Pulse

READINGS: Final = "readings"
"""The parameter that asks for what the sensors say: `/metrics?readings=1`."""


class Gathered(Collector):
    """The families of one scrape."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        """Return them."""
        return self._families


class Metrics:
    """`/metrics`."""

    def __init__(self, source: Source, pulse: Pulse) -> None:
        self._source = source
        self._pulse = pulse
        self._process = ProcessCollector(registry=None)

    async def answer(self, request: web.Request) -> web.Response:
        """Return everything as it is now, in the format that the scraper wants."""
        families = await self._families(wants_readings=request.query.get(READINGS) == "1")
        encode, content_type = choose_encoder(request.headers.get(hdrs.ACCEPT, ""))
        body = await asyncio.to_thread(encode, Gathered(families))
        headers = {hdrs.CONTENT_TYPE: content_type, hdrs.CACHE_CONTROL: "no-store"}
        return web.Response(body=body, headers=headers)

    async def _families(self, *, wants_readings: bool) -> Iterator[Metric]:
        """Return what is to be told; it is made while it is written, in the writer's thread."""
        building, present, vitals = self._source.building(), await self._source.present(), await self._pulse.vitals()

        def told() -> Iterator[Metric]:
            yield from health(building, present, vitals)
            yield from self._process.collect()
            if wants_readings:
                yield from readings(building, present)

        return told()
