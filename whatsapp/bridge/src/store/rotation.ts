/**
 * Everything that is sealed under an older key, sealed anew under the first one, in small batches beside running bridges.
 *
 * A row is written only while it still holds the ciphertext that was read, and only when nobody has it locked: a bridge
 * that writes the same row wins, and neither waits for the other in a circle. Killed anywhere, run it again.
 */
import type { Keyring } from '../crypto.js'
import type { Db } from '../db.js'
import { authPlace, eventPlace, mediaPlace, proxyPlace, sentPlace } from './codec.js'

const BATCH = 200
/** Bodies of media are megabytes. */
const BATCH_MEDIA = 5
/** Rows that a bridge has locked just now are met again. */
const PASSES = 3

interface Row {
  /** Name of the row within its table, as text. */
  key: string[]
  sealed: Buffer
  /** What its place is made of. */
  parts: string[]
  sha256: Buffer | null
}

interface Sealed {
  table: string
  column: string
  /** The primary key, each with its type. */
  key: readonly (readonly [string, string])[]
  /** Columns of the place. */
  parts: readonly string[]
  place: (row: Row) => string
  batch: number
}

const part = (row: Row, n: number): string => row.parts[n] ?? ''

const TABLES: readonly Sealed[] = [
  {
    table: 'bridge.auth',
    column: 'value',
    key: [
      ['session_id', 'bigint'],
      ['type', 'text'],
      ['id', 'text'],
    ],
    parts: ['session_id', 'type', 'id'],
    place: (row) => authPlace(part(row, 0), part(row, 1), part(row, 2)),
    batch: BATCH,
  },
  {
    table: 'bridge.events',
    column: 'plaintext',
    key: [['id', 'bigint']],
    parts: ['session_id', 'chat', 'message_id'],
    place: (row) =>
      eventPlace(part(row, 0), part(row, 1), part(row, 2), row.sha256 ?? Buffer.alloc(0)),
    batch: BATCH,
  },
  {
    table: 'bridge.sent',
    column: 'content',
    key: [
      ['session_id', 'bigint'],
      ['message_id', 'text'],
    ],
    parts: ['session_id', 'message_id'],
    place: (row) => sentPlace(part(row, 0), part(row, 1)),
    batch: BATCH,
  },
  {
    table: 'bridge.media',
    column: 'body',
    key: [['id', 'bigint']],
    parts: ['session_id', 'chat', 'message_id'],
    place: (row) => mediaPlace(part(row, 0), part(row, 1), part(row, 2)),
    batch: BATCH_MEDIA,
  },
  {
    table: 'bridge.leases',
    column: 'proxy',
    key: [['session_id', 'bigint']],
    parts: ['session_id'],
    place: (row) => proxyPlace(part(row, 0)),
    batch: BATCH,
  },
]

export interface Rotated {
  table: string
  /** Rows sealed anew. */
  done: number
  /** Rows that are still under an older key. */
  left: number
}

/** Bridges seen a minute ago that encrypt with another key: what they write would be under it. */
export async function lagging(db: Db, keyring: Keyring): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select id from bridge.nodes
     where seen_at > now() - interval '1 minute' and key_id is distinct from $1 order by id`,
    [keyring.keyId],
  )
  return rows.map(({ id }) => id)
}

/** Throws when a row cannot be opened: its key is not among those of the keyring, and nothing is lost by that. */
export async function rotate(db: Db, keyring: Keyring): Promise<Rotated[]> {
  const results: Rotated[] = []
  for (const sealed of TABLES) {
    const result = { table: sealed.table, done: 0, left: 0 }
    for (let pass = 0; pass < PASSES; pass += 1) {
      result.done += await sweep(db, keyring, sealed)
      result.left = await count(db, keyring, sealed)
      if (result.left === 0) break
    }
    results.push(result)
  }
  return results
}

/** Once through the table in the order of its key. */
async function sweep(db: Db, keyring: Keyring, sealed: Sealed): Promise<number> {
  const { table, column, key, parts, batch } = sealed
  const names = key.map(([name]) => name).join(', ')
  const after = key.map(([, type], n) => `$${n + 3}::${type}`).join(', ')
  const read = (from: string): string => `
    select array[${key.map(([name]) => `${name}::text`).join(', ')}] as key,
      array[${parts.map((name) => `${name}::text`).join(', ')}] as parts, ${column} as sealed,
      ${table === 'bridge.events' ? 'sha256' : 'null::bytea as sha256'}
    from ${table} where ${column} is not null and substring(${column} from 1 for 5) <> $1 ${from}
    order by ${names} limit $2`
  let done = 0
  let last: string[] | undefined
  for (;;) {
    const rows: Row[] = await db.query<Row>(read(last ? `and (${names}) > (${after})` : ''), [
      keyring.mark,
      batch,
      ...(last ?? []),
    ])
    if (rows.length === 0) return done
    done += await write(db, keyring, sealed, rows)
    last = rows.at(-1)?.key
  }
}

async function write(
  db: Db,
  keyring: Keyring,
  { table, column, key, place }: Sealed,
  rows: readonly Row[],
): Promise<number> {
  const columns = key.map(([, type], n) => `$${n + 3}::${type}[]`).join(', ')
  const names = key.map(([name]) => name)
  const same = names.map((name) => `t.${name} = x.${name}`).join(' and ')
  const changed = await db.query(
    `with x as (
       select * from unnest($1::bytea[], $2::bytea[], ${columns}) x(old, new, ${names.join(', ')})),
     mine as (
       select ${names.map((name) => `t.${name}`).join(', ')}, x.new from ${table} t join x on ${same}
       where t.${column} = x.old for no key update of t skip locked)
     update ${table} t set ${column} = x.new from mine x where ${same} returning 1`,
    [
      rows.map((row) => row.sealed),
      rows.map((row) => keyring.seal(place(row), keyring.open(place(row), row.sealed))),
      ...key.map((_, n) => rows.map((row) => row.key[n])),
    ],
  )
  return changed.length
}

async function count(db: Db, keyring: Keyring, { table, column }: Sealed): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    `select count(*)::int as n from ${table} where ${column} is not null and substring(${column} from 1 for 5) <> $1`,
    [keyring.mark],
  )
  return row?.n ?? 0
}
