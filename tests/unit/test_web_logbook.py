import logging
from itertools import pairwise

import pytest

from roommon.journal.record import Login, LoginStep, LoginWay
from roommon.web.logbook import AT_MOST, ELSEWHERE, GUESSERS, ONE_BY_ONE, TOGETHER_S, WAITING, Entry, Logbook
from tests.peers.hands import Hands

IN = Entry(LoginStep.IN, LoginWay.PAGE, "王工 (wang)", "10.0.0.7")
WRONG = IN._replace(step=LoginStep.WRONG)
SCRAPER = Entry(LoginStep.WRONG, LoginWay.PROGRAM, "prometheus", "10.0.0.9")


class Book:
    """A logbook, and what it has put on record."""

    def __init__(self) -> None:
        self.clock = Hands()
        self.kept: list[Login] = []
        self.has_room = True
        self.logbook = Logbook(self._keep, self.clock)

    def _keep(self, login: Login) -> bool:
        if self.has_room:
            self.kept.append(login)
        return self.has_room

    def times(self) -> list[tuple[LoginStep, int]]:
        return [(login.step, login.times) for login in self.kept]

    def enter(self, entry: Entry, times: int = 1, every_s: float = 1.0) -> None:
        for _ in range(times):
            self.clock.now += every_s
            self.logbook.enter(entry)


@pytest.fixture
def book(caplog: pytest.LogCaptureFixture) -> Book:
    caplog.set_level(logging.INFO)
    return Book()


def test_each_login_and_logout_stands_by_itself(book: Book) -> None:
    book.enter(IN)
    first = book.clock.instant(book.clock.now)
    book.enter(IN._replace(step=LoginStep.OUT))
    assert book.kept[0] == Login(first, *IN, 1, first, first)
    assert book.times() == [(LoginStep.IN, 1), (LoginStep.OUT, 1)]


def test_what_comes_too_often_is_counted_and_nothing_is_left_out(book: Book) -> None:
    book.enter(IN, ONE_BY_ONE[LoginStep.IN] + 7)
    assert book.times() == [(LoginStep.IN, 1)] * ONE_BY_ONE[LoginStep.IN]
    book.logbook.flush()
    assert book.times()[-1] == (LoginStep.IN, 7)
    book.logbook.flush()
    assert sum(login.times for login in book.kept) == ONE_BY_ONE[LoginStep.IN] + 7


def test_a_guesser_of_a_whole_day_is_an_entry_each_hour(book: Book) -> None:
    guesses = 24 * 3600 // 10
    for _ in range(guesses):
        book.enter(WRONG, every_s=10)
        book.logbook.settle()
    assert 24 <= len(book.kept) <= 26
    book.logbook.flush()
    assert sum(login.times for login in book.kept) == guesses
    spans = [(login.first, login.last) for login in book.kept]
    assert all(first <= last <= login.at for (first, last), login in zip(spans, book.kept, strict=True))
    assert all(one[1] < next_[0] for one, next_ in pairwise(spans))


def test_a_spell_is_over_after_an_hour_without_more(book: Book) -> None:
    book.enter(WRONG, 5)
    book.clock.now += TOGETHER_S
    book.logbook.settle()
    assert book.times() == [(LoginStep.WRONG, 1), (LoginStep.WRONG, 4)]
    assert len(book.logbook) == 0
    assert book.kept[-1].at - book.kept[-1].last == TOGETHER_S * 1000, "it is dated when it is written"


def test_what_was_wrong_stands_before_the_login_that_ended_it(book: Book) -> None:
    book.enter(WRONG, 4)
    book.enter(WRONG._replace(address="10.0.0.8"))
    book.enter(IN)
    assert book.times()[-2:] == [(LoginStep.WRONG, 3), (LoginStep.IN, 1)]
    book.enter(WRONG)
    assert book.times()[-1] == (LoginStep.WRONG, 1)


def test_guessers_from_everywhere_are_some_dozens_and_the_others(book: Book) -> None:
    for number in range(5000):
        book.enter(WRONG._replace(by=f"u{number}", address=f"10.1.{number // 250}.{number % 250}"), every_s=0.1)
    assert len(book.kept) == GUESSERS + 1
    assert book.kept[-1].address == ELSEWHERE
    assert book.kept[-1].by is None
    book.enter(IN)
    assert book.kept[-1].by == IN.by, "who is in is told apart all the same"
    book.logbook.flush()
    assert sum(login.times for login in book.kept) == 5001


def test_people_from_everywhere_are_bounded_too(book: Book) -> None:
    for number in range(AT_MOST + 50):
        book.enter(IN._replace(address=f"10.1.{number // 250}.{number % 250}"), every_s=0.1)
    assert len(book.logbook) == AT_MOST + 1
    assert (book.kept[-1].by, book.kept[-1].address) == (IN.by, ELSEWHERE)


def test_what_finds_no_room_is_written_later_and_not_kept_without_end(book: Book) -> None:
    book.has_room = False
    book.enter(IN, 3)
    book.has_room = True
    book.logbook.settle()
    assert len(book.kept) == 3
    book.has_room = False
    for number in range(WAITING * 2):
        book.enter(IN._replace(address=f"10.2.0.{number}"))
    book.has_room = True
    book.logbook.settle()
    assert len(book.kept) == 3 + WAITING


def test_a_program_with_a_wrong_password_is_logged_as_it_begins_and_as_it_ends(
    book: Book, caplog: pytest.LogCaptureFixture
) -> None:
    book.enter(SCRAPER, 41, every_s=15)
    book.enter(SCRAPER._replace(step=LoginStep.REFUSED), 3)
    assert caplog.messages == ["web: a program at 10.0.0.9 has a wrong password for prometheus"]
    book.enter(SCRAPER._replace(step=LoginStep.IN), 2)
    assert caplog.messages[1:] == [
        "web: the program at 10.0.0.9 has no wrong password for prometheus any more: 41 in 10 min",
        "web: a program at 10.0.0.9 looks as prometheus",
    ]
    book.enter(SCRAPER._replace(by=None))
    book.clock.now += TOGETHER_S
    book.logbook.settle()
    assert caplog.messages[3:] == [
        "web: a program at 10.0.0.9 has a wrong password for a name that nobody has",
        "web: the program at 10.0.0.9 has no wrong password for a name that nobody has any more: 1 in 0 s",
    ]


def test_people_at_the_page_are_not_logged_here(book: Book, caplog: pytest.LogCaptureFixture) -> None:
    book.enter(WRONG)
    book.enter(IN)
    assert caplog.messages == []
