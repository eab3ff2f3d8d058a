/** Puts the parts together: a running bridge from a configuration. */
import type { AddressInfo } from 'node:net'
import { Clock } from './clock.js'
import type { Config } from './config.js'
import { Db } from './db.js'
import { Egress } from './egress.js'
import { notConnected } from './errors.js'
import { Bell } from './events.js'
import { buildApp } from './http/app.js'
import { Leases } from './leases.js'
import { assertPreloadInUse } from './libsignal-preload.js'
import type { Log } from './log.js'
import { MediaFetcher } from './media/fetcher.js'
import { MediaRows } from './media/rows.js'
import { MediaHosts } from './media/transfer.js'
import { bringsFile } from './media/types.js'
import { Metrics } from './metrics.js'
import { Nodes } from './nodes.js'
import { Manager } from './session/manager.js'
import { Slots } from './session/slots.js'

/** More at once only make each other late: a login costs ~60 ms of CPU, a pairing ~0.5 s. */
const OPENINGS = 5

export interface Bridge {
  /** Where it listens. */
  url: string
  /** Hands everything over; ends within ten seconds. */
  close(): Promise<void>
}

/** Throws an Error with one sentence when the database, its schema or a library is not as needed. */
export async function startBridge(config: Config, log: Log): Promise<Bridge> {
  await assertPreloadInUse()
  const db = await Db.open(config.databaseUrl, log)
  await db.checkSchema()
  const bell = new Bell(config.ringUrl, config.token, log)
  const metrics = new Metrics(config.bridgeId)
  const leases = new Leases(db, config.bridgeId, config.leaseMs)
  // The address is known only after listening (port 0), the routes must exist before.
  const at = { url: '' }
  const egress = new Egress(db, config)
  const files = new MediaRows(db, config.keyring, config.bridgeId)
  const media = new MediaFetcher({
    rows: files,
    hosts: new MediaHosts(config.socketUrl),
    agentFor: (id) => egress.agentFor(id),
    askAgain: async (id, message) => {
      const session = manager.get(id)
      if (!session) throw notConnected()
      return session.askForFile(message)
    },
    log,
  })
  const manager = new Manager({
    config,
    db,
    leases,
    log,
    nodes: new Nodes(db, config.bridgeId, config.keyring.keyId),
    clock: new Clock(config.clockOffsetFile),
    slots: new Slots(OPENINGS),
    egress,
    metrics,
    onEvents: (events) => {
      metrics.stored(events)
      // A receipt keeps nobody waiting: those of many salons go with one call, or with the next message's.
      if (events.every(({ kind }) => kind === 'status')) bell.ringSoon()
      else bell.ring()
      if (events.some(bringsFile)) media.wake()
    },
    advertise: at,
  })
  const app = buildApp({ ...config, db, leases, manager, metrics, media: files, log })
  await app.listen({ host: config.host, port: config.port })
  const { port } = app.server.address() as AddressInfo
  const host = config.host.includes(':') ? `[${config.host}]` : config.host
  const url = `http://${host}:${port}`
  at.url = config.advertiseUrl ?? url
  await manager.begin()
  media.start()
  return {
    url,
    close: async () => {
      media.stop()
      await manager.shutdown()
      await app.close()
      await db.close()
    },
  }
}
