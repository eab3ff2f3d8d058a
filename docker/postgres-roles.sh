#!/bin/sh
# The two roles and the database, once, when PostgreSQL's volume is new. The bridge's role owns nothing:
# a migration grants it the schema `bridge` alone.
set -eu
psql -v ON_ERROR_STOP=1 -U postgres \
    -v app="$POSTGRES_APP_PASSWORD" -v bridge="$POSTGRES_BRIDGE_PASSWORD" <<'SQL'
CREATE ROLE aiadmin LOGIN PASSWORD :'app';
CREATE ROLE aiadmin_bridge LOGIN PASSWORD :'bridge';
CREATE DATABASE aiadmin OWNER aiadmin;
SQL
