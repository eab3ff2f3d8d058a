/** What a session remembers over its reconnects: messages it sent (for retries and repeated calls) and retry counters. */
import type { CacheStore, proto } from 'baileys'

const SENT_LIMIT = 500
const COUNTER_LIMIT = 2_000
const COUNTER_TTL_MS = 60 * 60 * 1000

export interface Sent {
  message: proto.IMessage
  /** The server's word on it; undefined = none yet. */
  outcome?: { status: 'sent' } | { status: 'refused'; error: string }
}

export class SentMessages {
  private readonly byId = new Map<string, Sent>()

  add(id: string, message: proto.IMessage): void {
    this.byId.delete(id)
    this.byId.set(id, { message })
    for (const oldest of this.byId.keys()) {
      if (this.byId.size <= SENT_LIMIT) break
      this.byId.delete(oldest)
    }
  }

  get(id: string): Sent | undefined {
    return this.byId.get(id)
  }
}

/** Baileys' cache interface, bounded in number and age. */
export class RetryCounters implements CacheStore {
  private readonly entries = new Map<string, { value: unknown; until: number }>()

  get<T>(key: string): T | undefined {
    const entry = this.entries.get(key)
    return entry && entry.until > Date.now() ? (entry.value as T) : undefined
  }

  set<T>(key: string, value: T): void {
    this.entries.delete(key)
    this.entries.set(key, { value, until: Date.now() + COUNTER_TTL_MS })
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= COUNTER_LIMIT) break
      this.entries.delete(oldest)
    }
  }

  del(key: string): void {
    this.entries.delete(key)
  }

  flushAll(): void {
    this.entries.clear()
  }
}
