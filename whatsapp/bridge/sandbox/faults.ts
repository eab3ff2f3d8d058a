/** Control routes that break things: logouts, cut connections, refusals, a server that answers nothing. */
import type { FastifyInstance } from 'fastify'
import { type Connection, streamError } from './connection.js'
import { body, knownPhone, pathPhone } from './control.js'
import { BadRequest, type Input } from './input.js'
import { logOut, replace } from './login.js'
import { FAULTS } from './media.js'
import type { Device } from './registry.js'
import type { World } from './world.js'

export function faultRoutes(app: FastifyInstance, world: World): void {
  const everyDevice = (
    route: string,
    act: (device: Device, connection: Connection | undefined, input: Input) => void,
  ): void => {
    app.post(`/control/phones/:phone/${route}`, async (request) => {
      const { phone } = knownPhone(world, pathPhone(request))
      const only = body(request).number('device', 0, 0, 1000)
      const devices = world.registry.companionsOf(phone).filter(({ id }) => !only || id === only)
      for (const device of devices) act(device, world.connectionOf(device), body(request))
      return { devices: devices.map(({ id }) => id) }
    })
  }
  everyDevice('drop', (_device, connection) => connection?.cut())
  everyDevice('logout', (device) => logOut(world, device))
  everyDevice('replace', (device) => replace(world, device))
  everyDevice('end', (_device, connection, input) =>
    connection?.end(streamError.code(input.number('code', 503, 400, 599))),
  )
  everyDevice('freeze', (_device, connection, input) => {
    if (!connection) return
    const on = !input.has('on') || input.flag('on')
    const only = input.optionalText('only')
    if (only !== 'mute') connection.deaf = on
    if (only !== 'deaf') connection.mute = on
  })

  for (const gate of ['upgrade', 'logins'] as const) {
    app.post(`/control/${gate}`, async (request) => {
      const input = body(request)
      if (input.isText('mode') && input.text('mode') !== 'ok') {
        throw new BadRequest('"mode" must be "ok" or a status')
      }
      world[gate] = input.isText('mode') ? 'ok' : input.number('mode', 503, 400, 599)
      return { mode: world[gate] }
    })
  }
  app.post('/control/latency', async (request) => {
    world.latency = body(request).number('ms', 0, 0, 60_000)
    return { ms: world.latency }
  })
  app.post('/control/refs', async (request) => {
    world.refs = body(request).number('count', 6, 0, 6)
    return { count: world.refs }
  })
  app.post('/control/refuse', async (request) => {
    const input = body(request)
    const times = input.number('times', 1, 0, 1_000_000)
    const phone = input.phone('phone')
    if (times) world.refusals.set(phone, { error: input.optionalText('error') ?? '463', times })
    else world.refusals.delete(phone)
    return { phone, times }
  })
  app.post('/control/refuse-code', async (request) => {
    const input = body(request)
    const phone = input.phone('phone')
    const code = input.number('code', 429, 0, 599)
    if (code) world.codeRefusals.set(phone, code)
    else world.codeRefusals.delete(phone)
    return { phone, code }
  })
  app.post('/control/history', async (request) => {
    const input = body(request)
    const fault = FAULTS.find((one) => one === input.optionalText('fault'))
    world.historyFile = input.flag('file') ? { ...(fault && { fault }) } : undefined
    return { file: input.flag('file') }
  })
  app.post('/control/media/heal', async () => {
    world.media.heal()
    return {}
  })
  app.post('/control/absent', async (request) => {
    const input = body(request)
    const absent = !input.has('absent') || input.flag('absent')
    world.registry.setAbsent(input.phone('phone'), absent)
    return { absent }
  })
  app.post('/control/customers/:phone/forget-session', async (request) => {
    const customer = knownPhone(world, pathPhone(request))
    const salon = knownPhone(world, body(request).phone('salon'))
    const devices = world.registry.companionsOf(salon.phone)
    for (const device of devices) world.signal.forget(customer, device)
    return { devices: devices.map(({ id }) => id) }
  })
}
