"""Dead letters: judged, sent again, exported, dropped."""

from __future__ import annotations

import json
import stat

from tests.clients.cli_world import AWAY, HOME, Bay, about, refuses, takes

TARGET = "/items/7"


def refused(bay: Bay, target: str = TARGET, body: bytes = b'{"name":"seven"}') -> str:
    write = bay.accept(target, body)
    bay.drain(target, refuses)
    return write


def test_a_letter_is_listed_and_shown_with_the_origins_answer(bay: Bay) -> None:
    write = refused(bay)
    (found,) = bay.json("dead", "ls")
    assert (found["id"], found["region"], found["status"]) == (write, HOME, 422)
    shown = bay.json("dead", "show", write, "--body")
    assert (shown["body"], shown["answer"]) == ('{"name":"seven"}', "no \x1b[31mred\x1b[0m items")


def test_what_an_origin_says_does_not_command_the_terminal(bay: Bay) -> None:
    said = bay.run("dead", "show", refused(bay), "--body").said
    assert "\x1b" not in said
    assert "no \\x1b[31mred\\x1b[0m items" in said


def test_a_letter_that_is_sent_again_is_applied_as_a_new_write_and_goes(bay: Bay) -> None:
    write = refused(bay)
    done = bay.run("dead", "retry", write)
    assert (done.code, "sent again" in done.said) == (0, True)
    assert '"event": "dead_letter_retried"' in done.errors
    (waits,) = bay.json("writes", "ls")
    assert waits["id"] != write
    (request,) = bay.drain(TARGET, takes).requests
    assert (request.target, bytes(request.body)) == (TARGET, b'{"name":"seven"}')
    receipt = bay.receipt(waits["id"])
    assert receipt is not None
    assert receipt.state == "applied"
    assert bay.json("dead", "ls") == []


def test_all_of_a_resource_are_sent_again_in_their_order(bay: Bay) -> None:
    refused(bay, body=b"1")
    refused(bay, body=b"2")
    refused(bay, "/items/8", b"3")
    assert len(bay.json("dead", "retry", "--all")) == 3
    assert [bytes(each.body) for each in bay.drain(TARGET, takes).requests if each.target == TARGET] == [
        b"1",
        b"2",
    ]


def test_a_letter_is_dropped_for_good_when_that_is_agreed_to(bay: Bay) -> None:
    write = refused(bay)
    assert bay.run("dead", "drop", write, answer="n\n").code == 1
    assert len(bay.json("dead", "ls")) == 1
    assert bay.run("dead", "drop", f"{about(TARGET).key}/{write}", "--yes").code == 0
    assert bay.json("dead", "ls") == []
    receipt = bay.receipt(write)
    assert receipt is not None
    assert receipt.state == "dead"


def test_an_export_holds_every_letter_whole_in_a_file_of_its_owners(bay: Bay) -> None:
    writes = {refused(bay), refused(bay, "/items/8", b"\xff\x00")}
    file = bay.folder / "letters.jsonl"
    assert bay.run("dead", "export", "-o", str(file)).code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert {line["id"] for line in lines} == writes
    by_target = {line["request"]["target"]: line["request"] for line in lines}
    assert by_target[TARGET]["body"] == '{"name":"seven"}'
    assert by_target["/items/8"]["body_base64"] == "/wA="
    assert [json.loads(line)["id"] for line in bay.run("dead", "export").said.splitlines()] == [
        line["id"] for line in lines
    ]


def test_a_region_that_has_none_says_so_by_an_empty_list(bay: Bay) -> None:
    refused(bay)
    assert bay.json("dead", "ls", "--region", AWAY) == []
    assert bay.run("dead", "retry", "0" * 32).code == 1


def test_nothing_or_everything_has_to_be_named(bay: Bay) -> None:
    assert bay.run("dead", "retry").code == 2
