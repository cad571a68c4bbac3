"""Five failures in a row stop the calls for a while; then one call at a time tries."""

from llm.breaker import FAILURES_IN_A_ROW, PAUSE_S, CircuitBreaker


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def _broken(clock: Clock) -> CircuitBreaker:
    breaker = CircuitBreaker(clock)
    for _ in range(FAILURES_IN_A_ROW):
        assert breaker.allows_call()
        breaker.record(False)
    return breaker


def test_after_five_failures_in_a_row_no_call_for_a_while() -> None:
    clock = Clock()
    breaker = _broken(clock)
    assert FAILURES_IN_A_ROW == 5
    assert not breaker.allows_call()
    clock.now += PAUSE_S - 0.1
    assert not breaker.allows_call()


def test_a_success_between_failures_starts_the_count_anew() -> None:
    breaker = CircuitBreaker(Clock())
    for succeeded in (False, False, False, False, True, False, False, False, False):
        assert breaker.allows_call()
        breaker.record(succeeded)
    assert breaker.allows_call()


def test_after_the_pause_one_call_tries() -> None:
    clock = Clock()
    breaker = _broken(clock)
    clock.now += PAUSE_S
    assert breaker.allows_call()
    assert not breaker.allows_call()


def test_a_try_that_fails_pauses_again_and_one_that_succeeds_ends_it() -> None:
    clock = Clock()
    breaker = _broken(clock)
    clock.now += PAUSE_S
    assert breaker.allows_call()
    breaker.record(False)
    clock.now += PAUSE_S - 0.1
    assert not breaker.allows_call()
    clock.now += 0.1
    assert breaker.allows_call()
    breaker.record(True)
    assert all(breaker.allows_call() for _ in range(10))
