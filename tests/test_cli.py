"""The command line: what it prints and how it exits."""

import base64
import io
import json
import sys

import pytest

from tests.commands import ROOT, SMALL, bot, run


def test_find__prints_cards(capsys) -> None:
    assert run("find", "--resources", SMALL, "asylum", "germany") == 0
    out = capsys.readouterr().out
    assert "Asylum advice Germany" in out
    assert "+49 30 23125 001" in out


def test_find__json__ids_best_first_crisis_and_time(capsys) -> None:
    assert run("find", "--resources", SMALL, "--json", "asylum germany") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["ids"][0] == "de-asylum"
    assert found["crisis"] is False
    assert found["ms"] >= 0


def test_find__stdin__one_line_for_each_in_order_even_for_nonsense(capsys, monkeypatch) -> None:
    lines = ['{"q": "asylum", "country": "DE"}', "not json", '{"q": "i want to die", "language": "en"}', '{"q": 5}']
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(lines) + "\n"))
    assert run("find", "--resources", SMALL, "--stdin") == 2, "two lines were no questions"
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(found) == 4
    assert found[0]["ids"][0] == "de-asylum"
    assert found[1]["ids"] == []
    assert found[2]["crisis"] is True
    assert found[2]["ids"][0] == "ww-listening"


def test_find__explain__says_why(capsys) -> None:
    assert run("find", "--resources", SMALL, "--explain", "asylum germany") == 0
    assert "why: " in capsys.readouterr().out


def test_find__in_danger__opens_with_one_line_for_each_of_the_first(capsys) -> None:
    assert run("find", "--resources", SMALL, "--language", "en", "i want to die") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("I am glad that you wrote.")
    assert lines[2] == "• Someone who listens: +44 20 7946 0001"
    assert "Someone who listens" in lines[lines.index("", 2) + 1 :]


@pytest.mark.parametrize(("asked", "answer"), [("thank you", "I am here."), ("language course", "I found nothing")])
def test_find__small_talk_or_nothing_known__the_line_that_a_person_gets(capsys, asked, answer) -> None:
    assert run("find", "--resources", SMALL, "--language", "en", asked) == 0
    out = capsys.readouterr().out
    assert out.startswith(answer)
    assert "nothing" not in out or "/sos" in out


def test_find__limit(capsys) -> None:
    assert run("find", "--limit", "1", "--json", "asylum") == 0
    assert len(json.loads(capsys.readouterr().out)["ids"]) == 1


@pytest.mark.parametrize("written", ["DE", "de", "Germany", "Германия", "DE-BE"])
def test_find__country__in_any_letters(written, capsys) -> None:
    assert run("find", "--resources", SMALL, "--json", "--country", written, "asylum") == 0
    assert json.loads(capsys.readouterr().out)["ids"][0] == "de-asylum"


def test_find__no_such_country__wrong_use_in_one_line(capsys) -> None:
    assert run("find", "--country", "XX", "asylum") == 2
    out = capsys.readouterr()
    assert out.out == ""
    assert out.err.startswith("find: --country: `XX` is no place code; write an ISO code")
    assert out.err.count("\n") == 1


@pytest.mark.parametrize("command", [["find", "asylum"], ["find", "--json", "asylum"], ["triage", "--stdin"]])
def test_find_and_triage__a_file_of_which_nothing_can_be_read__its_fault_and_exit_1(
    tmp_path, monkeypatch, capsys, command
) -> None:
    (tmp_path / "r.yaml").write_text("version: 1\nservices: [\n")
    monkeypatch.setattr(sys, "stdin", io.StringIO('{"title": "a", "summary": "b"}\n'))
    assert run(*command, "--resources", str(tmp_path / "r.yaml")) == 1
    out = capsys.readouterr()
    assert out.out == ""
    assert out.err.startswith(f"{tmp_path / 'r.yaml'}:3: this is not readable as YAML")


def test_find__words_around_an_option__are_one_question(capsys) -> None:
    assert run("find", "asylum", "--limit", "1", "germany", "--json", "--resources", SMALL) == 0
    assert json.loads(capsys.readouterr().out)["ids"] == ["de-asylum"]


@pytest.mark.parametrize("arguments", [["asylum"], ["--json", "asylum", "germany"]])
def test_find__a_question_and_stdin__wrong_use(arguments, capsys) -> None:
    assert run("find", "--stdin", *arguments) == 2
    assert "leave the words out" in capsys.readouterr().err


def test_find__without_a_question__wrong_use(capsys) -> None:
    assert run("find") == 2
    assert "write what to look for" in capsys.readouterr().err


def test_check__the_shipped_file__fine_but_not_assured(capsys) -> None:
    assert run("check", str(ROOT / "resources.yaml")) == 0
    out = capsys.readouterr()
    assert "fine, " in out.out
    assert "never assured" in out.out
    assert out.err == ""


