/** The rows of bridge.media: what is owed, claimed, stored or given up. */
import type { Keyring } from '../crypto.js'
import type { Db } from '../db.js'
import { eventPlace, mediaPlace } from '../store/codec.js'
import type { MediaKind } from './types.js'

/** A claimed row; its message's plaintext comes from the event that was stored with it. */
export interface Owed {
  id: string
  sessionId: string
  chat: string
  messageId: string
  kind: MediaKind
  /** This one included. */
  attempts: number
  /** Of the ciphertext that brought the message; with `sealed` (its padded plaintext) absent when nobody knows it. */
  sha256: Buffer | null
  sealed: Buffer | null
  fromMe: boolean
}

export interface StoredFile {
  mime: string
  filename: string
  body: Buffer
}

export type Ending = 'refused' | 'expired' | 'failed'

interface ClaimedRow {
  id: string
  session_id: string
  chat: string
  message_id: string
  kind: MediaKind
  attempts: number
  sha256: Buffer | null
  plaintext: Buffer | null
  from_me: boolean | null
}

/** While a claim lasts nobody else fetches the file; longer than a fetch may take. */
const CLAIM_SECONDS = 240

const CLAIM = `with due as (
    select m.id from bridge.media m join bridge.leases l on l.session_id = m.session_id and l.owner = $1
    where m.status = 'owed' and m.due_at <= now() order by m.due_at limit $2 for update of m skip locked),
  claimed as (
    update bridge.media m set attempts = m.attempts + 1, due_at = now() + make_interval(secs => $3)
    from due where m.id = due.id returning m.*)
  select c.id, c.session_id, c.chat, c.message_id, c.kind, c.attempts, e.sha256, e.plaintext,
         (e.payload ->> 'from_me')::boolean as from_me
  from claimed c left join bridge.events e on e.session_id = c.session_id and e.chat = c.chat
    and e.message_id = c.message_id and e.part = 0 and e.kind = 'message'`

const STORE = `update bridge.media set status = 'fetched', reason = '', due_at = null, mime = $2, filename = $3,
  size = $4, body = $5 where id = $1 and status = 'owed'`
const END = `update bridge.media set status = $2, reason = $3, due_at = null where id = $1 and status = 'owed'`
const LATER = `update bridge.media set reason = $2, due_at = now() + make_interval(secs => $3)
  where id = $1 and status = 'owed'`
const READ = `select status, reason, mime, filename, body from bridge.media
  where session_id = $1 and chat = $2 and message_id = $3`

export class MediaRows {
  constructor(
    private readonly db: Db,
    private readonly keyring: Keyring,
    private readonly bridgeId: string,
  ) {}

  /** Files of this bridge's sessions that are due, each claimed for this bridge alone. */
  async claim(limit: number): Promise<Owed[]> {
    const rows = await this.db.query<ClaimedRow>(CLAIM, [this.bridgeId, limit, CLAIM_SECONDS])
    return rows.map((row) => ({
      id: row.id,
      sessionId: row.session_id,
      chat: row.chat,
      messageId: row.message_id,
      kind: row.kind,
      attempts: row.attempts,
      sha256: row.sha256,
      sealed: row.plaintext,
      fromMe: row.from_me === true,
    }))
  }

  /** The padded plaintext of the message that brought the file. Throws when it does not open. */
  plaintext({ sessionId, chat, messageId, sha256, sealed }: Owed): Buffer | undefined {
    if (!sha256 || !sealed) return undefined
    return this.keyring.open(eventPlace(sessionId, chat, messageId, sha256), sealed)
  }

  async store(owed: Owed, file: StoredFile): Promise<void> {
    const { sessionId, chat, messageId } = owed
    const sealed = this.keyring.seal(mediaPlace(sessionId, chat, messageId), file.body)
    await this.db.query(STORE, [owed.id, file.mime, file.filename, file.body.length, sealed])
  }

  async end(owed: Owed, ending: Ending, reason: string): Promise<void> {
    await this.db.query(END, [owed.id, ending, reason])
  }

  async later(owed: Owed, reason: string, seconds: number): Promise<void> {
    await this.db.query(LATER, [owed.id, reason, seconds])
  }

  /** The file, what became of it, or undefined when there is no such message with a file. */
  async read(
    sessionId: string,
    chat: string,
    messageId: string,
  ): Promise<StoredFile | { status: 'owed' | Ending; reason: string } | undefined> {
    const [row] = await this.db.query<{
      status: 'fetched' | 'owed' | Ending
      reason: string
      mime: string
      filename: string
      body: Buffer
    }>(READ, [sessionId, chat, messageId])
    if (!row) return undefined
    const { status, reason, mime, filename } = row
    if (status !== 'fetched') return { status, reason }
    const body = this.keyring.open(mediaPlace(sessionId, chat, messageId), row.body)
    return { mime, filename, body }
  }
}
