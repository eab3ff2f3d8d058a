/**
 * One account's keys for one socket: our own transaction layer in place of Baileys', and the journal of its events.
 *
 * Rules (each one was a lost message or a freeze when it was missing, see the bridge's README):
 * one mutex for all transactions, except for LID look-ups; every commit is one statement; credentials travel with the
 * commit that finds them changed; a store that fails in any way, reading included, cuts the socket before it throws.
 */
import {
  type AuthenticationCreds,
  initAuthCreds,
  type SignalDataSet,
  type SignalDataTypeMap,
  type SignalKeyStoreWithTransaction,
} from 'baileys'
import type { Keyring } from '../crypto.js'
import type { Db } from '../db.js'
import { AccountClosed, Fenced, StoreFailure } from '../errors.js'
import { isCacheable, KeyCache } from './cache.js'
import { CREDS, decodeValue, PAIRED } from './codec.js'
import { newTransaction, openTransaction, runInTransaction, type Transaction } from './context.js'
import { Mutex } from './mutex.js'
import { type AuthWrite, type EventRow, type Lease, Rows, type SentRow } from './rows.js'
import { buffer, credsWrites, takeWrites, toWrites } from './writes.js'

/** Longer than the longest chain of queries that Baileys makes within one transaction. */
const STUCK_MS = 120_000
const LID_MAPPING = 'lid-mapping'
const DELETE_SESSIONS = /^delete-\d+-sessions$/

export interface AccountOptions {
  db: Db
  keyring: Keyring
  lease: Lease
  onEvents: (events: readonly EventRow[]) => void // new rows are committed
}

export class Account {
  readonly lease: Lease
  /** Set by `load` or `beginPairing`; Baileys changes this very object. */
  creds!: AuthenticationCreds
  /** What ended this account; nothing is written after it. */
  dead: StoreFailure | Fenced | undefined
  private readonly rows: Rows
  private readonly tag: string
  private readonly cache = new KeyCache()
  private readonly mutex: Mutex
  private readonly onEvents: AccountOptions['onEvents']
  /** Writes on their way to PostgreSQL, so that readers see them. */
  private readonly inflight = new Map<string, AuthWrite>()
  /** All commits, one after the other. */
  private tail: Promise<void> = Promise.resolve()
  private deferred: EventRow[] = []
  private late: AuthWrite[] = []
  private outgoing: SentRow[] = []
  private credsDirty = false
  private closed = false
  private cut: () => void = () => {}

  constructor({ db, keyring, lease, onEvents }: AccountOptions) {
    this.lease = lease
    this.rows = new Rows(db, keyring, lease)
    this.tag = `${lease.sessionId}/${lease.epoch}`
    this.onEvents = onEvents
    this.mutex = new Mutex(STUCK_MS, () => this.die(new Error('a key transaction is stuck')))
  }

  /** What is put onto Baileys' `auth.keys`: closures, because Baileys takes `get` off the object. */
  readonly keys: SignalKeyStoreWithTransaction = {
    get: <T extends keyof SignalDataTypeMap>(type: T, ids: string[]) =>
      this.get(type, ids) as Promise<{ [id: string]: SignalDataTypeMap[T] }>,
    set: (data: SignalDataSet) => this.set(data),
    transaction: <T>(work: () => Promise<T>, label: string) => this.transaction(work, label),
    isInTransaction: () => openTransaction(this) !== undefined,
  }

  /** Reads the stored credentials; false when no phone is paired: then begin a pairing, or close. */
  async load(): Promise<boolean> {
    const stored = (await this.guarded(() => this.rows.read(CREDS, [PAIRED]))).get(PAIRED)
    if (!stored) return false
    this.creds = decodeValue(CREDS, stored) as AuthenticationCreds
    return true
  }

