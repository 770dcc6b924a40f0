"""Metric families in one expression each."""

from collections.abc import Iterable, Sequence

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric

Sample = tuple[Sequence[str], float]
"""The values of the labels, and the value."""


def gauge(name: str, doc: str, labels: Sequence[str], samples: Iterable[Sample]) -> Metric:
    """Return something that goes up and down."""
    family = GaugeMetricFamily(name, doc, labels=labels)
    for values, value in samples:
        family.add_metric(values, value)
    return family


def counter(name: str, doc: str, labels: Sequence[str], samples: Iterable[Sample]) -> Metric:
    """Return something that only grows until the next start; `_total` is added to `name`."""
    family = CounterMetricFamily(name, doc, labels=labels)
    for values, value in samples:
        family.add_metric(values, value)
    return family


def one(value: float) -> list[Sample]:
    """Return the samples of a family without labels."""
    return [((), value)]
