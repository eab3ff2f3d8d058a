"""What an address in the environment means to Django: PostgreSQL, Redis, mail.

Each raises ImproperlyConfigured with a sentence that says what to write.
"""

from urllib.parse import parse_qsl, quote, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def database(url: str) -> dict[str, object]:
    """Django's settings of a PostgreSQL address, fit for a transaction pooler."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must begin with postgresql://")
    options: dict[str, object] = dict(parse_qsl(parts.query))
    # A transaction pooler (Supabase, pgbouncer) gives every transaction another server connection: nothing is
    # prepared before `core.pooler` knows that there is none. Only bound on the server it can be prepared.
    options |= {"prepare_threshold": None, "server_side_binding": True}
    options.setdefault("connect_timeout", 5)
    return {
        "ENGINE": "aiadmin.core.postgres",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": options,
    }


def redis(url: str, password: str) -> str:
    """`url` with `password` in it, unless it brings one of its own."""
    parts = urlsplit(url)
    if password and not parts.password:
        host = parts.netloc.rpartition("@")[2]
        login = f"{parts.username or ''}:{quote(password, safe='')}"
        url = parts._replace(netloc=f"{login}@{host}").geturl()
    return url


def mail(url: str) -> dict[str, object]:
    """smtp://user:password@host:587?tls=1, filemail:///folder, consolemail://; unset: the console."""
    parts = urlsplit(url)
    if parts.scheme in {"smtp", "smtps"}:
        query = dict(parse_qsl(parts.query))
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": parts.hostname or "localhost",
            "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 25),
            "EMAIL_HOST_USER": unquote(parts.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            "EMAIL_USE_TLS": query.get("tls") == "1",
            "EMAIL_USE_SSL": parts.scheme == "smtps",
        }
    if parts.scheme == "filemail":
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": parts.path,
        }
    if parts.scheme in {"", "consolemail"}:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    raise ImproperlyConfigured(
        "EMAIL_URL must begin with smtp://, smtps://, filemail:// or consolemail://"
    )
