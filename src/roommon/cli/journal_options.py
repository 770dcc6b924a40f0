"""Options of every command that reads the journal: which, from when, up to when, and printed how."""

from pathlib import Path
from typing import Annotated

import typer

from roommon.cli.spoken import say

AsJson = Annotated[bool, typer.Option("--json", help=say("Print JSON.", "输出 JSON。"))]
JournalPath = Annotated[
    Path | None,
    typer.Option(
        "--journal",
        metavar="FILE",
        help=say("The journal; else the configuration names it.", "日志库文件；缺省取自配置。"),
    ),
]
Last = Annotated[int | None, typer.Option(metavar="N", min=1, help=say("The newest N alone.", "只显示最新 N 条。"))]
Since = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="TIME",
        help=say("From: 2026-11-23T08:00, or 2 h ago as `2h`.", "起始：2026-11-23T08:00，或 `2h`（2 小时前）。"),
    ),
]
Until = Annotated[
    str | None,
    typer.Option("--to", metavar="TIME", help=say("Up to; now when left out.", "截止；缺省为现在。")),
]
