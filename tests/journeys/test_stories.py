"""What later reports of a known event do, and how often admins hear of drafts."""

from bot.core.alert import DRAFT, PUBLISHED
from tests.journeys.conftest import ADMIN
from tests.journeys.scenes import LAW, SEED, a_reader, card, first_sight

MILD = (
    "Police check documents at queer festival in Yerevan",
    "Officers checked documents at the queer festival in Yerevan on Friday.",
)
GRAVER = (
    "Queer festival in Yerevan: police detain and beat dozens",
    "Officers who checked documents at the queer festival in Yerevan on Friday detained dozens and beat them.",
)
AS_GRAVE = (
    "Dozens beaten and detained by police at queer festival in Yerevan",
    "Police detained and beat dozens at the queer festival in Yerevan on Friday.",
)


def pushes(reader) -> list[str]:
    return [m.text for m in reader.messages if m.from_bot and m.text.startswith("New message")]


async def states(town, *expected: str) -> None:
    """Wait until so many alerts are in these states."""

    async def are_so() -> bool:
        return sorted(alert.state for alert in await town.house.store.alerts()) == sorted(expected)

    await town.until(are_so, within=15)


async def test_story__a_graver_report__is_pushed_as_an_update_and_one_as_grave_never_again(town) -> None:
    house = await town.start()
    reader = await a_reader(town)
    await first_sight(town)
    town.sandbox.feed.publish(*MILD)
    await reader.expect(lambda m: m.text == "New message", within=15)
    town.sandbox.feed.publish(*GRAVER)
    admin = town.sandbox.person(ADMIN)
    await admin.expect(lambda m: m.text == "1 draft is waiting.", within=15)
    shown = await card(admin)
    assert "Update: the same story as a published alert, but graver." in shown.text
    admin.press(shown.message_id, "Approve")
    push = await reader.expect(lambda m: "Please read it soon" in m.text)
    reader.press(push.message_id, "Read")
    await reader.expect(lambda m: GRAVER[0] in m.text)
    (update,) = [alert for alert in await house.store.alerts() if alert.severity == "Severe"]
    (first,) = [alert for alert in await house.store.alerts() if alert.severity == "Moderate"]
    assert (update.msg_type, update.references, update.story) == ("Update", (first.id,), first.story)
    told = len(pushes(reader))
    town.sandbox.feed.publish(*AS_GRAVE)
    town.sandbox.feed.publish(*LAW)
    await states(town, PUBLISHED, PUBLISHED, PUBLISHED)
    await reader.expect(lambda m: m.text == "New message", after=push.message_id)
    assert len(pushes(reader)) == told + 1, "only the law, which is another story"


async def test_notice__of_drafts__once_in_ten_minutes_and_at_once_when_lives_may_depend_on_it(town, later) -> None:
    await town.start()
    admin = town.sandbox.person(ADMIN)
    await first_sight(town)
    # Of a feed that an admin reviews, even what is not urgent waits.
    text = town.resources.read_text(encoding="utf-8")
    town.resources.write_text(text.replace("trust: publish", "trust: review"), encoding="utf-8")
    await town.until(lambda: is_reviewed(town))
    town.sandbox.feed.publish(*LAW)
    await admin.expect(lambda m: m.text == "1 draft is waiting.", within=15)
    town.sandbox.feed.publish(*MILD)
    await states(town, DRAFT, DRAFT)
    later(minutes=9)
    await polled(town)
    assert notices(admin) == ["1 draft is waiting."]
    later(minutes=1)
    await admin.expect(lambda m: m.text == "2 drafts are waiting.", within=15)
    town.sandbox.feed.publish(*SEED)
    urgent = await admin.expect(lambda m: m.text == "3 drafts are waiting.", within=15)
    assert not urgent.silent
    assert [m.silent for m in admin.messages if "waiting" in m.text] == [True, True, False]


def notices(admin) -> list[str]:
    return [m.text for m in admin.messages if "waiting" in m.text]


async def is_reviewed(town) -> bool:
    return all(feed.trust == "review" for feed in town.house.desk().feeds())


async def polled(town) -> None:
    """Wait until feeds were read twice more: whatever was to be told, is."""
    before = len(town.sandbox.feed.requests)

    async def is_so() -> bool:
        return len(town.sandbox.feed.requests) >= before + 2

    await town.until(is_so, within=15)
