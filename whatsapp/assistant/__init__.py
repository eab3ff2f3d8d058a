"""The assistant: a turn goes in (texts, salon facts, state, tools), replies and a new state come out."""
