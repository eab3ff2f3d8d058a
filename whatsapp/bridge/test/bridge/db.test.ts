/** A connection keeps its statements, unless a pooler stands before PostgreSQL. */
import assert from 'node:assert/strict'
import net, { type AddressInfo } from 'node:net'
import { after, before, it } from 'node:test'
import pino from 'pino'
import { Db } from '../../src/db.js'
import { type Scratch, scratchDatabase, Wire } from './support/postgres.js'
import { until } from './support/wait.js'

const log = pino({ level: 'silent' })
let scratch: Scratch
before(async () => {
  scratch = await scratchDatabase()
})
after(() => scratch.drop())

it('keeps a statement that comes back', async () => {
  assert.equal(await kept(scratch.url), 1)
})

it('plans a statement once, however long the arrays it is called with', async () => {
  const db = await Db.open(scratch.url, log)
  try {
    const query = 'select count(*)::int as planned from unnest($1::int[])'
    for (const length of [1, 2, 3, 1, 2, 3, 1, 2]) await db.query(query, [Array(length).fill(1)])

    const plans = await db.query(
      'select generic_plans::int, custom_plans::int from pg_prepared_statements where statement = $1',
      [query],
    )
    assert.deepEqual(plans, [{ generic_plans: 8, custom_plans: 0 }])
  } finally {
    await db.close()
  }
})

it('keeps nothing behind a pooler', async () => {
  const pooler = net.createServer((client) => greetAsPooler(client, new URL(scratch.url)))
  const url = await listening(pooler)

  try {
    assert.equal(await kept(url), 0)
  } finally {
    await new Promise((resolve) => pooler.close(resolve))
  }
})

it('goes on when the server behind a connection is another', async () => {
  const db = await Db.open(scratch.url, log)
  try {
    assert.deepEqual(await twice(db, 1), [{ twice: 1 }])
    await db.query('deallocate all')

    assert.deepEqual(await twice(db, 2), [{ twice: 2 }])
    assert.deepEqual(await twice(db, 3), [{ twice: 3 }])
    assert.equal(await keptBy(db), 0)
  } finally {
    await db.close()
  }
})

it('goes on when another program has prepared the same on its server', async () => {
  const [one, other] = [await Db.open(scratch.url, log), await Db.open(scratch.url, log)]
  try {
    await twice(one, 1)
    const [row] = await one.query<{ name: string }>(
      "select name from pg_prepared_statements where statement like '%as twice'",
    )
    await other.query(`prepare "${row?.name}" as select 1`)

    assert.deepEqual(await twice(other, 2), [{ twice: 2 }])
  } finally {
    await one.close()
    await other.close()
  }
})

it('goes on behind a pooler that takes its place and knows none of our settings', async () => {
  const wire = new Wire(new URL(scratch.url))
  const url = await wire.open()
  const db = await Db.open(url, log)
  assert.deepEqual(await twice(db, 1), [{ twice: 1 }])
  await wire.cut()
  const pooler = net.createServer((client) => {
    client.once('data', (greeting) => {
      const refused = ['statement_timeout', 'options'].find((name) =>
        greeting.includes(`${name}\0`),
      )
      if (refused) refuse(client, refused)
      else {
        client.pause()
        client.unshift(greeting)
        greetAsPooler(client, new URL(scratch.url))
      }
    })
  })
  await listening(pooler, Number(new URL(url).port))

  try {
    // The line that was cut may be noticed by the next who asks.
    await until('a statement passes', () => twice(db, 2).catch(() => undefined))

    const answers = await Promise.all([3, 4].map((number) => twice(db, number)))
    assert.deepEqual(answers, [[{ twice: 3 }], [{ twice: 4 }]])
  } finally {
    await db.close()
    await new Promise((resolve) => pooler.close(resolve))
  }
})

function twice(db: Db, number: number): Promise<object[]> {
  return db.query('select $1::int as twice', [number])
}

/** How many statements the server keeps of one that was asked twice. */
async function kept(url: string): Promise<number> {
  const db = await Db.open(url, log)
  try {
    for (const number of [1, 2]) assert.deepEqual(await twice(db, number), [{ twice: number }])
    return await keptBy(db)
  } finally {
    await db.close()
  }
}

async function keptBy(db: Db): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    "select count(*)::int as n from pg_prepared_statements where statement like '%as twice'",
  )
  return row?.n ?? -1
}

/** The address of PostgreSQL as it is seen through `door`. */
async function listening(door: net.Server, port = 0): Promise<string> {
  await new Promise<void>((resolve) => door.listen(port, '127.0.0.1', resolve))
  const url = new URL(scratch.url)
  url.hostname = '127.0.0.1'
  url.port = String((door.address() as AddressInfo).port)
  return url.toString()
}

/** As pgbouncer does with what it was not told to ignore. */
function refuse(client: net.Socket, parameter: string): void {
  const words = `SFATAL\0C08P01\0Munsupported startup parameter: ${parameter}\0\0`
  const head = Buffer.from('E\0\0\0\0')
  head.writeInt32BE(words.length + 4, 1)
  client.end(Buffer.concat([head, Buffer.from(words)]))
}

/** Leads to PostgreSQL and greets, as poolers do, with a process number of its own. */
function greetAsPooler(client: net.Socket, target: URL): void {
  const server = net.connect(Number(target.port) || 5432, target.hostname)
  client.pipe(server)
  for (const [one, other] of [
    [client, server],
    [server, client],
  ] as const) {
    one.on('error', () => other.destroy())
    one.on('close', () => other.destroy())
  }
  let waiting: Buffer = Buffer.alloc(0)
  server.on('data', (data) => {
    waiting = Buffer.concat([waiting, data])
    // Messages one by one: a letter, a length that counts itself, and what it says.
    while (waiting.length >= 5 && waiting.length > waiting.readInt32BE(1)) {
      const message = waiting.subarray(0, 1 + waiting.readInt32BE(1))
      waiting = waiting.subarray(message.length)
      if (message[0] === 'K'.charCodeAt(0)) message.writeInt32BE(message.readInt32BE(5) ^ 1, 5)
      client.write(message)
    }
  })
}
