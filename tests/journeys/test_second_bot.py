"""Admins with a bot of their own: it answers them alone, and the public bot takes them for anybody."""

import re

import pytest

from bot.chat.second import AdminBot
from bot.core.alert import DRAFT, PUBLISHED
from bot.errors import NotAllowed
from bot.sandbox import Sandbox, serve
from tests.builders import an_alert
from tests.journeys.conftest import ADMIN, SAM, SECOND_ADMIN

TOKEN = "2:admins"


@pytest.fixture
async def backstage(town, monkeypatch):
    """The second bot's Telegram, where admins have pressed Start."""
    sandbox = Sandbox(token=TOKEN, first_admin=ADMIN)
    async with serve(sandbox) as url:
        monkeypatch.setattr("bot.app.AdminBot", lambda token, _: AdminBot(token, url))
        town.environment |= {"ADMIN_BOT_TOKEN": TOKEN}
        sandbox.person(ADMIN, "Admin", "en").say("/start")
        yield sandbox
        await town.stop()


async def test_public_bot__an_admin_there__is_anybody(town, backstage) -> None:
    house = await town.start()
    await house.store.save_alert(an_alert("d1", created_at=house.desk().now()))
    admin = town.sandbox.person(ADMIN)
    sent = admin.say("/start")
    await admin.expect(lambda m: "What do you need" in m.text, after=sent.message_id)
    for command in ("/admin", "/pending", "/resources", "/alert Now"):
        sent = admin.say(command)
        answer = await admin.expect(lambda m: "do not know this command" in m.text, after=sent.message_id)
    admin.press_data(answer.message_id, town.button(ADMIN, "m:yes:d1"))
    await admin.expect(lambda m: "too old" in m.text)
    assert (await house.store.alert("d1")).state == DRAFT
    assert "pending" not in [command["command"] for command in admin.commands]


async def test_second_bot__an_admin_there__decides_and_readers_of_the_public_bot_get_it(town, backstage) -> None:
    house = await town.start()
    reader = town.sandbox.person(SAM, "Sam", "en")
    reader.say("/subscribe now")
    await reader.expect(lambda m: "/stop" in m.text)
    await house.store.save_alert(an_alert("d1", created_at=house.desk().now()))
    admin = backstage.person(ADMIN)
    await admin.expect(lambda m: "Only totals" in m.text)
    sent = admin.say("/pending")
    card = await admin.expect(lambda m: "Draft 1 of 1" in m.text, after=sent.message_id)
    admin.press(card.message_id, "Approve")
    await admin.expect(lambda m: "Published" in m.text)
    await admin.expect(lambda m: m.text.endswith("Done."))
    await reader.expect(lambda m: m.text == "New message")
    assert (await house.store.alert("d1")).state == PUBLISHED
    assert [m for m in town.sandbox.person(ADMIN).messages if m.from_bot and "Draft" in m.text] == []
    menu = [command["command"] for command in admin.commands]
    assert "pending" in menu and "find" not in menu


async def test_second_bot__typed_values_and_files_and_anything_else__as_in_one_bot(town, backstage) -> None:
    house = await town.start()
    admin = backstage.person(ADMIN)
    admin.say("/alert")
    await admin.expect(lambda m: "Write the headline" in m.text)
    admin.say("Checks at the station")
    await admin.expect(lambda m: "what should change" in m.text)
    admin.send_document("resources.yaml", town.resources.read_bytes())
    await admin.expect(lambda m: "changes nothing" in m.text)
    sent = admin.say("asylum germany")
    await admin.expect(lambda m: "Only totals" in m.text, after=sent.message_id)
    admin.forward("/alert Panic")
    await admin.expect(lambda m: "only when you type it" in m.text)
    assert [alert.headline for alert in await house.store.alerts()] == [{"en": "Checks at the station"}]


