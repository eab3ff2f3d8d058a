/** A connection keeps its statements, unless a pooler stands before PostgreSQL. */
import assert from 'node:assert/strict'
import net, { type AddressInfo } from 'node:net'
import { after, before, it } from 'node:test'
import pino from 'pino'
import { Db } from '../../src/db.js'
import { type Scratch, scratchDatabase } from './support/postgres.js'

const log = pino({ level: 'silent' })
let scratch: Scratch
before(async () => {
  scratch = await scratchDatabase()
})
after(() => scratch.drop())

it('keeps a statement that comes back', async () => {
  assert.equal(await kept(scratch.url), 1)
})

it('keeps nothing behind a pooler', async () => {
  const pooler = net.createServer((client) => greetAsPooler(client, new URL(scratch.url)))
  await new Promise<void>((resolve) => pooler.listen(0, '127.0.0.1', resolve))
  const url = new URL(scratch.url)
  url.hostname = '127.0.0.1'
  url.port = String((pooler.address() as AddressInfo).port)

  try {
    assert.equal(await kept(url.toString()), 0)
  } finally {
    await new Promise((resolve) => pooler.close(resolve))
  }
})

/** How many statements the server keeps of one that was asked twice. */
async function kept(url: string): Promise<number> {
  const db = await Db.open(url, log)
  try {
    for (const number of [1, 2]) {
      assert.deepEqual(await db.query('select $1::int as twice', [number]), [{ twice: number }])
    }
    const [row] = await db.query<{ n: number }>(
      "select count(*)::int as n from pg_prepared_statements where statement like '%as twice'",
    )
    return row?.n ?? -1
  } finally {
    await db.close()
  }
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
