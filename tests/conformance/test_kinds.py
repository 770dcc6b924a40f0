"""What every driver, rule kind, sink and store owes: it is found by its folder, and held to this by its being there."""

import dataclasses
import inspect
import string
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
import yaml

from roommon.config import files, shape
from roommon.config.kinds import Family, Kind
from roommon.config.load import examine
from roommon.config.tree import Step, Value
from roommon.model.text import Text
from roommon.rules.rule import KindConfig, Meets
from roommon.rules.text import COMMON
from tests.conformance import shipped

EVERY = pytest.mark.parametrize(("family", "kind"), shipped.KINDS, ids=[kind.key for _, kind in shipped.KINDS])
RULES = pytest.mark.parametrize("kind", shipped.of(Family.RULE), ids=shipped.named)


def test_looking_into_the_folders_finds_kinds() -> None:
    assert {kind.key for _, kind in shipped.KINDS} >= {
        "modbus_tcp",
        "modbus_serial",
        "snmp",
        "limit",
        "mqtt",
        "influxdb",
    }
    assert {family for family, _ in shipped.KINDS} == set(Family)


@EVERY
def test_a_kind_has_a_page_that_names_every_setting(family: Family, kind: Kind) -> None:
    pages = [shipped.page(family, kind)]
    pages += [page.with_suffix(".zh-CN.md") for page in pages if family in (Family.RULE, Family.CHANNEL)]
    for page in pages:
        words = page.read_text("utf-8")
        assert [key for key in shape.keys(kind.config) if f"`{key}`" not in words and f"{key}:" not in words] == []


@EVERY
def test_a_kinds_settings_are_a_frozen_slots_dataclass_that_the_configuration_reads(family: Family, kind: Kind) -> None:
    del family
    assert dataclasses.is_dataclass(kind.config)
    assert vars(kind.config)["__dataclass_params__"].frozen
    assert "__slots__" in vars(kind.config)
    assert shape.adapter(kind.config).json_schema()["additionalProperties"] is False


@EVERY
def test_a_shipped_configuration_shows_a_kind_in_use(family: Family, kind: Kind) -> None:
    del family
    assert list(shipped.samples(kind)) != []


@EVERY
def test_an_unknown_setting_is_told_with_its_place_at_every_level_of_a_sample(
    family: Family, kind: Kind, tmp_path: Path
) -> None:
    path, at, settings = next(shipped.samples(kind))
    selects = family is Family.DERIVATION  # any key of a selection may be a label
    for place in shipped.mappings(settings, at):
        if selects and place[-1] == "of":
            continue
        spoilt = tmp_path / path.name
        spoilt.write_text(yaml.safe_dump(with_unknown(files.read(path).value, place), allow_unicode=True), "utf-8")
        told = [fault for fault in shipped.faults(kind, spoilt) if "spoilt" in str(fault)]
        assert [fault.problem.en for fault in told] == ["`spoilt` is not known here"], place
        assert told[0].place.file == str(spoilt)
        assert "spoilt: 1" in spoilt.read_text("utf-8").splitlines()[told[0].place.line - 1]


def with_unknown(value: Value, place: Sequence[Step]) -> Value:
    """A copy of `value` with a key `spoilt` in the mapping at `place`."""
    if isinstance(value, list):
        return [with_unknown(each, place[1:]) if place[0] == index else each for index, each in enumerate(value)]
    assert isinstance(value, dict)
    if not place:
        return {**value, "spoilt": 1}
    return {**value, place[0]: with_unknown(value[place[0]], place[1:])}


@RULES
def test_a_rule_kind_says_the_same_in_both_languages(kind: Kind) -> None:
    for text in (text_of(kind, "TEXT"), text_of(kind, "RESPONSE")):
        assert text.en.strip()
        assert text.zh_cn.strip()
        assert text.en != text.zh_cn
        assert placeholders(text.en) == placeholders(text.zh_cn) <= COMMON | placeholders_of(kind)


@RULES
def test_a_rule_kind_has_the_settings_that_all_share(kind: Kind) -> None:
    shared = {name for name, each in vars(KindConfig).items() if isinstance(each, property)}
    assert shared == {"priority", "on_delay", "off_delay", "acknowledge"}
    assert shared <= {each.name for each in dataclasses.fields(kind.config)}
    assert callable(kind.module.faults)


def test_the_texts_of_shipped_rules_name_the_same_in_both_languages() -> None:
    for path in (each for each in shipped.SAMPLES if each.stem != "demo-room"):
        site = examine(path, {}, tolerate_missing_secrets=True).site
        assert site is not None
        for rule in site.rules:
            for text in filter(None, (rule.text, rule.response)):
                assert text.en.strip(), rule.id
                assert text.zh_cn.strip(), rule.id
                assert placeholders(text.en) == placeholders(text.zh_cn), rule.id


def text_of(kind: Kind, name: str) -> Text:
    text: Text = getattr(kind.config, name)
    return text


def placeholders_of(kind: Kind) -> frozenset[str]:
    found: frozenset[str] = vars(kind.config)["PLACEHOLDERS"]
    return found


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


VERBS: Mapping[Family, Mapping[str, Sequence[str]]] = {
    Family.DRIVER: {
        "bus": ("name", "config", "clock"),
        "reader": ("bus", "config", "target", "clock"),
    },
    Family.RULE: {"faults": ("config", "sensor"), "condition": ("config", "sensor")},
    Family.DERIVATION: {"faults": ("config", "inputs"), "quantity": ("config", "inputs")},
    Family.SINK: {"deliver": ("config", "context"), "probe": ("config",)},
    Family.STORE: {"deliver": ("config", "context"), "probe": ("config",)},
    Family.CHANNEL: {"send": ("config", "note", "address")},
}


@EVERY
def test_a_kind_has_the_verbs_of_its_family(family: Family, kind: Kind) -> None:
    for verb, parameters in VERBS[family].items():
        given = inspect.signature(getattr(kind.module, verb)).parameters
        assert tuple(name.lstrip("_") for name in given) == parameters, verb


@RULES
def test_a_judge_that_meets_others_says_whom_it_heeds_so_that_a_drill_of_one_moves_it(kind: Kind) -> None:
    classes = [each for each in vars(kind.module).values() if inspect.isclass(each) and hasattr(each, "meet")]
    assert [each for each in classes if each is not Meets and not issubclass(each, Meets)] == []
