/** Where the benchmarks happen: a scratch database, the sandbox with salons that are paired already, and what drives them. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Scratch, scratchDatabase } from '../test/bridge/support/postgres.js'
import { type Running, run } from '../test/bridge/support/process.js'
import { until } from '../test/bridge/support/wait.js'

export const TOKEN = 'bench-token'
const DIST = new URL('../', import.meta.url)
const MEASURED = { NODE_OPTIONS: `--import ${new URL('bench/gc.js', DIST).href}` }
const PATIENCE_MS = 180_000

export interface Salon {
  session: number
  phone: string
}

interface Shown {
  id: string
  direction: 'in' | 'out'
  text: string
  decrypt_errors?: number
}

/** What is needed to run Django's inbox beside the bridges: `tests/bench/bench_bridge.py` gives it. */
export interface Django {
  /** A database with all migrations, to be copied. */
  template: string
  /** The interpreter, run in the working directory. */
  python: string
}

export class Arena {
  /** Called whenever a bridge rings. */
  onRing: () => void = () => {}
  private readonly started = new Set<Running>()
  private drainer: ChildProcess | undefined

  private constructor(
    readonly database: Scratch,
    readonly salons: readonly Salon[],
    private sandbox: Running,
    private readonly state: string,
    private readonly key: string,
    private readonly bell: http.Server,
  ) {}

  /** `django`: its inbox takes the events, and what is stored is counted there. */
  static async create(count: number, django?: Django): Promise<Arena> {
    const database = await scratchDatabase(django?.template)
    const state = await mkdtemp(join(tmpdir(), 'bridge-bench-'))
    const key = randomBytes(32).toString('base64')
    const salons = await seed(count, state, database.url, key)
    const sandbox = await run('sandbox/main.js', ['--port', '0', '--state', state], {})
    const bell = http.createServer((request, response) => {
      request.resume()
      response.writeHead(204).end()
      arena.onRing()
    })
    await new Promise<void>((resolve) => bell.listen(0, '127.0.0.1', resolve))
    const arena = new Arena(database, salons, sandbox, state, key, bell)
    if (django) arena.drainer = await startInbox(django, database.url, salons)
    return arena
  }

  async end(): Promise<void> {
    await Promise.all([...this.started].map((one) => one.end('SIGKILL')))
    this.drainer?.kill('SIGKILL')
    await this.sandbox.end()
    this.bell.close()
    this.bell.closeAllConnections()
    await this.database.drop()
    await rm(this.state, { recursive: true })
  }

  /** Only the first `count` salons are driven from now on; nobody drives any at this moment. */
  async want(count: number): Promise<void> {
    await this.database.query(
      'update bridge.leases set wanted = session_id <= $1, owner = null, expires_at = null',
      [count],
    )
  }

  async bridge(env: Record<string, string> = {}): Promise<Running> {
    return this.keep(
      await run('src/main.js', [], {
        BRIDGE_DATABASE_URL: this.database.url,
        BRIDGE_ID: 'bench',
        BRIDGE_TOKEN: TOKEN,
        BRIDGE_LISTEN: '127.0.0.1:0',
        BRIDGE_RING_URL: `http://127.0.0.1:${(this.bell.address() as AddressInfo).port}/`,
        AUTH_STATE_KEY: this.key,
        WHATSAPP_SOCKET_URL: this.socketUrl,
        ...MEASURED,
        ...env,
      }),
    )
  }

  /** Plain Baileys with the first `count` salons' credentials in memory; answers every message. */
  async bare(count: number): Promise<Running> {
    return this.keep(
      await run('bench/bare.js', [String(count)], {
        DATABASE_URL: this.database.url,
        AUTH_STATE_KEY: this.key,
        WHATSAPP_SOCKET_URL: this.socketUrl,
        ...MEASURED,
      }),
    )
  }

  async stop(one: Running, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.started.delete(one)
    await one.end(signal)
  }

  /** Salons whose companion is logged in and has its backlog. */
  async online(): Promise<number> {
    const { phones } = await this.control<{ phones: { devices: { connected: boolean }[] }[] }>(
      'GET',
      '/state',
    )
    return phones.filter(({ devices }) => devices.some(({ connected }) => connected)).length
  }

  /** Milliseconds until so many salons are online. */
  async untilOnline(count: number): Promise<number> {
    const begun = performance.now()
    await until(`${count} online`, async () => (await this.online()) >= count, PATIENCE_MS)
    return performance.now() - begun
  }

