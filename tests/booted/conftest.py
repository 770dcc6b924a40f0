from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.booted.box import PASSPHRASES, Box
from tests.peers.container import booted

CHECKOUT = Path(__file__).parents[2]
WITNESS_SURVIVES = "autosave_on_changes true\nautosave_interval 1\n"
"""A mosquitto that is killed otherwise forgets that the witness wanted what came while it was away."""


@pytest.fixture(scope="session")
def container_box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    """A booted Debian with roommon installed from dist/wheels, without a network."""
    assert list((CHECKOUT / "dist" / "wheels").glob("roommon-*.whl")), "dist/wheels is empty: make wheels"
    with booted(CHECKOUT, tmp_path_factory.mktemp("box") / "console.log") as container:
        container.run("/src/systemd/install.sh")
        for name, secret in PASSPHRASES.items():
            container.write(f"/etc/roommon/secrets/{name}", f"{secret}\n", "600")
        container.write("/etc/mosquitto/conf.d/witness.conf", WITNESS_SURVIVES)
        container.run("useradd --create-home --groups roommon ann && useradd --create-home bob")
        yield Box(container)


@pytest.fixture
def box(container_box: Box) -> Box:
    """The box with an empty journal and everything well."""
    container_box.start_over()
    return container_box
