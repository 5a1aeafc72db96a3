"""Topics: numbers, replay, discontinuities."""

from __future__ import annotations

from local.momento_local.topics import RING, Discontinuity, Message, Topic, as_json


def test_messages_are_numbered_from_one_on_their_page() -> None:
    topic = Topic(page=9)
    assert topic.publish("one") == Message(1, 9, "one")
    assert topic.publish(b"two") == Message(2, 9, b"two")


def test_who_comes_back_is_told_what_was_missed() -> None:
    topic = Topic(page=9)
    for text in ("one", "two", "three"):
        topic.publish(text)
    assert topic.since(2, 9) == [Message(2, 9, "two"), Message(3, 9, "three")]
    assert topic.since(4, 9) == []
    assert topic.since(0, 0) == []


def test_a_number_that_left_the_ring_is_a_discontinuity() -> None:
    topic = Topic(page=9)
    for number in range(RING + 2):
        topic.publish(str(number))
    notices = topic.since(1, 9)
    assert notices[0] == Discontinuity(last=0, new=3, page=9)
    assert len(notices) == RING + 1


def test_another_page_or_a_number_ahead_is_a_discontinuity() -> None:
    topic = Topic(page=9)
    topic.publish("one")
    assert topic.since(5, 8) == [Discontinuity(4, 1, 9), Message(1, 9, "one")]
    assert topic.since(5, 9) == [Discontinuity(4, 1, 9), Message(1, 9, "one")]


def test_a_restart_numbers_anew_on_a_later_page() -> None:
    topic = Topic(page=9)
    topic.publish("lost")
    topic.restart(page=9)
    assert topic.publish("new") == Message(1, 10, "new")
    assert topic.since(2, 9) == [Discontinuity(1, 1, 10), Message(1, 10, "new")]


def test_listeners_are_called_until_they_leave() -> None:
    topic, calls = Topic(page=9), list[str]()
    leave = topic.listen(lambda: calls.append("news"))
    topic.publish("one")
    leave()
    topic.publish("two")
    assert calls == ["news"]


def test_the_json_is_that_of_the_http_api_reference() -> None:
    assert as_json(Discontinuity(100, 104, 1748358253)) == {
        "discontinuity": {
            "last_topic_sequence": 100,
            "new_topic_sequence": 104,
            "new_sequence_page": 1748358253,
        }
    }
    assert as_json(Message(104, 1748358253, "hello world")) == {
        "item": {
            "topic_sequence_number": 104,
            "sequence_page": 1748358253,
            "value": {"text": "hello world"},
        }
    }
    assert as_json(Message(1, 1, b"\xff"))["item"]["value"] == {"binary": "/w=="}
