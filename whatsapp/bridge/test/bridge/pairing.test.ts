/** Flow: how a pairing fails: a number WhatsApp gives no code for, codes that nobody used in time. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { payloadFaults } from './support/schemas.js'
import { until } from './support/wait.js'
import { type Bridge, World } from './support/world.js'

describe('a pairing that fails', () => {
  let world: World
  let bridge: Bridge
  before(async () => {
    world = await World.create()
    bridge = await world.bridge()
  })
  after(() => world.end())

  it('shows no code that WhatsApp refused, says so, and goes on by QR', async () => {
    const session = world.newSession()
    const phone = world.newPhone()
    await world.control('POST', '/absent', { phone })
    await bridge.call('POST', `/sessions/${session}/start`, { mode: 'code', phone })
    const { payload } = await world.event(session, 'pairing_failed')

    assert.deepEqual(await payloadFaults('pairing_failed', payload), [])
    assert.deepEqual(payload, {
      code: 'refused',
      message: 'WhatsApp refused to give a code for this phone (400).',
    })
    assert.deepEqual(await world.events(session, 'pairing_code'), [])
    const { body } = await bridge.call('POST', `/sessions/${session}/start`, { mode: 'qr' })
    assert.deepEqual(body, { state: 'qr' })
    const qr = await world.event(session, 'qr')
    await world.control('POST', '/scan', { qr: qr.payload.qr, phone: world.newPhone() })
    await world.event(session, 'connected')
  })

  it('tells a phone that has asked for too many codes from a wrong one', async () => {
    const session = world.newSession()
    const phone = world.newPhone()
    await world.control('POST', '/refuse-code', { phone })
    await bridge.call('POST', `/sessions/${session}/start`, { mode: 'code', phone })
    const { payload } = await world.event(session, 'pairing_failed')

    assert.deepEqual(payload, {
      code: 'rate_limited',
      message: 'WhatsApp asks to wait before another code (429).',
    })
    await world.control('POST', '/refuse-code', { phone, code: 0 })
    await bridge.call('POST', `/sessions/${session}/start`, { mode: 'qr' })
    await bridge.call('POST', `/sessions/${session}/start`, { mode: 'code', phone })
    await world.event(session, 'pairing_code')
  })

  for (const [mode, kinds] of [
    ['qr', ['qr_ended']],
    ['code', ['pairing_failed', 'qr_ended']],
  ] as const) {
    it(`ends when its codes are spent (${mode}), and leaves nothing of it behind`, async () => {
      const session = world.newSession()
      const phone = mode === 'code' ? { phone: world.newPhone() } : {}
      await world.control('POST', '/refs', { count: 0 })
      await bridge.call('POST', `/sessions/${session}/start`, { mode, ...phone })
      const ended = await world.event(session, 'qr_ended')
      await world.control('POST', '/refs', {})

      assert.deepEqual(ended.payload, { reason: 'expired' })
      const told = await world.database.query<{ kind: string }>(
        'select kind from bridge.events where session_id = $1 order by id',
        [session],
      )
      assert.deepEqual(
        told.map(({ kind }) => kind),
        kinds,
      )
      await until(
        'idle',
        async () => (await bridge.call('GET', `/sessions/${session}`)).body.state === 'idle',
      )
      const left = await world.database.query(
        `select 1 from bridge.auth where session_id = $1
         union all select 1 from bridge.leases where session_id = $1 and (owner is not null or wanted)`,
        [session],
      )
      assert.deepEqual(left, [])
      // The page that is still open begins anew.
      await bridge.call('POST', `/sessions/${session}/start`, { mode: 'qr' })
      await world.event(session, 'qr')
    })
  }
})
