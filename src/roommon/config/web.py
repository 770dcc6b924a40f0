"""The files that the status page needs, looked at before it starts."""

import dataclasses
from datetime import UTC, datetime

from roommon.config.fault import Place
from roommon.config.findings import Findings, Spot
from roommon.config.secret import Surroundings, is_seen
from roommon.model.text import Text
from roommon.model.worded import Invalid
from roommon.web import tls, users_file
from roommon.web.config import Config, View


def placed(config: Config | None, around: Surroundings) -> Config | None:
    """Return `config` with its users beside the configuration, where it names no other place."""
    return config and dataclasses.replace(config, users=around.folder / config.users)


def review(config: Config, spot: Spot, around: Surroundings, findings: Findings) -> None:
    """Note what is wrong with the certificate, and that nobody can log in."""
    _users(config, spot, findings)
    if config.certificate is None or config.key is None:
        return
    at = spot.below("certificate")
    try:
        tls.context(config.certificate, config.key)
        _expired(tls.ends(config.certificate), at, findings)
    except tls.FileMissing as error:
        tell = findings.fault if around.tolerated is None else findings.warn
        tell(at, error.problem, error.remedy)
    except Invalid as error:
        findings.wrong(at, error)


def _expired(ends: datetime, at: Spot, findings: Findings) -> None:
    if ends < datetime.now(UTC):
        findings.warn(
            at,
            Text(f"the certificate expired on {ends:%Y-%m-%d}", f"证书已于 {ends:%Y-%m-%d} 过期"),
            Text("renew it: browsers warn people off", "请更新证书，否则浏览器会阻止访问"),
        )


def _users(config: Config, spot: Spot, findings: Findings) -> None:
    if not is_seen(config.users):
        tell = findings.warn if config.view is View.LOGIN else findings.note
        tell(
            spot,
            Text(f"nobody can log in: there is no file `{config.users}`", f"没有文件 `{config.users}`，无人能登录"),
            Text(
                "add somebody: `roommon user add NAME --role administrator`",
                "请添加用户：`roommon user add NAME --role administrator`",
            ),
        )
        return
    for broken in users_file.read(config.users).broken:
        findings.warn(Place(str(config.users), max(broken.line, 1), 1), broken.problem, broken.remedy)
