-- Schema "bridge": what the WhatsApp bridge stores. Owned by Django's migrations (whatsapp.0002);
-- the bridge checks bridge.meta.version at start and refuses another one.
CREATE SCHEMA IF NOT EXISTS bridge;

CREATE TABLE bridge.meta (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    version  integer NOT NULL
);
INSERT INTO bridge.meta (version) VALUES (1);

-- Who drives a salon's session. A write of auth state or events carries (owner, epoch) and locks this
-- row FOR SHARE in the same statement: an EXISTS alone was shown not to fence.
CREATE TABLE bridge.leases (
    session_id bigint PRIMARY KEY,
    wanted     boolean NOT NULL DEFAULT true,
    owner      text,
    epoch      bigint NOT NULL DEFAULT 0,
    expires_at timestamptz
);

-- Bridges that are alive: the gateway follows a 409 only to an address listed here.
CREATE TABLE bridge.nodes (
    id      text PRIMARY KEY,
    url     text NOT NULL,
    seen_at timestamptz NOT NULL DEFAULT now()
);

-- Baileys' credentials and Signal keys, AES-256-GCM under AUTH_STATE_KEY (AAD session|type|id).
CREATE TABLE bridge.auth (
    session_id bigint NOT NULL,
    type       text NOT NULL,
    id         text NOT NULL,
    value      bytea NOT NULL,
    PRIMARY KEY (session_id, type, id)
);
-- Ciphertext does not compress.
ALTER TABLE bridge.auth ALTER COLUMN value SET STORAGE EXTERNAL;

-- What happened: inserted with the ratchet step, before WhatsApp gets its receipt; claimed by Django.
CREATE TABLE bridge.events (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    session_id   bigint NOT NULL,
    kind         text NOT NULL,
    chat         text NOT NULL DEFAULT '',
    message_id   text NOT NULL DEFAULT '',
    part         smallint NOT NULL DEFAULT 0,
    sha256       bytea,
    -- The padded plaintext as decrypted (encrypted like auth): answers a replay of the same ciphertext.
    plaintext    bytea,
    payload      jsonb NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    processed_at timestamptz
);
CREATE UNIQUE INDEX events_message_once ON bridge.events (session_id, chat, message_id, part)
    WHERE kind = 'message';
CREATE INDEX events_waiting ON bridge.events (session_id, id) WHERE processed_at IS NULL;

CREATE TABLE bridge.media (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    session_id bigint NOT NULL,
    chat       text NOT NULL,
    message_id text NOT NULL,
    mime       text NOT NULL,
    body       bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (session_id, chat, message_id)
);
