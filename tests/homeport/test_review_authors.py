"""A POST to a collection leaves an item: its author is who the item's route says, for it is read there."""

from __future__ import annotations

from homeport.messages import Headers, Relayed, Request, Response
from tests.homeport.seal_world import JSON, Sealing, body, cookie
from tests.homeport.writing_world import about

ITEM = "/made/7"
DARK, LIGHT = "sid=alice; theme=dark", "theme=light; sid=alice"


async def posted(world: Sealing) -> Response | Relayed:
    content = b'{"id":7}'
    fields = Headers((JSON, ("content-length", str(len(content))), cookie(DARK)))
    answer = await world.send(Request("POST", "/made", fields, content))
    await world.surroundings.run_behind()
    return answer


async def test_its_author_reads_and_changes_it_by_the_session_that_the_items_route_names() -> None:
    world = Sealing()
    assert (await posted(world)).status == 202
    assert body(await world.read(cookie(LIGHT), target=ITEM)) == b'{"id":7}'
    assert (await world.patch(b'{"n":1}', cookie(LIGHT), target=ITEM)).status == 202
    assert body(await world.read(cookie(DARK), target=ITEM)) == b'{"id":7,"n":1}'


async def test_nobody_else_does() -> None:
    world = Sealing()
    await posted(world)
    assert world.entry(ITEM).whose
    for fields in ((), (cookie("sid=bob; theme=dark"),)):
        assert (await world.read(*fields, target=ITEM)).status == 404
    assert (await world.patch(b'{"n":1}', cookie("sid=bob"), target=ITEM)).status == 503
    assert [item.method for item in world.entry(ITEM).pending] == ["POST"]
    assert world.home.kept(about("/made").key) is None
