/** The HTTP control API: what a person with a phone in their hand would do, and faults. */
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { clockOffset } from './clock.js'
import { type Content, type File, makeContent } from './content.js'
import { faultRoutes } from './faults.js'
import { habitRoutes } from './habits.js'
import { BadRequest, Input, phoneDigits } from './input.js'
import { FAULTS } from './media.js'
import { mediaRoutes } from './media-routes.js'
import { PairingError } from './pairing.js'
import { type Device, jidOf, type Mode, type User } from './registry.js'
import { sendAs } from './send.js'
import { deviceView, inboxView, ledgerView } from './views.js'
import type { World } from './world.js'

const MAX_WAIT_SECONDS = 25

export function buildControl(world: World): FastifyInstance {
  const app = fastify({ logger: false, forceCloseConnections: true, bodyLimit: 48 * 1024 * 1024 })
  app.setErrorHandler((error, _request, reply) => {
    const status = statusOf(error)
    const text = error instanceof Error ? error.message : String(error)
    if (status >= 500) {
      world.totals.errors += 1
      process.stderr.write(`sandbox: control: ${text}\n`)
    }
    return reply.code(status).send({ error: text })
  })
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'no such route' }))
  // What an answer tells must not be forgotten after it.
  app.addHook('onSend', async (_request, _reply, payload) => {
    world.store.flush()
    return payload
  })
  stateRoutes(app, world)
  pairingRoutes(app, world)
  chatRoutes(app, world)
  faultRoutes(app, world)
  mediaRoutes(app, world)
  habitRoutes(app, world)
  return app
}

function statusOf(error: unknown): number {
  if (error instanceof BadRequest || error instanceof PairingError) return error.status
  const code = (error as { statusCode?: unknown }).statusCode
  return typeof code === 'number' ? code : 500
}

export const body = (request: FastifyRequest): Input => new Input(request.body)

export function pathPhone(request: FastifyRequest): string {
  return phoneDigits(new Input(request.params).text('phone'))
}

function stateRoutes(app: FastifyInstance, world: World): void {
  app.get('/control/state', async () => {
    const users = [...world.registry.all()]
    return {
      phones: users
        .filter(({ kind }) => kind === 'phone')
        .map(({ phone, name, lid }) => ({
          phone,
          name,
          lid,
          devices: world.registry.companionsOf(phone).map((device) => deviceView(world, device)),
        })),
      customers: users
        .filter(({ kind }) => kind === 'customer')
        .map(({ phone, name, lid }) => ({ phone, name, lid })),
      waiting_qr: world.pairing.waiting,
      clock_offset: clockOffset(),
      totals: world.totals,
      upgrade: world.upgrade,
      media: world.media.totals,
      root_public_key: Buffer.from(world.keys.root.public).toString('hex'),
    }
  })
  app.post('/control/listeners', async (request) => {
    world.listeners.set(body(request).texts('urls'))
    return { urls: world.listeners.get() }
  })
  app.get('/control/listeners', async () => ({ urls: world.listeners.get() }))
}

function pairingRoutes(app: FastifyInstance, world: World): void {
  const linked = (device: Device) => {
    const user = world.registry.ensure(device.phone)
    return { jid: jidOf(user, 'pn', device.id), lid: jidOf(user, 'lid', device.id) }
  }
  app.post('/control/scan', async (request) => {
    const input = body(request)
    const name = input.optionalText('name')
    return linked(await world.pairing.scan(input.text('qr'), input.phone('phone'), name))
  })
  app.post('/control/pair-code', async (request) => {
    const input = body(request)
    return linked(await world.pairing.enterCode(input.phone('phone'), input.text('code')))
  })
}

