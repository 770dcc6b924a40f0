"""An imported sheet as the YAML of a profile, for a person to go over: every doubt stands as a comment. Pure."""

from collections.abc import Iterator, Mapping

import yaml

from roommon.commissioning.sheet import Imported
from roommon.commissioning.sheet_draft import Drafted
from roommon.model.text import Language, Text
from roommon.profiles.profile import Category

_NAMES: Mapping[Category | None, Text] = {
    None: Text("Device", "设备"),
    Category.UPS: Text("UPS", "不间断电源"),
    Category.LEAK: Text("Leak controller", "漏水检测控制器"),
    Category.SPD: Text("Surge protector monitor", "防雷监测模块"),
    Category.CRAC: Text("Air conditioner", "空调"),
    Category.SMOKE: Text("Smoke detector", "烟雾探测器"),
    Category.POWER: Text("Power meter", "电力仪表"),
    Category.VIBRATION: Text("Vibration sensor", "振动传感器"),
    Category.ENVIRONMENT: Text("Temperature and humidity probe", "温湿度变送器"),
    Category.CONTACTS: Text("Contact inputs", "开关量输入模块"),
}
_UNKNOWN = "unknown"


def profile_yaml(sheet: Imported, name: str, source: str, language: Language) -> str:
    """Return the profile `name`, made of a sheet called `source`; the comments are for a reader of `language`."""
    return "\n".join([*_head(sheet, name, source, language), *_points(sheet, language), *_left(sheet, language)]) + "\n"


def _head(sheet: Imported, name: str, source: str, language: Language) -> Iterator[str]:
    said = Text(
        f"Made from {source}; go over every line before you trust it, and compare the readings with the display.",
        f"由 {source} 生成；使用前请逐行核对，并将读数与设备显示比对。",
    )
    category = sheet.category
    called = _NAMES[category]
    yield f"# {said.in_language(language)}"
    yield f"id: {name}"
    yield from [f"category: {category.value}"] if category else []
    yield f"vendor: {_UNKNOWN}"
    yield _entry("model", sheet.title or name)
    yield _entry("name", {"en": called.en, "zh-CN": called.zh_cn})
    yield "confidence: medium"
    yield _entry("sources", [source])
    yield "notes:"
    yield from (f"  - {_flow(hint.in_language(language))}" for hint in sheet.hints)
    yield f"address_base: {sheet.base}"
    if sheet.forbidden:
        stretches = [{"table": one.table.value, "first": one.first, "last": one.last} for one in sheet.forbidden]
        counted = Text("counted from 0", "从 0 起编号").in_language(language)
        yield _entry("limits", {"forbidden": stretches}) + f"      # {counted}"
    if sheet.identity:
        yield _entry("identity", {one.identity: one.spec for one in sheet.identity})


def _points(sheet: Imported, language: Language) -> Iterator[str]:
    yield "points:" if sheet.points else "points: []"
    for one in sheet.points:
        for doubt in one.doubts:
            check = Text("check", "请核对").in_language(language)
            yield f"  # {check}: {_line(doubt.in_language(language))}"
        yield from _point(one, language)


def _point(one: Drafted, language: Language) -> Iterator[str]:
    start = "  - "
    for key, value in {**one.spec, "note": f"{one.line.place.in_language(language)}: {one.line.original}"}.items():
        yield f"{start}{_entry(key, value)}"
        start = "    "


def _left(sheet: Imported, language: Language) -> Iterator[str]:
    if sheet.left:
        yield f"# {Text('Left out:', '未采用：').in_language(language)}"
    for one in sheet.left:
        yield f"#   {_line(f'{one.line.place.in_language(language)}: {one.why.in_language(language)}')}"
        yield f"#     {_line(one.line.original)}"


def _entry(key: str, value: object) -> str:
    return f"{key}: {_flow(value)}"


def _flow(value: object) -> str:
    """Return `value` in one line of YAML."""
    text = yaml.dump(
        value, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, default_flow_style=True, width=1_000_000
    )
    return text.removesuffix("...\n").strip()


def _line(text: str) -> str:
    """Return `text` as a comment can hold it: what would break the line is a blank."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
