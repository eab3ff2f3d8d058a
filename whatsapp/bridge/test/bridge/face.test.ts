/** The bridge's face after a busy run: figures without names, a log without secrets, a document that is current. */
import '../../src/libsignal-preload.js'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { BufferJSON } from 'baileys'
import { Keyring } from '../../src/crypto.js'
import { type AppDeps, buildApp } from '../../src/http/app.js'
import { openValue } from '../../src/store/codec.js'
import { until } from './support/wait.js'
import { type Bridge, newId, TOKEN, World } from './support/world.js'

describe('face', () => {
  let world: World
  let bridge: Bridge
  let session: number
  let phone: string
  const customers: string[] = []
  before(async () => {
    world = await World.create()
    bridge = await world.bridge({ LOG_LEVEL: 'trace' })
    const salon = await world.connect(bridge)
    session = salon.session
    phone = salon.phone
    for (let n = 0; n < 3; n += 1) customers.push(world.newPhone())
    for (const customer of customers) await world.writeMany(customer, phone, 5, 'тайная просьба')
    await world.write(customers[0] ?? '', phone, { text: 'со второго раза', corrupt: true })
    const rows = await until('sixteen messages', async () => {
      const list = await world.events(session, 'message')
      return list.length === 16 && list
    })
    for (const row of rows.slice(0, 6)) await bridge.send(session, row.chat, 'тайный ответ')
    await world.control('POST', '/refuse', { phone: customers[1], error: '463', times: 1 })
    const refused = rows.find((row) => row.payload.phone === customers[1])
    await bridge.send(session, refused?.chat ?? '', 'нельзя', newId())
    await world.control('POST', `/phones/${phone}/drop`)
    await world.event(session, 'connected', 2)
  })
  after(() => world.end())

  it('counts what happened, for whoever has the token', async () => {
    const text = await metrics()

    for (const [line, value] of [
      ['bridge_sessions{state="connected"}', 1],
      ['bridge_messages_in_total', 16],
      ['bridge_messages_out_total{outcome="sent"}', 6],
      ['bridge_messages_out_total{outcome="refused",error="463"}', 1],
      ['bridge_decrypt_failures_total', 1],
      ['bridge_connections_total{fresh="true"}', 1],
      ['bridge_connections_total{fresh="false"}', 1],
      ['bridge_endings_total{reason="restart_required"}', 1],
      ['bridge_endings_total{reason="connection_closed"}', 1],
    ] as const) {
      assert.ok(text.split('\n').includes(`${line} ${value}`), `${line} in\n${text}`)
    }
    assert.match(text, /^process_resident_memory_bytes \d{8,}$/m)
    assert.match(text, /^bridge_event_loop_lag_seconds\{quantile="0.99"\} \d[\d.e-]*$/m)
    assert.equal((await bridge.call('GET', '/metrics', undefined, 'wrong')).status, 401)
  })

  it('shows nobody in its figures', async () => {
    const text = await metrics()

    for (const number of [phone, ...customers]) assert.ok(!text.includes(number))
  })

  it('wrote no phone, text, key or token to its log, however loud', async () => {
    const log = bridge.process.log()
    const rows = await world.database.query<{ type: string; id: string; value: Buffer }>(
      'select type, id, value from bridge.auth where session_id = $1',
      [session],
    )
    const ring = Keyring.parse(world.key)
    const opened = rows.map(({ type, id, value }) =>
      openValue(ring, String(session), type, id, value),
    )
    const keys = opened.flatMap((text) => text.match(/[A-Za-z0-9+/]{40,}={0,2}/g) ?? [])
    const whole = opened.flatMap((text) => {
      const value = JSON.parse(text, BufferJSON.reviver) as { private?: unknown }
      return value?.private instanceof Uint8Array
        ? [Buffer.from(value.private).toString('hex')]
        : []
    })

    assert.ok(keys.length > 800 && whole.length > 800, 'nothing to look for')
    assert.ok(log.length > 1_000 && log.includes('session.connected'))
    for (const secret of [
      ...[TOKEN, world.key, phone, ...customers, 'тайн', 'privKey', '<Buffer', 'SessionEntry'],
      ...keys,
      ...whole,
    ]) {
      assert.ok(!log.includes(secret), secret.slice(0, 12))
    }
  })

  it('has a document that tells the routes there are', async () => {
    const app = buildApp({ token: '' } as AppDeps)
    await app.ready()
    const committed = readFileSync(new URL('../../../openapi.json', import.meta.url), 'utf8')

    const current: unknown = JSON.parse(JSON.stringify(app.swagger()))

    assert.deepEqual(JSON.parse(committed), current, 'run `npm run openapi`')
    assert.deepEqual((await bridge.call('GET', '/openapi.json')).body, current)
    assert.equal((await bridge.call('GET', '/openapi.json', undefined, 'wrong')).status, 401)
    await app.close()
  })

  const metrics = async (): Promise<string> => {
    const answer = await fetch(`${bridge.process.url}/metrics`, {
      headers: { authorization: `Bearer ${TOKEN}` },
    })
    assert.equal(answer.status, 200)
    return answer.text()
  }
})
