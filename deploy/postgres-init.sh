#!/bin/sh
# Run once by the postgres image on an empty data folder: an owner that migrates, and an
# application that works on the rows but cannot change the tables nor rewrite the audit trail.
set -eu

psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set owner_password="$PARVIS_OWNER_PASSWORD" --set password="$PARVIS_PASSWORD" <<'SQL'
CREATE ROLE parvis LOGIN PASSWORD :'password';
CREATE ROLE parvis_owner LOGIN PASSWORD :'owner_password';
CREATE DATABASE parvis OWNER parvis_owner;
\connect parvis
ALTER DEFAULT PRIVILEGES FOR ROLE parvis_owner
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO parvis;
ALTER DEFAULT PRIVILEGES FOR ROLE parvis_owner
    GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO parvis;
SQL
