"""What is said of connections that the broker closed."""

from roommon.alerts.closings import Closings

TWIN = "does another client have our id twin?"


def test_one_connection_that_is_closed_proves_nothing() -> None:
    closings = Closings("twin")
    assert closings.closed(3600).en == "it closed the connection without a reason; was it stopped?"
    assert TWIN not in closings.closed(1).en


def test_connections_that_are_taken_and_closed_again_and_again_speak_of_a_twin() -> None:
    closings = Closings("twin")
    closings.closed(1)
    assert closings.closed(1).en.endswith(TWIN)
    assert closings.closed(9) == closings.closed(1)


def test_a_broker_that_was_away_between_was_stopped() -> None:
    closings = Closings("twin")
    for _ in range(5):
        assert TWIN not in closings.closed(1).en
        closings.forget()


def test_a_connection_that_lasted_begins_the_count_anew() -> None:
    closings = Closings("twin")
    closings.closed(1)
    closings.closed(60)
    assert TWIN not in closings.closed(1).en
