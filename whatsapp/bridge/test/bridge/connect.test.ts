/** Flow: a salon is linked by QR or code, messages go both ways, and what its phone does is told. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { payloadFaults } from './support/schemas.js'
import { until } from './support/wait.js'
import { type Bridge, newId, TOKEN, World } from './support/world.js'

describe('one salon', () => {
  let world: World
  let bridge: Bridge
  let session: number
  let phone: string
  before(async () => {
    world = await World.create()
    bridge = await world.bridge()
    const salon = await world.connect(bridge)
    session = salon.session
    phone = salon.phone
  })
  after(() => world.end())

  it('is connected after the scan and says so once', async () => {
    const [connected, ...more] = await world.events(session, 'connected')
    const state = await bridge.call('GET', `/sessions/${session}`)

    assert.equal(connected?.payload.phone, phone)
    assert.equal(connected?.payload.fresh, true)
    assert.deepEqual(more, [])
    assert.deepEqual(state.body, {
      session_id: session,
      state: 'connected',
      phone,
      owner: 'bridge-1',
    })
  })

  it('leaves a connected session alone when it is started again', async () => {
    const before = await world.events(session, 'connected')

    const { status, body } = await bridge.call('POST', `/sessions/${session}/start`, { mode: 'qr' })

    assert.equal(status, 202)
    assert.deepEqual(body, { state: 'connected' })
    assert.deepEqual(await world.events(session, 'connected'), before)
  })

  it('stores an incoming message once, in the shape of the contract', async () => {
    const customer = world.newPhone()
    const id = await world.write(customer, phone, { text: 'Можно на завтра?', name: 'Ольга' })
    const row = await world.event(session, 'message')

    assert.deepEqual(await payloadFaults('message', row.payload), [])
    assert.equal(row.message_id, id)
    assert.equal(row.payload.text, 'Можно на завтра?')
    assert.equal(row.payload.phone, customer)
    assert.equal(row.payload.push_name, 'Ольга')
    assert.equal(row.chat, row.payload.lid)
    assert.equal(row.payload.chat_alt, `${customer}@s.whatsapp.net`)
    assert.equal((await world.messages(session)).length, 1)
  })

  it('sends with the given id, is told the server took it, and learns what became of it', async () => {
    const customer = world.newPhone()
    await world.write(customer, phone)
    const [row] = await messagesOf(customer)
    const id = newId()

    const { status, body } = await bridge.send(session, row?.chat ?? '', 'Да, в 15:00', id)
    await world.control('POST', `/customers/${customer}/read`, { salon: phone })
    const read = await until('read', async () => (await statusesOf(id)).find((s) => s === 'read'))

    assert.equal(status, 200)
    assert.deepEqual(body, { status: 'sent', key: id })
    assert.equal(read, 'read')
    // "Sent" is told too when the customer's phone lets us wait for its receipt.
    const later = (await statusesOf(id)).filter((one) => one !== 'sent')
    assert.deepEqual(later, ['delivered', 'read'])
    const seen = (await world.inbox(customer, phone)).filter((m) => m.direction === 'in')
    assert.deepEqual(
      seen.map((m) => [m.id, m.text]),
      [[id, 'Да, в 15:00']],
    )
  })

  it('shows a customer the same id once, however often it is sent', async () => {
    const customer = world.newPhone()
    await world.write(customer, phone)
    const [row] = await messagesOf(customer)
    const chat = row?.chat ?? ''
    const id = newId()

    const together = await Promise.all([
      bridge.send(session, chat, 'один раз', id),
      bridge.send(session, chat, 'один раз', id),
    ])
    const later = await bridge.send(session, chat, 'один раз', id)

    for (const { status, body } of [...together, later]) {
      assert.equal(status, 200)
      assert.deepEqual(body, { status: 'sent', key: id })
    }
    const seen = (await world.inbox(customer, phone)).filter((m) => m.direction === 'in')
    assert.deepEqual(
      seen.map((m) => [m.id, m.duplicates]),
      [[id, 0]],
    )
  })

  it('takes every kind of message without falling over', async () => {
    const customer = world.newPhone()
    const first = await world.write(customer, phone, { text: '👍👍🏽' })
    await world.write(customer, phone, { text: 'ы'.repeat(10_000) })
    await world.write(customer, phone, { text: 'ноль \u0000 и половина \ud83d пары' })
    await world.write(customer, phone, { image: { caption: 'вот так' } })
    await world.write(customer, phone, { image: {} })
    await world.write(customer, phone, { audio: true })
    await world.write(customer, phone, { sticker: true })
    await world.write(customer, phone, { reaction: { message_id: first, emoji: '❤️' } })
    await world.write(customer, phone, { text: 'к этому', quote: first })
    await world.write(customer, phone, { text: 'по номеру', address: 'pn' })

    const rows = await until('ten messages', async () => {
      const list = await messagesOf(customer)
      return list.length === 10 && list
    })

    assert.deepEqual(
      rows.map((row) => row.payload.type),
      ['text', 'text', 'text', 'image', 'image', 'audio', 'sticker', 'reaction', 'text', 'text'],
    )
    for (const row of rows) assert.deepEqual(await payloadFaults('message', row.payload), [])
    assert.equal(rows[1]?.payload.text, 'ы'.repeat(10_000))
    assert.match(String(rows[2]?.payload.text), /^ноль {2}и половина/)
    assert.deepEqual(rows[7]?.payload.reaction, { message_id: first, emoji: '❤️' })
    assert.deepEqual(rows[8]?.payload.quoted, { message_id: first, text: '👍👍🏽' })
    assert.equal(rows[9]?.payload.chat, `${customer}@s.whatsapp.net`)
    assert.equal(rows[9]?.payload.lid, rows[0]?.payload.lid)
  })

  it('tells what the salon writes on its own phone, and not what the bridge sent', async () => {
    const customer = world.newPhone()
    await world.write(customer, phone)
    const [row] = await messagesOf(customer)
    await bridge.send(session, row?.chat ?? '', 'от бота')

    await world.control('POST', `/phones/${phone}/send`, {
      to: customer,
      text: 'от администратора',
    })
    const own = await until('own message', async () =>
      (await messagesOf(customer)).find((message) => message.payload.from_me),
    )

    assert.equal(own.payload.text, 'от администратора')
    assert.equal(own.payload.phone, customer)
    assert.equal((await messagesOf(customer)).length, 2)
  })

  it('passes on a refusal of the server', async () => {
    const customer = world.newPhone()
    await world.write(customer, phone)
    const [row] = await messagesOf(customer)
    await world.control('POST', '/refuse', { phone: customer, error: '463', times: 1 })
    const id = newId()

    const { status, body } = await bridge.send(session, row?.chat ?? '', 'нельзя', id)

    assert.equal(status, 422)
    assert.equal(body.code, 'refused')
    assert.equal(body.detail, '463')
    const failed = await until('failed', async () => (await statusesOf(id)).includes('failed'))
    assert.equal(failed, true)
  })

  it('asks the customer again for what it cannot read, and tells of it', async () => {
    const customer = world.newPhone()
    await world.write(customer, phone)
    const id = await world.write(customer, phone, { text: 'со второго раза', corrupt: true })

    const row = await until('repaired', async () =>
      (await messagesOf(customer)).find((message) => message.message_id === id),
    )

    assert.equal(row.payload.text, 'со второго раза')
    assert.equal((await world.event(session, 'undecryptable')).payload.message_id, id)
  })

  it('marks what a message answers as read', async () => {
    const customer = world.newPhone()
    const id = await world.write(customer, phone)
    const [row] = await messagesOf(customer)

    const read = [{ chat: row?.chat, message_ids: [id] }]
    const body = { key: `READ${id}`, to: row?.chat, text: 'ответ', read }
    const { status } = await bridge.call('POST', `/sessions/${session}/messages`, body)

    assert.equal(status, 200)
    await until('blue ticks', async () =>
      (await world.inbox(customer, phone)).find((m) => m.id === id && m.status === 4),
    )
  })

  it('pairs by a code, shown after the server accepted the request', async () => {
    const other = world.newSession()
    const number = world.newPhone()
    await bridge.call('POST', `/sessions/${other}/start`, { mode: 'code', phone: number })
    const { payload } = await world.event(other, 'pairing_code')

    assert.deepEqual(await payloadFaults('pairing_code', payload), [])
    await world.control('POST', '/pair-code', { phone: number, code: payload.code })
    const connected = await world.event(other, 'connected')

    assert.equal(connected.payload.phone, number)
    assert.deepEqual(await world.events(other, 'qr'), [])
  })

  it('deletes the credentials when the phone removes the device', async () => {
    const salon = await world.connect(bridge)

    await world.control('POST', `/phones/${salon.phone}/logout`)
    const { payload } = await world.event(salon.session, 'logged_out')

    assert.equal(payload.code, 401)
    assert.equal(await keysOf(salon.session), 0)
    await until('logged_out', async () => (await stateOf(salon.session)) === 'logged_out')
    const { status, body } = await bridge.send(salon.session, '79001112233@s.whatsapp.net', 'x')
    assert.equal(status, 409)
    assert.equal(body.code, 'not_connected')
  })

  it('stops with its credentials kept, and starts again without a scan', async () => {
    const salon = await world.connect(bridge)
    await bridge.call('POST', `/sessions/${salon.session}/stop`)
    assert.equal(await stateOf(salon.session), 'idle')
    assert.ok((await keysOf(salon.session)) > 800)

    await bridge.call('POST', `/sessions/${salon.session}/start`, { mode: 'qr' })
    const again = await world.event(salon.session, 'connected', 2)

    assert.equal(again.payload.fresh, false)
    assert.equal((await world.events(salon.session, 'qr')).length, 1)
  })

  it('logs out on request and forgets its keys', async () => {
    const salon = await world.connect(bridge)

    const { body } = await bridge.call('POST', `/sessions/${salon.session}/logout`)

    assert.deepEqual(body, { state: 'logged_out' })
    assert.equal(await keysOf(salon.session), 0)
    assert.equal(
      (await world.event(salon.session, 'logged_out')).payload.reason,
      'logout_requested',
    )
    const { phones } = await world.control<{ phones: { phone: string; devices: unknown[] }[] }>(
      'GET',
      '/state',
    )
    assert.deepEqual(phones.find((p) => p.phone === salon.phone)?.devices, [])
  })

  it('wrote no phone, text, QR, code or token to its log', async () => {
    const log = bridge.process.log()
    const rows = await world.database.query<{ payload: Record<string, string> }>(
      "select payload from bridge.events where kind in ('message', 'qr', 'pairing_code', 'connected')",
    )
    const secrets = rows.flatMap(({ payload }) => [
      payload.phone,
      payload.text,
      payload.qr,
      payload.code,
    ])

    assert.ok(log.includes('session.connected'))
    for (const secret of [TOKEN, ...secrets]) {
      if (secret && secret.length > 3) assert.ok(!log.includes(secret), secret)
    }
  })

  const messagesOf = (customer: string) =>
    until(`messages of ${customer}`, async () => {
      const rows = await world.events(session, 'message')
      const own = rows.filter((row) => row.payload.phone === customer)
      return own.length > 0 && own
    })
  const statusesOf = async (id: string): Promise<string[]> => {
    const rows = await world.events(session, 'status')
    return rows.filter((row) => row.message_id === id).map((row) => String(row.payload.status))
  }
  const stateOf = async (id: number) => (await bridge.call('GET', `/sessions/${id}`)).body.state
  const keysOf = async (id: number): Promise<number> => {
    const [row] = await world.database.query<{ n: number }>(
      'select count(*)::int as n from bridge.auth where session_id = $1',
      [id],
    )
    return row?.n ?? -1
  }
})
