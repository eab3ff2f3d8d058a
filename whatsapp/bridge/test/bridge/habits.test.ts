/** Flow: what people do besides writing: corrections, deletions, buttons, and crowds that are nobody's business. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { payloadFaults } from './support/schemas.js'
import { until } from './support/wait.js'
import { type Bridge, type Row, World } from './support/world.js'

describe('habits', () => {
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

  it('corrects and deletes a message: told with the id it is about', async () => {
    const customer = world.newPhone()
    const id = await world.write(customer, phone, { text: 'в 15' })

    await act(customer, 'edit', { message_id: id, text: 'в 16' })
    await act(customer, 'delete', { message_id: id })
    const [, edited, deleted] = await rowsOf(customer, 3)

    assert.deepEqual(
      [edited, deleted].map((row) => [
        row?.payload.type,
        row?.payload.protocol,
        row?.payload.target,
        row?.payload.text,
      ]),
      [
        ['other', 'message_edit', id, 'в 16'],
        ['other', 'revoke', id, ''],
      ],
    )
    assert.deepEqual(await payloadFaults('message', edited?.payload), [])
  })

  it('corrects on the handset of the salon', async () => {
    const customer = world.newPhone()
    await world.write(customer, phone)
    await rowsOf(customer, 1)
    const { id } = await world.control<{ id: string }>('POST', `/phones/${phone}/send`, {
      to: customer,
      text: 'тысяча',
    })

    const change = { to: customer, message_id: id, text: 'полторы' }
    await world.control('POST', `/phones/${phone}/edit`, change)
    const rows = await rowsOf(customer, 3)

    assert.equal(rows[2]?.payload.from_me, true)
    assert.equal(rows[2]?.payload.target, id)
  })

  it('corrects as newer phones do, sealed with the secret of the corrected message', async () => {
    const customer = world.newPhone()
    const asked = await world.write(customer, phone, { text: 'на пятницу' })
    await rowsOf(customer, 1)
    const { id: said } = await world.control<{ id: string }>('POST', `/phones/${phone}/send`, {
      to: customer,
      text: 'тысяча',
    })

    await act(customer, 'edit', { message_id: asked, text: 'на субботу', sealed: true })
    const change = { to: customer, message_id: said, text: 'полторы', sealed: true }
    await world.control('POST', `/phones/${phone}/edit`, change)
    const rows = await rowsOf(customer, 4)

    const told = rows.map(({ payload }) => payload).filter(({ protocol }) => protocol)
    assert.deepEqual(
      told.map((one) => [one.protocol, one.target, one.text, one.from_me]),
      [
        ['message_edit', asked, 'на субботу', false],
        ['message_edit', said, 'полторы', true],
      ],
    )
  })

  it('tells a sealed correction without its text when the corrected message is not known', async () => {
    const customer = world.newPhone()
    const id = await world.write(customer, phone, { text: 'давно' })
    await rowsOf(customer, 1)
    await world.database.query('update bridge.events set plaintext = null where message_id = $1', [
      id,
    ])

    await act(customer, 'edit', { message_id: id, text: 'поправка', sealed: true })
    const [, edit] = await rowsOf(customer, 2)

    assert.deepEqual(
      [edit?.payload.type, edit?.payload.text, edit?.payload.protocol],
      ['other', '', undefined],
    )
  })

  it('presses a button and picks from a list: texts like any other', async () => {
    const customer = world.newPhone()
    await world.write(customer, phone)

    await act(customer, 'press', { button: 'Подтверждаю' })
    await act(customer, 'press', { list: '15:00' })
    const rows = await rowsOf(customer, 3)

    assert.deepEqual(
      rows.slice(1).map((row) => [row.payload.type, row.payload.text]),
      [
        ['text', 'Подтверждаю'],
        ['text', '15:00'],
      ],
    )
  })

  it('leaves groups, statuses and newsletters alone: acknowledged, not stored, not asked for again', async () => {
    const before = (await world.events(session, 'message')).length
    for (const from of [
      '120363041234567890@g.us',
      'status@broadcast',
      '120363041234567@newsletter',
    ]) {
      await world.control('POST', `/phones/${phone}/crowd`, { from })
    }

    await until('nothing waits', async () => {
      const { phones } = await world.control<{
        phones: { phone: string; devices: { waiting: number }[] }[]
      }>('GET', '/state')
      return phones.find((p) => p.phone === phone)?.devices.every(({ waiting }) => waiting === 0)
    })
    const customer = world.newPhone()
    await world.write(customer, phone, { text: 'после толпы' })
    await rowsOf(customer, 1)

    assert.equal((await world.events(session, 'message')).length, before + 1)
    assert.deepEqual(await world.events(session, 'undecryptable'), [])
    const { totals } = await world.control<{ totals: { retries_asked: number } }>('GET', '/state')
    assert.equal(totals.retries_asked, 0)
  })

  const act = (customer: string, what: string, more: object) =>
    world.control('POST', `/customers/${customer}/${what}`, { to: phone, ...more })
  const rowsOf = (customer: string, count: number): Promise<Row[]> =>
    until(`${count} messages of ${customer}`, async () => {
      const rows = await world.events(session, 'message')
      const own = rows.filter((row) => row.payload.phone === customer)
      return own.length === count && own
    })
})
