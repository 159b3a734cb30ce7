"""An update that nobody can read keeps its number, so that it is passed over once and for all."""

import json

import pytest
from telegram.error import NetworkError

from bot.chat.updates import UpdatesRequest, read_update, readable

BY_SAM = {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}, "text": "hello"}


@pytest.mark.parametrize(
    "update",
    [
        {"update_id": 7, "message": 5},
        {"update_id": 7, "message": {"message_id": 1, "date": "soon", "chat": []}},
        {"update_id": 7, "callback_query": {"id": 1, "from": "Sam"}},
        {"update_id": 7, "message": {"message_id": 1, "date": 1, "chat": {"id": [1], "type": "private"}}},
        {"update_id": 7, "message": {"message_id": 1, "date": 1, "chat": {"id": "1", "type": "private"}}},
    ],
)
def test_readable__what_the_library_stumbles_over__keeps_its_number_alone(update) -> None:
    assert readable(update) == {"update_id": 7}


@pytest.mark.parametrize("update", [{"message": 5}, 5, None, [], {"update_id": "7", "message": 5}])
def test_readable__what_has_no_number__comes_back_for_whoever_asked_to_hear_of_it(update) -> None:
    assert readable(update) == update


def test_readable__an_update_of_a_kind_that_is_not_known_yet__stays_whole() -> None:
    update = {"update_id": 7, "telepathy": {"thought": "?"}}
    assert readable(update) == update


@pytest.mark.parametrize("number", ["7", None, 7.5, [7], {}])
def test_update__whose_number_cannot_be_acknowledged__is_none(number) -> None:
    update = {"update_id": number, "message": BY_SAM}
    with pytest.raises(NetworkError):
        UpdatesRequest.parse_json_payload(json.dumps({"ok": True, "result": [update]}).encode())
    with pytest.raises(NetworkError):
        read_update(update, None)
