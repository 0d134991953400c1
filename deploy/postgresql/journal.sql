-- Lets the two doors that members write to cut PostgreSQL's journal after they have rewritten their tables.
-- Run each pair as a superuser inside the database it names (psql -d amanah_card, psql -d amanah_spending).
-- pg_checkpoint exists since PostgreSQL 15.

-- amanah_card
GRANT pg_checkpoint TO amanah_card;
GRANT EXECUTE ON FUNCTION pg_switch_wal() TO amanah_card;

-- amanah_spending
GRANT pg_checkpoint TO amanah_spending;
GRANT EXECUTE ON FUNCTION pg_switch_wal() TO amanah_spending;