function chatRoutes(app: FastifyInstance, world: World): void {
  app.post('/control/customers/:phone/send', async (request) => {
    const customer = world.registry.ensure(pathPhone(request), body(request).optionalText('name'))
    return send(world, customer, body(request))
  })
  app.post('/control/phones/:phone/send', async (request) => {
    const user = knownPhone(world, pathPhone(request))
    return send(world, user, body(request))
  })
  app.get('/control/customers/:phone/inbox', async (request) => {
    const query = new Input(request.query)
    const wait = query.number('wait', 0, 0, MAX_WAIT_SECONDS)
    const after = query.number('after', 0, 0, Number.MAX_SAFE_INTEGER)
    return inboxView(world, pathPhone(request), query.phone('salon'), after, wait)
  })
  app.post('/control/customers/:phone/read', async (request) => {
    const input = body(request)
    const ids = world.readChat(pathPhone(request), input.phone('salon'))
    return { read: ids }
  })
  app.get('/control/ledger', async (request) =>
    ledgerView(world, new Input(request.query).phone('salon')),
  )
}

export function knownPhone(world: World, phone: string): User {
  const user = world.registry.user(phone)
  if (!user) throw new BadRequest(`no phone ${phone}`, 404)
  return user
}

async function send(world: World, from: User, input: Input): Promise<{ id: string }> {
  const to = world.registry.ensure(input.phone('to'))
  if (to.phone === from.phone) throw new BadRequest('a phone cannot write to itself')
  const mode = input.optionalText('address') ?? 'lid'
  if (mode !== 'lid' && mode !== 'pn') throw new BadRequest('"address" must be "lid" or "pn"')
  const id = input.optionalText('id')
  const message = makeContent(world.media, readContent(input), target(world, from, to, mode, input))
  const sent = await sendAs(world, from, to, message, {
    mode,
    copies: input.number('copies', 1, 1, 20),
    corrupt: input.flag('corrupt'),
    hollow: input.flag('hollow'),
    ...(id && { id }),
  })
  return { id: sent }
}

function readContent(input: Input): Content {
  const image = file(input, 'image')
  const audio = file(input, 'audio')
  const video = file(input, 'video')
  const document = file(input, 'document')
  const location = input.object('location')
  const reaction = input.object('reaction')
  const content: Content = {
    ...(input.has('text') && { text: input.text('text') }),
    ...(image && { image }),
    ...(audio && { audio }),
    ...(video && { video }),
    ...(document && { document }),
    ...(input.flag('sticker') && { sticker: true }),
    ...(location && {
      location: {
        latitude: location.number('latitude', 55.76, -90, 90),
        longitude: location.number('longitude', 37.61, -180, 180),
        name: location.optionalText('name') ?? '',
        address: location.optionalText('address') ?? '',
      },
    }),
    ...(reaction && {
      reaction: { message_id: reaction.text('message_id'), emoji: reaction.text('emoji') },
    }),
  }
  if (!Object.keys(content).length) throw new BadRequest('nothing to send')
  return content
}

/** `true` sends a small sample; an object says what: body in base64, what is claimed of it, what goes wrong. */
function file(input: Input, name: string): File | undefined {
  if (input.flag(name)) return {}
  const given = input.object(name)
  if (!given) return undefined
  const fault = given.optionalText('fault')
  const known = FAULTS.find((item) => item === fault)
  if (fault && !known) throw new BadRequest(`"fault" must be one of ${FAULTS.join(', ')}`)
  const caption = given.optionalText('caption')
  const mime = given.optionalText('mime')
  const filename = given.optionalText('filename')
  return {
    ...(caption !== undefined && { caption }),
    ...(mime !== undefined && { mime }),
    ...(filename !== undefined && { filename }),
    ...(given.has('body') && { body: Buffer.from(given.text('body'), 'base64') }),
    ...(given.has('voice') && { voice: given.flag('voice') }),
    ...(given.has('claims') && { claims: given.number('claims', 0, 0, 2 ** 31) }),
    ...(known && { fault: known }),
  }
}

function target(world: World, from: User, to: User, mode: Mode, input: Input) {
  const id = input.object('reaction')?.text('message_id') ?? input.optionalText('quote')
  if (id === undefined) return undefined
  const known = world.chats.find(from.phone, to.phone, id)
  return { known, id, chat: jidOf(to, mode), own: jidOf(from, mode) }
}
