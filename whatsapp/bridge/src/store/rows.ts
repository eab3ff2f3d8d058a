/** The statements on bridge.auth and bridge.events: one fenced statement writes keys, credentials and events together. */
import type { Keyring } from '../crypto.js'
import type { Db } from '../db.js'
import { Fenced } from '../errors.js'
import { decodeValue, eventPlace, openValue, sentPlace } from './codec.js'
import { Statement } from './statement.js'

/** The right to write for a session: valid while the lease row still has this owner and epoch. */
export interface Lease {
  sessionId: string
  owner: string
  epoch: string
}

export interface AuthWrite {
  type: string
  id: string
  /** JSON text as `encodeValue` makes it; null deletes the row. */
  text: string | null
}

export interface EventRow {
  kind: string
  chat: string
  messageId: string
  part: number
  payload: object
  /** Set for messages: SHA-256 of the ciphertext and the padded plaintext answer a replay. */
  proof?: { sha256: Buffer; plaintext: Uint8Array }
  /** Kept for replays only; Django never sees it. */
  internal?: boolean
}

/** What is about to leave, kept for phones that ask for it again. */
export interface SentRow {
  messageId: string
  /** An encoded proto.Message. */
  content: Uint8Array
}

const READ =
  'select id, value from bridge.auth where session_id = $1 and type = $2 and id = any($3)'

const ALL = 'select id, value from bridge.auth where session_id = $1 and type = $2 order by id'

const SENT = 'select content from bridge.sent where session_id = $1 and message_id = $2'

const REPLAY = `select plaintext from bridge.events
where session_id = $1 and chat = $2 and message_id = $3 and sha256 = $4 and kind = 'message' limit 1`

const KNOWN = `select 1 from bridge.events
where session_id = $1 and chat = any($2) and message_id = $3 and kind = 'message' limit 1`

const ORIGINAL = `select chat, sha256, plaintext from bridge.events
where session_id = $1 and chat = any($2) and message_id = $3 and kind = 'message' and plaintext is not null limit 1`

// No index covers these rows; what a crash repeats was journaled moments before it, so the newest ids are enough.
const REPLAY_INTERNAL = `select plaintext from bridge.events
where id > (select coalesce(max(id), 0) - 20000 from bridge.events)
  and session_id = $1 and chat = $2 and message_id = $3 and sha256 = $4 and kind = 'peer' limit 1`

export class Rows {
  constructor(
    private readonly db: Db,
    private readonly keyring: Keyring,
    private readonly lease: Lease,
  ) {}

  /** Writes everything or nothing; returns the number of new events. Throws Fenced when the lease is not ours. */
  async commit(
    writes: readonly AuthWrite[],
    events: readonly EventRow[],
    sent: readonly SentRow[],
  ): Promise<number> {
    // A commit before it took along what this one was made for.
    if (writes.length + events.length + sent.length === 0) return 0
    return this.fenced((statement) => {
      statement.write(writes)
      statement.remember(sent)
      statement.journal(events)
    })
  }

  /** Deletes all keys, credentials and sent messages of the session and writes events in the same statement. */
  async wipe(events: readonly EventRow[]): Promise<number> {
    return this.fenced((statement) => {
      statement.wipe()
      statement.journal(events)
    })
  }

  /** JSON texts by id; absent rows are missing from the map. */
  async read(type: string, ids: readonly string[]): Promise<Map<string, string>> {
    const { sessionId } = this.lease
    const rows = await this.db.query<{ id: string; value: Buffer }>(READ, [sessionId, type, ids])
    return new Map(
      rows.map(({ id, value }) => [id, openValue(this.keyring, sessionId, type, id, value)]),
    )
  }

  /** Every value of a type, in the order of their ids. */
  async all<T>(type: string): Promise<[id: string, value: T][]> {
    const { sessionId } = this.lease
    const rows = await this.db.query<{ id: string; value: Buffer }>(ALL, [sessionId, type])
    return rows.map(({ id, value }) => {
      const text = openValue(this.keyring, sessionId, type, id, value)
      return [id, decodeValue(type, text) as T]
    })
  }

  /** The encoded message that was sent under this id. */
  async sent(messageId: string): Promise<Buffer | undefined> {
    const values = [this.lease.sessionId, messageId]
    const [row] = await this.db.query<{ content: Buffer }>(SENT, values)
    return row && this.keyring.open(this.sentPlace(messageId), row.content)
  }

  /** The padded plaintext of a message that was journaled under this very ciphertext. */
  async replay(chat: string, messageId: string, sha256: Buffer): Promise<Buffer | undefined> {
    const values = [this.lease.sessionId, chat, messageId, sha256]
    for (const query of [REPLAY, REPLAY_INTERNAL]) {
      const [row] = await this.db.query<{ plaintext: Buffer }>(query, values)
      if (row) return this.keyring.open(this.place(chat, messageId, sha256), row.plaintext)
    }
    return undefined
  }

  /** Whether a message of this chat was journaled, under any of its addresses. */
  async known(chats: readonly string[], messageId: string): Promise<boolean> {
    const values = [this.lease.sessionId, chats, messageId]
    return (await this.db.query(KNOWN, values)).length > 0
  }

  /** The padded plaintext of a message of this chat, under any of its addresses. */
  async original(chats: readonly string[], messageId: string): Promise<Buffer | undefined> {
    const values = [this.lease.sessionId, chats, messageId]
    const [row] = await this.db.query<{ chat: string; sha256: Buffer; plaintext: Buffer }>(
      ORIGINAL,
      values,
    )
    return row && this.keyring.open(this.place(row.chat, messageId, row.sha256), row.plaintext)
  }

  private async fenced(fill: (statement: Statement) => void): Promise<number> {
    const statement = new Statement(this.lease, this.keyring)
    fill(statement)
    const [row] = await this.db.query<{ leases: number; events: number }>(
      statement.text,
      statement.values,
    )
    if (row?.leases !== 1) throw new Fenced()
    return row.events
  }

  private place(chat: string, messageId: string, sha256: Buffer): string {
    return eventPlace(this.lease.sessionId, chat, messageId, sha256)
  }

  private sentPlace(messageId: string): string {
    return sentPlace(this.lease.sessionId, messageId)
  }
}
