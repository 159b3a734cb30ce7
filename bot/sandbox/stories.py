"""Entries for the sample feed: three old ones that concern nobody, and examples ready to publish."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Story:
    """A ready entry; `label` names it on the page, `note` says what it is good for."""

    label: str
    title: str
    summary: str
    note: str = ""


OLD_STORIES = (
    Story("", "City library opens on Sundays again", "Reading rooms are open from ten to six. Entry stays free."),
    Story("", "Botanical garden counts its orchids", "Volunteers found forty-one species, two more than last year."),
    Story("", "Night trains return to the summer timetable", "Tickets for June go on sale next week."),
)

# The seed story tells in our own words what the European Parliament resolved on 18 May 2017.
READY_STORIES = (
    Story(
        "The seed story",
        "European Parliament calls for an investigation into the killing of gay men in Chechnya",
        "Members of the European Parliament called on Russia to open an immediate, independent and thorough"
        " investigation into the abduction, torture and killing of gay men in Chechnya, and to release everyone who"
        " is still held there unlawfully. Russian and Chechen officials called the reports false. Survivors told of"
        " secret detention, of beatings to make them name others, and of families urged to kill their own sons."
        " Several people who had escaped were refused visas; the Parliament asked the member states to let them in"
        " and to hear their asylum claims.",
        "Relevant: Russia, persecution. It waits for the admin's approval.",
    ),
    Story(
        "The same story, another outlet",
        "Chechnya: MEPs demand inquiry into torture of gay men and release of detainees",
        "The European Parliament has urged Russian authorities to investigate the detention, torture and killing of"
        " gay men in Chechnya and to free those who remain in custody.",
        "Should join the first as one story, not be told twice.",
    ),
    Story(
        "Правила убежища (по-русски)",
        "Германия: в центрах приёма изменился порядок подачи на убежище",
        "С понедельника первичная регистрация беженцев проходит по предварительной записи. Тем, кто уже подал"
        " заявление, ничего делать не нужно. Бесплатные юридические консультации по убежищу продолжаются.",
        "Made up. Relevant: Germany, asylum; moderate.",
    ),
    Story(
        "Noise",
        "Football: home side wins the cup on penalties",
        "Thirty thousand spectators saw a late equaliser and a calm fifth penalty. The parade is on Saturday.",
        "Made up. Nobody should be told.",
    ),
)
