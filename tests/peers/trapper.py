"""Debian's snmptrap as a device that sends traps, and the datagrams that it sends."""

from collections.abc import Sequence
from dataclasses import dataclass

from roommon.model.secret import Secret
from roommon.poll.snmp.endpoint import Auth, Config, Privacy
from tests.peers.process import Address
from tests.peers.tools import NET_SNMP_AUTH, NET_SNMP_PRIVACY, net_snmp

ON_BATTERY = "1.3.6.1.2.1.33.2.1"
SECONDS_ON_BATTERY = ("1.3.6.1.2.1.33.1.2.2.0", "i", "30")
ENGINE = "8000000001020304"
AUTH_WORDS, PRIVACY_WORDS = "auth-passphrase", "privacy-passphrase"


@dataclass(frozen=True)
class Sender:
    """How it sends."""

    arguments: Sequence[str]
    """Version and credentials, in net-snmp's words."""
    is_v1: bool = False
    is_inform: bool = False

    def arguments_for(
        self,
        to: Address,
        trap: str = ON_BATTERY,
        extra: Sequence[str] = SECONDS_ON_BATTERY,
        patience_s: float = 5,
    ) -> list[str]:
        """`trap` of version 1 is its enterprise, agent address and number: `1.3.6.1.2.1.33.2 10.0.0.9 1`."""
        how = ["-Ci"] if self.is_inform else []
        head = [*how, *self.arguments, "-r", "1", "-t", str(patience_s)]
        head.append(f"{to.host}:{to.port}")
        if self.is_v1:
            enterprise, agent, number = trap.split()
            return [*head, enterprise, agent, "6", number, "", *extra]
        return [*head, "", trap, *extra]


def community(version: str, word: str = "room", *, is_inform: bool = False) -> Sender:
    return Sender(("-v", version, "-c", word), is_v1=version == "1", is_inform=is_inform)


def user(agent: Config, *, is_inform: bool = False, engine: str = ENGINE) -> Sender:
    """Who sends as the user with which `agent` is asked."""
    level = "authPriv" if agent.privacy_passphrase else "authNoPriv" if agent.auth_passphrase else "noAuthNoPriv"
    words = ["-v", "3", "-u", agent.user or "", "-l", level]
    if agent.auth_passphrase:
        words += ["-a", NET_SNMP_AUTH[agent.auth], "-A", agent.auth_passphrase.value]
    if agent.privacy_passphrase:
        words += ["-x", NET_SNMP_PRIVACY[agent.privacy], "-X", agent.privacy_passphrase.value]
    return Sender(words if is_inform else [*words, "-e", engine], is_inform=is_inform)


def version_3(auth: Auth = Auth.SHA256, privacy: Privacy = Privacy.AES128, name: str = "ann") -> Config:
    """An agent that is asked as a user of these protocols."""
    return Config(
        "127.0.0.1",
        version=3,
        user=name,
        auth=auth,
        auth_passphrase=None if auth is Auth.NONE else Secret("auth", AUTH_WORDS),
        privacy=privacy,
        privacy_passphrase=None if privacy is Privacy.NONE else Secret("privacy", PRIVACY_WORDS),
    )


async def send(
    sender: Sender,
    to: Address,
    trap: str = ON_BATTERY,
    *,
    extra: Sequence[str] = SECONDS_ON_BATTERY,
    patience_s: float = 5,
) -> int:
    """Send one trap or inform; return snmptrap's exit code: 0 for an inform means that it was acknowledged."""
    status, _ = await net_snmp("snmptrap", *sender.arguments_for(to, trap, extra, patience_s))
    return status
