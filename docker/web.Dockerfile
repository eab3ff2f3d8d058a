# The image of web, worker, beat and manage.py. Build it from the repository's root:
#   docker build -f docker/web.Dockerfile -t aiadmin-web .
FROM python:3.11-slim-trixie AS packages
COPY requirements.txt /tmp/requirements.txt
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check -r /tmp/requirements.txt

FROM python:3.11-slim-trixie
# pg_dump and pg_restore for `manage.py backup` and `restore`.
RUN apt-get update \
    && apt-get install -y --no-install-recommends postgresql-client-17 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin aiadmin
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DJANGO_SETTINGS_MODULE=aiadmin.settings
WORKDIR /app
COPY --from=packages /venv /venv
COPY manage.py ./
COPY templates templates
COPY static static
COPY aiadmin aiadmin
COPY marketplace marketplace
COPY whatsapp whatsapp
# The static files once and for all, under settings that are forgotten afterwards.
RUN DJANGO_ENV=production PUBLIC_URL=https://build.invalid YCLIENTS_API_KEY=build YCLIENTS_APPLICATION_ID=1 \
    SECRET_KEY=only-while-this-image-is-built-only-while-this-image-is-built \
    JWT_SECRET=only-while-this-image-is-built-only ADMIN_API_KEY=only-while-this-image-is-built \
    BRIDGE_TOKEN=only-while-this-image-is-built DATABASE_URL=postgresql://build@build.invalid/build \
    python manage.py collectstatic --noinput
USER 10001
EXPOSE 3000
# As the web process; worker and beat bring their own in compose.yml.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["python", "-m", "aiadmin.ready"]
CMD ["python", "-m", "aiadmin.web", "-b", "0.0.0.0", "-p", "3000"]
