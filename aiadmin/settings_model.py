"""Settings of the language model and of transcription, both off by default (docs/model.md)."""

from django.core.exceptions import ImproperlyConfigured

from aiadmin import env

# An OpenAI-compatible server; each of the two is on when its model is named.
LLM_BASE_URL = env.text("LLM_BASE_URL").rstrip("/")
LLM_API_KEY = env.text("LLM_API_KEY")
LLM_MODEL = env.text("LLM_MODEL")
TRANSCRIPTION_MODEL = env.text("TRANSCRIPTION_MODEL")
# Seconds that somebody waits for an answer of each; the rules go on without it.
LLM_SECONDS = 6.0
TRANSCRIPTION_SECONDS = 10.0
# In any one currency: a million tokens in, a million out, a minute of speech.
LLM_PRICE_IN = env.amount("LLM_PRICE_IN", 0)
LLM_PRICE_OUT = env.amount("LLM_PRICE_OUT", 0)
TRANSCRIPTION_PRICE = env.amount("TRANSCRIPTION_PRICE", 0)
# A salon's day: in that currency, or in tokens where no price is set.
LLM_DAILY_BUDGET = env.amount("LLM_DAILY_BUDGET", 300_000)

if (LLM_PRICE_IN or LLM_PRICE_OUT or TRANSCRIPTION_PRICE) and not env.text("LLM_DAILY_BUDGET"):
    raise ImproperlyConfigured(
        "Set LLM_DAILY_BUDGET: with prices it is money, in their currency, for one salon's day."
    )
