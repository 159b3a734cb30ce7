"""Understanding: needs, negation, audience, small talk, danger and its figures of speech."""

from __future__ import annotations

from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.lookup.question import understand
from tests.lookup.lexicons import real, small, topics


@pytest.mark.parametrize(
    ("text", "need"),
    [
        ("avukat değil sadece sohbet edecek birileri lazım", "community"),
        ("ما بغيتش محامي، بدي طبيب", "medical"),
        ("not a lawyer, just people to talk to", "community"),
    ],
)
def test_understand__need_that_is_denied__gives_way_even_to_one_that_is_hardly_heard(text: str, need: str) -> None:
    needs = understand(text, real()).needs
    assert needs.get("legal", 0.0) < needs[need]


@pytest.mark.parametrize(
    ("text", "language", "need"),
    [
        ("کمک مالی در مراکش", "fa", "financial"),  # money, not Mali
        ("Yeni Zelanda'da iş", "tr", "employment"),
        ("ma7ami fi kanada", "ar", "legal"),  # a lawyer, not Miami
        ("maskan fi beirut", "ar", "shelter"),
        ("lujoo2 fel nerwej", "ar", "asylum"),
    ],
)
def test_understand__need_that_looks_like_a_place__is_a_need(text: str, language: str, need: str) -> None:
    question = understand(text, real(), language=language)
    assert not question.is_bare
    assert need in question.needs


def test_understand__landlord_who_throws_somebody_out__is_no_small_talk() -> None:
    text = "Landlord says I must be out by end of month because he thinks I am gay"
    question = understand(text, real())
    assert not question.is_chatter and "shelter" in question.needs


@pytest.mark.parametrize("text", ["ахахаха", "ахахах ну ты даёшь", "hahaha", "ههههه", "jajaja"])
def test_understand__laughter__is_small_talk_and_typed_as_it_was_meant(text: str) -> None:
    assert understand(text, real()).is_chatter


def test_understand__single_word_that_no_list_knows_and_sounds_like_a_greeting__is_small_talk() -> None:
    assert understand("holiii", real(), language="es").is_chatter


@pytest.mark.parametrize(
    ("text", "topic", "language"),
    [
        ("asylum", "asylum", "en"),
        ("assylum", "asylum", "en"),
        ("убежище", "asylum", "ru"),
        ("убежеще", "asylum", "ru"),
        ("e,t;bot", "asylum", "ru"),
        ("ubezhishe", "asylum", "ru"),
        ("притулок", "shelter", "uk"),
        ("мне негде ночевать", "shelter", "ru"),
        ("паспорт отобрали", "documents", "ru"),
        ("je cherche un avocat", "legal", "fr"),
        ("necesito un abogado", "legal", "es"),
        ("ich brauche einen Anwalt", "legal", "de"),
        ("avukata ihtiyacım var", "legal", "tr"),
        ("أحتاج محامي", "legal", "ar"),
        ("وکیل می‌خواهم", "legal", "fa"),
    ],
)
def test_understand__need_in_nine_languages__is_the_first(text: str, topic: str, language: str) -> None:
    question = understand(text, real())
    assert next(iter(question.needs), "") == topic
    assert question.language == language


def test_understand__saved_language__does_not_hide_another() -> None:
    assert "asylum" in understand("asylum in germany", real(), language="ru").needs


def test_understand__negated_need__gives_way_to_the_other() -> None:
    lexicons = small(
        topics=topics(evacuation=["evacuation"], community=["support group"], documents=["passport"]),
        negation=["not", "no"],
        contrast=["just"],
    )
    assert list(understand("not evacuation, just a support group", lexicons).needs) == ["community"]
    assert list(understand("no passport", lexicons).needs) == ["documents"]


@pytest.mark.parametrize(
    "text", ["hi", "weather tomorrow", "buy bitcoin", "this heat is killing me", "привет", "погода завтра", "merhaba"]
)
def test_understand__small_talk__is_chatter(text: str) -> None:
    assert understand(text, real()).is_chatter


