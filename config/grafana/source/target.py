"""One query of a panel, as Grafana's InfluxDB data source keeps it.

The SDK has types for many data sources and none for this one. The fields are those of `InfluxQuery` in Grafana's
public/app/plugins/datasource/influxdb/types.ts; `rawQuery` means that `query` is sent as it stands.
"""

from dataclasses import dataclass
from typing import Final, Literal

from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models.dashboard import DataSourceRef

SOURCE: Final = DataSourceRef(type_val="influxdb", uid="${datasource}")
"""Whatever the variable `datasource` chooses."""


@dataclass(frozen=True, slots=True)
class Target(Dataquery, Builder[Dataquery]):
    """An InfluxQL query; it is its own builder, for the panels ask for one."""

    query: str
    alias: str = "$tag_sensor"
    shape: Literal["time_series", "table"] = "time_series"
    name: str = "A"
    """Tells the queries of one panel apart."""

    def build(self) -> Dataquery:
        """Return itself."""
        return self

    def to_json(self) -> dict[str, object]:
        """Return what stands in the dashboard's file."""
        written: dict[str, object] = {
            "datasource": SOURCE,
            "query": self.query,
            "rawQuery": True,
            "refId": self.name,
            "resultFormat": self.shape,
        }
        return written if self.shape == "table" else {**written, "alias": self.alias}


def table(query: str) -> Target:
    """Return `query` for a panel that shows rows and columns."""
    return Target(query, shape="table")
