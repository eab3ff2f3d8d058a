/** Control routes of what people do besides writing: correct, delete, press a button, talk in groups. */
import { randomBytes } from 'node:crypto'
import { proto } from 'baileys'
import type { FastifyInstance } from 'fastify'
import { businessSeconds } from './clock.js'
import { body, knownPhone, pathPhone } from './control.js'
import { BadRequest, type Input } from './input.js'
import { messageId, node } from './nodes.js'
import { jidOf, type User } from './registry.js'
import { sealEdit, secretOf } from './secrets.js'
import { sendAs } from './send.js'
import type { World } from './world.js'

const { Type } = proto.Message.ProtocolMessage

export function habitRoutes(app: FastifyInstance, world: World): void {
  const say = async (from: User, input: Input, message: proto.IMessage): Promise<object> => {
    const to = world.registry.ensure(input.phone('to'))
    const id = await sendAs(world, from, to, message, { mode: 'lid', copies: 1, corrupt: false })
    return { id }
  }
  /** Names the own message that is changed, as WhatsApp does. */
  const keyOf = (from: User, input: Input): proto.IMessageKey => {
    const to = world.registry.ensure(input.phone('to'))
    const id = input.text('message_id')
    if (world.chats.find(from.phone, to.phone, id)?.direction !== 'out') {
      throw new BadRequest(`no own message ${id}`, 404)
    }
    return { remoteJid: jidOf(to, 'lid'), fromMe: true, id }
  }
  for (const kind of ['customers', 'phones'] as const) {
    app.post(`/control/${kind}/:phone/edit`, async (request) => {
      const from = knownPhone(world, pathPhone(request))
      const input = body(request)
      const key = keyOf(from, input)
      const protocolMessage = {
        type: Type.MESSAGE_EDIT,
        key,
        editedMessage: { conversation: input.text('text') },
        timestampMs: Date.now(),
      }
      if (!input.flag('sealed')) {
        return say(from, input, { editedMessage: { message: { protocolMessage } } })
      }
      const to = world.registry.ensure(input.phone('to'))
      const secret = secretOf(world.chats.find(from.phone, to.phone, key.id ?? ''))
      return say(from, input, sealEdit(key, { protocolMessage }, secret, jidOf(from, 'lid')))
    })
    app.post(`/control/${kind}/:phone/delete`, async (request) => {
      const from = knownPhone(world, pathPhone(request))
      const input = body(request)
      const protocolMessage = { type: Type.REVOKE, key: keyOf(from, input) }
      return say(from, input, { protocolMessage })
    })
  }
  // Heard by companions that are online, and lost otherwise: nothing of it is kept for later.
  app.post('/control/customers/:phone/typing', async (request) => {
    const from = knownPhone(world, pathPhone(request))
    const input = body(request)
    const state = node(input.flag('stopped') ? 'paused' : 'composing')
    const stanza = node('chatstate', { from: jidOf(from, 'lid') }, [state])
    const heard = world.registry
      .companionsOf(input.phone('to'))
      .map((device) => world.connectionOf(device))
      .filter((connection) => connection?.live && connection.available)
    for (const connection of heard) connection?.send(stanza)
    return { heard: heard.length }
  })
  app.post('/control/customers/:phone/press', async (request) => {
    const from = knownPhone(world, pathPhone(request))
    const input = body(request)
    const button = input.optionalText('button')
    const message = button
      ? { buttonsResponseMessage: { selectedButtonId: '1', selectedDisplayText: button, type: 1 } }
      : { listResponseMessage: { title: input.text('list'), listType: 1 } }
    return say(from, input, message)
  })
  // A group, a status, a newsletter: encrypted for nobody, as a companion without the sender's key sees it.
  app.post('/control/phones/:phone/crowd', async (request) => {
    const { phone } = knownPhone(world, pathPhone(request))
    const from = body(request).text('from')
    const id = messageId()
    const attrs = { from, participant: '100200300@lid', id, t: businessSeconds(), type: 'text' }
    const enc = node('enc', { v: 2, type: 'skmsg' }, randomBytes(80))
    for (const device of world.registry.companionsOf(phone)) {
      world.queue.push(device, 'message', node('message', attrs, [enc]), from)
    }
    return { id }
  })
}
