"""What a client is told when no dialogue could be led. Everything else is said by the assistant."""

INTRODUCTION = "Здравствуйте! Это автоматический помощник."
HANDED_OVER = "Передала вопрос администратору, он ответит здесь."
# For the salon's people.
CIRCLES = "Разговор ходит по кругу, помощник замолчал"
APOLOGY = (
    "Простите, сейчас не получается ответить. Передала вопрос администратору, он ответит здесь."
)
