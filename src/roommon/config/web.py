"""The files that the status page needs, looked at before it starts."""

import dataclasses
import time

from roommon.config.fault import Place
from roommon.config.findings import Findings, Spot
from roommon.config.secret import Surroundings, is_seen
from roommon.model.clock import Instant
from roommon.model.text import Text
from roommon.model.worded import Invalid
from roommon.web import tls, users_file
from roommon.web.config import Config, View
from roommon.web.times import day
from roommon.web.validity import Validity, days_left, validity


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
        _expires(tls.ends(config.certificate), at, findings)
    except tls.FileMissing as error:
        tell = findings.fault if around.tolerated is None else findings.warn
        tell(at, error.problem, error.remedy)
    except Invalid as error:
        findings.wrong(at, error)


def _expires(ends: Instant, at: Spot, findings: Findings) -> None:
    now = Instant(time.time_ns() // 1_000_000)
    last, left = day(ends), days_left(ends, now)
    match validity(ends, now):
        case Validity.HOLDS:
            return
        case Validity.EXPIRES:
            problem = Text(
                f"the certificate expires on {last}, in {left} days", f"证书将于 {last} 到期，剩余 {left} 天"
            )
            remedy = Text("renew it; the daemon takes it up by itself", "请更新证书，守护进程会自动采用")
        case Validity.EXPIRES_SOON:
            problem = Text(f"the certificate expires within the week, on {last}", f"证书一周内即将到期（{last}）")
            remedy = Text("renew it now; the daemon takes it up by itself", "请立即更新证书，守护进程会自动采用")
        case Validity.EXPIRED:
            problem = Text(f"the certificate expired on {last}", f"证书已于 {last} 过期")
            remedy = Text(
                "renew it now: browsers warn people off, and programs do not ask any more",
                "请立即更新证书：浏览器会阻止访问，程序也无法访问",
            )
    findings.warn(at, problem, remedy)


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
