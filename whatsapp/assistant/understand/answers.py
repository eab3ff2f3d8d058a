"""Short answers to what we asked: yes, no, wait, which of the options, a rating."""

from __future__ import annotations

import re
from dataclasses import dataclass

from whatsapp.assistant.understand.numerals import CARDINALS, ORDINALS
from whatsapp.assistant.understand.patterns import Line
from whatsapp.assistant.understand.wordlist import words

_YES_WORDS = words(
    """
    да ага угу ок окей окс оки хорошо давайте давай подходит подойдет подтверждаю верно конечно
    записывайте записывай супер отлично пойдет именно годится согласна согласен договорились ладно
    погнали го валяй валяйте заметано лады ладненько океюшки добро отличненько согласовано угук беру
    фиксируйте фиксируй бронируйте бронируй естественно точно устраивает удобно можно запишите
    запиши идет норм нормально отл хор дада ес йес оке хочу угусь прекрасно замечательно приду
    придем буду будем помню приедем приеду верное правильно обязательно жду оформляйте переносите
    железно стопудово стопроцентно разумеется непременно безусловно точняк канеш плюсую
    агась ага-ага угум мгм угу-угу дадада йеп ясен легко факт естессно пишите пиши забивайте
    успею успеем ставьте вполне идеально класс пускай базару бесспорно всенепременно
    переноси отменяйте отменяй перенесите отмените окай оккей ога
    """
)
# «нет вопросов, буду»: that «нет» refuses nothing.
_NO_OBJECTION = "^ нет|никаких проблем|проблемы|вопросов|вопроса|возражений|базара"
_SURELY = (
    "#n100|#n101|#n110|#n120|#n146|#n150|#n200|#n300|#n500|#n1000 %|процентов|пудов",
    "самое|самый то|раз !|.|$|подходит",
    "то , что надо|нужно",
    "то что надо|нужно",
    "сто процентов|пудов|проц",
    "как штык",
    "само собой",
    "без вопросов|проблем|базара",
    "так точно",
    "зуб даю",
    "по любому",
    "а то !|?|$",
    "^ плюс|плюсик .? $",
    "не вопрос",
    _NO_OBJECTION,
    "с удовольствием|радостью",
    "^ .? не против",
    "почему ..2 нет",
    "^ .? только? за .? $",
    "все|всё|пусть|да ..1 так .? $",
    "так ..1 и ..1 сделаем|запишем|поступим|решим",
)
_YES_EMOJI = frozenset("👍👌✅🆗➕✔☑💯🤝👏🙌🔥💪🫡")
_HEARTS = frozenset("❤♥🧡💛💚💙💜🖤🤍🤎💕💖💗💘💓💞😍🥰😘😊🙂☺😁😀😄😃🤗😻🌹💐🌸")
_NO_EMOJI = frozenset("👎❌🙅🚫✖⛔")
_NO_WORDS = words(
    """
    нет неа нее не-а нит нетт ноу нельзя отбой никак отказ
    """
)
_NO = (
    "не надо|нужно|хочу|подходит|подойдет|могу|смогу|сможем|можем|успею|успеем|приедем|приеду|"
    "получается|получится|выйдет|выходит|буду|удобно|приду|"
    "придем|верно|так|то|"
    "устраивает|актуально|записывайте|отменяйте|переносите|сейчас|стоит|придется",
    "передумал|передумала",
    "отбой|забудьте",
    "пока не|нет",
    "ни то ,? ни другое|то",
    "ни один|одно|одна|то|тот|первое|первый",
    "неудобно|неподходит",
    "ничего|никакое|никакой ..1 не",
    "другое|другой|другая|другую|другого",
)
_PAUSE = (
    "секунд~|сек|секундочку|минутку|минуточку|момент|щас|сейчас ..2 $",
    "гляну|глянуть|чекну|прикину|подумаю|подумать|подумаем|посоветуюсь|посоветоваться|посмотрю",
    "спрошу|перезвоню|позвоню|отпишу|отпишусь|отпишемся|уточню|согласую|узнаю|проверю|сверюсь|решу|определюсь",
    "напишу|отпишусь|сообщу|отвечу|скажу|дам ..1 позже|попозже|потом|вечером|завтра|знать|когда|чуть",
    "позже|потом напишу|отпишусь|сообщу|скажу",
    "подождите|погодите|ждите|погоди",
    "что|пока|когда ..1 он|она|муж|сын|жена|мама|дочь|дочка ..1 скажет|ответит|решит",
    "не уверена|уверен|знаю ..2",
    "надо подумать",
    "^ ..1 постараюсь|постараемся|посмотрим|возможно .? $",
    "^ ..1 может быть .? $",
    "постараюсь|постараемся ..3 обещаю|обещаем",
)
_ADVISE = "посоветуйте|посоветуй|порекомендуйте|порекомендуй|предложите|предложи"
_NOTED = words(
    """
    понятно ясно поняла понял принято понятненько ладно хорошо ок окей угу ага
    """
)
_MIDDLE = frozenset(("среднее", "средний", "средняя", "среднюю", "посередине"))
_LAST = frozenset(["последнее", "последний", "последняя", "последнюю", "крайнее", "крайний"])
_SOONEST = frozenset(("ближайшее", "ближайший", "ближнее"))
_FIRST_ANY = (
    "любое|любой|любую|любая из?",
    "без разницы",
    "все равно",
    "неважно",
    "не важно",
    "какой|какое|когда угодно",
    "хоть когда|какое|какой",
)
_FILLER = words(
    """
    да ну а и то что которое который давайте давай пожалуйста тогда можно мне лучше хочу выбираю вариант номер
    вариантик времечко окошечко слотик пунктик
    пусть будет норм нормально пойдет подойдет подходит супер отлично удобно беру устраивает
    идет вот это к ко у то на в во время слот окошко запишите ок хорошо я , .
    ! ) ( # - на спасибо мне
    """
)


