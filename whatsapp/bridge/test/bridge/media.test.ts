/** Files that come: owed with the event, fetched, proven, typed, sealed; and everything that may go wrong with them. */
import '../../src/libsignal-preload.js'
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { MediaHosts } from '../../src/media/transfer.js'
import { judge, MAX_BYTES } from '../../src/media/types.js'
import { ConnectProxy } from './support/proxy.js'
import { until } from './support/wait.js'
import { type Bridge, TOKEN, World } from './support/world.js'

const JPEG = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), randomBytes(5_000)])
const PDF = Buffer.from('%PDF-1.4\nдоговор\n%%EOF')

interface MediaRow {
  status: string
  reason: string
  attempts: number
  mime: string
  size: number
  filename: string
  chat: string
  body: Buffer | null
}

describe('files that come', () => {
  let world: World
  let bridge: Bridge
  let salon: { session: number; phone: string }
  before(async () => {
    world = await World.create()
    bridge = await world.bridge()
    salon = await world.connect(bridge)
  })
  after(() => world.end())

  const row = async (message: string): Promise<MediaRow | undefined> => {
    const found = await world.database.query<MediaRow>(
      'select * from bridge.media where message_id = $1',
      [message],
    )
    return found[0]
  }
  const settled = (message: string, wanted: string): Promise<MediaRow> =>
    until(`${message} to be ${wanted}`, async () => {
      const found = await row(message)
      return found?.status === wanted ? found : undefined
    })
  const send = (content: object): Promise<string> =>
    world.write(world.newPhone(), salon.phone, content)
  const read = async (message: string, chat: string) =>
    fetch(
      `${bridge.process.url}/sessions/${salon.session}/media/${encodeURIComponent(chat)}/${message}`,
      { headers: { authorization: `Bearer ${TOKEN}` } },
    )

  it('keeps a picture sealed and gives it back byte for byte', async () => {
    const id = await send({ image: { body: JPEG.toString('base64'), caption: 'вот' } })
    const stored = await settled(id, 'fetched')

    assert.deepEqual([stored.mime, stored.size], ['image/jpeg', JPEG.length])
    assert.equal(stored.body?.includes(JPEG.subarray(4, 40)), false)
    const answer = await read(id, stored.chat)
    assert.equal(answer.headers.get('content-type'), 'image/jpeg')
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), JPEG)
    // Sealed for its own message: under another's name it does not open.
    await world.database.query('update bridge.media set message_id = $2 where message_id = $1', [
      id,
      'OTHER',
    ])
    assert.equal((await read('OTHER', stored.chat)).status, 500)
  })

  for (const [name, content, mime] of [
    ['a voice message', { audio: true }, 'audio/ogg'],
    ['a film', { video: true }, 'video/mp4'],
    [
      'a document',
      { document: { body: PDF.toString('base64'), filename: 'Договор №1.pdf' } },
      'application/pdf',
    ],
  ] as const) {
    it(`keeps ${name}`, async () => {
      const stored = await settled(await send(content), 'fetched')

      assert.equal(stored.mime, mime)
      if (name === 'a document') assert.equal(stored.filename, 'Договор №1.pdf')
    })
  }

  it('keeps what the salon sent from its own phone', async () => {
    const { id } = await world.control<{ id: string }>('POST', `/phones/${salon.phone}/send`, {
      to: world.newPhone(),
      image: true,
    })

    await settled(id, 'fetched')
  })

  it('owes nothing for a sticker or a text', async () => {
    const ids = [await send({ sticker: true }), await send({ text: 'да' })]
    await until('both', async () => {
      const known = (await world.messages(salon.session)).map((event) => event.message_id)
      return ids.every((id) => known.includes(id)) || undefined
    })

    assert.deepEqual(await Promise.all(ids.map(row)), [undefined, undefined])
  })

  for (const [name, content, reason] of [
    ['a page called a picture', { image: { body: html() } }, 'type_not_allowed'],
    ['a PDF called a picture', { image: { body: PDF.toString('base64') } }, 'type_not_allowed'],
    [
      'a picture called a PDF',
      { document: { body: JPEG.toString('base64'), mime: 'application/pdf' } },
      'type_mismatch',
    ],
    ['what claims to be too large', { image: { claims: MAX_BYTES + 1 } }, 'too_large'],
    ['what never ends', { image: { fault: 'endless' } }, 'too_large'],
  ] as const) {
    it(`refuses ${name}`, async () => {
      const stored = await settled(await send(content), 'refused')

      assert.deepEqual([stored.reason, stored.body], [reason, null])
    })
  }

  it('lets the phone upload again what the server has lost', async () => {
    const gone = await send({ image: { body: JPEG.toString('base64'), fault: 'gone' } })
    const missing = await send({ document: { body: PDF.toString('base64'), fault: 'missing' } })

    assert.equal((await settled(gone, 'fetched')).size, JPEG.length)
    assert.equal((await settled(missing, 'fetched')).size, PDF.length)
  })

  it('gives up what the phone has lost too', async () => {
    const stored = await settled(await send({ image: { fault: 'lost' } }), 'expired')

    assert.equal(stored.reason, 'gone')
    const answer = await read(await messageIdOf(stored), stored.chat)
    assert.equal(answer.status, 404)
    assert.deepEqual(await answer.json(), {
      error: 'The file of this message is not here.',
      code: 'media_expired',
      detail: 'gone',
    })
  })

  for (const [fault, reason] of [
    ['truncated', 'truncated'],
    ['damaged', 'damaged'],
  ] as const) {
    it(`tries a ${fault} file again, and not for ever`, async () => {
      const id = await send({ image: { fault } })
      for (let attempt = 1; attempt <= 5; attempt++) {
        const tried = await until(`attempt ${attempt}`, async () => {
          const found = await row(id)
          return found?.attempts === attempt && found.reason ? found : undefined
        })
        assert.deepEqual([tried.status, tried.reason], ['owed', reason])
        await world.database.query(
          "update bridge.media set due_at = now(), reason = '' where message_id = $1",
          [id],
        )
        // Any event makes the bridge look at what is owed.
        await send({ sticker: true })
      }
      assert.equal((await settled(id, 'failed')).reason, reason)
    })
  }

  it('gives up a file whose message does not open, or that nobody survives', async () => {
    const [broken, deadly] = [await send({ image: true }), await send({ image: true })]
    await settled(broken, 'fetched')
    await settled(deadly, 'fetched')
    await world.database.query(
      "update bridge.events set plaintext = '\\x00' where message_id = $1 and kind = 'message'",
      [broken],
    )
    const again = `update bridge.media set status = 'owed', body = null, due_at = now(), attempts = $2
      where message_id = $1`
    await world.database.query(again, [broken, 0])
    await world.database.query(again, [deadly, 6])
    await send({ sticker: true })

    assert.equal((await settled(deadly, 'failed')).reason, 'gave_up')
    const tried = await until('the attempt', async () => {
      const found = await row(broken)
      return found?.reason ? found : undefined
    })
    assert.deepEqual([tried.status, tried.reason, tried.attempts], ['owed', 'internal', 1])
  })

  it('goes through the proxy, as the socket does', async () => {
    const proxy = new ConnectProxy()
    const behind = await world.bridge({ WHATSAPP_PROXY_URL: await proxy.open() })
    const other = await world.connect(behind)
    const before = proxy.tunnels.length

    const id = await world.write(world.newPhone(), other.phone, { image: true })
    await settled(id, 'fetched')

    assert.deepEqual(proxy.tunnels.slice(before), [new URL(world.socketUrl).host])
    await behind.process.end('SIGTERM')
    proxy.close()
  })

  it('fetches after kill -9 what was owed', async () => {
    const id = await send({ image: { body: JPEG.toString('base64'), fault: 'slow' } })
    await until('the first attempt', async () => (await row(id))?.attempts === 1 || undefined)
    await bridge.process.end('SIGKILL')
    const offline = await send({ audio: true })
    await world.control('POST', '/media/heal')
    // Its claim is over.
    await world.database.query('update bridge.media set due_at = now() where message_id = $1', [id])

    bridge = await world.bridge({ BRIDGE_ID: 'bridge-1' })

    assert.equal((await settled(id, 'fetched')).attempts, 2)
    await settled(offline, 'fetched')
  })

  async function messageIdOf({ chat }: MediaRow): Promise<string> {
    const [found] = await world.database.query<{ message_id: string }>(
      'select message_id from bridge.media where chat = $1',
      [chat],
    )
    return found?.message_id ?? ''
  }
})

