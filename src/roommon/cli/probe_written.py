"""`roommon probe --write`: the YAML of what was found, into a file that is new or behind what a file says."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from roommon.cli.complaint import Complaint
from roommon.cli.probe_found import Found, Section
from roommon.cli.spoken import say
from roommon.commissioning.agent import Met
from roommon.commissioning.drafting import agent_entry, agent_id, is_secret
from roommon.commissioning.known import Introduction
from roommon.commissioning.standing import Standing, device_at, free_id, standing
from roommon.commissioning.writing import Draft, NotWritable, appended, document, listed
from roommon.config.fault import ConfigInvalid
from roommon.config.load import examine
from roommon.config.site import Site
from roommon.poll.snmp.endpoint import Config as SnmpConfig

STDOUT = "-"


@dataclass(frozen=True, slots=True)
class Target:
    """Where to write, and what is configured already."""

    file: str | None
    """None: nowhere; `-`: standard output."""
    config: Path
    site: Site | None

    @property
    def path(self) -> Path | None:
        """The file, if one is written."""
        return None if self.file in (None, STDOUT) else Path(str(self.file))


def target(file: str | None, config: Path) -> Target:
    """Return where to write, with what stands there; without a file, what stands in the configuration.

    Raises:
        Complaint: it is a folder.
        ConfigInvalid: what stands there has faults.
    """
    path = None if file in (None, STDOUT) else Path(str(file))
    if path is not None and path.is_dir():
        raise Complaint(say(f"{path} is a folder: name a file", f"{path} 是目录：请给出文件名"))
    return Target(file, config, _site(path) if path is not None and path.exists() else _usual(config))


def _usual(config: Path) -> Site | None:
    """Return what is configured, if there is a configuration without faults: it is a help, and no more."""
    if not config.exists():
        return None
    return examine(config, tolerate_missing_secrets=True).site


def _site(path: Path) -> Site:
    checked = examine(path, tolerate_missing_secrets=True)
    if checked.site is None:
        raise ConfigInvalid(checked.faults, checked.warnings)
    return checked.site


def agent_written(where: Target, endpoint: SnmpConfig, said: Introduction, best: Met) -> Found:
    """Write the device, unless it is configured; then return what its configuration does not say."""
    if where.site is not None and (polled := device_at(where.site, endpoint, None)) is not None:
        idle = {row.id for row in best.idle}
        used = tuple(row for row in best.rows.every if row.id not in idle)
        return _configured(standing(polled, replace(best.rows, every=used), best.lacks))
    taken = [] if where.site is None else [polled.device.id for polled in where.site.devices]
    name = free_id(agent_id(said, best), taken)
    secret = f"{name}-community" if is_secret(endpoint) else None
    draft = Draft([agent_entry(name, endpoint, best, secret)])
    secrets = {secret: endpoint.community or ""} if secret is not None else {}
    return written(where, draft, secrets)


def _configured(found: Standing) -> Found:
    document: dict[str, object] = {
        "configured": {"device": found.device, "new_rows": found.entries, "drop": [*found.drop]}
    }
    device = found.device
    if not found.new_rows:
        words = say(f"configured already, as {device}; nothing is new", f"已配置为 {device}，没有新内容")
        return Found((Section(words, (), ()),), document)
    many = len(found.new_rows)
    rows = say(f"{many} {'row is' if many == 1 else 'rows are'} new", f"有 {many} 行为新增")
    words = say(
        f"configured already, as {device}; {rows}. Add under its `rows:`:",
        f"已配置为 {device}；{rows}。请在其 `rows:` 下添加：",
    )
    return Found((Section(f"{words}\n{listed(found.entries, 6)}{_dropped(found)}", (), ()),), document)


def _dropped(found: Standing) -> str:
    """Return what to add under `drop:`, for what the new rows have not."""
    if not found.drop:
        return ""
    lines = "".join(f"      - {key}\n" for key in found.drop)
    return say("and under its `drop:`:", "并在其 `drop:` 下添加：") + f"\n{lines}"


def written(where: Target, draft: Draft, secrets: Mapping[str, str]) -> Found:
    """Write `draft` where it is wanted, and `secrets` into files of their own; return what was done.

    Raises:
        Complaint: it cannot be put into the file without changing what stands there.
    """
    names = [str(entry["id"]) for entry in draft.devices]
    if not draft.devices:
        return Found((), {"written": None})
    if where.path is None:
        return _offered(where, draft, secrets, names)
    path = where.path
    text = _text(path, draft, where.config)
    lines = [_secret(path.parent / name, word) for name, word in secrets.items()]
    path.write_text(text, "utf-8")
    said = say(f"{', '.join(names)}: written to {path}", f"{'、'.join(names)}：已写入 {path}")
    return Found(_lines([said, *lines]), {"written": {"file": str(path), "devices": names}})


def _offered(where: Target, draft: Draft, secrets: Mapping[str, str], names: Sequence[str]) -> Found:
    if where.file is None:
        words = say("keep it with --write FILE", "用 --write FILE 保存为配置")
        return Found(_lines([words]), {"written": None})
    files = [_wanted_file(name) for name in secrets]
    text = document(draft, whole=True)
    return Found(_lines([*files, text]), {"written": {"file": STDOUT, "devices": [*names], "yaml": text}})


def _lines(words: Sequence[str]) -> tuple[Section, ...]:
    return tuple(Section(one, (), ()) for one in words)


def _text(path: Path, draft: Draft, config: Path) -> str:
    """Return what the file will say; a new one in the configuration's own folder is a part of it."""
    if not path.exists():
        is_part = config.is_dir() and path.parent.resolve() == config.resolve() and any(config.glob("*.yaml"))
        return document(draft, whole=not is_part)
    try:
        return appended(path.read_text("utf-8"), draft)
    except NotWritable as error:
        raise Complaint(
            say(
                f"{path} cannot be added to safely; print with --write - and put it there yourself",
                f"无法安全地追加到 {path}；请用 --write - 输出后自行加入",
            )
        ) from error


def _secret(path: Path, word: str) -> str:
    """Put a secret into a file that only its owner may read; one that is there is left as it is."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return say(f"{path} is there already and stays as it is", f"{path} 已存在，保持不变")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{word}\n")
    return say(f"the community is in {path}, mode 600", f"团体名已存入 {path}，权限 600")


def _wanted_file(name: str) -> str:
    return say(f"# put the community into a file {name}, mode 600", f"# 请将团体名存入文件 {name}，权限 600")
