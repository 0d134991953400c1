-- Lets the doors whose files must forget cut PostgreSQL's journal after they have rewritten their tables: the two that
-- members write to forget an order, the request door forgets what closed requests held.
-- Run each pair as a superuser inside the database it names (psql -d amanah_card, and so on).
-- pg_checkpoint exists since PostgreSQL 15.

-- amanah_card
GRANT pg_checkpoint TO amanah_card;
GRANT EXECUTE ON FUNCTION pg_switch_wal() TO amanah_card;

-- amanah_spending
GRANT pg_checkpoint TO amanah_spending;
GRANT EXECUTE ON FUNCTION pg_switch_wal() TO amanah_spending;

-- amanah_request
GRANT pg_checkpoint TO amanah_request;
GRANT EXECUTE ON FUNCTION pg_switch_wal() TO amanah_request;
