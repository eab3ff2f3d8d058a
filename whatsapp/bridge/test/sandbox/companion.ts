/** The real Baileys as a companion, with credentials in memory and one mutex for its key store. */
import {
  type AuthenticationCreds,
  type ConnectionState,
  DEFAULT_CONNECTION_CONFIG,
  initAuthCreds,
  makeWASocket,
  type proto,
  type SignalDataSet,
  type SignalKeyStore,
  type SignalKeyStoreWithTransaction,
  type SocketConfig,
  type WAMessage,
  type WAMessageUpdate,
  type WASocket,
} from 'baileys'
import { DEADLINE_MS } from '../bridge/support/wait.js'
import type { SandboxProcess } from './process.js'

type Logger = SocketConfig['logger']

const SILENT: Logger = {
  level: 'silent',
  child: () => SILENT,
  trace: () => {},
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
}

// Baileys leaves timers of up to 60 s behind: they must not hold the test process.
const heldTimeout = globalThis.setTimeout
globalThis.setTimeout = Object.assign(
  (...args: Parameters<typeof setTimeout>) => heldTimeout(...args).unref(),
  heldTimeout,
) as typeof setTimeout

// libsignal prints sessions with these.
console.info = () => {}
console.warn = () => {}
console.error = () => {}

function memoryKeys(): SignalKeyStore {
  const rows = new Map<string, unknown>()
  return {
    get: async (type, ids) => {
      const found = ids.flatMap((id) => {
        const value = rows.get(`${type}|${id}`)
        return value === undefined ? [] : [[id, value]]
      })
      return Object.fromEntries(found)
    },
    set: async (data: SignalDataSet) => {
      for (const [type, entries] of Object.entries(data)) {
        for (const [id, value] of Object.entries(entries)) {
          if (value === null) rows.delete(`${type}|${id}`)
          else rows.set(`${type}|${id}`, value)
        }
      }
    },
  }
}

/** All transactions of the account one after the other, except LID look-ups: they would wait for themselves. */
function oneLock(): SocketConfig['makeSignalRepository'] {
  let tail: Promise<unknown> = Promise.resolve()
  // One for all sockets of the account: a transaction of the last one may still be running.
  return (auth, ...rest) => {
    const keys = auth.keys as SignalKeyStoreWithTransaction
    const stock = keys.transaction.bind(keys)
    keys.transaction = (work, label) => {
      if (keys.isInTransaction() || label === 'lid-mapping') return stock(work, label)
      const next = tail.then(() => stock(work, label))
      tail = next.catch(() => undefined)
      return next
    }
    return DEFAULT_CONNECTION_CONFIG.makeSignalRepository(auth, ...rest)
  }
}

export class Companion {
  readonly creds: AuthenticationCreds = initAuthCreds()
  readonly messages: { message: WAMessage; type: 'notify' | 'append' }[] = []
  readonly updates: WAMessageUpdate[] = []
  readonly qrs: string[] = []
  readonly closes: number[] = []
  opened = 0
  drained = 0
  socket: WASocket | undefined
  private readonly sent = new Map<string, proto.IMessage>()
  private readonly keys = memoryKeys()
  private readonly makeSignalRepository = oneLock()
  private readonly watchers = new Set<() => void>()
  private ended = false

  constructor(
    private readonly sandbox: SandboxProcess,
    /** Connect again after these close codes; 515 always. */
    private readonly reconnectOn: number[] = [408, 428, 503],
  ) {}

  connect(): this {
    const socket = makeWASocket({
      auth: { creds: this.creds, keys: this.keys },
      waWebSocketUrl: this.sandbox.socketUrl,
      logger: SILENT,
      makeSignalRepository: this.makeSignalRepository,
      syncFullHistory: false,
      markOnlineOnConnect: false,
      retryRequestDelayMs: 10,
      // A retry may be asked of the next connection, whose own memory of sent messages is empty.
      getMessage: async ({ id }) => this.sent.get(id ?? ''),
    })
    this.socket = socket
    socket.ev.on('creds.update', (update) => {
      Object.assign(this.creds, update)
      this.poke()
    })
    socket.ev.on('connection.update', (update) => this.onConnection(update))
    socket.ev.on('messages.upsert', ({ messages, type }) => {
      for (const message of messages) this.messages.push({ message, type })
      this.poke()
    })
    socket.ev.on('messages.update', (updates) => {
      this.updates.push(...updates)
      this.poke()
    })
    return this
  }

  /** Shows a QR, lets the phone scan it, and waits for the end of the first login. */
  async pair(phone: string, name?: string): Promise<{ jid: string; lid: string }> {
    this.connect()
    const qr = await this.until('a QR', () => this.qrs[0])
    const linked = await this.sandbox.post<{ jid: string; lid: string }>('scan', {
      qr,
      phone,
      name,
    })
    await this.until('the first login', () => this.drained || undefined)
    // Until the first sync is over Baileys holds a later backlog back for 20 s.
    await this.until('the first sync', () => this.creds.accountSyncCounter || undefined)
    return linked
  }

  /** Waits for the check to give something, looked at after every event. */
  until<T>(what: string, check: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = check()
        if (found === undefined) return
        clearTimeout(timer)
        this.watchers.delete(look)
        resolve(found)
      }
      const timer = heldTimeout(() => {
        this.watchers.delete(look)
        reject(new Error(`waited in vain for ${what}`))
      }, DEADLINE_MS)
      this.watchers.add(look)
      look()
    })
  }

  /** A readable message with that id. */
  message(id: string): Promise<{ message: WAMessage; type: 'notify' | 'append' }> {
    return this.until(`message ${id}`, () =>
      this.messages.find(({ message }) => message.key.id === id && message.message),
    )
  }

  /** The highest status told about that id: 2 server, 3 delivered, 4 read; 0 once it was refused. */
  statusOf(id: string): number | undefined {
    const told = [
      ...this.updates.map(({ key, update }) => ({ id: key.id, status: update.status })),
      // Baileys may merge an update into the message that it emits later.
      ...this.messages.map(({ message }) => ({ id: message.key.id, status: message.status })),
    ].flatMap((one) => (one.id === id && typeof one.status === 'number' ? [one.status] : []))
    if (!told.length) return undefined
    return told.includes(0) ? 0 : Math.max(...told)
  }

  async send(jid: string, text: string, id?: string): Promise<string> {
    const options = id ? { messageId: id } : {}
    if (id) this.sent.set(id, { conversation: text })
    const sent = await this.socket?.sendMessage(jid, { text }, options)
    return sent?.key.id ?? ''
  }

  async close(): Promise<void> {
    this.ended = true
    await this.socket?.end(undefined)
  }

  private onConnection(update: Partial<ConnectionState>): void {
    if (update.qr) this.qrs.push(update.qr)
    if (update.connection === 'open') this.opened += 1
    if (update.receivedPendingNotifications) this.drained += 1
    if (update.connection === 'close') {
      const error = update.lastDisconnect?.error as { output?: { statusCode?: number } } | undefined
      const code = error?.output?.statusCode ?? 0
      this.closes.push(code)
      const again = code === 515 || this.reconnectOn.includes(code)
      if (again && !this.ended) this.connect()
    }
    this.poke()
  }

  private poke(): void {
    for (const look of [...this.watchers]) look()
  }
}

export const textOf = ({ message }: WAMessage): string =>
  message?.conversation ?? message?.extendedTextMessage?.text ?? ''