  /** Forgets everything an unfinished pairing left behind and stores fresh credentials. */
  async beginPairing(): Promise<void> {
    await this.guarded(() => this.rows.wipe([]))
    this.creds = initAuthCreds()
    this.credsDirty = true
    await this.commit([], [])
  }

  /** Deletes keys and credentials together with the events that say so. */
  async wipe(events: readonly EventRow[]): Promise<void> {
    this.closed = true
    await this.tail
    await this.guarded(() => this.rows.wipe(events))
    if (events.length > 0) this.onEvents(events)
  }

  /** `cut` must close the TCP connection at once, without a farewell. */
  attach(cut: () => void): void {
    this.cut = cut
  }

  /** Baileys changed the credentials: stored with the next commit, at the latest with the next turn of the loop. */
  touchCreds(): void {
    this.credsDirty = true
    this.flushSoon()
  }

  /** Events, and values of a kind that is not cached, that must be durable before the next frame leaves (acks). */
  defer(events: readonly EventRow[], values: SignalDataSet = {}): void {
    if (this.dead || this.closed) return
    this.deferred.push(...events)
    this.late.push(...toWrites(values))
    this.flushSoon()
  }

  /** Journals events; resolves when they are committed. */
  async append(events: readonly EventRow[]): Promise<void> {
    await this.commit([], events)
  }

  /**
   * Runs a decryption: what it writes and the event it journals are one commit, done before this resolves.
   * A failed decryption leaves nothing behind.
   */
  decrypting<T>(work: (journal: (event: EventRow) => void) => Promise<T>): Promise<T> {
    return this.exclusive((transaction) => work((event) => transaction.events.push(event)), true)
  }

  /** Keeps what is about to be sent: stored with the next commit, which the send gate makes at the latest. */
  remember(sent: SentRow): void {
    this.outgoing.push(sent)
  }

  /** Reads rows; a store that fails cuts the socket. */
  look<T>(into: (rows: Rows) => Promise<T>): Promise<T> {
    return this.guarded(() => into(this.rows))
  }

  /** What must be durable before a frame that the caller is about to send: awaited by the send gate. */
  async flushForSend(): Promise<void> {
    const transaction = openTransaction(this)
    if (transaction && !transaction.hold && transaction.writes.size > 0) {
      return this.commit(takeWrites(transaction), [])
    }
    if (this.hasNews()) return this.commit([], [])
    return this.tail
  }

  /** Waits for running transactions and stores what is left; never throws. */
  async settle(): Promise<void> {
    if (!this.dead) await this.mutex.idle()
    if (!this.dead) await this.flushForSend().catch(() => {})
  }

  /** From now on every read and write is refused. */
  close(): void {
    this.closed = true
    this.cache.clear()
  }

  /** Marks the account dead and cuts its socket; returns what to throw. Order matters: cut first, then throw. */
  die(error: unknown): StoreFailure | Fenced {
    if (!this.dead) {
      this.dead = error instanceof Fenced ? error : new StoreFailure(error)
      this.cache.clear()
      this.cut()
    }
    return this.dead
  }

  private async get(type: string, ids: readonly string[]): Promise<{ [id: string]: unknown }> {
    this.assertAlive()
    const transaction = openTransaction(this)
    const found = new Map<string, string | null>()
    const missing: string[] = []
    for (const id of ids) {
      const text = this.known(`${type}|${id}`, transaction)
      if (text === undefined) missing.push(id)
      else found.set(id, text)
    }
    if (missing.length > 0) {
      const before = this.tail
      const stored = await this.guarded(() => this.rows.read(type, missing))
      for (const id of missing) {
        const key = `${type}|${id}`
        const known = this.known(key, transaction)
        const text = known === undefined ? (stored.get(id) ?? null) : known
        // A commit that ran meanwhile may have been newer than what was read.
        if (isCacheable(type) && this.tail === before) this.cache.put(key, text)
        found.set(id, text)
      }
    }
    const values: { [id: string]: unknown } = {}
    for (const [id, text] of found) if (text !== null) values[id] = decodeValue(type, text)
    return values
  }

