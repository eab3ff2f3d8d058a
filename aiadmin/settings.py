"""Django settings, read from the environment (every variable is listed in .env.example)."""

from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured

from aiadmin import addresses, env, production
from aiadmin.core import sentry
from aiadmin.core.logging import configure
from aiadmin.settings_model import *  # noqa: F403 - settings of their own topic

BASE_DIR = Path(__file__).resolve().parent.parent

# production | demo | test; the seed's NODE_ENV is understood too. Unset means production: fail closed.
DJANGO_ENV = env.text("DJANGO_ENV") or env.text("NODE_ENV") or "production"
PRODUCTION = DJANGO_ENV not in {"demo", "test", "development"}
DEBUG = False
TESTING = DJANGO_ENV == "test"

SECRET_KEY = env.required("SECRET_KEY", "a random string of 50 characters or more")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
JWT_SECRET = env.required("JWT_SECRET", "a random string that signs connect tokens")
ADMIN_API_KEY = env.text("ADMIN_API_KEY")
# What Prometheus shows at /metrics; unset: only the admin key opens it.
METRICS_TOKEN = env.text("METRICS_TOKEN")


# --- Addresses -----------------------------------------------------------------------------------
def _networks(values: list[str]) -> list[str]:
    """Networks in their usual form; a lone address is a network of one."""
    try:
        return [str(ip_network(value, strict=False)) for value in values]
    except ValueError as error:
        raise ImproperlyConfigured(
            f"TRUSTED_PROXIES must be addresses or networks (10.0.0.0/8), by commas: {error}."
        ) from error


PORT = env.number("PORT", 3000)
PUBLIC_URL = env.text("PUBLIC_URL", f"http://127.0.0.1:{PORT}").rstrip("/")
_public_host = urlsplit(PUBLIC_URL).hostname or "127.0.0.1"
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", [_public_host, "127.0.0.1", "localhost"])
ALLOWED_ORIGINS = env.words("ALLOWED_ORIGINS")
TRUSTED_PROXIES = _networks(env.words("TRUSTED_PROXIES"))
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
MARKETPLACE_OPEN_REGISTRATION = env.flag("MARKETPLACE_OPEN_REGISTRATION")
SUPPORT_EMAIL = env.text("SUPPORT_EMAIL", "support@ai-admin.app")
SUPPORT_TELEGRAM = env.text("SUPPORT_TELEGRAM", "ai_admin_support")

# --- YCLIENTS ------------------------------------------------------------------------------------
YCLIENTS_API_KEY = env.text("YCLIENTS_API_KEY")
YCLIENTS_USER_TOKEN = env.text("YCLIENTS_USER_TOKEN")
YCLIENTS_APPLICATION_ID = env.number("YCLIENTS_APPLICATION_ID", 0)
# YCLIENTS's limits (5 calls a second, 200 a minute per address) held across all processes. Off only
# against the stand-in, in tests and benchmarks.
YCLIENTS_BUDGET = env.flag("YCLIENTS_BUDGET", default=True)
YCLIENTS_API_URL = env.text("YCLIENTS_API_URL", "https://api.yclients.com").rstrip("/")

# --- WhatsApp ------------------------------------------------------------------------------------
WHATSAPP_PROVIDER = env.text("WHATSAPP_PROVIDER", "baileys")
WHATSAPP_MULTI_TENANT = env.flag("WHATSAPP_MULTI_TENANT", default=True)
WHATSAPP_SOCKET_URL = env.text("WHATSAPP_SOCKET_URL")
BRIDGE_URL = env.text("BRIDGE_URL", "http://127.0.0.1:3001").rstrip("/")
BRIDGE_TOKEN = env.required("BRIDGE_TOKEN", "a random string shared by web, worker and bridge")

# --- The assistant's pace ------------------------------------------------------------------------
# Seconds a chat stays quiet before its turn begins: a burst of messages gets one answer.
TURN_DELAY_SECONDS = float(env.text("TURN_DELAY_SECONDS", "1.2"))
# Days after which clients' messages are deleted.
MESSAGES_KEPT_DAYS = env.number("MESSAGES_KEPT_DAYS", 180)
# Milliseconds of "typing…" before an answer.
TYPING_MS = env.number("TYPING_MS", 600)

# --- PostgreSQL ----------------------------------------------------------------------------------
DATABASE_URL = env.required("DATABASE_URL", "postgresql://user:password@host:5432/name")