async def test_second_bot__a_stranger__meets_silence_until_she_opens_an_invitation(town, backstage) -> None:
    house = await town.start(ADMIN_IDS=f"{ADMIN},{SECOND_ADMIN}")
    stranger, admin = backstage.person(SAM, "Sam", "en"), backstage.person(ADMIN)
    second = backstage.person(SECOND_ADMIN, "Second", "en")
    for said in ("/start", "asylum germany", "/admin", "/sos"):
        stranger.say(said)
    second.say("/start")
    await second.expect(lambda m: "Only totals" in m.text)
    assert not [m for m in stranger.messages if m.from_bot]
    wish = await house.office.staff.invite(ADMIN, "editor")
    notice = second.say("/admin")
    panel = await second.expect(lambda m: "Only totals" in m.text, after=notice.message_id)
    second.press(panel.message_id, "Team")
    await second.expect(lambda m: "Agree" in m.buttons)
    second.press(panel.message_id, "Agree")
    link = await admin.expect(lambda m: "?start=adm_" in m.text)
    assert wish.proposal.by == "admin 1" and "t.me/sandbox_bot?" in link.text
    public = town.sandbox.person(SAM, "Sam", "en")
    words = "/start " + re.search(r"adm_[\w-]{22}", link.text)[0]
    public.say(words)
    await public.expect(lambda m: "Here you find people who help" in m.text)
    assert house.office.staff.role_of(SAM) == "", "the public bot lets nobody in"
    stranger.say(words)
    await stranger.expect(lambda m: "You are in the team now" in m.text)
    assert house.office.staff.role_of(SAM) == "editor"


async def test_second_bot__its_token_is_refused__the_house_says_which(town, backstage) -> None:
    with pytest.raises(NotAllowed, match="^ADMIN_BOT_TOKEN: Telegram does not accept it"):
        await town.start(ADMIN_BOT_TOKEN="3:wrong")


@pytest.mark.parametrize("where", ["second", "public"])
@pytest.mark.parametrize("typed", ["/panic", "Umbrella."])
async def test_wipe__an_admin_in_either_bot__both_chats_are_empty_and_no_menu_of_admins_is_left(
    town, backstage, where, typed
) -> None:
    house = await town.start()
    await house.store.save_alert(an_alert("d1", created_at=house.desk().now()))
    public, second = town.sandbox.person(ADMIN), backstage.person(ADMIN)
    public.say("/panicword umbrella")
    await public.expect(lambda m: "word is set" in m.text)
    second.say("/pending")
    await second.expect(lambda m: "Draft 1 of 1" in m.text)

    async def is_noted() -> bool:
        return len(await house.store.cards()) >= 2 and bool(await house.store.messages(ADMIN))

    await town.until(is_noted)
    menus = dict(backstage.world.menus.commands)
    (second if where == "second" else public).say(typed)

    async def is_gone() -> bool:
        texts = [m.text for m in public.messages if "news and the weather" not in m.text]
        return await house.store.cards() == [] and second.messages == [] and texts == []

    await town.until(is_gone)

    async def are_dull() -> bool:
        return [each["command"] for each in public.commands] == ["weather", "news", "help"] and second.commands == []

    await town.until(are_dull)
    assert (await house.store.trace(ADMIN)).is_covered
    said = second.say("/pending")
    public.say("/settings")
    await public.expect(lambda m: "Send the name of a town" in m.text)
    assert [m.message_id for m in second.messages] == [said.message_id]
    await town.stop()
    # As if the process had died before Telegram took her menu away.
    backstage.world.menus.commands |= menus
    assert second.commands != []
    await town.start()

    async def nothing_waits() -> bool:
        """Say whether the second bot asked for updates, which it does after it has set its menus."""
        return not backstage.world.updates.waiting

    backstage.person(SAM, "Sam", "en").say("hello")
    await town.until(nothing_waits)
    assert second.commands == []


@pytest.mark.parametrize("whose", ["public", "second"])
async def test_conflict__somebody_else_reads_along_with_either_bot__admins_hear_of_which(
    town, backstage, whose, monkeypatch
) -> None:
    monkeypatch.setattr("bot.chat.polling.wait_after", lambda error, failures: 0.0)
    backstage.world.username = "admins_bot"
    await town.start()
    admin = backstage.person(ADMIN)
    read, name = {"public": (town.sandbox, "@sandbox_bot."), "second": (backstage, "@admins_bot.")}[whose]
    await admin.expect(lambda m: "Only totals" in m.text)
    read.fail_next("getUpdates", error_code=409, description="Conflict: terminated by other getUpdates", times=3)
    read.person(ADMIN).say("/start")
    notice = await admin.expect(lambda m: "Another program is reading" in m.text)
    assert name in notice.text
