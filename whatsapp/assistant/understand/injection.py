"""Text that tries to command the machine rather than talk to the salon: found, and cut out."""

from __future__ import annotations

import re

_COMMANDS = (
    re.compile(r"\[\s*[A-Za-z_]{3,}[^\]\n]*\]"),
    re.compile(r"\[\s*[A-Z_]{3,}[^\]\n]*"),  # «[jxe» is «хочу» typed in the other layout
    re.compile(r"(?m)^\s*/[a-z_]{3,}\b.*$|\s--[a-z]{3,}\b"),
    re.compile(r"<\|?[^>\n]{0,200}\|?>"),
    re.compile(r"\{\{.*?\}\}|\$\{.*?\}|`{3}.*?(?:`{3}|$)", re.DOTALL),
    re.compile(r"\b[A-Za-z0-9+/]{40,}={0,2}"),
)
# From the speaker's label to the end of its sentence: what follows is the client's own again.
_INSIDE = r"(?:[^.!?\n]|(?<=\d)\.(?=\d))"
_ROLE = re.compile(
    r"(?:^|(?<=[\s.!?]))(?:system|assistant|developer|admin|root|prompt|система|системное сообщение|"
    rf"админ|разработчик|владелец"
    r"|(?:примечани[ея]|заметка|указани[ея]|команда)\s+(?:для\s+)?(?:систем|бот|ассистент|робот|программ)\w*)"
    rf"\s*(?:message|prompt|сообщение)?\s*:\s*({_INSIDE}*[.!?]*)",
    re.IGNORECASE,
)
_SPEAKER = re.compile(r"(?:^|(?<=[\s.!?]))(?:user|human|клиент|пользователь)\s*:", re.IGNORECASE)
_SENTENCES = re.compile(
    r"""ты\s+(?:теперь|больше\s+не|сейчас)\s+(?:админ|не\s|бот|ии|хакер|разработ|другой|свобод|dan|владел|мен|баз)
    |вы\s+теперь\s+(?:админ|хакер|ии)
    |отныне\s+ты|представь,?\s+что\s+ты|притвор|действуй\s+как|веди\s+себя\s+как|сыграй\s+роль|войди\s+в\s+роль
    |(?:забудь|забыть|игнорируй|проигнорируй|отмени|сбрось|нарушь|обойди)\s+(?:\w+\s+){0,3}(?:инструкц|правил|указан|ограничен|настройк|промпт|контекст)
    |ignore\s+(?:\w+\s+){0,3}(?:instruction|rule|prompt|previous)|disregard|override|jailbreak|developer\s+mode|режим\s+разработчика
    |(?:покажи|выведи|напиши|раскрой|повтори|пришли|reveal|print|show)\s+(?:\w+\s+){0,4}(?:промпт|инструкци|prompt|instruction|системн)
    |инструкци\w*\s+(?:\w+\s+){0,2}(?:не\s+действ|отмен|недейств)
    |систем\w+\s+(?:промпт|инструкц)|system\s+prompt
    |(?:выполни|исполни|запусти|execute|run)\s+(?:\w+\s+){0,2}(?:команд|код|скрипт|command|sql|запрос)
    |drop\s+table|select\s+.{1,40}\s+from|delete\s+from|insert\s+into|rm\s+-rf|sudo\s|\bcurl\s|eval\(|exec\(
    |\b(?:телефон|номер|контакт|данн|списо|баз|имен|адрес|выгруз)\w*\s+(?:\w+\s+){0,3}(?:всех\s+)?клиент
    |\b(?:api|токен|ключ|парол|password|token|secret)\w*\s+(?:\w+\s+){0,2}(?:доступ|yclients|api|админ|систем|баз)
    |(?:дай|скажи|покажи|пришли)\s+(?:\w+\s+){0,2}(?:пароль|токен|api|ключ\s+api|админку)
    |скидк\w*\s+(?:100|99|90)\s*%|100\s*%\s+скидк|бесплатно\s+подтвержд|подтверждена?\s+владельц
    |(?:боту|для\s+бота|бот)\s*[:,]\s*(?:постав|сдела|оформ|напиши|измени|добав)
    |нов\w+\s+инструкци|инструкци\w*\s+от\s+(?:разработ|владел|админ|созда|систем)|с\s+этой\s+минуты\s+(?:ты|выдав|всем|отвеч|дава)
    |режим\s+(?:отладк|админ|бога|без\s+ограничен)|\bdebug\b
    |я\s+(?:разработчик|создатель|автор|программист)\s+(?:\w+\s+){0,2}(?:бот|систем|ии|ассистент)
    |(?:вс[ею]х?|чужи[ех])\s+(?:\w+\s+){0,2}запис\w*\s+с\s+(?:телефон|номер|имен)
    |цен[уа]\s+(?:\w+\s+)?[01]\s*руб
    |(?:create|cancel|delete|update|move)_(?:booking|record|appointment)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SENTENCE = re.compile(rf"{_INSIDE}+[.!?]*|[.!?]+|\n")
# «…, запиши меня на завтра», «… и хочу записаться»: the client's own wish beside a command.
_WISH = re.compile(
    r"\bзапи[сш]\w+\s+(?:\w+\s+){0,2}(?:меня|нас)\b.*|\b(?:меня|нас)\s+(?:\w+\s+){0,2}запи[сш]\w+.*"
    r"|\bхо(?:чу|тел\w*|тим)\s+(?:\w+\s+)?запи[сш]\w+.*|\bзапи(?:шусь|шемся).*",
    re.IGNORECASE,
)
# Who commands the machine is not heard about visits either, unless they are called the client's own.
_TAKES_OFF = re.compile(r"\b(?:отмен|удал|перен[её]с|перенос|сними|сотр|убер)\w*", re.IGNORECASE)
_OWN = re.compile(r"\b(?:мо[яюйеёи]\w*|мне|меня|нас|нам|наш\w*|сво\w+)\b", re.IGNORECASE)
_AUTHORITY = (
    r"\b(?:владел|директор|хозя|начальн|руковод|управл|админ|менеджер|мастер|босс|шеф)\w*\b"
)
_ALLOWED = r"\b(?:разреш|сказал|обеща|подтверд|согласов|одобри|позволи|велел|в курсе|дал[аи]?\b)\w*"
_SAID = re.compile(
    rf"{_AUTHORITY}[^.!?\n]{{0,40}}{_ALLOWED}|{_ALLOWED}[^.!?\n]{{0,40}}{_AUTHORITY}", re.IGNORECASE
)
_CHEAP = re.compile(
    r"\bскид\w*|\bбесплатн\w*|\bдаром\b|\bбез оплат\w*|\d\s*%|\b(?:за|по)\s+\d+\s*(?:р\b|руб|₽)",
    re.IGNORECASE,
)


def strip(text: str) -> tuple[str, bool]:
    """(the text without commands, whether there were any)."""
    text, labels = _SPEAKER.subn(" ", text)
    found = bool(labels)
    for pattern in _COMMANDS:
        text, count = pattern.subn(" ", text)
        found = found or bool(count)
    text, count = _ROLE.subn(lambda hit: f" {_wish(hit.group(1))} ", text)
    sentences = _SENTENCE.findall(text)
    commands = [bool(_SENTENCES.search(item)) for item in sentences]
    if not (found or count or any(commands)):
        return text, False
    kept = [
        _wish(item) if command else item
        for item, command in zip(sentences, commands, strict=True)
        if command or not _TAKES_OFF.search(item) or _OWN.search(item)
    ]
    return "".join(kept), True


def claims_discount(text: str) -> bool:
    """«владелец разрешил скидку 50 %»: words of a third person, which nobody here can check."""
    return bool(_SAID.search(text) and _CHEAP.search(text))


def _wish(sentence: str) -> str:
    """The client's own wish of a sentence that commands the machine; empty when there is none."""
    hit = _WISH.search(sentence)
    return hit.group() if hit is not None and not _SENTENCES.search(hit.group()) else ""