DATABASES = {"default": addresses.database(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


# --- Redis: cache, layer, broker ------------------------------------------------------------------
REDIS_URL = addresses.redis(
    env.text("REDIS_URL", "redis://127.0.0.1:6379/0"), env.text("REDIS_PASSWORD")
)
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "aiadmin.channel_layer.ChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": "aiadmin"},
    }
}
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_TRANSPORT = "aiadmin.broker:Transport"
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "global_keyprefix": "celery:",
    "socket_timeout": 10,
    "socket_connect_timeout": 2,
    # A reserved job that outlives its worker comes back after this; sweepers are faster.
    "visibility_timeout": 600,
    # Publishing with Redis down fails at once in place of 6 s. Workers reconnect by their own count.
    "max_retries": 0,
    # No job has a priority: without this each look for the next one names four lists a queue.
    "priority_steps": [0],
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_POOL = "aiadmin.threads:TaskPool"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = "sync"
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "core.sweep": {"task": "core.sweep", "schedule": 60.0, "options": {"expires": 55}},
    "marketplace.sweep": {
        "task": "marketplace.sweep",
        "schedule": 15.0,
        "options": {"expires": 14},
    },
    # Overdue turns, events without a ring, messages whose job was lost (design, decision 10).
    "whatsapp.sweep": {
        "task": "whatsapp.sweep",
        "schedule": 2.0,
        "options": {"expires": 5, "queue": "inbound"},
    },
    # Deletes what is kept no longer. By the clock: a beat that restarts often must not put it off for ever.
    "whatsapp.retention": {
        "task": "whatsapp.retention",
        "schedule": crontab(minute=17),
        "options": {"expires": 3500},
    },
    # Reminders and what else is said unasked: due to the minute, asked for twice a minute.
    "whatsapp.outreach_beat": {
        "task": "whatsapp.outreach_beat",
        "schedule": 30.0,
        "options": {"expires": 29, "queue": "sync"},
    },
}

# --- Django --------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "daphne",
    "aiadmin.staff.apps.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "aiadmin",
    "aiadmin.core",
    "marketplace",
    "whatsapp",
    "aiadmin.staff.apps.SignInConfig",
    # Last: its roles name permissions of all the others.
    "aiadmin.staff.apps.StaffConfig",
]
MIDDLEWARE = [
    "aiadmin.core.requests.RequestTimes",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "aiadmin.core.headers.SecurityHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "axes.middleware.AxesMiddleware",
    "aiadmin.staff.zone.staff_zone",
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
# Guessing passwords of the staff: ten misses from one address, then an hour of nothing.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(hours=1)
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_PARAMETERS = ["ip_address"]
AXES_CLIENT_IP_CALLABLE = "aiadmin.core.api.address_of"
AXES_LOCKOUT_TEMPLATE = "admin/locked.html"
AXES_VERBOSE = False
ROOT_URLCONF = "aiadmin.urls"
ASGI_APPLICATION = "aiadmin.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            # Pages speak through the catalogues (aiadmin/locale): every template translates.
            "builtins": ["django.templatetags.i18n"],
        },
    }
]
LANGUAGE_CODE = "ru"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Without collectstatic (demo, tests) WhiteNoise serves straight from the app and static folders, and
# looks at a file again at each request: a developer edits them under the running server.
STATIC_ROOT = BASE_DIR / "staticfiles" if PRODUCTION else None
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not PRODUCTION
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "aiadmin.core.api.forbidden"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "aiadmin.core.api.exception_handler",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "AI Admin for YCLIENTS",
    "DESCRIPTION": "Connects a salon's WhatsApp to its YCLIENTS journal. docs/api.md has examples.",
    "VERSION": "1.0.0",
    # Reading a hook loads its module, and with it the descriptions of all operations.
    "PREPROCESSING_HOOKS": ["marketplace.api.schema.only_marketplace"],
    "POSTPROCESSING_HOOKS": [
        "marketplace.api.schema_parts.add_shared",
        "marketplace.api.schema_pages.add_pages",
    ],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
}
SIMPLE_JWT = {"SIGNING_KEY": JWT_SECRET, "ALGORITHM": "HS256"}


# --- Mail ----------------------------------------------------------------------------------------
globals().update(addresses.mail(env.text("EMAIL_URL")))
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "AI Admin <noreply@ai-admin.app>")
OPS_EMAIL = env.text("OPS_EMAIL")
# `doctor` alone reads these two: whether a stranger sees our tables over Supabase's REST API.
SUPABASE_URL = env.text("SUPABASE_URL").rstrip("/")
SUPABASE_KEY = env.text("SUPABASE_KEY")
ALERT_WEBHOOK_URL = env.text("ALERT_WEBHOOK_URL")

# --- Demo ----------------------------------------------------------------------------------------
# Control addresses of the two stand-ins; set by the runner, refused in production.
YCLIENTS_SANDBOX_URL = env.text("YCLIENTS_SANDBOX_URL").rstrip("/")
WHATSAPP_SANDBOX_URL = env.text("WHATSAPP_SANDBOX_URL").rstrip("/")

LOG_LEVEL = env.text("LOG_LEVEL", "info").upper()
LOGGING = configure(level=LOG_LEVEL, json_lines=PRODUCTION)
SENTRY_DSN = env.text("SENTRY_DSN")
if SENTRY_DSN:
    sentry.start(dsn=SENTRY_DSN, environment=DJANGO_ENV)


if PRODUCTION:
    for _unsafe, _sentence in production.faults(globals()):
        if _unsafe:
            raise ImproperlyConfigured(_sentence)
if WHATSAPP_PROVIDER != "baileys":
    raise ImproperlyConfigured("WHATSAPP_PROVIDER must be baileys: nothing else is built in.")
