/**
 * What waits for each companion: a stanza stays until the client sends a receipt or an ack for it,
 * and comes again with `offline` after every login.
 */

import { type BinaryNode, decode, encode } from './nodes.js'
import { type Device, deviceKey } from './registry.js'
import type { Store, Table } from './store.js'

export type StanzaClass = 'message' | 'receipt' | 'notification'

interface Row {
  device: string
  cls: StanzaClass
  id: string
  peer: string
  /** The encoded stanza, base64. */
  bytes: string
}

interface Waiting extends Row {
  number: number
  sent: boolean
}

interface DeviceQueue {
  waiting: Map<number, Waiting>
  byId: Map<string, Set<number>>
  /** Ids whose next nack is answered already: a retry receipt came before it. */
  retried: Set<string>
}

export class Queue {
  private readonly rows: Table<Row>
  private readonly queues = new Map<string, DeviceQueue>()
  private last = 0

  /** `deliver` hands bytes to the live connection of a device; false when there is none. */
  constructor(
    store: Store,
    private readonly deliver: (device: string, bytes: Buffer) => boolean,
  ) {
    this.rows = store.table('queue')
    for (const [key, row] of this.rows.rows) this.remember(Number(key), row)
  }

  push(device: Device, cls: StanzaClass, stanza: BinaryNode, peer: string): void {
    this.enqueue(device, cls, stanza, peer)()
  }

  /** As `push`, but the caller says when the stanza leaves: after an ack that must come first. */
  enqueue(device: Device, cls: StanzaClass, stanza: BinaryNode, peer: string): () => void {
    const bytes = encode(stanza)
    const number = this.last + 1
    const row: Row = {
      device: deviceKey(device),
      cls,
      id: stanza.attrs.id ?? '',
      peer,
      bytes: bytes.toString('base64'),
    }
    this.rows.set(String(number), row)
    const waiting = this.remember(number, row)
    return () => {
      // A login in between has sent it with the backlog already.
      if (!waiting.sent) waiting.sent = this.deliver(row.device, bytes)
    }
  }

  /** Everything pending, oldest first, marked `offline`; all of it counts as sent now. */
  backlog(device: Device): BinaryNode[] {
    const list: BinaryNode[] = []
    for (const waiting of this.queue(deviceKey(device)).waiting.values()) {
      waiting.sent = true
      const stanza = decode(Buffer.from(waiting.bytes, 'base64'))
      stanza.attrs.offline = '1'
      list.push(stanza)
    }
    return list
  }

  size(device: Device): number {
    return this.queue(deviceKey(device)).waiting.size
  }

  /** Forgets what was sent under that id; returns the peers it came from. Unknown ids: empty. */
  settle(device: Device, cls: StanzaClass, id: string, peer?: string): string[] {
    const queue = this.queue(deviceKey(device))
    const peers = new Set<string>()
    for (const number of [...(queue.byId.get(`${cls}|${id}`) ?? [])]) {
      const waiting = queue.waiting.get(number)
      if (!waiting?.sent || (peer !== undefined && waiting.peer !== peer)) continue
      peers.add(waiting.peer)
      this.remove(queue, number)
    }
    return [...peers]
  }

  /** A retry was asked for: the nack that follows it must not settle the re-encrypted copy. */
  expectNack(device: Device, id: string): void {
    this.queue(deviceKey(device)).retried.add(id)
  }

  swallowNack(device: Device, id: string): boolean {
    return this.queue(deviceKey(device)).retried.delete(id)
  }

  isWaiting(device: Device, cls: StanzaClass, id: string): boolean {
    return this.queue(deviceKey(device)).byId.has(`${cls}|${id}`)
  }

  /** After a connection ended nothing counts as sent any more. */
  disconnected(device: string): void {
    const queue = this.queue(device)
    queue.retried.clear()
    for (const waiting of queue.waiting.values()) waiting.sent = false
  }

  drop(device: Device): void {
    const queue = this.queue(deviceKey(device))
    for (const number of [...queue.waiting.keys()]) this.remove(queue, number)
    this.queues.delete(deviceKey(device))
  }

  private queue(device: string): DeviceQueue {
    let queue = this.queues.get(device)
    if (!queue) {
      queue = { waiting: new Map(), byId: new Map(), retried: new Set() }
      this.queues.set(device, queue)
    }
    return queue
  }

  private remember(number: number, row: Row): Waiting {
    this.last = Math.max(this.last, number)
    const queue = this.queue(row.device)
    const waiting: Waiting = { ...row, number, sent: false }
    queue.waiting.set(number, waiting)
    const key = `${row.cls}|${row.id}`
    const numbers = queue.byId.get(key)
    if (numbers) numbers.add(number)
    else queue.byId.set(key, new Set([number]))
    return waiting
  }

  private remove(queue: DeviceQueue, number: number): void {
    const waiting = queue.waiting.get(number)
    if (!waiting) return
    queue.waiting.delete(number)
    const key = `${waiting.cls}|${waiting.id}`
    const numbers = queue.byId.get(key)
    numbers?.delete(number)
    if (!numbers?.size) queue.byId.delete(key)
    this.rows.delete(String(number))
  }
}
