/** What is read out of WhatsApp's messages and receipts. */
import '../../src/libsignal-preload.js'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { proto } from 'baileys'
import { addressesOf, describeContent, isPerson } from '../../src/session/normalise.js'
import { receiptEvents } from '../../src/session/receipts.js'
import { resentEvents } from '../../src/session/resent.js'
import { openEdit, sealedEditOf, secretOf } from '../../src/session/sealed-edit.js'
import { payloadFaults } from './support/schemas.js'

describe('message contents', () => {
  const { Message } = proto
  const cases: [string, proto.IMessage, object][] = [
    ['text', { conversation: 'да' }, { type: 'text', text: 'да' }],
    ['no text', { conversation: '' }, { type: 'text', text: '' }],
    ['long text', { extendedTextMessage: { text: 'да' } }, { type: 'text', text: 'да' }],
    [
      'vanishing text',
      { ephemeralMessage: { message: { conversation: 'да' } } },
      { type: 'text', text: 'да' },
    ],
    ['picture', { imageMessage: { caption: 'вот' } }, { type: 'image', text: 'вот' }],
    [
      'picture to see once',
      { viewOnceMessageV2: { message: { imageMessage: {} } } },
      { type: 'image', text: '' },
    ],
    ['voice', { audioMessage: { ptt: true } }, { type: 'audio', text: '', voice: true }],
    ['music', { audioMessage: {} }, { type: 'audio', text: '', voice: false }],
    ['sticker', { stickerMessage: {} }, { type: 'sticker', text: '' }],
    [
      'button',
      { buttonsResponseMessage: { selectedDisplayText: 'Да' } },
      { type: 'text', text: 'Да' },
    ],
    ['list', { listResponseMessage: { title: '15:00' } }, { type: 'text', text: '15:00' }],
    ['place', { locationMessage: { name: 'Дом' } }, { type: 'location', text: 'Дом' }],
    ['card', { contactMessage: { displayName: 'Мама' } }, { type: 'contact', text: 'Мама' }],
    ['poll', { pollCreationMessageV3: { name: 'Когда?' } }, { type: 'poll', text: 'Когда?' }],
    [
      'revoke',
      { protocolMessage: { type: 0, key: { id: 'A' } } },
      { type: 'other', text: '', protocol: 'revoke', target: 'A' },
    ],
    [
      'edit',
      {
        editedMessage: {
          message: {
            protocolMessage: {
              type: 14,
              key: { id: 'A' },
              editedMessage: { extendedTextMessage: { text: 'в 16' } },
            },
          },
        },
      },
      { type: 'other', text: 'в 16', protocol: 'message_edit', target: 'A' },
    ],
    [
      'edited caption',
      {
        protocolMessage: {
          type: 14,
          key: { id: 'A' },
          editedMessage: { imageMessage: { caption: 'так' } },
        },
      },
      { type: 'other', text: 'так', protocol: 'message_edit', target: 'A' },
    ],
    [
      'vanishing time',
      { protocolMessage: { type: 3, ephemeralExpiration: 0 } },
      { type: 'other', text: '', protocol: 'ephemeral_setting' },
    ],
    [
      'template button',
      { templateButtonReplyMessage: { selectedDisplayText: 'Нет' } },
      { type: 'text', text: 'Нет' },
    ],
    [
      'interactive answer',
      { interactiveResponseMessage: { body: { text: '16:00' } } },
      { type: 'text', text: '16:00' },
    ],
    ['nothing', {}, { type: 'other', text: '' }],
    ['unheard of', { groupInviteMessage: {} }, { type: 'other', text: '' }],
    [
      'reaction',
      { reactionMessage: { key: { id: 'A' }, text: '❤️' } },
      { type: 'reaction', text: '', reaction: { message_id: 'A', emoji: '❤️' } },
    ],
    [
      'reply',
      {
        extendedTextMessage: {
          text: 'да',
          contextInfo: { stanzaId: 'A', quotedMessage: { imageMessage: { caption: 'так?' } } },
        },
      },
      { type: 'text', text: 'да', quoted: { message_id: 'A', text: 'так?' } },
    ],
  ]
  for (const [name, message, expected] of cases) {
    it(name, () => {
      const decoded = Message.decode(Message.encode(Message.create(message)).finish())

      assert.deepEqual(describeContent(decoded), expected)
    })
  }

  it('knows both addresses of a person', () => {
    assert.deepEqual(addressesOf('111:3@lid', '79001234567:3@s.whatsapp.net'), {
      chat: '111@lid',
      chat_alt: '79001234567@s.whatsapp.net',
      phone: '79001234567',
      lid: '111@lid',
    })
    assert.deepEqual(addressesOf('111@lid', null), {
      chat: '111@lid',
      chat_alt: null,
      phone: null,
      lid: '111@lid',
    })
  })

  it('talks with people only', () => {
    const others = [
      '120363@g.us',
      'status@broadcast',
      '120363@newsletter',
      '0@s.whatsapp.net',
      '867@bot',
    ]
    assert.deepEqual(others.filter(isPerson), [])
    assert.ok(isPerson('79001234567@s.whatsapp.net') && isPerson('111:2@lid'))
  })
})