  drop(salons: readonly Salon[]): Promise<unknown> {
    return Promise.all(salons.map(({ phone }) => this.control('POST', `/phones/${phone}/drop`, {})))
  }

  newCustomer(): string {
    return `79${randomInt(100_000_000, 999_999_999)}`
  }

  async write(customer: string, salon: string, text: string): Promise<string> {
    const path = `/customers/${customer}/send`
    return (await this.control<{ id: string }>('POST', path, { to: salon, text })).id
  }

  /** What a customer has on the screen; `wait` seconds for something after `after`. */
  async inbox(customer: string, salon: string, after = 0, wait = 0) {
    const query = `salon=${salon}&after=${after}&wait=${wait}`
    return this.control<{ messages: Shown[]; next: number }>(
      'GET',
      `/customers/${customer}/inbox?${query}`,
    )
  }

  /** Of all customers of a salon: answers shown, decryptions that failed, messages still unreadable. */
  async ledger(salon: string): Promise<{ answers: number; errors: number; unreadable: number }> {
    const { customers } = await this.control<{
      customers: Record<string, { kind: string; direction: string; decrypt_errors?: number }[]>
    }>('GET', `/ledger?salon=${salon}`)
    const rows = Object.values(customers).flat()
    const isUnreadable = ({ kind }: { kind: string }): boolean => kind === 'unreadable'
    return {
      answers: rows.filter((row) => row.direction === 'in' && !isUnreadable(row)).length,
      errors: rows.reduce((sum, row) => sum + (row.decrypt_errors ?? 0), 0),
      unreadable: rows.filter(isUnreadable).length,
    }
  }

  /** Whether Django's inbox takes the events. */
  get hasInbox(): boolean {
    return this.drainer !== undefined
  }

  /** Message rows (of Django's inbox where it runs), distinct messages among them, what could not be read, codes shown. */
  async stored(): Promise<{ rows: number; ids: number; unreadable: number; qr: number }> {
    const [row] = await this.database.query<{
      rows: number
      ids: number
      unreadable: number
      qr: number
    }>(
      `select count(*) filter (where kind = 'message')::int as rows,
         count(distinct (session_id, chat, message_id)) filter (where kind = 'message')::int as ids,
         count(*) filter (where kind = 'undecryptable')::int as unreadable,
         count(*) filter (where kind = 'qr')::int as qr from bridge.events`,
    )
    const told = row ?? { rows: 0, ids: 0, unreadable: 0, qr: 0 }
    if (!this.hasInbox) return told
    const [kept] = await this.database.query<{ rows: number; ids: number }>(
      `select count(*)::int as rows, count(distinct (company_id, wa_id))::int as ids
       from messages where direction = 'in'`,
    )
    return { ...told, ...kept }
  }

  async control<T = unknown>(method: 'GET' | 'POST', path: string, body?: object): Promise<T> {
    const response = await fetch(`${this.sandbox.url}/control${path}`, {
      method,
      ...(body
        ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
        : {}),
    })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as T
  }

  private get socketUrl(): string {
    return `${this.sandbox.url.replace('http', 'ws')}/ws/chat`
  }

  private keep(one: Running): Running {
    this.started.add(one)
    return one
  }
}

async function seed(count: number, state: string, url: string, key: string): Promise<Salon[]> {
  const script = fileURLToPath(new URL('sandbox/seed-paired.js', DIST))
  const child = spawn(
    process.execPath,
    [script, String(count), '--first-session', '1', '--state', state],
    {
      env: { DATABASE_URL: url, AUTH_STATE_KEY: key },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  const [code] = (await once(child, 'close')) as [number]
  if (code !== 0) throw new Error('the salons could not be made')
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { session_id: string; phone: string })
    .map(({ session_id, phone }) => ({ session: Number(session_id), phone }))
}

async function startInbox(
  { python }: Django,
  url: string,
  salons: readonly Salon[],
): Promise<ChildProcess> {
  const child = spawn(python, ['-m', 'tests.bench.inbox', JSON.stringify(salons)], {
    env: { ...process.env, DATABASE_URL: url, BRIDGE_DATABASE_URL: url },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])) as [
    unknown,
  ]
  if (!String(line).startsWith('ready')) throw new Error("Django's inbox did not start")
  return child
}
