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
    bridge = await world.bridge({ BRIDGE_ID: 'bursts' })
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

  it('reads a history once the bridge that acknowledged it is back, addresses and all', async () => {
    const old = world.newPhone()
    const phone = world.newPhone()
    await world.write(old, phone)
    // Its file begins, and never ends: the history has its receipt and nothing came of it yet.
    await world.control('POST', '/history', { file: true, fault: 'slow' })
    const session = await pair(phone)
    await until('the receipt', async () => {
      const { devices, media } = await seen(phone)
      return media.downloads > 0 && devices?.every((device) => device.waiting === 0)
    })
    const untold = await world.events(session, 'history')
    await bridge.process.end('SIGKILL')
    await world.control('POST', '/media/heal')

    bridge = await world.bridge({ BRIDGE_ID: 'bursts' })
    const { payload } = await world.event(session, 'history')
    await until('the end of the work', async () => (await stored(session, 'peer-work')) === 0)

    assert.deepEqual(untold, [])
    assert.ok((payload.jids as string[]).includes(`${old}@s.whatsapp.net`))
    assert.equal(await stored(session, 'lid-mapping', old), 1)
    assert.equal(await stored(session, 'app-state-sync-key'), 1)
    await world.control('POST', '/history', {})
  })

  it('asks the phone again for a message without content when it was killed before it could', async () => {
    const phone = world.newPhone()
    const session = await pair(phone)
    await until('the end of the work', async () => (await stored(session, 'peer-work')) === 0)
    const text = 'я по рекламе'
    const id = await world.write(world.newPhone(), phone, { text, hollow: true })
    await until('the question', async () => (await stored(session, 'peer-work')) === 1)
    await bridge.process.end('SIGKILL')

    bridge = await world.bridge({ BRIDGE_ID: 'bursts' })
    const { payload } = await world.event(session, 'message')

    assert.deepEqual([payload.message_id, payload.text], [id, text])
    assert.deepEqual(await payloadFaults('message', payload), [])
    await until('no more questions', async () => (await stored(session, 'peer-work')) === 0)
  })

  /** Rows of one kind among the session's keys, or those of one name. */
  const stored = async (session: number, type: string, id = '%'): Promise<number> => {
    const rows = await world.database.query(
      'select id from bridge.auth where session_id = $1 and type = $2 and id like $3',
      [session, type, id],
    )
    return rows.length
  }
  /** `waiting`: stanzas that WhatsApp has no receipt for. */
  const seen = async (phone: string) => {
    const { phones, media } = await world.control<{
      phones: { phone: string; devices: { waiting: number }[] }[]
      media: { downloads: number }
    }>('GET', '/state')
    return { devices: phones.find((one) => one.phone === phone)?.devices, media }
  }
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
