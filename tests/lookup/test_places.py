"""Places: names in nine languages, inflected, misspelt, ambiguous, and which of several is meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.lookup.normal import tokens
from bot.lookup.places import find_places, resolve_place
from tests.lookup.lexicons import place, real

PLACES = Path(__file__).parents[2] / "bot" / "lookup" / "places"


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("asylum in Germany", "DE"),
        ("убежище в Германии", "DE"),
        ("притулок у Німеччині", "DE"),
        ("Almanya'da sığınma", "DE"),
        ("Almanyada sığınma", "DE"),
        ("asile en Allemagne", "DE"),
        ("asilo en Alemania", "DE"),
        ("Asyl in Deutschland", "DE"),
        ("اللجوء في ألمانيا", "DE"),
        ("پناهندگی در آلمان", "DE"),
        ("asile aux États-Unis", "US"),
        ("убежище в США", "US"),
        ("приют в Турции", "TR"),
        ("Türkiye'de barınak", "TR"),
        ("адвокат у Польщі", "PL"),
        ("адвокат в Польше", "PL"),
        ("Anwalt in Österreich", "AT"),
        ("abogado en España", "ES"),
        ("юрист в Грузии", "GE"),
        ("lawyer in the UK", "GB"),
        ("жильё в Англии", "GB"),
        ("приют в Голландии", "NL"),
        ("юрист в Белоруссии", "BY"),
        ("врач в Эмиратах", "AE"),
        ("юрист в РФ", "RU"),
        ("محامي في السعودية", "SA"),
        ("وکیل در ترکیه", "TR"),
        ("shelter in Czech Republic", "CZ"),
        ("приют в Саудовской Аравии", "SA"),
        ("лікар у Чехії", "CZ"),
    ],
)
def test_place__country_named_in_its_case__is_found(text: str, country: str) -> None:
    assert place(text) == country


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("меня держат в подвале, Грозный", "RU-CE"),
        ("друга увезли люди в масках без номеров грозный, мать боится спрашивать", "RU-CE"),
        ("я в грозном", "RU-CE"),
        ("нас ищут. Днепр", "UA-12"),
        ("خواهرم را به زور می‌دهند، هرات", "AF-HER"),
    ],
)
def test_place__a_name_that_is_also_a_word_and_stands_for_itself__is_found(text: str, code: str) -> None:
    assert place(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("help in Chechnya", "RU-CE"),
        ("помощь в Чечне", "RU-CE"),
        ("допомога в Чечні", "RU-CE"),
        ("Çeçenistan'da yardım", "RU-CE"),
        ("aide en Tchétchénie", "RU-CE"),
        ("ayuda en Chechenia", "RU-CE"),
        ("Hilfe in Tschetschenien", "RU-CE"),
        ("المساعدة في الشيشان", "RU-CE"),
        ("приют в Дагестане", "RU-DA"),
        ("юрист в Ингушетии", "RU-IN"),
        ("приют в Грозном", "RU-CE"),
        ("приют в Махачкале", "RU-DA"),
        ("Anwalt in Bayern", "DE-BY"),
        ("lawyer in Bavaria", "DE-BY"),
        ("bed in Berlin", "DE-BE"),
        ("ночлег в Берлине", "DE-BE"),
        ("لجوء في برلين", "DE-BE"),
        ("İstanbul'da avukat", "TR-34"),
        ("юрист в Стамбуле", "TR-34"),
        ("médecin à Bruxelles", "BE-BRU"),
        ("Arzt in Wien", "AT-9"),
        ("врач в Питере", "RU-SPE"),
        ("адвокат у Києві", "UA-30"),
        ("shelter in Kurdistan", "IQ-AR"),
    ],
)
def test_place__region_or_city__is_found(text: str, code: str) -> None:
    assert place(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("3ayez mo7amy fel 2ahera", "EG-C"),
        ("ana saken b 7alab w bidi mosa3ada", "SY-HL"),
        ("bidi mo7ami bi 3amman", "JO-AM"),
        ("5ouya mafqoud fi spania", "ES"),
        ("man tu mashhad hastam komak mikham", "IR-09"),
        ("nuzhen yurist v frankfurte", "DE-HE"),
        ("avoca bruxelle", "BE-BRU"),
        ("адвокат в Брюсселле", "BE-BRU"),
        ("lawyer in berin", "DE-BE"),
        ("abogado en tijana", "MX-BCN"),
        ("lawyer in san franciso", "US-CA"),
        ("newyork lawyer", "US-NY"),
        ("врач нижнийновгород", "RU-NIZ"),
    ],
)
def test_place__city_in_chat_spelling_or_misspelt__is_found(text: str, code: str) -> None:
    assert place(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("الان وین زندگی می‌کنم", "AT-9"),
        ("وكيل در وین", "AT-9"),
        ("وين ساكن المحامي", ""),
        ("وين", ""),
        ("قطار قم ساعت چند حرکت میکنه", "IR-25"),
        ("قم بمساعدتي", ""),
        ("van avukat", "TR-65"),
        ("me van a matar", ""),
        ("they took him in a van", ""),
        ("an ihn liege ich nicht", ""),
    ],
)
def test_place__word_that_is_a_place_in_one_language__is_one_only_there(text: str, code: str) -> None:
    assert place(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("I am from Iran in Turkey, need a lawyer", "TR"),
        ("fled Chechnya, now in Georgia, where to sleep", "GE"),
        ("я из Ирана, живу в Турции, нужен юрист", "TR"),
        ("evacuation from Chechnya to Germany", "RU-CE"),
        ("I am Syrian in Lebanon and need a doctor", "LB"),
        ("I am in Turkey and want asylum in Canada", "CA"),
        ("lawyer in Atlanta Georgia", "US-GA"),
        ("lawyer in Georgia", "GE"),
        ("doctor in Berlin Germany", "DE-BE"),
        ("shelter in Mali", "ML"),
        ("приют в Чаде", "TD"),
        ("shelter in Jordan", "JO"),
        ("abogado en Guadalajara México", "MX-JAL"),
        ("abogado en Guadalajara, España", "ES-CM"),
        ("كنت معتقل في سوريا، الآن في عمان وأحتاج دكتور", "JO-AM"),
        ("محامي في عمان", "JO-AM"),
        ("محامي في سلطنة عمان", "OM"),
        ("وکیل در عمان", "OM"),
        ("trans friendly place in LA", "US-CA"),
        ("abogado en LA", "US-CA"),
        ("NECESITO ABOGADO EN LA CIUDAD", ""),
        ("five years ago I was in prison in Iran, now Vienna, looking for friends", "AT-9"),
        ("талибан ищет меня, я в Ереване", "AM-ER"),
    ],
)
def test_place__several_or_ambiguous_names__the_one_that_is_meant(text: str, code: str) -> None:
    assert place(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("the Home Office refused me", "GB"),
        ("тцк забрали брата", "UA"),
        ("ich warte auf das BAMF", "DE"),
        ("convocation OFPRA demain", "FR"),
        ("the Home Office refused me, now I want asylum in Germany", "DE"),
        ("need an offer of asylum", ""),
    ],
)
def test_place__office_that_one_country_alone_has__tells_the_country_exactly_spelt(text: str, code: str) -> None:
    assert place(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "I want nice people",
        "кроме того нужен юрист",
        "can I get a lawyer",
        "дым и чад, нужен врач",
        "ben bir avukat istiyorum",
        "режу вены",
        "as soon as possible a lawyer",
    ],
)
def test_place__word_that_only_looks_like_a_place__is_none(text: str) -> None:
    assert place(text) == ""


@pytest.mark.parametrize(
    ("text", "code"), [("shelter in Germny", "DE"), ("приют в Гермнии", "DE"), ("ubezhishche v germanii", "DE")]
)
def test_place__misspelt_or_in_other_letters__is_found(text: str, code: str) -> None:
    assert place(text) == code


@pytest.mark.parametrize(
    ("text", "saved", "code"),
    [
        ("его арестовали в лагосе", "RU", "NG-LA"),  # the case says that he is there
        ("арестовали, везут в лагос", "RU", "RU"),  # or that he is brought there
        ("в дубаях обманули, не випускають", "UA", "AE"),
        ("в алма-ате задержали, выдают в узбекистан", "RU", "KZ-75"),
        ("comment sortir du burundi pour aller au canada", "", "BI"),
        ("17 kabul no school, want to go to pakistan", "", "AF-KAB"),
        ("hongkong haftbefehl, will nach england", "", "HK"),
        ("лікарня у варшаві, не у києві", "", "PL-14"),
        ("niameyde kaldım, nijerya değil", "", "NE-8"),
        ("згубила паспорт у кошицях, консульство україни мовчить", "", "SK"),
        ("посольство германии", "RU", "RU"),  # she stands before it at home
        ("melbourne da türk psikolog", "", "AU-VIC"),
        ("لجوء في المانيا كيف اقدم", "", "DE"),
        ("الان زوریخم، وکیل", "", "CH-ZH"),
        ("من هامبورگم", "", "DE-HH"),
        ("ابغى ملجأ بجدة", "", "SA"),
        ("estoy en cali, me amenazan", "", "CO-VAC"),
        ("nairobbi safe house, trans woman from uganda", "", "KE-30"),
        ("medcin gratuit sans papiers marseile", "", "FR-PAC"),
        ("lawyer in Georgia the country, not the state", "", "GE"),
        ("warte in islamabad auf das visum", "", "PK-IS"),
        ("kapstadt somali laden geplündert", "", "ZA-WC"),
        ("my husband beats me, grozny", "", "RU-CE"),
        ("lawyer Grozny", "", "RU-CE"),
    ],
)
def test_place__how_it_is_said__tells_who_is_where(text: str, saved: str, code: str) -> None:
    assert place(text, saved) == code


def test_place__text__wins_over_the_saved_country() -> None:
    assert place("lawyer in Poland", country="RU") == "PL"
    assert place("lawyer", country="RU") == "RU"
    assert place("I am Syrian, need a lawyer", country="TR") == "TR"


@given(st.text(max_size=60))
def test_find_places__any_text__never_raises(text: str) -> None:
    find_places(tokens(text), real().gazetteer)
    resolve_place(text, real())
