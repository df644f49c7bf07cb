from playground.desk.faults import Fault, Faults, Match, refusal


def test_a_fault_strikes_as_often_as_ordered_and_only_where_it_matches() -> None:
    # Given
    faults = Faults()
    faults.order(Fault(count=2, match=Match(method="POST", path="/api/v2/tickets*")))
    # When
    hits = [
        faults.take(method, path) is not None
        for method, path in [
            ("GET", "/api/v2/tickets"),
            ("POST", "/api/v2/users"),
            ("POST", "/api/v2/tickets"),
            ("POST", "/api/v2/tickets/create_many"),
            ("POST", "/api/v2/tickets"),
        ]
    ]
    # Then
    assert hits == [False, False, True, True, False]


def test_the_first_ordered_fault_strikes_first() -> None:
    # Given
    faults = Faults()
    faults.order(Fault(status=429, retry_after=7))
    faults.order(Fault(status=500))
    # When
    struck = [faults.take("GET", "/"), faults.take("GET", "/"), faults.take("GET", "/")]
    # Then
    assert [fault and fault.status for fault in struck] == [429, 500, None]


def test_an_ordered_429_says_when_to_come_back() -> None:
    # When
    refused = refusal(Fault(status=429, retry_after=7))
    # Then
    assert refused.status == 429
    assert refused.headers == {"Retry-After": "7"}
    assert refused.body["error"] == "APIRateLimitExceeded"
