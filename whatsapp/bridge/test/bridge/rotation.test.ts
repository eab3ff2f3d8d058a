/** AUTH_STATE_KEY changes while a salon works: everything is sealed anew, and nothing is lost. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Keyring } from '../../src/crypto.js'
import { mediaPlace, proxyPlace } from '../../src/store/codec.js'
import { until } from './support/wait.js'
import { type Bridge, World } from './support/world.js'

const SEALED = [
  ['auth', 'value'],
  ['events', 'plaintext'],
  ['sent', 'content'],
  ['media', 'body'],
  ['leases', 'proxy'],
] as const

describe('rotation of AUTH_STATE_KEY', () => {
  let world: World
  let bridge: Bridge
  let session: number
  let phone: string
  const fresh = randomBytes(32).toString('base64')
  before(async () => {
    world = await World.create()
    bridge = await world.bridge({ BRIDGE_ID: 'b' })
    const salon = await world.connect(bridge)
    session = salon.session
    phone = salon.phone
    const old = Keyring.parse(world.key)
    await world.database.query(
      "insert into bridge.media (session_id, chat, message_id, kind, status, mime, body) values ($1, 'c', 'm', 'image', 'fetched', 'image/jpeg', $2)",
      [session, old.seal(mediaPlace(String(session), 'c', 'm'), Buffer.from('a picture'))],
    )
    // Of a salon that is not connected: this one is reached without a proxy.
    await world.database.query(
      'insert into bridge.leases (session_id, wanted, proxy) values (999, false, $1)',
      [old.seal(proxyPlace('999'), Buffer.from('http://127.0.0.1:9/'))],
    )
  })
  after(() => world.end())

  it('refuses while a bridge encrypts with the old key, and names it', async () => {
    const customer = world.newPhone()
    await world.write(customer, phone)
    const row = await world.event(session, 'message')
    await bridge.send(session, row.chat, 'до смены ключа')

    const { code, output } = await rotate(`${fresh},${world.key}`)

    assert.equal(code, 1)
    assert.match(output, /^These bridges encrypt with another key: b\. Start them/)
    assert.equal(await renewed(), 0)
  })

  it('leaves nothing under the old key beside a live session that works on', async () => {
    await bridge.process.end()
    bridge = await world.bridge({ BRIDGE_ID: 'b', AUTH_STATE_KEY: `${fresh},${world.key}` })
    await world.event(session, 'connected', 2)
    const customer = world.newPhone()
    await world.write(customer, phone)
    const writing = world.writeMany(customer, phone, 30)

    const first = await rotate(`${fresh},${world.key}`)
    await writing
    const again = await rotate(`${fresh},${world.key}`)

    assert.equal(first.code, 0, first.output)
    assert.equal(again.code, 0)
    assert.match(again.output, /bridge.auth: 0 sealed anew, 0 left/)
    const mark = Keyring.parse(fresh).mark
    for (const [table, column] of SEALED) {
      const [row] = await world.database.query<{ all: number; current: number }>(
        `select count(*)::int as all, count(*) filter (where substring(${column} from 1 for 5) = $1)::int as current
         from bridge.${table} where ${column} is not null`,
        [mark],
      )
      assert.ok(row && row.all > 0, `${table} holds nothing`)
      assert.equal(row.current, row.all, table)
    }
    const rows = await until('thirty-one', async () => {
      const own = (await world.events(session, 'message')).filter(
        (row) => row.payload.phone === customer,
      )
      return own.length === 31 && own
    })
    assert.equal((await bridge.send(session, rows[0]?.chat ?? '', 'да')).body.status, 'sent')
  })

  it('needs the old key no more: the next bridge starts with the new one alone', async () => {
    await bridge.process.end('SIGKILL')
    bridge = await world.bridge({ BRIDGE_ID: 'b', AUTH_STATE_KEY: fresh })
    await world.event(session, 'connected', 3)
    const customer = world.newPhone()

    await world.write(customer, phone, { text: 'после смены ключа' })

    await until('the message', async () =>
      (await world.messages(session)).some((message) => message.text === 'после смены ключа'),
    )
    assert.equal((await world.events(session, 'qr')).length, 1)
    const [media] = await world.database.query<{ body: Buffer }>('select body from bridge.media')
    const place = mediaPlace(String(session), 'c', 'm')
    assert.equal(
      Keyring.parse(fresh)
        .open(place, media?.body ?? Buffer.alloc(0))
        .toString(),
      'a picture',
    )
  })

  it('stops at a row whose key it does not have, and names what is missing', async () => {
    await bridge.process.end()
    const other = randomBytes(32).toString('base64')
    const { code, output } = await rotate(other)

    assert.equal(code, 1)
    assert.match(output, /a key that AUTH_STATE_KEY does not list/)
    assert.ok((await renewed()) > 800)
  })

  /** Keys stored under the new key. */
  const renewed = async (): Promise<number> => {
    const [row] = await world.database.query<{ n: number }>(
      'select count(*)::int as n from bridge.auth where substring(value from 1 for 5) = $1',
      [Keyring.parse(fresh).mark],
    )
    return row?.n ?? -1
  }
  const rotate = async (keys: string): Promise<{ code: number; output: string }> => {
    const script = fileURLToPath(new URL('../../src/rotate.js', import.meta.url))
    const child = spawn(process.execPath, [script], {
      env: { BRIDGE_DATABASE_URL: world.database.url, AUTH_STATE_KEY: keys },
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    }
    const [code] = (await once(child, 'close')) as [number]
    return { code, output }
  }
})
