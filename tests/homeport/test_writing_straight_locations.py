"""What the answer to a straight write names in Location and Content-Location is outdated as well."""

from __future__ import annotations

import pytest

from homeport.messages import Headers, Relayed, Response
from homeport.writing.straight import straight
from tests.homeport.homeport_world import ORIGIN
from tests.homeport.test_writing_straight import TARGET, fresh_everywhere, match, named, write
from tests.homeport.writing_processes import Process
from tests.homeport.writing_world import SITE, ScriptedVisit, World


class TestWhatTheAnswerNames:  # RFC 9111 section 4.4
    SAME_SITE = (
        f"{ORIGIN}/plain/7",
        "https://shop.example/plain/7",
        "http://shop.example/plain/7",
        "/plain/7",
        "/plain/7#part",
    )

    @pytest.mark.parametrize("location", SAME_SITE)
    async def test_of_this_site_is_stale_at_home_before_the_answer_and_elsewhere_behind_it(
        self, location: str
    ) -> None:
        world = World()
        fresh_everywhere(world, TARGET, "/plain/7", "/plain/8")
        await write(world, ScriptedVisit(replies=[Relayed(201, None, locations=(location,))]))
        assert (world.entry(TARGET).stale, world.entry("/plain/7").stale) == (True, True)
        assert not world.entry("/plain/7", world.away).stale
        await world.surroundings.run_behind()
        assert world.entry("/plain/7", world.away).stale
        for region in (world.home, world.away):
            assert not world.entry("/plain/8", region).stale

    async def test_is_found_relative_to_what_was_written(self) -> None:
        world = World()
        fresh_everywhere(world, "/items/x")
        await write(world, ScriptedVisit(replies=[Relayed(201, None, locations=("x",))]))
        await world.surroundings.run_behind()
        assert world.entry("/items/x").stale
        assert world.entry("/items/x", world.away).stale

    async def test_in_both_fields_is_stale(self) -> None:
        world = World()
        fresh_everywhere(world, "/plain/7", "/plain/8")
        await write(world, ScriptedVisit(replies=[Relayed(303, None, locations=("/plain/7", "/plain/8"))]))
        assert (world.entry("/plain/7").stale, world.entry("/plain/8").stale) == (True, True)
        world.surroundings.drop_behind()

    @pytest.mark.parametrize(
        "location",
        [
            "https://elsewhere.example/plain/7",
            "//elsewhere.example/plain/7",
            f"{ORIGIN}.elsewhere.example/plain/7",
            "https://shop.example:8443/plain/7",
            "https://shop.example@elsewhere.example/plain/7",
            "ftp://shop.example/plain/7",
        ],
    )
    async def test_of_another_site_stays_as_it_is(self, location: str) -> None:
        world = World()
        fresh_everywhere(world, TARGET, "/plain/7")
        await write(world, ScriptedVisit(replies=[Relayed(201, None, locations=(location,))]))
        await world.surroundings.run_behind()
        for region in (world.home, world.away):
            assert (world.entry(TARGET, region).stale, world.entry("/plain/7", region).stale) == (True, False)

    @pytest.mark.parametrize("status", [400, 409, 422, 500])
    async def test_beside_a_refusal_stays_as_it_is(self, status: int) -> None:
        world = World()
        fresh_everywhere(world, "/plain/7")
        await write(world, ScriptedVisit(replies=[Relayed(status, None, locations=("/plain/7",))]))
        assert world.surroundings.behind == []
        assert not world.entry("/plain/7").stale

    async def test_that_was_written_itself_is_marked_once(self) -> None:
        world, process = World(), Process()
        fresh_everywhere(world, "/plain/7")
        visit = ScriptedVisit(replies=[Relayed(200, None, locations=("/plain/7",))])
        await write(world, visit, "/plain/7", process)
        assert [call.split()[1] for call in process.calls] == ["get_with_hash", "set_if_hash"]
        world.surroundings.drop_behind()

    async def test_counts_by_other_means_than_the_visitors_own_request_too(self) -> None:
        world = World()
        fresh_everywhere(world, TARGET, "/plain/7")

        async def send() -> Response:
            return Response(201, Headers([("location", "/plain/7")]))

        changed = SITE.changed(match(TARGET), TARGET)
        await straight(send, changed, named, world.home, [world.away], world.surroundings.effects)
        assert world.entry("/plain/7").stale
        world.surroundings.drop_behind()
