/** Accounts on a scratch database without a socket, and looks into what they wrote. */
import { createHash, randomBytes } from 'node:crypto'
import pg from 'pg'
import { Keyring } from '../../../src/crypto.js'
import { Db } from '../../../src/db.js'
import { makeEvent } from '../../../src/events.js'
import { Leases } from '../../../src/leases.js'
import { makeLog } from '../../../src/log.js'
import { Account } from '../../../src/store/account.js'
import type { EventRow } from '../../../src/store/rows.js'
import { type Scratch, scratchDatabase } from './postgres.js'
import { until } from './wait.js'

const log = makeLog('silent')

export class Accounts {
  /** Commits that brought new events. */
  rings = 0
  private readonly keyring = Keyring.parse(randomBytes(32).toString('base64'))
  private readonly leases: Leases

  private constructor(
    readonly scratch: Scratch,
    private readonly db: Db,
  ) {
    this.leases = new Leases(db, 'here', 30_000)
  }

  static async create(): Promise<Accounts> {
    const scratch = await scratchDatabase()
    return new Accounts(scratch, await Db.open(scratch.url, log))
  }

  async end(): Promise<void> {
    await this.db.close()
    await this.scratch.drop()
  }

  /** An account under a new epoch of the session's lease; `through`: another way to the same database. */
  async open(session: number, through: Db = this.db): Promise<Account> {
    const lease = await this.leases.take(String(session), { own: true, want: true })
    if (!lease) throw new Error('the lease is taken')
    const onEvents = (): void => {
      this.rings += 1
    }
    return new Account({ db: through, keyring: this.keyring, lease, onEvents })
  }

  connect(url: string): Promise<Db> {
    return Db.open(url, log)
  }

  /** Somebody else takes the session. */
  async takeAway(session: number): Promise<void> {
    await this.scratch.query('update bridge.leases set epoch = epoch + 1 where session_id = $1', [
      session,
    ])
  }

  /** A takeover in the middle of its decision: the lease row is changed, not yet committed. */
  async lockLease(session: number): Promise<pg.Client> {
    const client = new pg.Client(this.scratch.url)
    await client.connect()
    await client.query('begin')
    await client.query('update bridge.leases set epoch = epoch + 1 where session_id = $1', [
      session,
    ])
    return client
  }

  /** Resolves when a statement waits for a lock. */
  async waiting(): Promise<void> {
    await until('a write waits for the lease', async () => {
      const [row] = await this.scratch.query(
        `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
      )
      return row
    })
  }

  /** Number of stored keys, without credentials. */
  async keyCount(session: number): Promise<number> {
    const [row] = await this.scratch.query<{ n: number }>(
      "select count(*)::int as n from bridge.auth where session_id = $1 and type <> 'creds'",
      [session],
    )
    return row?.n ?? -1
  }

  async messageIds(session: number): Promise<string[]> {
    const rows = await this.scratch.query<{ message_id: string }>(
      'select message_id from bridge.events where session_id = $1 order by id',
      [session],
    )
    return rows.map((row) => row.message_id)
  }

  /** Rows of a session, and how many transactions wrote them. */
  async writers(session: number) {
    const [row] = await this.scratch.query<{ rows: number; transactions: number }>(
      `select count(*)::int as rows, count(distinct x.writer)::int as transactions from (
         select xmin::text as writer from bridge.auth where session_id = $1
         union all select xmin::text from bridge.events where session_id = $1) x`,
      [session],
    )
    return row
  }
}

export const CHAT = '111@lid'

/** A message event that came as `cipher`. */
export function message(id: string, cipher: string): EventRow {
  const place = { chat: CHAT, messageId: id }
  return {
    ...makeEvent('undecryptable', { chat: CHAT, message_id: id, reason: '' }, place),
    kind: 'message',
    proof: { sha256: sha256(cipher), plaintext: Buffer.from(`plain ${cipher}`) },
  }
}

export function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
