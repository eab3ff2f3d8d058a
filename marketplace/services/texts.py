"""Texts of other systems, made to fit a column."""


def fit(text: str, limit: int) -> str:
    """At most `limit` characters, without the NUL that PostgreSQL refuses."""
    return text.replace("\x00", "")[:limit]
