/** Flow: what helps to answer the right people at the right moment: who is typing, and whose chat is an old one. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { payloadFaults } from './support/schemas.js'
import { until } from './support/wait.js'
import { type Bridge, World } from './support/world.js'

describe('bursts and old chats', () => {
  let world: World
  let bridge: Bridge
  before(async () => {
    world = await World.create()
    bridge = await world.bridge()
  })
  after(() => world.end())

  it('tells who types after they have written, and is away before', async () => {
    const phone = world.newPhone()
    const session = await pair(phone)
    const customer = world.newPhone()
    const type = (stopped = false) =>
      world.control<{ heard: number }>('POST', `/customers/${customer}/typing`, {
        to: phone,
        stopped,
      })
    // Known to WhatsApp, a stranger to the salon.
    await world.write(customer, world.newPhone())
    assert.equal((await type()).heard, 0)

    const rows = await until('both news', async () => {
      // Online for some seconds after each message: a busy machine may miss them and need another.
      await world.write(customer, phone)
      for (const stopped of [false, false, true, true]) await type(stopped)
      const told = await world.events(session, 'typing')
      return told.at(-1)?.payload.typing === false && told
    })

    const { payload: written } = await world.event(session, 'message')
    const news = [true, false].map((typing) => ({ chat: written.chat, typing }))
    assert.deepEqual(
      rows.slice(-2).map(({ payload }) => payload),
      news,
    )
    assert.deepEqual(await payloadFaults('typing', rows[0]?.payload), [])
  })

  it('tells both addresses of the people the phone has written with before', async () => {
    const phone = world.newPhone()
    const old = world.newPhone()
    await world.write(old, phone)
    const session = await pair(phone)

    const { payload } = await world.event(session, 'history')
    const { customers } = await world.control<{ customers: { phone: string; lid: string }[] }>(
      'GET',
      '/state',
    )

    const lid = customers.find((one) => one.phone === old)?.lid
    assert.deepEqual(
      new Set(payload.jids as string[]),
      new Set([`${old}@s.whatsapp.net`, `${lid}@lid`]),
    )
    assert.deepEqual(await payloadFaults('history', payload), [])
  })

  /** As salons are: with a name, without which WhatsApp shows nobody online. */
  const pair = async (phone: string): Promise<number> => {
    const session = world.newSession()
    await bridge.call('POST', `/sessions/${session}/start`, { mode: 'qr' })
    const qr = await world.event(session, 'qr')
    await world.control('POST', '/scan', { qr: qr.payload.qr, phone, name: 'Лилия' })
    await world.event(session, 'connected')
    return session
  }
})