def test_check__a_broken_file__each_fault_on_a_line_and_exit_1(tmp_path, capsys) -> None:
    file = tmp_path / "r.yaml"
    file.write_text("version: 1\nservices:\n  - {id: a}\n")
    assert run("check", str(file)) == 1
    out = capsys.readouterr().out.splitlines()
    assert all(line.startswith(f"{file}:3: ") for line in out)
    assert any("`name` is missing" in line for line in out)


def test_check__no_such_file__exit_1(capsys) -> None:
    assert run("check", "/nonexistent/r.yaml") == 1
    assert "there is no such file" in capsys.readouterr().err


def test_check__the_path__is_named_as_it_was_given(tmp_path, monkeypatch, capsys) -> None:
    (tmp_path / "r.yaml").write_text("version: 2\n")
    monkeypatch.chdir(tmp_path)
    assert run("check", "./r.yaml") == 1
    assert capsys.readouterr().out.startswith("./r.yaml:1: ")
    assert run("check", "./none.yaml") == 1
    assert capsys.readouterr().err.startswith("./none.yaml:1: ")


def triaged(monkeypatch, capsys, *arguments: str, **entry: str) -> dict:
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(entry) + "\n"))
    assert run("triage", "--stdin", *arguments) == 0
    return json.loads(capsys.readouterr().out)


def test_triage__the_source_is_a_feed_of_the_file__its_filters_and_topics_hold(tmp_path, monkeypatch, capsys) -> None:
    feed = "{id: wire, url: https://wire.example.org/rss, topics: [health], never: [grozny]}"
    file = tmp_path / "r.yaml"
    file.write_text(f"version: 1\nfeeds:\n  - {feed}\n")
    news = {"title": "Police abducted and tortured gay men in Chechnya", "summary": "Rights groups call for help."}
    named = ("--resources", str(file))
    assert "health" in triaged(monkeypatch, capsys, *named, **news, source="wire")["topics"]
    assert "health" not in triaged(monkeypatch, capsys, *named, **news, source="another")["topics"]
    dropped = news | {"summary": "It happened in Grozny."}
    assert triaged(monkeypatch, capsys, *named, **dropped, source="another")["relevant"]
    assert not triaged(monkeypatch, capsys, *named, **dropped, source="wire")["relevant"]


def test_triage__no_such_resources__exit_1(monkeypatch, capsys) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO('{"title": "a", "summary": "b"}\n'))
    assert run("triage", "--stdin", "--resources", "/nonexistent/r.yaml") == 1
    assert "there is no such file" in capsys.readouterr().err


def test_triage__one_judgement_a_line_and_one_story_for_one_event(capsys, monkeypatch) -> None:
    entries = [
        {
            "title": "Gay men tortured in Chechnya, rights group says",
            "summary": "Police in Grozny abducted and tortured gay men.",
            "language": "en",
        },
        {"title": "Local team wins the cup", "summary": "A late goal decided the final."},
        {
            "title": "Rights group: police abducted and tortured gay men in Grozny, Chechnya",
            "summary": "",
            "language": "en",
        },
    ]
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(json.dumps(entry) for entry in entries)))
    assert run("triage", "--stdin") == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["relevant"] for line in found] == [True, False, True]
    assert found[0]["countries"] == ["RU"]
    assert found[0]["severity"] in ("Extreme", "Severe")
    assert found[0]["story"] == found[2]["story"] != found[1]["story"]


def test_keys_new__a_key_that_the_settings_take(capsys) -> None:
    assert run("keys", "new") == 0
    assert len(base64.b64decode(capsys.readouterr().out)) == 32


def test_doctor__says_loudly_that_the_list_is_not_assured(capsys) -> None:
    assert run("doctor") == 1
    out = capsys.readouterr().out
    assert "NOT READY FOR PEOPLE" in out
    assert "ADMIN_IDS is not set" in out


WRONG = [
    ["nonsense"], ["triage"], ["check", "a", "b"], ["export", "pdf", "x"], ["keys"], ["keys", "old"], ["doctor", "x"], ["--x"],
    ["find", "--limit", "x", "q"], ["find", "--limit", "0", "q"], ["find", "--limit", "-1", "q"], ["find", "q", "--what"],
]  # fmt: skip


@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
def test_wrong_use__exit_2_and_one_line(arguments, capsys) -> None:
    assert run(*arguments) == 2
    out = capsys.readouterr()
    assert out.out == ""
    assert out.err.startswith("python -m bot")
    assert out.err.count("\n") == 1


@pytest.mark.parametrize("words", [["--help"], ["find", "--help"]])
def test_help__is_given_whatever_the_settings_are(words) -> None:
    done = bot(*words, PORT="eighty", BOT_TOKEN="1:x")
    assert (done.returncode, done.stderr) == (0, "")
    assert "usage: python -m bot" in done.stdout


def test_unreadable_settings__exit_2_and_the_variable_is_named() -> None:
    done = bot("find", "x", PORT="eighty")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("PORT: ")
    assert len(done.stderr.splitlines()) == 1
