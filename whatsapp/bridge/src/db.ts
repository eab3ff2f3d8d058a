/**
 * The PostgreSQL pool: short single statements only, so it also works behind a transaction pooler. Where none stands
 * before it, a connection keeps its statements: parsing and planning them is most of what they cost the server.
 */
import pg from 'pg'
import { errorForLog, type Log } from './log.js'

export const SCHEMA_VERSION = 4
/** A hung statement would hold the lease row and delay a takeover. */
const STATEMENT_TIMEOUT_MS = 5_000
const CONNECT_TIMEOUT_MS = 5_000
const POOL_SIZE = 10

export class Db {
  /** Texts → the names they are kept under; undefined behind a pooler, where the next use meets another server. */
  private readonly names: Map<string, string> | undefined

  private constructor(
    private readonly pool: pg.Pool,
    ownServer: boolean,
  ) {
    this.names = ownServer ? new Map() : undefined
  }

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
    let ownServer = false
    const probe = new pg.Client(timed)
    // A connection that breaks while idle must not end the process.
    probe.on('error', () => {})
    try {
      await probe.connect()
      ownServer = await hasOwnServer(probe)
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
    return new Db(pool, ownServer)
  }

  async query<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const result = await this.pool.query({ name: this.nameOf(text), text, values: [...values] })
    return result.rows as Row[]
  }

  private nameOf(text: string): string | undefined {
    if (!this.names) return undefined
    const name = this.names.get(text) ?? `s${this.names.size}`
    this.names.set(text, name)
    return name
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

/** A pooler has to make up the process number it greets with; PostgreSQL itself greets with the true one. */
async function hasOwnServer(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  return rows[0]?.pid === (client as unknown as { processID: number | null }).processID
}