describe('sealed corrections', () => {
  const secret = Buffer.from([...Array(32).keys()])
  const iv = secret.subarray(0, 12)
  // Sealed by another implementation (Python's cryptography): as a protocol message, and as the bare content.
  const SEALED = [
    [
      'в 16',
      '5412c3616dc5a5a97aae3bde82aedee1ca66e5963ebe7e9bb8b7ee3942bf86d90cffa5bb81345d4c001064',
    ],
    ['в 17', '3c0e19df57fea1be04fafbbf9eb79f3a42305ddc4804ec'],
  ] as const
  const envelope = (payload: string, type = 2) => ({
    secretEncryptedMessage: {
      targetMessageKey: { id: '3EB0ABCDEF' },
      encPayload: Buffer.from(payload, 'hex'),
      encIv: iv,
      secretEncType: type,
    },
  })

  for (const [text, payload] of SEALED) {
    it(`open to "${text}" with the secret of the message they correct`, () => {
      const sealed = sealedEditOf(envelope(payload))
      const opened = sealed && openEdit(sealed, secret, ['79001234567@s.whatsapp.net', '111:4@lid'])

      assert.deepEqual(describeContent(opened), {
        type: 'other',
        text,
        protocol: 'message_edit',
        target: '3EB0ABCDEF',
      })
    })
  }

  it('stay shut for another secret, another author, or when they were changed', () => {
    const sealed = sealedEditOf(envelope(SEALED[0][1]))
    assert.ok(sealed)
    const changed = { ...sealed, payload: Buffer.from(sealed.payload).fill(0, 0, 1) }

    assert.equal(openEdit(sealed, Buffer.alloc(32), ['111@lid']), undefined)
    assert.equal(openEdit(sealed, secret, ['222@lid', '79001234567@s.whatsapp.net']), undefined)
    assert.equal(openEdit(changed, secret, ['111@lid']), undefined)
  })

  it('are told from everything else that is sealed', () => {
    assert.equal(sealedEditOf(envelope(SEALED[0][1], 1)), undefined)
    assert.equal(sealedEditOf({ conversation: 'да' }), undefined)
    assert.equal(secretOf({ conversation: 'да' }), undefined)
    const inner = { conversation: 'да', messageContextInfo: { messageSecret: secret } }
    assert.equal(secretOf({ deviceSentMessage: { message: inner } }), secret)
  })
})

describe('receipts', () => {
  const me = { id: '79161234567:1@s.whatsapp.net', lid: '999:1@lid' }
  const statuses = (
    attrs: Record<string, string>,
    content?: { tag: string; attrs: Record<string, string>; content: never }[],
  ) =>
    receiptEvents(
      {
        tag: 'receipt',
        attrs: { from: '111:2@lid', id: 'A', t: '5', ...attrs },
        ...(content ? { content } : {}),
      },
      me,
      7,
    ).map(({ chat, messageId, payload }) => [
      chat,
      messageId,
      (payload as { status: string }).status,
    ])

  it('tells of the other person, not of our own devices or groups', () => {
    assert.deepEqual(statuses({}), [['111@lid', 'A', 'delivered']])
    assert.deepEqual(statuses({ type: 'read' }), [['111@lid', 'A', 'read']])
    assert.deepEqual(statuses({ type: 'retry' }), [])
    assert.deepEqual(statuses({ from: '999@lid' }), [])
    assert.deepEqual(statuses({ from: '1@g.us', participant: '111@lid' }), [])
    assert.deepEqual(statuses({ recipient: '222@lid', type: 'sender' }), [])
  })
})

describe('messages sent again by the phone', () => {
  const key = {
    remoteJid: '111@lid',
    remoteJidAlt: '79001234567@s.whatsapp.net',
    id: 'A',
    fromMe: false,
  }

  it('become events in the shape of the contract', async () => {
    const [event, ...more] = resentEvents({
      key,
      message: { conversation: 'я по рекламе' },
      messageTimestamp: 5,
      pushName: 'Ольга',
    })

    assert.deepEqual(more, [])
    assert.equal(event?.chat, '111@lid')
    assert.equal(event?.messageId, 'A')
    assert.deepEqual(await payloadFaults('message', event?.payload), [])
    assert.equal(JSON.parse(JSON.stringify(event?.payload)).text, 'я по рекламе')
  })

  it('are none of a group, and none without content', () => {
    assert.deepEqual(
      resentEvents({ key: { ...key, remoteJid: '1@g.us' }, message: { conversation: 'x' } }),
      [],
    )
    assert.deepEqual(resentEvents({ key }), [])
  })
})
