from pathlib import Path

import pytest

from roommon.config.secret import Surroundings, existing, load_secret, surroundings
from roommon.config.units import NotAValue


def secret_file(path: Path, content: str = "hush\n", mode: int = 0o600) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, "utf-8")
    path.chmod(mode)
    return path


@pytest.fixture
def around(tmp_path: Path) -> Surroundings:
    (tmp_path / "credentials").mkdir()
    (tmp_path / "etc").mkdir()
    return surroundings(tmp_path / "etc", {"CREDENTIALS_DIRECTORY": str(tmp_path / "credentials")})


def test_a_credential_goes_before_a_file_beside_the_configuration(around: Surroundings, tmp_path: Path) -> None:
    secret_file(tmp_path / "etc" / "token", "beside")
    assert load_secret("token", around).value == "beside"
    secret_file(tmp_path / "credentials" / "token", "credential")
    assert load_secret("token", around).value == "credential"


def test_a_whole_folder_of_credentials_is_found_as_systemd_names_it(around: Surroundings, tmp_path: Path) -> None:
    secret_file(tmp_path / "credentials" / "secrets_token", "loaded")
    assert load_secret("token", around).value == "loaded"


def test_the_folder_that_systemd_loads_is_looked_at_without_systemd_too(tmp_path: Path) -> None:
    secret_file(tmp_path / "secrets" / "token", "beside")
    assert load_secret("token", surroundings(tmp_path, {})).value == "beside"


def test_only_the_newline_at_the_end_goes(around: Surroundings, tmp_path: Path) -> None:
    secret_file(tmp_path / "etc" / "token", " a b \r\n")
    assert load_secret("token", around).value == " a b "


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601])
def test_a_file_that_others_may_use_is_refused(around: Surroundings, tmp_path: Path, mode: int) -> None:
    path = secret_file(tmp_path / "etc" / "token", mode=mode)
    with pytest.raises(NotAValue, match=f"mode {mode:04o}") as caught:
        load_secret("token", around)
    assert caught.value.remedy.en == f"chmod 600 {path}"


def test_what_systemd_loaded_is_not_ours_to_judge(around: Surroundings, tmp_path: Path) -> None:
    secret_file(tmp_path / "credentials" / "token", mode=0o440)
    assert load_secret("token", around).value == "hush"


@pytest.mark.parametrize(("content", "problem"), [("", "is empty"), ("\n", "is empty")])
def test_an_empty_secret_is_none(around: Surroundings, tmp_path: Path, content: str, problem: str) -> None:
    secret_file(tmp_path / "etc" / "token", content)
    with pytest.raises(NotAValue, match=problem):
        load_secret("token", around)


def test_a_missing_file_says_where_it_was_looked_for(around: Surroundings, tmp_path: Path) -> None:
    with pytest.raises(NotAValue, match="there is no file `token`") as caught:
        existing("token", around)
    assert str(tmp_path / "credentials" / "token") in caught.value.problem.en
    assert str(tmp_path / "etc" / "token") in caught.value.problem.en


def test_a_missing_file_may_be_tolerated_and_is_remembered(tmp_path: Path) -> None:
    around = surroundings(tmp_path, {}, tolerate=True)
    assert load_secret("token", around).name == "token"
    assert around.tolerated == ["token"]


def test_a_secret_is_never_printed(around: Surroundings, tmp_path: Path) -> None:
    secret_file(tmp_path / "etc" / "token", "hush")
    assert "hush" not in repr(load_secret("token", around))