describe('where a file may lie', () => {
  it('follows no address that a message names', () => {
    const hosts = new MediaHosts(undefined)

    assert.equal(hosts.url('/v/t62/a.enc?oh=1')?.href, 'https://mmg.whatsapp.net/v/t62/a.enc?oh=1')
    for (const path of ['//evil.example/a', 'https://evil.example/a', '/a b', '/@evil', '/a\\b']) {
      assert.equal(hosts.url(path), undefined, path)
    }
    assert.equal(hosts.url('/a', 'evil.example'), undefined)
    assert.equal(hosts.url('/a', 'evilwhatsapp.net'), undefined)
    assert.equal(
      hosts.url('/a', 'media-fra5-1.cdn.whatsapp.net')?.host,
      'media-fra5-1.cdn.whatsapp.net',
    )
  })
})

describe('what a file is', () => {
  const bytes = (text: string) => Buffer.from(text, 'latin1')
  for (const [kind, declared, head, result] of [
    ['image', 'image/jpeg', '\xff\xd8\xff\xe0', 'image/jpeg'],
    ['image', 'image/jpg', '\xff\xd8\xff\xe0', 'image/jpeg'],
    ['image', 'image/png', '\x89PNG\r\n\x1a\n', 'image/png'],
    ['image', 'image/webp', 'RIFF0000WEBPVP8 ', 'image/webp'],
    ['image', 'image/jpeg', '\x89PNG\r\n\x1a\n', 'type_mismatch'],
    ['image', 'image/svg+xml', '<svg onload=x>', 'type_not_allowed'],
    ['image', 'image/gif', 'GIF89a', 'type_not_allowed'],
    ['audio', 'audio/ogg; codecs=opus', `OggS${'\0'.repeat(24)}OpusHead`, 'audio/ogg'],
    ['audio', 'audio/ogg', `OggS${'\0'.repeat(24)}\x01vorbis`, 'type_not_allowed'],
    ['audio', 'audio/mpeg', 'ID3\x04', 'audio/mpeg'],
    ['audio', 'audio/mpeg', '\xff\xfb\x90\x00', 'audio/mpeg'],
    ['audio', 'audio/aac', '\xff\xf1\x50\x80', 'audio/aac'],
    ['audio', 'audio/mp4', '\0\0\0\x18ftypM4A ', 'audio/mp4'],
    ['video', 'video/mp4', '\0\0\0\x18ftypmp42', 'video/mp4'],
    ['video', 'image/jpeg', '\xff\xd8\xff\xe0', 'type_not_allowed'],
    ['document', 'application/pdf', '%PDF-1.7', 'application/pdf'],
    ['document', 'image/png', '\x89PNG\r\n\x1a\n', 'image/png'],
    ['document', 'application/pdf', 'PK\x03\x04', 'type_not_allowed'],
    ['document', 'application/zip', 'PK\x03\x04', 'type_not_allowed'],
    ['document', 'application/pdf', '', 'type_not_allowed'],
  ] as const) {
    it(`${kind} ${declared} that begins with ${JSON.stringify(head.slice(0, 12))}`, () => {
      const judged = judge(kind, declared, bytes(head))

      assert.equal('mime' in judged ? judged.mime : judged.refused, result)
    })
  }
})

function html(): string {
  return Buffer.from('<script>alert(1)</script>').toString('base64')
}
