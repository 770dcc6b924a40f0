"""What the wheel holds, as the build backend makes it: an installation has what a checkout has and it needs."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]
SHARE = "roommon/share"
WHOLE = ("config/examples", "config/grafana/dashboards", "config/grafana/provisioning", "config/prometheus")
"""Folders of which every file is there."""
PAGES = ("operations", "notify")


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of the files in a wheel that was just built."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=50)
    [wheel] = folder.glob("roommon-*.whl")
    with zipfile.ZipFile(wheel) as opened:
        return set(opened.namelist())


def test_it_shares_what_an_installation_wants_to_look_up(held: set[str]) -> None:
    single = {
        *(f"config/{name}" for name in ("roommon.yaml", "roommon.schema.json", "notify.yaml", "notify.schema.json")),
        *(f"docs/{page}{language}.md" for page in PAGES for language in ("", ".zh-CN")),
        "docs/openapi.yaml",
        *(f"systemd/{name}.service" for name in ("roommon", "roommon-notify")),
        *(f"systemd/{name}.conf" for name in ("sysusers", "tmpfiles")),
    }
    folders = (*WHOLE, "systemd/examples")
    files = {path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()}
    wanted = single | {str(path.relative_to(ROOT)) for path in files}
    assert {"config/prometheus/prometheus.yml", "config/prometheus/roommon.rules.yml"} < wanted
    assert {name.removeprefix(f"{SHARE}/") for name in held if name.startswith(SHARE)} == wanted


def test_it_holds_what_the_program_reads_as_it_runs(held: set[str]) -> None:
    source = ROOT / "src"
    files = (path for path in (source / "roommon").rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    assert {str(path.relative_to(source)) for path in files} <= held
