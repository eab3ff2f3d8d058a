"""What a client is told when no dialogue could be led. Everything else is said by the assistant."""

INTRODUCTION = "Здравствуйте! Это автоматический помощник."
HANDED_OVER = "Передала вопрос администратору, он ответит здесь."
# For the salon's people.
FAILED = "Помощник не смог ответить"
UNSURE = "Помощник не смог ответить, а запись могла пройти: проверьте журнал"
CIRCLES = "Разговор ходит по кругу, помощник замолчал"
APOLOGY = (
    "Простите, сейчас не получается ответить. Передала вопрос администратору, он ответит здесь."
)
