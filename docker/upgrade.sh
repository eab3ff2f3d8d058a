#!/bin/sh
# A new version without an interruption and without a new QR code: one program after another, the next only
# when the last is healthy. One that does not become so goes back to the old image, and nothing else is touched.
# From the repository's root, with the new sources checked out:  docker/upgrade.sh VERSION
set -eu
version=${1:?usage: docker/upgrade.sh VERSION (the tag of the images to build)}
cd -- "$(dirname -- "$0")/.."
old=$(docker inspect -f '{{.Config.Image}}' "$(docker compose -f docker/compose.yml --env-file .env ps -q web-1)")
old=${old##*:}

compose() {
    AIADMIN_VERSION=$1
    export AIADMIN_VERSION
    shift
    docker compose -f docker/compose.yml --env-file .env "$@"
}

echo "$old -> $version"
compose "$version" build migrate bridge-1
# Migrations of one version only add, so that the old programs go on beside the new schema.
compose "$version" run --rm --no-deps migrate

for service in worker beat web-1 web-2 bridge-1 bridge-2; do
    echo "$service ..."
    # Compose waits until the health check says yes; a bridge hands its sessions to the other one meanwhile.
    if ! compose "$version" up -d --no-deps --wait --wait-timeout 120 "$service"; then
        echo "$service did not become healthy: back to $old. Its log: docker compose logs $service" >&2
        compose "$old" up -d --no-deps --wait --wait-timeout 120 "$service"
        exit 1
    fi
    # New containers have new addresses.
    case $service in web-*) compose "$version" exec -T nginx nginx -s reload ;; esac
done
sed -i "s/^AIADMIN_VERSION=.*/AIADMIN_VERSION=$version/" .env
echo "All of it is $version now."
