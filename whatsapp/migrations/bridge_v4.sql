-- Version 4 (whatsapp.0009): one index for what is counted of the last hours, where two overlapped.

-- Reconnects of all salons within the hour (alarm), reconnects and unreadable messages of some (staff's list): both
-- are a few hours of one kind out of a month of rows.
CREATE INDEX events_by_kind ON bridge.events (kind, created_at, session_id)
    WHERE kind IN ('connected', 'disconnected', 'undecryptable');
DROP INDEX bridge.events_connected, bridge.events_health;

UPDATE bridge.meta SET version = 4;