@pytest.mark.parametrize("text", ["hi, I need asylum", "hello where is a shelter in Berlin", "привет, нужен адвокат"])
def test_understand__greeting_before_a_need__is_no_chatter(text: str) -> None:
    assert not understand(text, real()).is_chatter


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("they are beating me", "violence"),
        ("my husband is going to kill me", "violence"),
        ("police took my brother", "held"),
        ("I want to die", "suicide"),
        ("хочу умереть", "suicide"),
        ("меня ищут", "held"),
        ("меня бьют", "violence"),
        ("хочу вмерти", "suicide"),
        ("ich will sterben", "suicide"),
        ("je veux mourir", "suicide"),
        ("quiero morir", "suicide"),
        ("ölmek istiyorum", "suicide"),
        ("می‌خوام بمیرم", "suicide"),
        ("hochu umeret", "suicide"),
    ],
)
def test_understand__danger__is_told_with_its_kind(text: str, kind: str) -> None:
    assert understand(text, real()).danger == kind


@pytest.mark.parametrize(
    "text",
    [
        "this heat is killing me",
        "my feet are killing me",
        "he used to beat me years ago, now I look for a therapist",
        "I was evicted and have nowhere to sleep",
        "my asylum claim was refused",
        "someone blackmails me with photos",
        "умираю со смеху",
        "в 2017 году убивали геев, где прочитать доклад",
    ],
)
def test_understand__figure_of_speech_or_past__is_no_danger(text: str) -> None:
    assert understand(text, real()).danger == ""


def test_understand__figure_within_a_danger__does_not_hide_it() -> None:
    lexicons = small(danger={"violence": ["threatening to shoot me"]}, figures=["shoot me"])
    assert understand("he is threatening to shoot me", lexicons).danger == "violence"
    assert understand("oh shoot me", lexicons).danger == ""


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("сосед бьёт жену, она кричала и вдруг перестала", "women"),
        ("the man upstairs is beating his wife", "women"),
        ("shelter for men", "men"),
        ("для мужчин есть приют?", "men"),
    ],
)
def test_understand__of_whom_is_written_or_whom_it_is_for__is_told(text: str, group: str) -> None:
    assert group in understand(text, real()).audience


@pytest.mark.parametrize(
    "text", ["des hommes me retiennent dans un appartement", "two men stand in front of my door", "меня ищут мужчины"]
)
def test_understand__men_who_are_the_danger__say_nothing_of_the_asker(text: str) -> None:
    assert "men" not in understand(text, real()).audience


def test_understand__audience__is_told() -> None:
    assert "women" in understand("shelter for women", real()).audience


def test_understand__reasons__are_sentences_without_the_question() -> None:
    question = understand("asylum in germany", real())
    assert any("DE" in reason for reason in question.reasons)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_understand__any_text__never_raises(text: str) -> None:
    understand(text, real())


@pytest.mark.parametrize("piece", ["asylum ", "qwxzkj ", "убежеще ", "aaaa", "не ", "7abibi ", "برلين ", "'", "я"])
def test_understand__longest_odd_text__takes_bounded_time(piece: str) -> None:
    real()
    start = perf_counter()
    understand((piece * 4096)[:4096], real())
    assert perf_counter() - start < 2.0


@pytest.mark.parametrize("language", ["ru", "uk", "fa", "ar", "tr", "de", "es"])
@pytest.mark.parametrize("text", ["asylum", "evacuation", "papers", "hungry", "surgery"])
def test_understand__a_word_of_another_language_than_the_phones__is_no_greeting(text: str, language: str) -> None:
    question = understand(text, real(), language=language)
    assert not question.is_chatter
    assert question.needs


@pytest.mark.parametrize(
    ("text", "language"), [("salam", "fa"), ("ассаламу алейкум", "ru"), ("hola", "es"), ("hi", "ru")]
)
def test_understand__a_greeting__stays_one(text: str, language: str) -> None:
    assert understand(text, real(), language=language).is_chatter
