/** What each simulated device has on its screen: one log per (owner, peer), duplicates and decrypt errors counted. */
import type { Opened } from './media.js'
import type { Mode } from './registry.js'
import type { Store, Table } from './store.js'

export type Kind =
  | 'text'
  | 'image'
  | 'video'
  | 'audio'
  | 'document'
  | 'sticker'
  | 'location'
  | 'contact'
  | 'reaction'
  | 'poll'
  | 'other'

/** Delivery state of an owner's own message: 1 queued, 2 server, 3 delivered, 4 read. */
export type Status = 0 | 1 | 2 | 3 | 4

export interface ChatMessage {
  seq: number
  id: string
  /** Seen from the owner: "in" came from the peer. */
  direction: 'in' | 'out'
  kind: Kind
  text: string
  /** Business time, unix seconds. */
  t: number
  status: Status
  /** Times the same id came again after it was readable. */
  duplicates: number
  /** Times a copy of it could not be decrypted. */
  decryptErrors: number
  reactionTo?: string
  quoted?: string
  /** The file of a message of a salon, as the customer's phone opened it. */
  media?: Opened
  /** The encoded proto.Message (base64) of an own message, for re-encryption. */
  raw?: string
  /** How an own message was addressed. */
  mode?: Mode
  /** The companion that sent the message and the address it used: where receipts go. */
  sender?: { phone: string; id: number; jid: string }
}

export type NewMessage = Pick<ChatMessage, 'id' | 'direction' | 'kind' | 'text' | 't'> &
  Partial<ChatMessage>

/** A message that came and could not be decrypted so far. */
export interface Failure {
  id: string
  error: string
  /** Failed decryptions. */
  count: number
  /** Times the owner's phone asked for it again. */
  asked: number
  /** The companion that sent it, and how it addressed the chat. */
  device: number
  mode: Mode
}

interface Chat {
  list: ChatMessage[]
  byId: Map<string, ChatMessage>
  failures: Map<string, Failure>
  /** Seq up to which the owner has looked; forgotten at a restart: reading twice does no harm. */
  readUpTo: number
}

export class Chats {
  private readonly rows: Table<ChatMessage>
  private readonly failed: Table<Failure>
  private readonly chats = new Map<string, Chat>()
  private readonly peers = new Map<string, Set<string>>()
  private readonly waiters = new Map<string, Set<() => void>>()
  /** Called after every change of a chat. */
  onChange: (owner: string, peer: string, message: ChatMessage) => void = () => {}

  constructor(store: Store) {
    this.rows = store.table('chat')
    this.failed = store.table('failed')
    for (const [key, message] of this.rows.rows) {
      const [owner = '', peer = ''] = key.split('|')
      const chat = this.chat(owner, peer)
      chat.list[message.seq - 1] = message
      chat.byId.set(message.id, message)
    }
    for (const [key, failure] of this.failed.rows) {
      const [owner = '', peer = ''] = key.split('|')
      this.chat(owner, peer).failures.set(failure.id, failure)
    }
  }

  find(owner: string, peer: string, id: string): ChatMessage | undefined {
    return this.chat(owner, peer).byId.get(id)
  }

  /** Adds a message; the same id again only counts. Returns whether it is new. */
  add(owner: string, peer: string, message: NewMessage): boolean {
    const chat = this.chat(owner, peer)
    const known = chat.byId.get(message.id)
    if (known) {
      known.duplicates += 1
      this.changed(owner, peer, known)
      return false
    }
    const failure = chat.failures.get(message.id)
    const row: ChatMessage = {
      status: 0,
      duplicates: 0,
      ...message,
      decryptErrors: failure?.count ?? 0,
      seq: chat.list.length + 1,
    }
    if (failure) {
      chat.failures.delete(message.id)
      this.failed.delete(`${owner}|${peer}|${message.id}`)
    }
    chat.list.push(row)
    chat.byId.set(row.id, row)
    this.changed(owner, peer, row)
    for (const wake of this.waiters.get(`${owner}|${peer}`) ?? []) wake()
    return true
  }

  /** Notes that a copy could not be decrypted; undefined when the message is readable already. */
  fail(
    owner: string,
    peer: string,
    failed: Pick<Failure, 'id' | 'error' | 'device' | 'mode'>,
  ): Failure | undefined {
    const chat = this.chat(owner, peer)
    const known = chat.byId.get(failed.id)
    if (known) {
      known.decryptErrors += 1
      this.changed(owner, peer, known)
      return undefined
    }
    const before = chat.failures.get(failed.id)
    const count = (before?.count ?? 0) + 1
    const failure: Failure = { ...failed, count, asked: before?.asked ?? 0 }
    chat.failures.set(failure.id, failure)
    this.failed.set(`${owner}|${peer}|${failure.id}`, failure)
    return failure
  }

  /** Notes that the phone asks for an unreadable message once more. */
  asked(owner: string, peer: string, failure: Failure): void {
    failure.asked += 1
    this.failed.save(`${owner}|${peer}|${failure.id}`)
  }

  /** Raises the status of an own message; it never goes back. */
  raise(owner: string, peer: string, id: string, status: Status): boolean {
    const message = this.find(owner, peer, id)
    if (message?.direction !== 'out' || message.status >= status) return false
    message.status = status
    this.changed(owner, peer, message)
    return true
  }

  /** Marks everything that came from the peer as looked at; returns what was new. */
  unread(owner: string, peer: string): ChatMessage[] {
    const chat = this.chat(owner, peer)
    const found = chat.list.slice(chat.readUpTo).filter(({ direction }) => direction === 'in')
    chat.readUpTo = chat.list.length
    return found
  }

  /** Messages with a seq above `after`. */
  list(owner: string, peer: string, after = 0): ChatMessage[] {
    return this.chat(owner, peer).list.slice(after)
  }

  failures(owner: string, peer: string): Failure[] {
    return [...this.chat(owner, peer).failures.values()]
  }

  peersOf(owner: string): string[] {
    return [...(this.peers.get(owner) ?? [])]
  }

  /** As `list`, but waits up to `seconds` for the first message. */
  async wait(owner: string, peer: string, after: number, seconds: number): Promise<ChatMessage[]> {
    const now = this.list(owner, peer, after)
    if (now.length || seconds <= 0) return now
    const key = `${owner}|${peer}`
    await new Promise<void>((resolve) => {
      const waiting = this.waiters.get(key) ?? new Set()
      this.waiters.set(key, waiting)
      const done = (): void => {
        clearTimeout(timer)
        waiting.delete(done)
        resolve()
      }
      const timer = setTimeout(done, seconds * 1000)
      waiting.add(done)
    })
    return this.list(owner, peer, after)
  }

  private changed(owner: string, peer: string, message: ChatMessage): void {
    this.rows.set(`${owner}|${peer}|${message.seq}`, message)
    this.onChange(owner, peer, message)
  }

  private chat(owner: string, peer: string): Chat {
    const key = `${owner}|${peer}`
    let chat = this.chats.get(key)
    if (!chat) {
      chat = { list: [], byId: new Map(), failures: new Map(), readUpTo: 0 }
      this.chats.set(key, chat)
      const peers = this.peers.get(owner) ?? new Set()
      this.peers.set(owner, peers.add(peer))
    }
    return chat
  }
}
