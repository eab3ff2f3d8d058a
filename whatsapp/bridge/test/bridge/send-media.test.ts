/** Files and answers that leave: sealed, uploaded, opened by the customer's phone, under the caller's id. */
import '../../src/libsignal-preload.js'
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import sharp from 'sharp'
import { until } from './support/wait.js'
import { type Bridge, type InboxMessage, newId, World } from './support/world.js'

type Seen = InboxMessage & {
  quoted?: string
  media?: { mime: string; size: number; sha256: string; filename?: string; voice?: boolean }
}

const PDF = Buffer.from('%PDF-1.4\nпрайс\n%%EOF')

describe('files that leave', () => {
  let world: World
  let bridge: Bridge
  let salon: { session: number; phone: string }
  let client: string
  before(async () => {
    world = await World.create()
    bridge = await world.bridge()
    salon = await world.connect(bridge)
    client = world.newPhone()
    await world.write(client, salon.phone)
  })
  after(() => world.end())

  const send = (body: object, id = newId()) =>
    bridge.call('POST', `/sessions/${salon.session}/messages`, {
      key: id,
      to: `${client}@s.whatsapp.net`,
      ...body,
    })
  const seen = (id: string): Promise<Seen> =>
    until(`${id} on the client's phone`, async () =>
      (await world.inbox(client, salon.phone)).find((message) => message.id === id),
    )
  const uploads = async (): Promise<number> =>
    (await world.control<{ media: { uploads: number } }>('GET', '/state')).media.uploads

  it('sends a picture with its text, and the phone opens it', async () => {
    const background = { r: 200, g: 120, b: 90 }
    const image = await sharp({ create: { width: 640, height: 480, channels: 3, background } })
      .jpeg()
      .toBuffer()
    const id = newId()
    const media = { kind: 'image', mime: 'image/jpeg', body: image.toString('base64') }
    const answer = await send({ media: { ...media, caption: 'Как проехать' } }, id)

    assert.deepEqual([answer.status, answer.body.status], [200, 'sent'])
    const message = await seen(id)
    assert.deepEqual([message.kind, message.text], ['image', 'Как проехать'])
    assert.deepEqual(message.media, {
      mime: 'image/jpeg',
      size: image.length,
      sha256: createHash('sha256').update(image).digest('hex'),
    })
  })

  it('sends a document that answers a message', async () => {
    const asked = await world.write(client, salon.phone, { text: 'Пришлите прайс' })
    const id = newId()
    await send(
      {
        media: {
          kind: 'document',
          mime: 'application/pdf',
          body: PDF.toString('base64'),
          filename: 'Прайс.pdf',
        },
        quoted: { message_id: asked, from_me: false, text: 'Пришлите прайс' },
      },
      id,
    )

    const message = await seen(id)
    assert.equal(message.quoted, asked)
    assert.deepEqual([message.media?.filename, message.media?.size], ['Прайс.pdf', PDF.length])
  })

  it('sends a voice message', async () => {
    const page = Buffer.alloc(28)
    page.write('OggS')
    page.writeBigInt64LE(96_000n, 6)
    const ogg = Buffer.concat([page, Buffer.from('OpusHead'), randomBytes(100)])
    const id = newId()
    const media = { kind: 'voice', mime: 'audio/ogg', body: ogg.toString('base64') }
    await send({ media }, id)

    const { media: heard } = await seen(id)
    assert.deepEqual([heard?.mime, heard?.voice], ['audio/ogg; codecs=opus', true])
  })

  it('sends a text that answers a message', async () => {
    const asked = await world.write(client, salon.phone, { text: 'А в три?' })
    const id = newId()
    const quoted = { message_id: asked, from_me: false, text: 'А в три?' }
    await send({ text: 'Да, свободно.', quoted }, id)

    const message = await seen(id)
    assert.deepEqual([message.text, message.quoted], ['Да, свободно.', asked])
  })

  it('uploads and shows a repeated id once', async () => {
    const before = await uploads()
    const id = newId()
    const media = { kind: 'document', mime: 'application/pdf', body: PDF.toString('base64') }
    const answers = await Promise.all([send({ media }, id), send({ media }, id)])
    answers.push(await send({ media }, id))

    assert.deepEqual(
      answers.map(({ status, body }) => [status, body.status]),
      Array(3).fill([200, 'sent']),
    )
    assert.equal((await seen(id)).duplicates, 0)
    assert.equal((await uploads()) - before, 1)
  })

  for (const [name, media, reason] of [
    ['a page', { kind: 'document', mime: 'text/html', body: base64('<p>') }, 'type_not_allowed'],
    [
      'a film as a voice',
      { kind: 'voice', mime: 'audio/ogg', body: base64('%PDF-') },
      'type_not_allowed',
    ],
    [
      'another type than it says',
      { kind: 'image', mime: 'image/png', body: jpeg() },
      'type_mismatch',
    ],
  ] as const) {
    it(`refuses ${name}, and nothing leaves`, async () => {
      const before = await uploads()
      const answer = await send({ media })

      assert.deepEqual(
        [answer.status, answer.body.code, answer.body.detail],
        [422, 'media_refused', reason],
      )
      assert.equal(await uploads(), before)
    })
  }

  it('takes sixteen megabytes and not one byte more', async () => {
    const file = (size: number) => {
      const bytes = Buffer.alloc(size)
      bytes.write('%PDF-1.4')
      return { kind: 'document', mime: 'application/pdf', body: bytes.toString('base64') }
    }
    const largest = 16 * 1024 * 1024
    assert.equal((await send({ media: file(largest) })).status, 200)
    const refused = await send({ media: file(largest + 1) })
    assert.ok([400, 413, 422].includes(refused.status), String(refused.status))
  })
})

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

function jpeg(): string {
  return Buffer.from([0xff, 0xd8, 0xff, 0xe0]).toString('base64')
}
