/** Read cache of one account's keys: least recently used entries leave when their bytes exceed the bound. */

/** Counters and lists that change with every use, or are read once: not worth the room. */
const NOT_CACHED = new Set([
  'pre-key',
  'app-state-sync-key',
  'app-state-sync-version',
  'creds',
  'peer-work',
])
const DEFAULT_BYTES = 256 * 1024

export function isCacheable(type: string): boolean {
  return !NOT_CACHED.has(type)
}

export class KeyCache {
  /** null = known to be absent. Oldest use first. */
  private readonly entries = new Map<string, string | null>()
  private bytes = 0

  constructor(private readonly limit = DEFAULT_BYTES) {}

  /** undefined = unknown. */
  get(key: string): string | null | undefined {
    const text = this.entries.get(key)
    if (text === undefined) return undefined
    this.entries.delete(key)
    this.entries.set(key, text)
    return text
  }

  put(key: string, text: string | null): void {
    this.drop(key)
    const size = sizeOf(key, text)
    // One value larger than a quarter of the bound would push everything else out.
    if (size > this.limit / 4) return
    this.entries.set(key, text)
    this.bytes += size
    for (const oldest of this.entries.keys()) {
      if (this.bytes <= this.limit) break
      this.drop(oldest)
    }
  }

  clear(): void {
    this.entries.clear()
    this.bytes = 0
  }

  get size(): number {
    return this.bytes
  }

  private drop(key: string): void {
    const text = this.entries.get(key)
    if (text === undefined) return
    this.entries.delete(key)
    this.bytes -= sizeOf(key, text)
  }
}

function sizeOf(key: string, text: string | null): number {
  // JSON of keys is ASCII: one byte a character; 64 for the map's own entry.
  return key.length + (text?.length ?? 0) + 64
}
