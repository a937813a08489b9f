-- Two roles for one database: the owner changes tables (DATABASE_OWNER_URL), the application reads and writes rows (DATABASE_URL).
-- Once, as a superuser, in the new database:  createdb ledger && psql ledger < deploy/postgresql-roles.sql
-- Then choose other passwords than these.
CREATE ROLE ledger_owner LOGIN PASSWORD 'change-me';
CREATE ROLE ledger_app LOGIN PASSWORD 'change-me-too';
ALTER DATABASE ledger OWNER TO ledger_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO ledger_owner;
GRANT USAGE ON SCHEMA public TO ledger_app;
ALTER DEFAULT PRIVILEGES FOR ROLE ledger_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ledger_app;
ALTER DEFAULT PRIVILEGES FOR ROLE ledger_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO ledger_app;
