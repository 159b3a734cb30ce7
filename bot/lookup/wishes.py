"""Words with which somebody asks the bot itself for something, or for help without saying which."""

from __future__ import annotations

from bot.lookup.normal import words

# The whole message must be one of these; what stands beside a need or a place is a question.
_SAID = {
    "help": "help|help me|please help|please help me|i need help|need help|sos|s o s|помощь|помогите|помоги|"
    "нужна помощь|мне нужна помощь|помогите мне|помогите пожалуйста|спасите|сос|допоможіть|допомога|потрібна допомога|"
    "мені потрібна допомога|рятуйте|مساعدة|ساعدوني|ساعدني|النجدة|احتاج مساعدة|کمک|کمکم کنید|کمک کنید|کمک لازم دارم|"
    "yardım|yardım edin|imdat|yardıma ihtiyacım var|aide|aidez moi|au secours|j'ai besoin d'aide|ayuda|ayúdenme|"
    "socorro|necesito ayuda|auxilio|hilfe|ich brauche hilfe|helft mir|bitte helfen",
    "stop": "stop|unsubscribe|стоп|отписаться|отписка|отпишите меня|отключить новости|відписатися",
    "subscribe": "subscribe|subscribe me|news on|подписаться|подписка|подпишите меня|включить новости|"
    "как включить новости|получать новости|как подписаться|підписатися|підписка",
    "news": "news|новости|последние новости|что нового|новини",
    "settings": "settings|настройки|налаштування",
    "language": "language|change language|язык|сменить язык|мова|змінити мову",
    "privacy": "privacy|what do you store|what do you store about me|what do you know about me|do you keep my data|"
    "что ты хранишь|что ты хранишь обо мне|что вы храните|что вы храните обо мне|что вы обо мне знаете|"
    "это анонимно|это безопасно|is this safe|is it anonymous|is this anonymous|що ви зберігаєте|це анонімно",
    "forget": "delete me|delete my data|forget me|delete everything|удалить всё|удали всё|удалить мои данные|"
    "удали мои данные|я хочу удалить всё|хочу удалить всё|забудьте меня|видалити все|видаліть мої дані",
    "verify": "who are you|who runs this|who runs this bot|is this bot real|кто вы|кто ты|кто это|кто вы такие|"
    "чей это бот|это настоящий бот|хто ви|хто це",
}
_WISHES = {words(said): wish for wish, listed in _SAID.items() for said in listed.split("|") if said}

_CRIES = frozenset(word for said, wanted in _WISHES.items() if wanted == "help" for word in said)

_BEING = frozenset(
    "я мы ми сейчас зараз тут здесь в на из у з із нахожусь находимся знаходжусь живу живем живу моя страна "
    "i am we are in from at now here live my country is ich bin wir sind lebe bei j je suis nous sommes en au aux a "
    "vis habite soy estoy vivo estamos ben bende da de ta te yasiyorum bulunuyorum su an انا في من نحن الان هنا در "
    "هستم هستيم الان اينجا".split()
)
"""Folded words of being somewhere, which ask for nothing."""


def wish(text: str) -> str:
    """Return the command that a whole message in plain words asks for, `help` for a bare cry, '' for a question."""
    return _WISHES.get(words(text), "")


def tells_only_where(words_beside: tuple[str, ...]) -> bool:
    """Say whether the words beside the name of a place ask for nothing, or for help without saying which."""
    return all(word in _BEING or word in _CRIES for word in words_beside)
