"""`roommon profiles NAME`: one family, so that whoever reads it understands the device."""

from collections.abc import Sequence

from rich.text import Text as Styled

from roommon.cli import rule_words
from roommon.cli.profile_point import details, measured
from roommon.cli.profile_words import CATEGORIES, MEANING, protocol
from roommon.cli.screen import console, print_beside
from roommon.cli.spoken import counted, say
from roommon.cli.words import word
from roommon.config.described import Advice, Described
from roommon.model.text import Text
from roommon.profiles.profile import PointSpec, Profile, Table

_IDENTITY = {
    "maker": Text("maker", "厂商"),
    "model": Text("model", "型号"),
    "firmware": Text("firmware", "固件"),
    "serial": Text("serial number", "序列号"),
    "location": Text("location", "位置"),
}
_FACTS, _INDENT = 18, 6


def show(one: Described) -> None:
    """Print the page."""
    _head(one)
    _points(say("values", "点位"), [spec for spec in one.points if spec.quantity is not None])
    for table, specs in one.tables.values():
        _table(table, specs)
    serving = [spec for spec in one.points if spec.quantity is None]
    _points(say("read for the others, no values themselves", "仅供其他点位判断，自身不是测量值"), serving)
    if one.rules:
        _title(say("recommended rules", "推荐规则"))
    for rule in one.rules:
        _rule(rule)
    _use(one)


def _title(words: str) -> None:
    console().print(Styled(f"\n{words}", "bold"))


def _head(one: Described) -> None:
    profile = one.profile
    called = f"{word(profile.name)}{say(': ', '：')}{profile.vendor} {profile.model}"
    console().print(Styled(profile.id, "bold") + Styled("  ") + Styled(called), soft_wrap=True)
    facts = [
        (say("for", "类别"), word(CATEGORIES[profile.category])),
        (say("protocol", "协议"), protocol(one) + _line(profile)),
        (say("addresses", "寄存器地址"), _base(profile)),
        (say("rests on", "依据"), word(MEANING[profile.confidence])),
        *((say("source", "出处"), source) for source in profile.sources),
        (say("file", "文件"), one.place.file),
        (say("says who it is", "可报告身份"), _identity(one)),
        *((say("note", "说明"), note) for note in profile.notes),
    ]
    for name, words in facts:
        if words:
            print_beside(f"  {name}", words, _FACTS)


def _line(profile: Profile) -> str:
    """Return how the maker ships the serial side."""
    serial = profile.serial
    if serial.baud is None:
        return ""
    form = f"{serial.baud} 8{serial.parity or 'N'}{serial.stop_bits or 1}"
    unit = "" if serial.unit is None else say(f", unit {serial.unit}", f"，地址 {serial.unit}")
    return say(f" (as shipped: {form}{unit})", f"（出厂：{form}{unit}）")


def _base(profile: Profile) -> str:
    first = profile.address_base
    return "" if not first else say(f"as its document counts them, from {first} on", f"按其文档编号，从 {first} 起")


def _identity(one: Described) -> str:
    asked = {key.partition(".")[0] for key in one.identity.asked}
    fixed = [f"{word(_IDENTITY[key])} {value}" for key, value in one.identity.fixed.items()]
    return say(", ", "、").join([*fixed, *(word(name) for key, name in _IDENTITY.items() if key in asked)])


def _points(title: str, specs: Sequence[PointSpec]) -> None:
    if not specs:
        return
    _title(title)
    width = max(len(spec.id) for spec in specs) + 4
    for spec in specs:
        print_beside(f"  {spec.id}", measured(spec), width)
        for detail in details(spec):
            print_beside("", detail, width, "dim")


def _table(table: Table, specs: Sequence[PointSpec]) -> None:
    row = word(table.name)
    _points(say(f"table {table.id}: one row for each {row}", f"表 {table.id}：每行为一个{row}"), specs)
    print_beside("", _numbers(table) if table.repeat else _names(table), 2)
    if table.rows:
        usual = say(", ", "、").join(row.id for row in table.rows)
        said = say(f"Unless the device lists its own, it has: {usual}.", f"设备未列出时，缺省有：{usual}。")
        print_beside("", said, 2)


def _names(table: Table) -> str:
    ways = {say("its label", "标签"): table.label, say("its serial number", "序列号"): table.serial}
    known = [way for way, column in ways.items() if column] or [say("its index", "索引")]
    by = say(" or ", "或").join(known)
    return say(f"A row is known by {by}.", f"以{by}识别行。")


def _numbers(table: Table) -> str:
    """Return which rows a table of registers can have."""
    first = "/".join(str(level.first) for level in table.repeat)
    last = "/".join(str(level.first + level.count - 1) for level in table.repeat)
    return say(
        f"Its rows have the indexes {first} to {last}; the registers are those of the first.",
        f"行的索引为 {first} 至 {last}；所示为第一行的寄存器。",
    )


def _rule(rule: Advice) -> None:
    rule_words.print_heading(rule.id, rule.config, indent=1)
    for condition, sensors in rule_words.conditions(rule.config, rule.sensors).items():
        names = say(", ", "、").join(sensor.key for sensor in sensors)
        print_beside("", f"{condition}{say(': ', '：')}{names}", _INDENT)
    print_beside("", f"“{word(rule.text)}”", _INDENT, "dim")
    print_beside(" " * (_INDENT - 2) + "→ ", word(rule.response), _INDENT, "dim")


def _use(one: Described) -> None:
    place = "bus: gateway-1, unit: 1" if one.speaks_modbus else "snmp: { host: 192.168.10.31 }"
    taken = ", recommended: true" if one.rules else ""
    _title(say("in a configuration", "写入配置"))
    print(f"  - {{ id: my-device, {place}, profile: {one.profile.id}{taken} }}")
    if one.tables:
        tables = counted(len(one.tables), "table", "个表")
        said = (
            say(f"and under `rows:` the fitted rows of its {tables}", f"并在 `rows:` 下写出其 {tables} 中已安装的行")
            if one.speaks_modbus
            else say(
                f"and under `rows:` the rows of its {tables}, which `roommon probe` lists",
                f"并在 `rows:` 下写出其 {tables} 中的行，`roommon probe` 可列出",
            )
        )
        print_beside("", said, _INDENT)
