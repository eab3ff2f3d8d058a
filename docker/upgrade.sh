#!/bin/sh
# A new version without an interruption and without a new QR code: one program after another, the next only
# when the last is healthy. One that does not become so goes back to the old image, and nothing else is touched.
# From the repository's root, with the new sources checked out:  docker/upgrade.sh VERSION
# Compose's files are those of COMPOSE_FILE (the environment's, else .env's); upgraded is what runs on this machine.
set -eu
version=${1:?usage: docker/upgrade.sh VERSION (the tag of the images to build)}
cd -- "$(dirname -- "$0")/.."
: "${COMPOSE_FILE:=$(sed -n 's/^COMPOSE_FILE=//p' .env | tail -n 1)}"
: "${COMPOSE_FILE:=docker/compose.yml}"
export COMPOSE_FILE

compose() {
    AIADMIN_VERSION=$1
    export AIADMIN_VERSION
    shift
    docker compose --env-file .env "$@"
}

here=$(compose "$version" ps --all --services)
order=
for kind in worker beat web bridge; do
    order="$order $(printf '%s\n' "$here" | grep -E "^$kind(-[0-9]+)?\$" | sort || :)"
done
# shellcheck disable=SC2086  # names without spaces
set -- $order
if [ $# -eq 0 ]; then
    echo "Nothing of ours runs here by $COMPOSE_FILE." >&2
    exit 1
fi
old=$(docker inspect -f '{{.Config.Image}}' "$(compose "$version" ps --all -q "$1" | head -n 1)")
old=${old##*:}

echo "$old -> $version: $*"
compose "$version" build migrate bridge-1
# Migrations of one version only add, so that the old programs go on beside the new schema.
compose "$version" run --rm --no-deps migrate

for service; do
    echo "$service ..."
    # Compose waits until the health check says yes; a bridge hands its sessions to another one meanwhile.
    if ! compose "$version" up -d --no-deps --wait --wait-timeout 120 "$service"; then
        echo "$service did not become healthy: back to $old. Its log: docker compose logs $service" >&2
        compose "$old" up -d --no-deps --wait --wait-timeout 120 "$service"
        exit 1
    fi
    # New containers have new addresses.
    case $service in web-*)
        if printf '%s\n' "$here" | grep -qx nginx; then compose "$version" exec -T nginx nginx -s reload; fi ;;
    esac
done
if grep -q '^AIADMIN_VERSION=' .env; then
    sed -i "s/^AIADMIN_VERSION=.*/AIADMIN_VERSION=$version/" .env
else
    printf 'AIADMIN_VERSION=%s\n' "$version" >>.env
fi
echo "All of it is $version now."
