/**
 * The PostgreSQL pool: short single statements only, so it also works behind a transaction pooler. Where none stands
 * before it, a connection keeps its statements: parsing and planning them is most of what they cost the server.
 * A pooler that is put there meanwhile shows in its refusals, each of which comes before anything was carried out.
 */
import { createHash } from 'node:crypto'
import pg from 'pg'
import { errorForLog, type Log } from './log.js'

export const SCHEMA_VERSION = 4
/** A hung statement would hold the lease row and delay a takeover. */
const STATEMENT_TIMEOUT_MS = 5_000
const CONNECT_TIMEOUT_MS = 5_000
const POOL_SIZE = 10
/** Else a statement that takes arrays is planned at every call, for their length, which costs more than running it. */
const PLAN_ONCE = '-c plan_cache_mode=force_generic_plan'

/** invalid_sql_statement_name and duplicate_prepared_statement: the connection's server is not the one that prepared. */
const ELSEWHERE = new Set(['26000', '42P05'])

export class Db {
  /** Texts → the names they are kept under; undefined behind a pooler, where the next use meets another server. */
  private names: Map<string, string> | undefined

  private constructor(
    private readonly pool: pg.Pool,
    private readonly log: Log,
    ownServer: boolean,
  ) {
    this.names = ownServer ? new Map() : undefined
  }

  /** Connects once to learn what the server accepts; throws when it is unreachable. */
  static async open(url: string, log: Log): Promise<Db> {
    const config: pg.PoolConfig = {
      connectionString: url,
      max: POOL_SIZE,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: 2 * STATEMENT_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      keepAlive: true,
      application_name: 'aiadmin-bridge',
    }
    let ownServer = false
    const probe = new pg.Client(config)
    // A connection that breaks while idle must not end the process.
    probe.on('error', () => {})
    try {
      await probe.connect()
      ownServer = await hasOwnServer(probe)
    } catch (error) {
      if (!refusesTimeout(error)) {
        const { message } = error as Error
        throw new Error(`PostgreSQL at BRIDGE_DATABASE_URL does not let the bridge in: ${message}.`)
      }
    }
    await probe.end().catch(() => {})
    const pool = new pg.Pool(ownServer ? { ...config, options: PLAN_ONCE } : config)
    pool.on('error', (error) => log.warn({ event: 'store.connection_lost', ...errorForLog(error) }))
    return new Db(pool, log, ownServer)
  }

  async query<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const name = this.nameOf(text)
    const timed = this.pool.options.statement_timeout
    try {
      const result = await this.pool.query({ name, text, values: [...values] })
      return result.rows as Row[]
    } catch (error) {
      if (name && ELSEWHERE.has(String((error as { code?: unknown }).code))) {
        if (this.names) this.log.warn({ event: 'store.pooler_appeared' })
        this.names = undefined
      } else if (timed && refusesTimeout(error)) {
        // The role's own setting has to serve.
        if (this.pool.options.statement_timeout) {
          this.log.warn({ event: 'store.statement_timeout_unset' })
        }
        this.pool.options.statement_timeout = false
        delete this.pool.options.options
      } else throw error
      return this.query(text, values)
    }
  }

  /** Made of the text: where several programs share a server, a name never stands for another's statement. */
  private nameOf(text: string): string | undefined {
    if (!this.names) return undefined
    const name =
      this.names.get(text) ?? createHash('sha256').update(text).digest('hex').slice(0, 32)
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

/** pgbouncer refuses start-up parameters that it does not know. */
function refusesTimeout(error: unknown): boolean {
  return /startup parameter/i.test((error as Error).message)
}

/** A pooler has to make up the process number it greets with; PostgreSQL itself greets with the true one. */
async function hasOwnServer(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  return rows[0]?.pid === (client as unknown as { processID: number | null }).processID
}
