/**
 * Durable state: named tables in memory, every change appended to DIR/journal.jsonl.
 * A written line survives kill -9 of this process (it is in the kernel's cache); power loss is not covered.
 * One line is one atomic change. Whoever sends bytes to the outside calls `flush()` first.
 */
import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'

type Change = [table: string, key: string, value: unknown]

const COMPACT_AFTER_BYTES = 64 * 1024 * 1024

export class Table<T> {
  readonly rows = new Map<string, T>()

  constructor(
    readonly name: string,
    private readonly store: Store,
  ) {}

  get(key: string): T | undefined {
    return this.rows.get(key)
  }

  /** Visible at once in memory, not durable before `save`. */
  stage(key: string, value: T): void {
    this.rows.set(key, value)
  }

  /** Puts the row as it is now (or its absence) into the next journal line. */
  save(key: string): void {
    this.store.note(this.name, key)
  }

  set(key: string, value: T): void {
    this.rows.set(key, value)
    this.store.note(this.name, key)
  }

  delete(key: string): void {
    if (this.rows.delete(key)) this.store.note(this.name, key)
  }
}

export class Store {
  private readonly tables = new Map<string, Table<unknown>>()
  private readonly pending = new Map<string, [table: string, key: string]>()
  private readonly path: string
  private fd = -1
  private appended = 0
  private base = 0
  private scheduled = false

  constructor(
    readonly dir: string,
    private readonly compactAfter = COMPACT_AFTER_BYTES,
  ) {
    mkdirSync(dir, { recursive: true })
    this.path = join(dir, 'journal.jsonl')
    this.load()
  }

  table<T>(name: string): Table<T> {
    let table = this.tables.get(name)
    if (!table) {
      table = new Table<unknown>(name, this)
      this.tables.set(name, table)
    }
    return table as Table<T>
  }

  note(table: string, key: string): void {
    this.pending.set(`${table}\n${key}`, [table, key])
    if (this.scheduled) return
    this.scheduled = true
    setImmediate(() => {
      this.scheduled = false
      this.flush()
    })
  }

  /** Writes all noted changes as one line. */
  flush(): void {
    if (!this.pending.size || this.fd < 0) return
    const line: Change[] = []
    for (const [table, key] of this.pending.values()) {
      line.push([table, key, this.table(table).get(key) ?? null])
    }
    this.pending.clear()
    this.append(`${JSON.stringify(line)}\n`)
    if (this.appended > this.compactAfter && this.appended > 4 * this.base) this.compact()
  }

  close(): void {
    this.flush()
    if (this.fd >= 0) closeSync(this.fd)
    this.fd = -1
  }

  private append(text: string): void {
    const bytes = Buffer.from(text)
    writeAll(this.fd, bytes)
    this.appended += bytes.length
  }

  private load(): void {
    let good = 0
    if (existsSync(this.path)) {
      const bytes = readFileSync(this.path)
      for (;;) {
        const end = bytes.indexOf(10, good)
        if (end < 0) break
        for (const [table, key, value] of JSON.parse(
          bytes.toString('utf8', good, end),
        ) as Change[]) {
          if (value === null) this.table(table).rows.delete(key)
          else this.table(table).rows.set(key, value)
        }
        good = end + 1
      }
    }
    this.fd = openSync(this.path, 'a')
    // A line cut short by kill -9 was never acted upon: forget it.
    ftruncateSync(this.fd, good)
    this.appended = good
    this.base = Math.min(good, this.compactAfter / 4)
  }

  /** Rewrites the journal with the live rows only. */
  private compact(): void {
    const next = `${this.path}.new`
    const fd = openSync(next, 'w')
    let size = 0
    let batch: Change[] = []
    const write = (): void => {
      const bytes = Buffer.from(`${JSON.stringify(batch)}\n`)
      writeAll(fd, bytes)
      size += bytes.length
      batch = []
    }
    for (const table of this.tables.values()) {
      for (const [key, value] of table.rows) {
        batch.push([table.name, key, value])
        if (batch.length === 500) write()
      }
    }
    if (batch.length) write()
    closeSync(fd)
    renameSync(next, this.path)
    closeSync(this.fd)
    this.fd = openSync(this.path, 'a')
    this.appended = size
    this.base = size
  }
}

function writeAll(fd: number, bytes: Buffer): void {
  let done = 0
  while (done < bytes.length) done += writeSync(fd, bytes, done)
}