@dataclass(frozen=True, slots=True)
class Answer:
    """How the message answers; several may be set («да, второе»)."""

    yes: bool = False
    no: bool = False
    heart: bool = False
    pause: bool = False
    index: int | None = None  # 1-based, or LAST, MIDDLE, SOONEST: see `position`
    whatever: bool = False
    noted: bool = False  # «понятно»: heard, neither yes nor no
    rating: int | None = None
    only: bool = False  # nothing but the answer


def read(line: Line) -> Answer:
    words = [t.word for t in line.tokens if t.kind == "word"]
    emoji = [t.word for t in line.tokens if t.kind == "emoji"]
    plus = [t.word for t in line.tokens if t.word in ("+", "++", "+++")]
    said = words[2:] if line.has(_NO_OBJECTION) else words
    no = bool(said and said[0] in _NO_WORDS) or any(e in _NO_EMOJI for e in emoji) or line.has(*_NO)
    no = no or any(w in ("нет", "неа") for w in said[:3]) or line.has("^ не ,|!|(", "^ не $")
    no = (no or line.has("никак .? .? $")) and not line.has("^ ..2 не против", "почему ..2 нет")
    yes = any(e in _YES_EMOJI for e in emoji) or (bool(plus) and not words)
    agreed = [w for i, w in enumerate(words[:3]) if w in _YES_WORDS and words[i - 1 : i] != ["не"]]
    if "?" in line.words and not _plain_yes(words):
        agreed = []  # «это точно?», «можно позже?» ask, they do not agree
    yes = yes or bool(agreed) or line.has(*_SURELY)
    if no and words and words[0] in ("да", "ага", "угу") and words[0] != "нет":
        no = line.has("нет", "не надо|хочу|буду")
    if words[:2] == ["да", "нет"]:
        yes, no = False, True
    pause = line.has(*_PAUSE) and not (no and line.has("не надо|нужно"))
    pause = pause and not line.has(_ADVISE)  # «не знаю что, посоветуйте» waits for us
    return Answer(
        yes=yes and not no and not (pause and not _plain_yes(words)),
        no=no,
        heart=not words and any(e in _HEARTS for e in emoji),
        pause=pause,
        index=_index(line),
        whatever=line.has(*_FIRST_ANY),
        noted=bool(words) and len(words) <= 3 and words[0] in _NOTED,
        rating=rating(line),
        only=len(words) <= 4,
    )


LAST, MIDDLE, SOONEST = -1, -2, -3
_EDGES = {
    "раннее": 1, "ранний": 1, "первое": 1, "позднее": LAST, "поздний": LAST,
    "ближайшее": SOONEST, "ближайший": SOONEST,
}  # fmt: skip
_TAKES = frozenset(("давай", "давайте", "тогда", "беру", "выбираю"))


def position(index: int | None, count: int) -> int | None:
    """The place (from 0) of the option an index names among `count`, None when there is no such."""
    if index is None or count == 0:
        return None
    if index == LAST:
        return count - 1
    if index == MIDDLE:
        return count // 2
    if index == SOONEST:
        return 0
    return index - 1 if 1 <= index <= count else None


