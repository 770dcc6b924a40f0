"""Prints SUPPORTED.md, in both languages, from profiles and evidence: `python -m tests.conformance.supported`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

import yaml

from roommon.cli.profile_words import CATEGORIES, MEANING, by_category, protocol
from roommon.config.described import Described, described
from roommon.model.text import Language, Text
from roommon.profiles.profile import Confidence
from tests.conformance.expectation import SIMULATORS, Expectation, all_expected, load

ROOT = SIMULATORS.parent
PAGES = {Language.ENGLISH: ROOT / "SUPPORTED.md", Language.CHINESE: ROOT / "SUPPORTED.zh-CN.md"}
SHORT = {
    Confidence.SOLID: Text("solid", "可靠"),
    Confidence.SOLID_MIB: Text("MIB alone", "仅 MIB"),
    Confidence.SOLID_PARTIAL: Text("in part", "部分"),
    Confidence.MEDIUM: Text("**one secondary source**", "**仅一处二手资料**"),
}
HEAD = Text(
    """# Supported devices

[中文](SUPPORTED.zh-CN.md)

<!-- Printed from the profiles and their evidence by `make docs`; a test holds it to them. -->

{families} families with {values} values and {rules} recommended rules. `roommon profiles NAME` shows one in full;
[docs/profiles.md](docs/profiles.md) says how to change one or to write your own.

## How to read it

**rests on** is where the registers or objects come from:

{meanings}

**proven by** is what `make test` does with a profile: the simulator serves a device, the whole driver polls it over
the network, and each value is compared with one that was worked out by hand from the document and the raw numbers.

- A *recording* is what a real device answered.
- A *document* is a simulated device that was written from the maker's document or MIB, apart from the profile, with the
  awkward values in it: negative temperatures, missing probes, wrapped counters. It proves that two readings of one
  document agree, and not that the document tells the truth.
- *n values* is how many are compared, those that must come out bad included.

So a family that rests on **one secondary source** agrees with that source, and the maker's own was not at hand. Compare
each of its values with the device's own display before you rely on it, and tell us what you saw.
""",
    """# 支持的设备

[English](SUPPORTED.md)

<!-- Printed from the profiles and their evidence by `make docs`; a test holds it to them. -->

共 {families} 种设备，{values} 个点位，{rules} 条推荐规则。`roommon profiles 模板名` 查看其中一种；
修改模板或自建模板见 [docs/profiles.md](docs/profiles.md)。

## 阅读说明

**依据**指寄存器或 OID 的出处：

{meanings}

**验证**指 `make test` 对该模板的检验：由模拟器充当设备，经网络用完整的驱动轮询，
每个数值与依据文档和原始数据人工算出的结果比对。

- “真机”是真实设备应答的录制数据。
- “文档”是依据厂商文档或 MIB、与模板分开编写的模拟设备，含负温度、探头缺失、计数回绕等特殊数值。
  它只能证明对同一份文档的两次解读一致，不能证明文档本身无误。
- “n 个值”为比对的数值个数，包括应判为无效的值。

因此，依据为**仅一处二手资料**的设备，只说明与该资料一致，未见厂商文档。
投用前请逐项与设备面板核对，并将结果告诉我们。
""",
)
COLUMNS = Text(
    "| profile | device | protocol | values | rules | rests on | proven by |",
    "| 模板 | 设备 | 协议 | 点位 | 规则 | 依据 | 验证 |",
)
SOURCES = Text(
    """
## Sources and evidence

Fact files lie in `simulators/facts/`, register images in `simulators/images/`, what must come out in
`tests/conformance/expected/`.
""",
    """
## 出处与证据

