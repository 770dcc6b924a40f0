"""Whatever a sheet holds: what is made of it is a profile that opens, and no row is lost without a word."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given, settings
from hypothesis import strategies as st

from roommon.commissioning.sheet import imported
from roommon.commissioning.sheet_file import Grid
from roommon.commissioning.sheet_profile import profile_yaml
from roommon.commissioning.shelf import Shelf
from roommon.model.text import Language

HEADINGS = ("名称", "寄存器地址", "功能码", "数据类型", "字节序", "倍率", "单位", "范围", "读写", "备注", "数量", "Bit")


def cells(*usual: str) -> st.SearchStrategy[str]:
    return st.one_of(st.sampled_from(usual), st.text(max_size=12))


ROW = st.tuples(
    cells("温度", "Voltage A", "状态字", "清零", "保留", "序列号", "漏水 (0:正常 1:漏水)", "firmware version"),
    cells("0x0001", "40001", "30002-30003", "12", "00FFH", "0x0005.3", "65535", "4x0001", "0x0004-0x0007", "1"),
    cells("03", "04", "01", "06", "03/06", "02", "", "保持"),
    cells("INT16", "无符号32位整数", "float CDAB", "ASCII", "bit", "", "uint64", "byte", "BCD"),
    cells("ABCD", "小端", ""),
    cells("0.1", "/10", "100", "", "×0.01", "0.1V"),
    cells("℃", "%RH", "kWh", "Pa", "V", "", "0.1A", "次", "KV"),
    cells("-40~80", "0-100", "0~65535", "", "-400~800", "5..9999999"),
    cells("R", "只写", "R/W", ""),
    cells("0:正常 1:告警", "Bit0: a; Bit15: b", "0x8000无效", "补码", "", "1-based", "实际值=值/10"),
    cells("1", "2", "4", "99", ""),
    cells("3", "0-3", ""),
)


PAST_THE_END = ("温度", "65535", "03", "float CDAB", "", "", "℃", "", "R", "", "", "")


@settings(deadline=None, max_examples=60)
@example(rows=[(*PAST_THE_END[:1], "0x0001", *PAST_THE_END[2:]), PAST_THE_END], language=Language.ENGLISH)
@given(rows=st.lists(ROW, max_size=8), language=st.sampled_from(Language))
def test_a_sheet_gives_a_profile_that_opens_and_accounts_for_every_row(
    rows: list[tuple[str, ...]], language: Language
) -> None:
    found = imported([Grid("", (HEADINGS, *rows))])
    with TemporaryDirectory() as folder:
        profiles = Path(folder) / "profiles"
        profiles.mkdir()
        (profiles / "made.yaml").write_text(profile_yaml(found, "made", "sheet.csv", language), "utf-8")
        shelf = Shelf(Path(folder))
        points = shelf.device(shelf.open("made"), "x", unit=1).points
    assert len(points) == len(found.points)
    told = {one.line.number for one in (*found.points, *found.identity)} | {one.line.number for one in found.left}
    lost = [row for number, row in enumerate(rows, 2) if number not in told]
    assert [row for row in lost if len({cell for cell in row if cell}) > 1] == []
