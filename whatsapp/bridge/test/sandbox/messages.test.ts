/** Messages both ways between simulated people and the real Baileys. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Companion, textOf } from './companion.js'
import { SandboxProcess, type State } from './process.js'

const SALON = '79020000001'
const OTHER_SALON = '79020000002'
let sandbox: SandboxProcess
let salon: Companion
let other: Companion
let next = 79160000000
const newCustomer = (): string => String(next++)

before(async () => {
  sandbox = await SandboxProcess.start()
  salon = new Companion(sandbox)
  other = new Companion(sandbox)
  await salon.pair(SALON, 'Лилия')
  await other.pair(OTHER_SALON, 'Роза')
})
after(async () => {
  await Promise.all([salon.close(), other.close()])
  await sandbox.close()
})

const lidOf = async (phone: string): Promise<string> => {
  const { customers } = await sandbox.get<State>('state')
  return `${customers.find((one) => one.phone === phone)?.lid}@lid`
}

test('a message addressed by LID arrives with both addresses and the name; the answer is read once', async () => {
  const customer = newCustomer()

  const id = await sandbox.say(customer, SALON, { text: 'Можно записаться?', name: 'Анна' })
  const { message, type } = await salon.message(id)
  const answer = await salon.send(message.key.remoteJid ?? '', 'Конечно!')
  const [read, ...rest] = await sandbox.received(customer, SALON, 1)

  assert.equal(type, 'notify')
  assert.equal(textOf(message), 'Можно записаться?')
  assert.equal(message.key.remoteJid, await lidOf(customer))
  assert.equal(message.key.remoteJidAlt, `${customer}@s.whatsapp.net`)
  assert.equal(message.key.fromMe, false)
  assert.equal(message.pushName, 'Анна')
  assert.deepEqual([read?.id, read?.text, read?.duplicates, rest], [answer, 'Конечно!', 0, []])
})

test('a message addressed by phone number is answered to the phone number', async () => {
  const customer = newCustomer()

  const id = await sandbox.say(customer, SALON, { text: 'Здравствуйте', address: 'pn' })
  const { message } = await salon.message(id)
  await salon.send(message.key.remoteJid ?? '', 'Добрый день')
  const [read] = await sandbox.received(customer, SALON, 1)

  assert.equal(message.key.remoteJid, `${customer}@s.whatsapp.net`)
  assert.equal(message.key.remoteJidAlt, await lidOf(customer))
  assert.equal(read?.text, 'Добрый день')
})

test('the salon can write first to a number that has never written', async () => {
  const customer = newCustomer()

  const id = await salon.send(`${customer}@s.whatsapp.net`, 'Напоминаем о визите')
  const [read] = await sandbox.received(customer, SALON, 1)

  assert.deepEqual([read?.id, read?.text], [id, 'Напоминаем о визите'])
})

test('ticks go both ways: delivered and read', async () => {
  const customer = newCustomer()
  const id = await sandbox.say(customer, SALON, { text: 'Цена?' })
  const { message } = await salon.message(id)
  const answer = await salon.send(message.key.remoteJid ?? '', '1500 ₽')
  await salon.until('delivery', () => (salon.statusOf(answer) === 3 ? true : undefined))

  await sandbox.post(`customers/${customer}/read`, { salon: SALON })
  await salon.until('blue ticks', () => (salon.statusOf(answer) === 4 ? true : undefined))
  await salon.socket?.readMessages([message.key])
  // The answer to a later message proves that the server has seen the receipt before it.
  await salon.send(message.key.remoteJid ?? '', 'Ждём вас')
  await sandbox.received(customer, SALON, 2)

  const [own] = (await sandbox.inbox(customer, SALON)).messages
  assert.deepEqual([own?.id, own?.direction, own?.status], [id, 'out', 4])
})

test('images, voice, stickers, places, quotes and reactions come as Baileys knows them', async () => {
  const customer = newCustomer()
  const say = async (what: object) => {
    const id = await sandbox.say(customer, SALON, what)
    return (await salon.message(id)).message
  }

  const text = await say({ text: 'первое' })
  const image = await say({ image: { caption: 'хочу так' } })
  const voice = await say({ audio: true })
  const sticker = await say({ sticker: true })
  const place = await say({ location: { name: 'Дом' } })
  const quote = await say({ text: 'вот это', quote: text.key.id })
  const reaction = await say({ reaction: { message_id: text.key.id, emoji: '👍' } })

  assert.equal(image.message?.imageMessage?.caption, 'хочу так')
  assert.equal(voice.message?.audioMessage?.ptt, true)
  assert.ok(sticker.message?.stickerMessage)
  assert.equal(place.message?.locationMessage?.name, 'Дом')
  assert.equal(quote.message?.extendedTextMessage?.contextInfo?.stanzaId, text.key.id)
  assert.equal(reaction.message?.reactionMessage?.text, '👍')
  assert.equal(reaction.message?.reactionMessage?.key?.id, text.key.id)
})

test('a reaction of the salon reaches the customer', async () => {
  const customer = newCustomer()
  const id = await sandbox.say(customer, SALON, { text: 'Спасибо!' })
  const { message } = await salon.message(id)

  await salon.socket?.sendMessage(message.key.remoteJid ?? '', {
    react: { text: '❤️', key: message.key },
  })
  const [read] = await sandbox.received(customer, SALON, 1)

  assert.deepEqual([read?.kind, read?.text, read?.reaction_to], ['reaction', '❤️', id])
})

test('what the administrator writes on the handset reaches the companion as fromMe', async () => {
  const customer = newCustomer()
  await sandbox.say(customer, SALON, { text: 'Алло' })

  const { id } = await sandbox.post<{ id: string }>(`phones/${SALON}/send`, {
    to: customer,
    text: 'Это Ольга',
  })
  const { message } = await salon.message(id)

  assert.equal(message.key.fromMe, true)
  assert.equal(message.key.remoteJid, await lidOf(customer))
  assert.equal(textOf(message), 'Это Ольга')
  const [read] = await sandbox.received(customer, SALON, 1)
  assert.equal(read?.text, 'Это Ольга')
})

test('the same id sent twice by the salon is shown once and counted', async () => {
  const customer = newCustomer()
  const jid = `${customer}@s.whatsapp.net`

  await salon.send(jid, 'Вы записаны', 'SAMEID0000000001')
  await salon.send(jid, 'Вы записаны', 'SAMEID0000000001')
  await salon.send(jid, 'конец')
  const read = await sandbox.received(customer, SALON, 2)

  assert.deepEqual(
    read.map(({ text }) => text),
    ['Вы записаны', 'конец'],
  )
  const [first] = (await sandbox.inbox(customer, SALON)).messages
  assert.equal(first?.duplicates, 1)
})

test('the same id sent twice by the customer reaches Baileys twice', async () => {
  const customer = newCustomer()

  const id = await sandbox.say(customer, SALON, { text: 'да', copies: 2 })
  await salon.until('both copies', () => {
    const copies = salon.messages.filter(({ message }) => message.key.id === id)
    return copies.length === 2 || undefined
  })

  assert.equal((await sandbox.inbox(customer, SALON)).messages.length, 1)
})

test('two salons share a customer and do not mix', async () => {
  const customer = newCustomer()

  const first = await sandbox.say(customer, SALON, { text: 'в первый' })
  const second = await sandbox.say(customer, OTHER_SALON, { text: 'во второй' })
  const one = await salon.message(first)
  const two = await other.message(second)
  await Promise.all([
    salon.send(one.message.key.remoteJid ?? '', 'из первого'),
    other.send(two.message.key.remoteJid ?? '', 'из второго'),
  ])

  const texts = async (from: string) =>
    (await sandbox.received(customer, from, 1)).map((m) => m.text)
  assert.deepEqual(await texts(SALON), ['из первого'])
  assert.deepEqual(await texts(OTHER_SALON), ['из второго'])
  assert.equal(
    salon.messages.some(({ message }) => message.key.id === second),
    false,
  )
})

test('one salon writes to another: both companions are real', async () => {
  const id = await salon.send(`${OTHER_SALON}@s.whatsapp.net`, 'соседям')
  const { message } = await other.message(id)
  assert.equal(textOf(message), 'соседям')
  assert.equal(message.key.fromMe, false)
  await salon.until('delivery', () => ((salon.statusOf(id) ?? 0) >= 3 ? true : undefined))
})

test('message times are business time', async () => {
  const clock = join(sandbox.dir, 'offset')
  writeFileSync(clock, '86400\n')
  const own = await SandboxProcess.start({ CLOCK_OFFSET_FILE: clock })
  try {
    const before = Date.now()
    await own.post('customers/79160009999/send', { to: '79020000009', text: 'завтра' })
    const after = Date.now()
    const [message] = (await own.inbox('79160009999', '79020000009')).messages
    const sent = (message?.t ?? 0) - 86_400
    assert.ok(Math.floor(before / 1000) <= sent && sent <= Math.ceil(after / 1000))
  } finally {
    await own.close()
  }
})

test('a listener hears of a new message', async () => {
  const customer = newCustomer()
  const heard: { type: string; phone: string; customer?: string }[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => {
      text += chunk.toString()
    })
    request.on('end', () => {
      heard.push(JSON.parse(text))
      response.end()
      server.emit('heard')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const told = new Promise((resolve) => server.once('heard', resolve))

  await sandbox.post('listeners', { urls: [`http://127.0.0.1:${port}/`] })
  await sandbox.say(customer, SALON, { text: 'слышно?' })
  await told

  await sandbox.post('listeners', { urls: [] })
  server.close()
  assert.deepEqual(heard[0], { type: 'chat', phone: SALON, customer })
})
