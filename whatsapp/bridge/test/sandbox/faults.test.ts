/** What goes wrong: offline times, cut lines, logouts, unreadable messages, refusals, a restarted server. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Companion, textOf } from './companion.js'
import { SandboxProcess, type State } from './process.js'

let sandbox: SandboxProcess
let next = 79030000000
const companions: Companion[] = []

before(async () => {
  sandbox = await SandboxProcess.start()
})
after(async () => {
  await Promise.all(companions.map((one) => one.close()))
  await sandbox.close()
})

async function newSalon(
  reconnectOn?: number[],
): Promise<{ salon: Companion; phone: string; customer: string }> {
  const phone = String(next++)
  const salon = new Companion(sandbox, reconnectOn)
  companions.push(salon)
  await salon.pair(phone)
  return { salon, phone, customer: phone.replace('7903', '7916') }
}

const closed = (salon: Companion, code: number) =>
  salon.until(`close ${code}`, () => salon.closes.includes(code) || undefined)

test('what came while the salon was offline arrives after the reconnect, in order, once', async () => {
  const { salon, phone, customer } = await newSalon([])
  await sandbox.post(`phones/${phone}/drop`)
  await closed(salon, 428)
  const texts = Array.from({ length: 20 }, (_, n) => `сообщение ${n}`)
  for (const text of texts) await sandbox.say(customer, phone, { text })

  salon.connect()
  await salon.until('the backlog', () => {
    const seen = salon.messages.filter(({ message }) => textOf(message).startsWith('сообщение'))
    return seen.length >= 20 || undefined
  })

  const seen = salon.messages.filter(({ message }) => message.key.remoteJid?.endsWith('@lid'))
  assert.deepEqual(
    seen.map(({ message }) => textOf(message)),
    texts,
  )
  assert.deepEqual([...new Set(seen.map(({ type }) => type))], ['append'])
  assert.equal(salon.drained, 2)
})

test('a message whose receipt was lost comes again at the next login', async () => {
  const { salon, phone, customer } = await newSalon([])
  const { message } = await salon.message(await sandbox.say(customer, phone, { text: 'раньше' }))
  await salon.send(message.key.remoteJid ?? '', 'слушаю')
  await sandbox.received(customer, phone, 1)
  await sandbox.post(`phones/${phone}/freeze`, { only: 'deaf' })
  const id = await sandbox.say(customer, phone, { text: 'без квитанции' })
  await salon.message(id)
  await sandbox.post(`phones/${phone}/drop`)
  await closed(salon, 428)

  salon.connect()
  // The same ciphertext cannot be read twice: Baileys asks for the message again.
  await salon.until('the second text', () => {
    const texts = salon.messages.filter(({ message }) => message.key.id === id && message.message)
    return texts.length === 2 || undefined
  })

  assert.equal((await sandbox.inbox(customer, phone)).messages.length, 3)
})

test('a server that answers nothing accepts nothing; the message goes out after the reconnect', async () => {
  const { salon, phone, customer } = await newSalon([])
  const { message } = await salon.message(await sandbox.say(customer, phone, { text: 'тут?' }))
  const jid = message.key.remoteJid ?? ''
  await salon.send(jid, 'да')
  await sandbox.received(customer, phone, 1)
  await sandbox.post(`phones/${phone}/freeze`)

  await salon.send(jid, 'потерянное', 'LOSTID0000000001')
  await sandbox.post(`phones/${phone}/drop`)
  await closed(salon, 428)
  salon.connect()
  await salon.until('the login', () => salon.drained === 2 || undefined)
  await salon.send(jid, 'потерянное', 'LOSTID0000000001')

  const read = await sandbox.received(customer, phone, 2)
  assert.deepEqual(
    read.map(({ text, duplicates }) => [text, duplicates]),
    [
      ['да', 0],
      ['потерянное', 0],
    ],
  )
})

test('a restarted server has forgotten nothing', async () => {
  const { salon, phone, customer } = await newSalon([])
  const id = await sandbox.say(customer, phone, { text: 'до' })
  const { message } = await salon.message(id)
  await salon.send(message.key.remoteJid ?? '', 'ответ до')
  await sandbox.received(customer, phone, 1)
  await sandbox.post(`phones/${phone}/drop`)
  await closed(salon, 428)
  const waiting = await sandbox.say(customer, phone, { text: 'в очереди' })

  await sandbox.restart()
  salon.connect()
  const offline = await salon.message(waiting)
  await salon.send(offline.message.key.remoteJid ?? '', 'ответ после')
  const read = await sandbox.received(customer, phone, 2)

  assert.equal(textOf(offline.message), 'в очереди')
  assert.deepEqual(
    read.map(({ text, duplicates }) => [text, duplicates]),
    [
      ['ответ до', 0],
      ['ответ после', 0],
    ],
  )
  const later = await sandbox.say(customer, phone, { text: 'дальше' })
  assert.equal(textOf((await salon.message(later)).message), 'дальше')
  assert.equal((await sandbox.inbox(customer, phone)).waiting.length, 0)
})

test('logout on the phone gives 401 and the device may not come back', async () => {
  const { salon, phone } = await newSalon([])

  await sandbox.post(`phones/${phone}/logout`)
  await closed(salon, 401)
  salon.closes.length = 0
  salon.connect()
  await closed(salon, 401)

  const { phones } = await sandbox.get<State>('state')
  assert.deepEqual(phones.find((one) => one.phone === phone)?.devices, [])
})

test('logout by the companion removes the device', async () => {
  const { salon, phone } = await newSalon([])

  await salon.socket?.logout()
  await closed(salon, 401)

  const { phones } = await sandbox.get<State>('state')
  assert.deepEqual(phones.find((one) => one.phone === phone)?.devices, [])
})

test('a second login with the same credentials replaces the first: 440', async () => {
  const { salon } = await newSalon([])

  salon.connect()

  await closed(salon, 440)
  await salon.until('the second login', () => salon.drained === 2 || undefined)
})

test('an upgrade answered with 503 is refused, then accepted again', async () => {
  const { salon, phone } = await newSalon([])
  await sandbox.post('upgrade', { mode: 503 })
  await sandbox.post(`phones/${phone}/drop`)
  await closed(salon, 428)

  const status = await new Promise((resolve) => {
    salon.connect()
    salon.socket?.ws.on(
      'unexpected-response',
      (_request: unknown, response: { statusCode: number }) => resolve(response.statusCode),
    )
  })
  await sandbox.post('upgrade', { mode: 'ok' })
  salon.connect()
  await salon.until('the login', () => salon.opened === 2 || undefined)

  assert.equal(status, 503)
})

test('a message damaged on the way is asked for again and then readable', async () => {
  const { salon, phone, customer } = await newSalon()
  await salon.message(await sandbox.say(customer, phone, { text: 'целое' }))

  const id = await sandbox.say(customer, phone, { text: 'битое', corrupt: true })
  const { message } = await salon.message(id)

  assert.equal(textOf(message), 'битое')
  const later = await sandbox.say(customer, phone, { text: 'снова целое' })
  assert.equal(textOf((await salon.message(later)).message), 'снова целое')
})

test('a customer that lost its session asks again and reads the message once', async () => {
  const { salon, phone, customer } = await newSalon()
  const { message } = await salon.message(await sandbox.say(customer, phone, { text: 'раз' }))
  const jid = message.key.remoteJid ?? ''
  await salon.send(jid, 'один')
  await sandbox.received(customer, phone, 1)
  await sandbox.post(`customers/${customer}/forget-session`, { salon: phone })

  const id = await salon.send(jid, 'два')
  const read = await sandbox.received(customer, phone, 2)

  assert.deepEqual(
    read.map(({ text, duplicates }) => [text, duplicates]),
    [
      ['один', 0],
      ['два', 0],
    ],
  )
  const { customers } = await sandbox.get<{
    customers: Record<string, { id: string; decrypt_errors: number }[]>
  }>(`ledger?salon=${phone}`)
  assert.equal(customers[customer]?.find((one) => one.id === id)?.decrypt_errors, 1)
})

test('a refused message is told as failed and not delivered', async () => {
  const { salon, phone, customer } = await newSalon()
  await sandbox.post('refuse', { phone: customer, error: '463' })

  const id = await salon.send(`${customer}@s.whatsapp.net`, 'нельзя')
  await salon.until('the refusal', () => (salon.statusOf(id) === 0 ? true : undefined))

  assert.deepEqual((await sandbox.inbox(customer, phone)).messages, [])
})

test('every companion of a phone gets the message and sees what another one sends', async () => {
  const { salon, phone, customer } = await newSalon()
  const second = new Companion(sandbox)
  companions.push(second)
  await second.pair(phone)

  const id = await sandbox.say(customer, phone, { text: 'всем' })
  const { message } = await salon.message(id)
  await second.message(id)
  const answer = await salon.send(message.key.remoteJid ?? '', 'отвечает первый')
  const copy = await second.message(answer)

  assert.equal(copy.message.key.fromMe, true)
  assert.equal(copy.message.key.remoteJid, message.key.remoteJid)
  assert.equal(textOf(copy.message), 'отвечает первый')
})

test('a slow line brings everything later, in order, also what left before it was quick again', async () => {
  const { salon, phone, customer } = await newSalon()
  await sandbox.post('latency', { ms: 200 })
  const begun = performance.now()
  await sandbox.say(customer, phone, { text: 'первое' })
  await sandbox.post('latency', {})
  const id = await sandbox.say(customer, phone, { text: 'второе' })
  await salon.message(id)

  assert.ok(performance.now() - begun >= 200)
  const texts = salon.messages.map(({ message }) => textOf(message)).filter(Boolean)
  assert.deepEqual(texts, ['первое', 'второе'])
})
