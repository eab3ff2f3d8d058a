/** Everything the sandbox knows, in one place, and the way from a stanza to the module that answers it. */
import type { proto } from 'baileys'
import { Chats } from './chats.js'
import { businessSeconds } from './clock.js'
import type { Connection, Handlers } from './connection.js'
import { tellDevices } from './devices.js'
import { answerIq } from './iq.js'
import { Listeners } from './listeners.js'
import { login, onOfflineBatch } from './login.js'
import { type MediaFault, MediaHost } from './media.js'
import { onMessage } from './messages.js'
import { type BinaryNode, child, node } from './nodes.js'
import { makeServerKeys } from './noise.js'
import { Pairing } from './pairing.js'
import { PreKeys } from './prekeys.js'
import { Queue } from './queue.js'
import { onAck, onReceipt } from './receipts.js'
import { type Device, deviceKey, Registry } from './registry.js'
import { Signal } from './signal.js'
import type { Store } from './store.js'

export interface Totals {
  messages_in: number
  messages_out: number
  retries_asked: number
  retries_answered: number
  nacks: number
  errors: number
}

export class World implements Handlers {
  readonly registry: Registry
  readonly prekeys: PreKeys
  readonly signal: Signal
  readonly chats: Chats
  readonly queue: Queue
  readonly listeners = new Listeners()
  readonly media: MediaHost
  readonly pairing = new Pairing(this)
  readonly keys = makeServerKeys()
  readonly connections = new Map<string, Connection>()
  readonly all = new Set<Connection>()
  /** Customers whose next messages the server refuses: phone -> error code and how often. */
  readonly refusals = new Map<string, { error: string; times: number }>()
  /** Phones that get this error in place of a pairing code. */
  readonly codeRefusals = new Map<string, number>()
  /** What the WebSocket upgrade answers. */
  upgrade: 'ok' | number = 'ok'
  /** The `<failure reason>` that answers every login and registration; 405: the version is too old. */
  logins: 'ok' | number = 'ok'
  /** Milliseconds that whatever the server says is on its way. */
  latency = 0
  /** The first history lies as a file, with what is wrong with it; undefined: inside its message. */
  historyFile: { fault?: MediaFault } | undefined
  /** How many QR texts a pairing gets; none: they are spent before the first. */
  refs = 6
  readonly totals: Totals = {
    messages_in: 0,
    messages_out: 0,
    retries_asked: 0,
    retries_answered: 0,
    nacks: 0,
    errors: 0,
  }
  private readonly chains = new Map<string, Promise<unknown>>()

  constructor(readonly store: Store) {
    this.registry = new Registry(store)
    this.prekeys = new PreKeys(store, this.registry)
    this.signal = new Signal(store, this.prekeys)
    this.chats = new Chats(store)
    this.media = new MediaHost(store.dir)
    this.chats.onChange = (owner, peer) => this.announceChat(owner, peer)
    this.queue = new Queue(store, (device, bytes) => {
      const connection = this.connections.get(device)
      if (!connection?.live) return false
      connection.sendEncoded(bytes)
      return true
    })
  }

  /** Runs jobs of one key one after the other, in the order of the calls. */
  inOrder<T>(key: string, job: () => Promise<T>): Promise<T> {
    const previous = this.chains.get(key) ?? Promise.resolve()
    const next = previous.then(job, job)
    const settled = next.catch(() => undefined)
    this.chains.set(key, settled)
    void settled.then(() => {
      if (this.chains.get(key) === settled) this.chains.delete(key)
    })
    return next
  }

  opened(connection: Connection, payload: proto.ClientPayload): void {
    if (this.logins !== 'ok') connection.end(node('failure', { reason: this.logins }))
    else if (payload.devicePairingData) this.pairing.begin(connection, payload.devicePairingData)
    else login(this, connection, payload)
  }

  received(connection: Connection, stanza: BinaryNode): void {
    const work = this.dispatch(connection, stanza)
    work?.catch((error) => this.failed(connection, error))
  }

  closed(connection: Connection): void {
    this.all.delete(connection)
    this.pairing.closed(connection)
    const { device } = connection
    if (!device) return
    const key = deviceKey(device)
    if (this.connections.get(key) !== connection) return
    this.connections.delete(key)
    this.queue.disconnected(key)
    this.announceDevice(device, 'disconnected')
  }

  beforeSend(): void {
    this.store.flush()
  }

  failed(connection: Connection, error: unknown): void {
    this.totals.errors += 1
    const who = connection.device ? deviceKey(connection.device) : 'unpaired'
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    process.stderr.write(`sandbox: ${who}: ${text}\n`)
  }

  connectionOf(device: Device): Connection | undefined {
    return this.connections.get(deviceKey(device))
  }

  /** Forgets a companion as WhatsApp does after a logout on either side. */
  removeDevice(device: Device): void {
    this.registry.unlink(device)
    this.prekeys.forget(device)
    this.signal.forgetDevice(device)
    this.queue.drop(device)
    const user = this.registry.user(device.phone)
    if (user) tellDevices(this, user)
    this.announceDevice(device, 'logged_out')
  }

  /** The customer looks at the chat: two blue ticks for the salon's messages. Returns their ids. */
  readChat(customer: string, salon: string): string[] {
    const unread = this.chats.unread(customer, salon)
    for (const { id, sender } of unread) {
      const device = sender && this.registry.device(sender.phone, sender.id)
      if (!sender || !device) continue
      const attrs = { from: sender.jid, id, type: 'read', t: businessSeconds() }
      this.queue.push(device, 'receipt', node('receipt', attrs), customer)
      this.chats.raise(salon, customer, id, 4)
    }
    return unread.map(({ id }) => id)
  }

  announceDevice(device: Device, change: string): void {
    this.listeners.tell({ type: 'device', phone: device.phone, device: device.id, change })
  }

  private announceChat(owner: string, peer: string): void {
    // A chat is announced once: from the customer's side, or from both when both are salons.
    const isPhone = (phone: string) => this.registry.user(phone)?.kind === 'phone'
    if (isPhone(owner) && !isPhone(peer)) return
    this.listeners.tell({ type: 'chat', phone: peer, customer: owner })
  }

  private dispatch(connection: Connection, stanza: BinaryNode): Promise<void> | undefined {
    if (stanza.tag === 'iq') return answerIq(this, connection, stanza)
    const { device } = connection
    if (!device) return undefined
    switch (stanza.tag) {
      case 'message':
        return onMessage(this, connection, device, stanza)
      case 'receipt':
        return onReceipt(this, connection, device, stanza)
      case 'ack':
        onAck(this, device, stanza)
        return undefined
      case 'ib':
        if (child(stanza, 'offline_batch')) return onOfflineBatch(this, connection, device)
        return undefined
      case 'presence':
        if (!stanza.attrs.to) connection.available = stanza.attrs.type === 'available'
        return undefined
      default:
        // chatstate, call, unified_session: nobody here looks at them
        return undefined
    }
  }
}
