/** What the flow tests play with: the WhatsApp sandbox, bridges on a scratch database, and short words for both. */
import { randomBytes, randomInt } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MessagePayload } from '../../../src/contract.js'
import { type Scratch, scratchDatabase } from './postgres.js'
import { type Running, run } from './process.js'
import { until } from './wait.js'

export const TOKEN = 'bridge-test-token'

export interface Row {
  id: string
  kind: string
  chat: string
  message_id: string
  payload: Record<string, unknown>
}

export class World {
  private readonly started: Running[] = []
  private lastSession = 0
  private bridges = 0

  private constructor(
    readonly database: Scratch,
    private readonly sandbox: Running,
    private readonly state: string,
    /** AUTH_STATE_KEY of its bridges. */
    readonly key: string,
  ) {}

  static async create(): Promise<World> {
    const database = await scratchDatabase()
    const state = await mkdtemp(join(tmpdir(), 'bridge-test-'))
    const sandbox = await run('sandbox/main.js', ['--port', '0', '--state', state], {})
    return new World(database, sandbox, state, randomBytes(32).toString('base64'))
  }

  async end(): Promise<void> {
    await Promise.all(this.started.map((bridge) => bridge.end('SIGKILL')))
    await this.sandbox.end()
    await this.database.drop()
    await rm(this.state, { recursive: true })
  }

  /** A bridge process; `BRIDGE_ID` decides whether it retakes another one's sessions at once. */
  async bridge(env: Record<string, string> = {}): Promise<Bridge> {
    this.bridges += 1
    const process = await run('src/main.js', [], {
      BRIDGE_DATABASE_URL: this.database.url,
      BRIDGE_ID: `bridge-${this.bridges}`,
      BRIDGE_TOKEN: TOKEN,
      BRIDGE_LISTEN: '127.0.0.1:0',
      AUTH_STATE_KEY: this.key,
      WHATSAPP_SOCKET_URL: this.socketUrl,
      LOG_LEVEL: 'debug',
      ...env,
    })
    this.started.push(process)
    return new Bridge(process)
  }

  get socketUrl(): string {
    return `${this.sandbox.url.replace('http', 'ws')}/ws/chat`
  }

  newSession(): number {
    this.lastSession += 1
    return this.lastSession
  }

  /** A salon's or a customer's number that nobody has used yet. */
  newPhone(): string {
    return `79${randomInt(100_000_000, 999_999_999)}`
  }

  /** The sandbox's control API. */
  async control<T = Record<string, unknown>>(
    method: 'GET' | 'POST',
    path: string,
    body?: object,
  ): Promise<T> {
    const response = await fetch(`${this.sandbox.url}/control${path}`, {
      method,
      ...(body
        ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
        : {}),
    })
    const answer = (await response.json()) as T
    if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(answer)}`)
    return answer
  }

  events(session: number, kind: string): Promise<Row[]> {
    return this.database.query<Row>(
      'select id, kind, chat, message_id, payload from bridge.events where session_id = $1 and kind = $2 order by id',
      [session, kind],
    )
  }

  /** The first event of a kind, or the n-th. */
  async event(session: number, kind: string, n = 1, deadlineMs?: number): Promise<Row> {
    return until(
      `event ${kind} no. ${n} of session ${session}`,
      async () => (await this.events(session, kind))[n - 1],
      deadlineMs,
    )
  }

  async messages(session: number): Promise<MessagePayload[]> {
    const rows = await this.events(session, 'message')
    return rows.map((row) => row.payload as unknown as MessagePayload)
  }

  /** A new salon with its phone, linked by scanning the QR. */
  async connect(bridge: Bridge): Promise<{ session: number; phone: string }> {
    const session = this.newSession()
    const phone = this.newPhone()
    await bridge.call('POST', `/sessions/${session}/start`, { mode: 'qr' })
    const qr = await this.event(session, 'qr')
    await this.control('POST', '/scan', { qr: qr.payload.qr, phone })
    await this.event(session, 'connected')
    return { session, phone }
  }

  /** A customer writes to a salon; returns the message id. */
  async write(from: string, to: string, more: object = { text: 'Здравствуйте' }): Promise<string> {
    const answer = await this.control<{ id: string }>('POST', `/customers/${from}/send`, {
      to,
      ...more,
    })
    return answer.id
  }

  /** A customer writes several messages at once; resolves when WhatsApp has them all. */
  async writeMany(from: string, to: string, count: number, text = 'очередь'): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.write(from, to, { text })))
  }

  async inbox(customer: string, salon: string): Promise<InboxMessage[]> {
    const answer = await this.control<{ messages: InboxMessage[] }>(
      'GET',
      `/customers/${customer}/inbox?salon=${salon}`,
    )
    return answer.messages
  }
}

export interface InboxMessage {
  id: string
  direction: 'in' | 'out'
  text: string
  kind: string
  status: number
  duplicates: number
  error?: string
}

export class Bridge {
  constructor(readonly process: Running) {}

  async call(
    method: 'GET' | 'POST',
    path: string,
    body?: object,
    token: string | undefined = TOKEN,
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    const response = await fetch(`${this.process.url}${path}`, {
      method,
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }

  send(session: number, to: string, text: string, id = newId()) {
    return this.call('POST', `/sessions/${session}/messages`, { key: id, to, text })
  }
}

/** As Django makes them. */
export function newId(): string {
  return `3EB0${randomBytes(9).toString('hex').toUpperCase()}`
}
