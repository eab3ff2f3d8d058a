/** A scratch database with the bridge's schema on the server of TEST_DATABASE_URL, and a way to cut its lines. */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import net, { type AddressInfo } from 'node:net'
import pg from 'pg'
import { until } from './wait.js'

const MIGRATIONS = new URL('../../../../../migrations/', import.meta.url)
const DDL = ['bridge_v1.sql', 'bridge_v2.sql', 'bridge_v3.sql', 'bridge_v4.sql']

// "Permission denied": autovacuum is in the database, and nobody but a superuser may end it. It soon leaves.
const NOT_PERMITTED = '42501'

export interface Scratch {
  url: string
  query<Row extends object>(text: string, values?: unknown[]): Promise<Row[]>
  drop(): Promise<void>
}

/** `template`: a database to copy that has the schema already; without it the bridge's own DDL is applied. */
export async function scratchDatabase(template?: string): Promise<Scratch> {
  const server = process.env.TEST_DATABASE_URL
  if (!server) {
    process.stderr.write(
      'TEST_DATABASE_URL is not set: give a PostgreSQL server where databases may be created.\n',
    )
    process.exit(1)
  }
  const name = `bridge_test_${randomBytes(6).toString('hex')}`
  const admin = async (statement: string): Promise<void> => {
    const client = new pg.Client(server)
    await client.connect()
    try {
      await client.query(statement)
    } finally {
      await client.end()
    }
  }
  await admin(`create database ${name}${template ? ` template ${template}` : ''}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  const pool = new pg.Pool({ connectionString: url.toString(), max: 4 })
  // Tests end server connections on purpose.
  pool.on('error', () => {})
  for (const file of template ? [] : DDL)
    await pool.query(readFileSync(new URL(file, MIGRATIONS), 'utf8'))
  return {
    url: url.toString(),
    query: async <Row extends object>(text: string, values: unknown[] = []) =>
      (await pool.query(text, values)).rows as Row[],
    drop: async () => {
      await pool.end()
      await until('the database is dropped', () =>
        admin(`drop database ${name} with (force)`).then(
          () => true,
          (error: pg.DatabaseError) => {
            if (error.code !== NOT_PERMITTED) throw error
            return false
          },
        ),
      )
    },
  }
}

/** A wire between a bridge and a server that can be cut, as a restart of the server looks from the outside. */
export class Wire {
  private readonly lines = new Set<net.Socket>()
  private server: net.Server | undefined
  private port = 0

  constructor(private readonly target: URL) {}

  /** The address to give to the bridge. */
  async open(): Promise<string> {
    this.server = net.createServer((line) => {
      const upstream = net.connect(Number(this.target.port) || 5432, this.target.hostname)
      for (const [socket, other] of [
        [line, upstream],
        [upstream, line],
      ] as const) {
        this.lines.add(socket)
        socket.pipe(other)
        socket.on('error', () => other.destroy())
        socket.on('close', () => {
          this.lines.delete(socket)
          other.destroy()
        })
      }
    })
    await new Promise<void>((resolve) => this.server?.listen(this.port, '127.0.0.1', resolve))
    this.port = (this.server.address() as AddressInfo).port
    const url = new URL(this.target)
    url.hostname = '127.0.0.1'
    url.port = String(this.port)
    return url.toString()
  }

  /** Everything under way breaks, new connections are refused until `open`. */
  async cut(): Promise<void> {
    const closed = new Promise((resolve) => this.server?.close(resolve))
    for (const line of this.lines) line.destroy()
    await closed
  }
}
