-- Version 3: media (whatsapp.0004), and an index for the number's health.

-- Nothing was ever stored in the first form of this table.
DROP TABLE bridge.media;

-- A file of a message. The row is made by the very statement that stores the message's event (trigger below), so a
-- crash can lose neither: "owed" says that the file is still to be fetched.
CREATE TABLE bridge.media (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    session_id bigint NOT NULL,
    chat       text NOT NULL,
    message_id text NOT NULL,
    kind       text NOT NULL,                       -- image | audio | video | document
    status     text NOT NULL DEFAULT 'owed'
               CHECK (status IN ('owed', 'fetched', 'refused', 'expired', 'failed')),
    reason     text NOT NULL DEFAULT '',            -- why it is not there, a stable word
    attempts   smallint NOT NULL DEFAULT 0,
    due_at     timestamptz,                         -- the next attempt, while owed
    mime       text NOT NULL DEFAULT '',            -- what the bytes are, whatever the sender said
    filename   text NOT NULL DEFAULT '',
    size       integer NOT NULL DEFAULT 0,          -- bytes before encryption
    body       bytea,                               -- AES-256-GCM under AUTH_STATE_KEY (AAD media|session|chat|message)
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (session_id, chat, message_id),
    CHECK ((status = 'fetched') = (body IS NOT NULL)),
    CHECK ((status = 'owed') = (due_at IS NOT NULL))
);
-- Ciphertext does not compress.
ALTER TABLE bridge.media ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE INDEX media_owed ON bridge.media (due_at) WHERE status = 'owed';
CREATE INDEX media_by_age ON bridge.media (created_at);

CREATE FUNCTION bridge.owe_media() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Without the plaintext (the phone sent the message again) nobody knows where the file lies.
    INSERT INTO bridge.media (session_id, chat, message_id, kind, status, reason, due_at)
    VALUES (NEW.session_id, NEW.chat, NEW.message_id, NEW.payload ->> 'type',
            CASE WHEN NEW.plaintext IS NULL THEN 'failed' ELSE 'owed' END,
            CASE WHEN NEW.plaintext IS NULL THEN 'no_source' ELSE '' END,
            CASE WHEN NEW.plaintext IS NULL THEN NULL ELSE now() END)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE TRIGGER owe_media AFTER INSERT ON bridge.events FOR EACH ROW
    WHEN (NEW.kind = 'message' AND NEW.payload ->> 'type' IN ('image', 'audio', 'video', 'document'))
    EXECUTE FUNCTION bridge.owe_media();

-- Reconnects and unreadable messages of the last hours, for staff.
CREATE INDEX events_health ON bridge.events (session_id, kind, created_at)
    WHERE kind IN ('connected', 'disconnected', 'undecryptable');

UPDATE bridge.meta SET version = 3;
