"""Words about profiles: what a family is for, and how far its map can be trusted."""

from collections.abc import Mapping

from roommon.config.described import Described
from roommon.model.text import Text
from roommon.profiles.profile import Category, Confidence, PointSpec

CATEGORIES: Mapping[Category | None, Text] = {
    Category.UPS: Text("UPS", "UPS"),
    Category.ENVIRONMENT: Text("environment", "温湿度与环境"),
    Category.LEAK: Text("leak", "漏水"),
    Category.SPD: Text("surge protection", "防雷"),
    Category.POWER: Text("power meter", "电量仪表"),
    Category.CRAC: Text("air conditioning", "空调"),
    Category.SMOKE: Text("smoke", "消防"),
    Category.VIBRATION: Text("vibration", "震动"),
    Category.CONTACTS: Text("dry contacts", "干接点"),
    Category.PDU: Text("power distribution", "配电"),
    Category.IDENTITY: Text("identity", "设备身份"),
    None: Text("other", "其他"),
}
"""In the order in which they are listed."""
CONFIDENCE: Mapping[Confidence, Text] = {
    Confidence.SOLID: Text("documented or recorded", "有厂商文档或真机数据"),
    Confidence.SOLID_MIB: Text("the MIB alone", "仅依据 MIB"),
    Confidence.SOLID_PARTIAL: Text("documented in part", "部分有文档"),
    Confidence.MEDIUM: Text("ONE SECONDARY SOURCE", "仅一处二手资料"),
}
"""In a table."""
MEANING: Mapping[Confidence, Text] = {
    Confidence.SOLID: Text(
        "the maker's own document, an RFC, or recorded data of a real device",
        "厂商文档、RFC，或真机录得的数据",
    ),
    Confidence.SOLID_MIB: Text(
        "the maker's MIB; no value of a real device was seen, so compare the first readings with its display",
        "厂商 MIB；未见过真机数据，首次接入请与面板显示核对",
    ),
    Confidence.SOLID_PARTIAL: Text(
        "the maker's document for a part of the map; the rest is not read",
        "仅部分寄存器有厂商文档，其余不读取",
    ),
    Confidence.MEDIUM: Text(
        "ONE SECONDARY SOURCE, not the maker; compare every reading with the device before you rely on it",
        "仅依据一处二手资料，并非厂商文档；投用前请逐项与设备核对",
    ),
}
"""In a sentence."""


def by_category(profiles: list[Described]) -> list[Described]:
    """Return `profiles` in the order of the lists: by category, then by name."""
    order = list(CATEGORIES)
    return sorted(profiles, key=lambda one: (order.index(one.profile.category), one.profile.id))


def protocol(profile: Described) -> str:
    """Return what the family speaks."""
    return "Modbus" if profile.speaks_modbus else "SNMP"


def name_of(spec: PointSpec) -> Text:
    """Return what a person calls the point."""
    return spec.name or Text.same(spec.id)