def _plain_yes(words: list[str]) -> bool:
    return bool(words) and words[0] in ("да", "ага", "ок", "хорошо", "конечно", "угу", "давайте")


def _index(line: Line) -> int | None:
    """«второе», «2», «вариант 3», «последний»: nothing else of weight may be said."""
    tokens = line.tokens
    chosen = max((i for i, t in enumerate(tokens) if t.word in _TAKES), default=None)
    if chosen is not None and chosen > 1 and "," in [t.word for t in tokens[:chosen]]:
        tokens = tokens[chosen:]  # «утром рано, вечером поздно, давайте среднее»
    rest = [t for t in tokens if t.word not in _FILLER and t.kind != "emoji"]
    if len(rest) == 2 and rest[0].word in ("самое", "самый"):
        if rest[1].word in _LAST:
            return LAST
        return _EDGES.get(rest[1].word)
    if len(rest) > 1 and rest[0].word in ORDINALS:
        follow = line.tokens[line.tokens.index(rest[0]) + 1 :][:1]
        rest = (
            rest[:1] if follow and follow[0].word in (",", ".", "!", "|") else rest
        )  # «первое, и с покрытием»
    if len(rest) != 1:
        return None
    token = rest[0]
    at = line.tokens.index(token)
    before = line.tokens[at - 1].word if at else ""
    counted = token.kind == "num" or token.word in CARDINALS
    if counted and before in ("в", "во", "на", "к", "ко"):
        return None  # «в 2» is an hour; the second option is «2», «второе», «вариант 2»
    if token.word in _LAST:
        return LAST
    if token.word in _MIDDLE:
        return MIDDLE
    if token.word in _SOONEST:
        return SOONEST
    if token.kind == "num" and len(token.raw) == 1:
        return int(token.raw)
    if token.kind == "nth":
        return int(token.code[2:])
    return ORDINALS.get(token.word) or (CARDINALS.get(token.word) if token.kind == "word" else None)


_STARS = "⭐🌟★✨"
_KEYCAPS = {"1": 1, "2": 2, "3": 3, "4": 4, "5": 5}
_SLANG_RATINGS = (
    ("пятер", 5),
    ("пятак", 5),
    ("трояк", 3),
    ("четвер", 4),
    ("троеч", 3),
    ("тройк", 3),
    ("двоеч", 2),
    ("единич", 1),
)
_WORD_RATINGS = {
    "отлично": 5, "супер": 5, "прекрасно": 5, "великолепно": 5, "пятерка": 5, "пятерку": 5, "пятерочка": 5,
    "идеально": 5, "хорошо": 4, "четверка": 4, "четверку": 4, "нормально": 4, "тройка": 3, "тройку": 3,
    "средне": 3, "плохо": 2, "двойка": 2, "двойку": 2, "ужасно": 1, "кол": 1, "единица": 1, "единицу": 1,
}  # fmt: skip


def rates(word: str) -> bool:
    """A word that is a mark by itself: «единица», «пятёрочка»."""
    return word in _WORD_RATINGS or any(word.startswith(stem) for stem, _ in _SLANG_RATINGS)


def rating(line: Line) -> int | None:
    """1–5 from a digit, a word, or stars; meaningful only when a rating was asked."""
    for token in line.tokens:
        if token.kind == "date" and token.raw.endswith("/10") and token.raw[:-3].isdigit():
            return max(1, min(5, (int(token.raw[:-3]) + 1) // 2))  # «9/10»
    first = next((t.word for t in line.tokens if t.kind == "word"), "")
    if rates(first) and first not in ("плохо", "хорошо"):
        return _word_rating(first)  # «троечка, через два дня отвалилось»
    stars = sum(t.word in _STARS for t in line.tokens)
    for token in line.tokens:
        if token.code.startswith(("#n", "#o")) and re.fullmatch(r"#[no][0-9]+", token.code):
            value = int(token.code[2:])
            if 1 <= value <= 5:
                return value
            if 6 <= value <= 10:
                return max(1, min(5, (value + 1) // 2))
    if stars:
        return min(5, stars)
    for token in line.tokens:
        if (named := _word_rating(token.word)) is not None:
            return named
    return None


def _word_rating(word: str) -> int | None:
    slang = next((value for stem, value in _SLANG_RATINGS if word.startswith(stem)), None)
    return _WORD_RATINGS.get(word, slang)
