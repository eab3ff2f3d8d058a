/** The PostgreSQL pool: short single statements only, so it also works behind a transaction pooler. */
import pg from 'pg'
import { errorForLog, type Log } from './log.js'

export const SCHEMA_VERSION = 4
/** A hung statement would hold the lease row and delay a takeover. */
const STATEMENT_TIMEOUT_MS = 5_000
const CONNECT_TIMEOUT_MS = 5_000
const POOL_SIZE = 10

export class Db {
  private constructor(private readonly pool: pg.Pool) {}

  /** Connects once to learn what the server accepts; throws when it is unreachable. */
  static async open(url: string, log: Log): Promise<Db> {
    const base: pg.PoolConfig = {
      connectionString: url,
      max: POOL_SIZE,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: 2 * STATEMENT_TIMEOUT_MS,
      keepAlive: true,
      application_name: 'aiadmin-bridge',
    }
    const timed: pg.PoolConfig = { ...base, statement_timeout: STATEMENT_TIMEOUT_MS }
    let config = timed
    const probe = new pg.Client(timed)
    // A connection that breaks while idle must not end the process.
    probe.on('error', () => {})
    try {
      await probe.connect()
    } catch (error) {
      // pgbouncer refuses start-up parameters it does not know; the role's own setting has to serve there.
      const { message } = error as Error
      if (!/startup parameter/i.test(message)) {
        throw new Error(`PostgreSQL at BRIDGE_DATABASE_URL does not let the bridge in: ${message}.`)
      }
      log.warn({ event: 'store.statement_timeout_unset' })
      config = base
    }
    await probe.end().catch(() => {})
    const pool = new pg.Pool(config)
    pool.on('error', (error) => log.warn({ event: 'store.connection_lost', ...errorForLog(error) }))
    return new Db(pool)
  }

  async query<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const result = await this.pool.query(text, [...values])
    return result.rows as Row[]
  }

  /** Throws an Error with one sentence when the schema is not the one this code was written for. */
  async checkSchema(): Promise<void> {
    const rows = await this.query<{ version: number }>('select version from bridge.meta').catch(
      () => {
        throw new Error(
          'Schema "bridge" is missing in BRIDGE_DATABASE_URL: run Django\'s migrations first.',
        )
      },
    )
    if (rows[0]?.version !== SCHEMA_VERSION) {
      throw new Error(
        `Schema "bridge" has version ${rows[0]?.version}, this bridge needs ${SCHEMA_VERSION}: deploy matching versions.`,
      )
    }
  }

  close(): Promise<void> {
    return this.pool.end()
  }
}
