-- Version 2 of schema "bridge" (whatsapp.0003): what was sent, what failed, a way out of one's own.

-- What left for a customer, AES-256-GCM under AUTH_STATE_KEY: a phone that could not read it asks for it
-- again, also after a restart of the bridge. Written with the ratchet step, before the ciphertext leaves.
CREATE TABLE bridge.sent (
    session_id bigint NOT NULL,
    message_id text NOT NULL,
    content    bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (session_id, message_id)
);
CREATE INDEX sent_by_age ON bridge.sent (created_at);

-- An event that Django could not handle is tried again; `error` marks the one that was put aside.
ALTER TABLE bridge.events
    ADD COLUMN attempts smallint NOT NULL DEFAULT 0,
    ADD COLUMN error text;

-- What is pruned first, and what the alarm on reconnects counts.
CREATE INDEX events_with_plaintext ON bridge.events (created_at) WHERE plaintext IS NOT NULL;
CREATE INDEX events_connected ON bridge.events (created_at) WHERE kind = 'connected';

-- The session's own proxy (a URL, it may hold a password), sealed by the bridge like `auth`.
ALTER TABLE bridge.leases ADD COLUMN proxy bytea;

-- Which key of AUTH_STATE_KEY a bridge encrypts with (the start of its SHA-256): a rotation waits for all.
ALTER TABLE bridge.nodes ADD COLUMN key_id text;

UPDATE bridge.meta SET version = 2;