  private known(key: string, transaction: Transaction | undefined): string | null | undefined {
    const write = transaction?.writes.get(key) ?? this.inflight.get(key)
    return write ? write.text : this.cache.get(key)
  }

  private async set(data: SignalDataSet): Promise<void> {
    this.assertAlive()
    const { [LID_MAPPING]: mappings, ...rest } = data
    if (mappings) await this.commit(toWrites({ [LID_MAPPING]: mappings }), [])
    const writes = toWrites(rest)
    if (writes.length === 0) return
    const transaction = openTransaction(this)
    if (transaction) buffer(transaction, writes)
    else await this.exclusive(async (own) => buffer(own, writes), false)
  }

  private async transaction<T>(work: () => Promise<T>, label: string): Promise<T> {
    this.assertAlive()
    // A look-up is shared by all who ask for the same number. Inside the mutex, whoever holds it could wait for a
    // look-up whose owner waits for the mutex. Its one write goes through `set`, which commits it at once.
    if (label === LID_MAPPING || openTransaction(this)) return work()
    if (DELETE_SESSIONS.test(label)) {
      // Baileys awaits this while it holds its own devices mutex, which a send waits for inside our mutex.
      // Nobody reads the outcome: the device is gone, its session is deleted in turn.
      void this.exclusive(work, false).catch(() => {})
      return undefined as T
    }
    return this.exclusive(work, false)
  }

  private exclusive<T>(work: (own: Transaction) => Promise<T>, hold: boolean): Promise<T> {
    return this.mutex.run(async () => {
      this.assertAlive()
      const own = newTransaction(hold)
      try {
        const result = await runInTransaction(this, this.tag, own, () => work(own))
        own.open = false
        const events = own.events.splice(0)
        if (own.writes.size > 0 || events.length > 0) await this.commit(takeWrites(own), events)
        return result
      } finally {
        own.open = false
      }
    })
  }

  /** Queues one statement. What it writes is visible to readers of this account from now on. */
  private commit(writes: readonly AuthWrite[], events: readonly EventRow[]): Promise<void> {
    for (const write of writes) this.inflight.set(`${write.type}|${write.id}`, write)
    const done = this.tail.then(() => this.write(writes, events))
    this.tail = done.catch(() => {})
    return done
  }

  private async write(writes: readonly AuthWrite[], events: readonly EventRow[]): Promise<void> {
    this.assertAlive()
    const credentials = this.takeCreds()
    const journal = [...this.deferred.splice(0), ...events]
    const sent = this.outgoing.splice(0)
    const rows = [...this.late.splice(0), ...writes, ...credentials]
    const count = await this.guarded(() => this.rows.commit(rows, journal, sent))
    for (const write of writes) {
      const key = `${write.type}|${write.id}`
      if (isCacheable(write.type)) this.cache.put(key, write.text)
      if (this.inflight.get(key) === write) this.inflight.delete(key)
    }
    if (count > 0) this.onEvents(journal)
  }

  /** Serialised now and not when they changed: the newest state is always the one that is stored. */
  private takeCreds(): AuthWrite[] {
    if (!this.credsDirty) return []
    this.credsDirty = false
    return credsWrites(this.creds)
  }

  private flushSoon(): void {
    setImmediate(() => {
      if (!this.dead && !this.closed && this.hasNews()) this.commit([], []).catch(() => {})
    })
  }

  private hasNews(): boolean {
    return this.credsDirty || this.deferred.length + this.late.length + this.outgoing.length > 0
  }

  private async guarded<T>(work: () => Promise<T>): Promise<T> {
    if (this.dead) throw this.dead
    try {
      return await work()
    } catch (error) {
      throw this.die(error)
    }
  }

  private assertAlive(): void {
    if (this.dead) throw this.dead
    if (this.closed) throw new AccountClosed()
  }
}
