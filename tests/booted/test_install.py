"""What `make install` does, the second time too, and what the wheel holds."""

import pytest

from tests.booted.box import CONFIG, Box

INSTALL = "/src/systemd/install.sh"


def _release(box: Box) -> str:
    return box.run("readlink /opt/roommon").strip()


def test_an_upgrade_keeps_configuration_secrets_and_journal_and_restarts_the_daemon(box: Box) -> None:
    box.run(f"echo '# mine' >> {CONFIG}")
    kept = box.run(f"sha256sum {CONFIG} /etc/roommon/secrets/*; stat -c '%U %G %a' {CONFIG} /etc/roommon/secrets/*")
    before, pid = _release(box), box.pid()
    first = box.readings("rack-a.temperature")[0]
    said = box.run(INSTALL)
    assert "runs" in said
    assert _release(box) != before
    assert box.run("ls -d /opt/roommon-*").split() == [before, _release(box)], "the former release is the way back"
    assert box.pid() != pid
    assert box.unit_says("Result") == "success", "it was stopped, not killed"
    assert box.readings("rack-a.temperature")[0] == first
    assert kept == box.run(
        f"sha256sum {CONFIG} /etc/roommon/secrets/*; stat -c '%U %G %a' {CONFIG} /etc/roommon/secrets/*"
    )


def test_an_upgrade_that_does_not_take_the_configuration_changes_nothing(box: Box) -> None:
    box.run(f"sed -i 's/deadband: 1 K/deadbnd: 1 K/' {CONFIG}")
    before, pid = box.run("ls -d /opt/roommon*; readlink /opt/roommon"), box.pid()
    said = box.run(f"{INSTALL} 2>&1", check=False)
    assert "deadbnd" in said
    assert "the old one goes on running" in said
    assert box.run("ls -d /opt/roommon*; readlink /opt/roommon") == before
    assert box.pid() == pid


def test_files_belong_to_whom_they_should(container_box: Box) -> None:
    assert container_box.run(
        "stat -c '%n %U %G %a' /etc/roommon /etc/roommon/secrets /var/lib/roommon"
    ).splitlines() == [
        "/etc/roommon root roommon 750",
        "/etc/roommon/secrets root root 700",
        "/var/lib/roommon roommon roommon 750",
    ]


@pytest.fixture(scope="module")
def venv(container_box: Box) -> str:
    """An empty virtual environment with the wheel in it, on a box without a compiler and without the checkout."""
    assert not container_box.run("command -v cc gcc clang", check=False)
    container_box.run("rm -rf /tmp/empty && mkdir /tmp/empty && cd /tmp/empty && python3 -m venv venv")
    container_box.run(
        "cd /tmp/empty && venv/bin/pip install --quiet --no-index --find-links /src/dist/wheels --only-binary :all:"
        " 'roommon[fast,demo,notify]'",
        timeout=300,
    )
    return "/tmp/empty/venv/bin"


def test_the_wheel_checks_its_example_and_explains_itself(container_box: Box, venv: str) -> None:
    assert "demo" in container_box.run(f"cd /tmp/empty && {venv}/roommon --help")
    share = container_box.run(
        f"{venv}/python -c \"from roommon.cli.shipped import shipped; print(shipped('config'))\""
    ).strip()
    assert share.startswith("/tmp/empty/")
    assert "demo: 9 devices" in container_box.run(f"cd /tmp/empty && {venv}/roommon check {share}/examples/demo.yaml")
    assert "hospital-a: 8 devices" in container_box.run(f"cd /tmp/empty && {venv}/roommon check {share}/roommon.yaml")


@pytest.mark.timeout(180)
def test_the_wheel_plays_its_demonstration(container_box: Box, venv: str) -> None:
    container_box.run("systemctl stop room", check=False)
    done = container_box.run(
        f"cd /tmp/empty && {venv}/roommon demo --speed 3 > demo.log 2>&1; echo $?; tail -c 3000 demo.log", timeout=170
    )
    assert done.splitlines()[0] == "0", done
    assert "simulators" not in container_box.run("cat /proc/[0-9]*/cmdline | tr '\\0' ' '"), "no process is left"