真机与 MIB 数据在 `simulators/facts/`，寄存器映像在 `simulators/images/`，应得的结果在 `tests/conformance/expected/`。
""",
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one expectation rests on."""

    name: str
    is_recording: bool
    values: int
    unseen: int

    @classmethod
    def of(cls, expected: Expectation) -> "Evidence":
        path = expected.evidence()
        source = str(yaml.load(path.read_text("utf-8"), yaml.CSafeLoader).get("source", ""))
        recorded = path.parent.name == "facts" and not source.startswith("written")
        values = sum(len(case) for case in expected.of_cases().values())
        return cls(expected.name, recorded, values, len(expected.unseen))


@cache
def evidence() -> dict[str, list[Evidence]]:
    """The evidence of each profile."""
    found: dict[str, list[Evidence]] = {}
    for expected in map(load, all_expected()):
        found.setdefault(expected.profile, []).append(Evidence.of(expected))
    return found


@cache
def page(language: Language) -> str:
    profiles, faults = described(Path("/nonexistent"))
    assert faults == ()
    known, words = evidence(), Words(language)
    parts = [words.head(profiles), *words.tables(by_category(profiles), known), words.say(SOURCES)]
    parts += [words.sources(one, known.get(one.profile.id, [])) for one in by_category(profiles)]
    return "\n".join(parts)


@dataclass(frozen=True, slots=True)
class Words:
    """The page in one language."""

    language: Language

    def say(self, text: Text) -> str:
        return text.in_language(self.language)

    def head(self, profiles: Sequence[Described]) -> str:
        meanings = [f"- {self.say(SHORT[each])}: {self.say(MEANING[each])}" for each in Confidence]
        return self.say(HEAD).format(
            families=len(profiles),
            values=sum(len(one.sensors) for one in profiles),
            rules=sum(len(one.rules) for one in profiles),
            meanings="\n".join(meanings),
        )

    def tables(self, profiles: Sequence[Described], known: dict[str, list[Evidence]]) -> Iterator[str]:
        for category, alike in groupby(profiles, key=lambda one: one.profile.category):
            yield f"## {self.say(CATEGORIES[category])}\n"
            yield self.say(COLUMNS)
            yield "|---|---|---|---|---|---|---|"
            yield from (self.row(one, known.get(one.profile.id, [])) for one in alike)
            yield ""

    def row(self, one: Described, found: Sequence[Evidence]) -> str:
        profile = one.profile
        cells = (
            f"[`{profile.id}`](src/roommon/profiles/{profile.id}.yaml)",
            f"{profile.vendor} {profile.model}",
            protocol(one),
            str(len(one.sensors)),
            str(len(one.rules)),
            self.say(SHORT[profile.confidence]),
            self.proof(found),
        )
        return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"

    def proof(self, found: Sequence[Evidence]) -> str:
        recordings = sum(each.is_recording for each in found)
        documents = len(found) - recordings
        values = sum(each.values for each in found)
        kinds = [
            self.say(Text(f"{recordings} recording{'s' * (recordings != 1)}", f"真机 {recordings} 台"))
            * bool(recordings),
            self.say(Text("document", "文档")) * bool(documents),
        ]
        parts = [kind for kind in kinds if kind]
        if not parts:
            return self.say(Text("nothing yet", "尚无"))
        return self.say(Text(f"{', '.join(parts)}: {values} values", f"{'、'.join(parts)}：{values} 个值"))

    def sources(self, one: Described, found: Sequence[Evidence]) -> str:
        lines = [f"### {one.profile.id}\n", *(f"- {source}" for source in one.profile.sources)]
        for each in found:
            kind = Text("recording", "真机") if each.is_recording else Text("document", "文档")
            unseen = Text(f", {each.unseen} points that it cannot have", f"，另有 {each.unseen} 个点位无法由其验证")
            lines.append(
                f"- `{each.name}`: {self.say(kind)}, "
                + self.say(Text(f"{each.values} values", f"{each.values} 个值"))
                + self.say(unseen) * bool(each.unseen)
            )
        return "\n".join(lines) + "\n"


def main() -> None:
    for language, path in PAGES.items():
        path.write_text(page(language), "utf-8")


if __name__ == "__main__":
    main()
