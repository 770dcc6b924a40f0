"""States that are told in words: never a number that the profile did not give to that very text."""

from hypothesis import given
from hypothesis import strategies as st

from roommon.model.reading import Reason
from roommon.poll.driver import Fault
from roommon.poll.texts import meant
from roommon.profiles.point import like

WORDS = st.text("aAb *-", max_size=4)
TEXTS = st.lists(st.tuples(WORDS, st.integers(0, 2)), max_size=4).map(tuple)


@given(said=WORDS, texts=TEXTS)
def test_a_text_has_the_one_number_of_what_it_is_like_or_none(said: str, texts: tuple[tuple[str, int], ...]) -> None:
    found = meant(said, texts)
    whole = {number for pattern, number in texts if "*" not in pattern and like(said, pattern)}
    numbers = whole or {number for pattern, number in texts if like(said, pattern)}
    if isinstance(found, Fault):
        assert len(numbers) != 1
        assert found.reason in (Reason.DEVICE_FAILURE, Reason.SENSOR_FAILURE)
    else:
        assert numbers == {found}
