/**
 * Writes both sides' state of N salons that are paired already: bridge.auth and bridge.leases rows, and the
 * sandbox's journal. `seed-paired.js N --first-session ID --state DIR`; the sandbox must not run on DIR meanwhile.
 */

import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { type AuthenticationCreds, Curve, initAuthCreds, type KeyPair } from 'baileys'
import pg from 'pg'
import { Keyring } from '../src/crypto.js'
import { CREDS, encodeValue, PAIRED, sealValue } from '../src/store/codec.js'
import { deviceMessage, signCompanion } from './adv.js'
import { realSeconds } from './clock.js'
import { PreKeys } from './prekeys.js'
import { base64, type Device, jidOf, Registry, type User } from './registry.js'
import { silenceLibsignal } from './signal.js'
import { Store } from './store.js'

const USAGE = `usage: seed-paired.js N --first-session ID --state DIR [--first-phone DIGITS] [--prekeys K]
DATABASE_URL (or BRIDGE_DATABASE_URL) and AUTH_STATE_KEY must be set.`

type AuthRow = [type: string, id: string, value: unknown]

interface Seeded {
  session_id: string
  phone: string
  jid: string
  lid: string
}

function pairedCreds(user: User, id: number, prekeys: number): AuthenticationCreds {
  const creds = initAuthCreds()
  const identity = creds.signedIdentityKey
  const account = signCompanion(user, id, identity.public)
  const message = deviceMessage(account, identity.public)
  creds.me = { id: jidOf(user, 'pn', id), lid: jidOf(user, 'lid', id), name: user.name }
  creds.account = { ...account, deviceSignature: Curve.sign(identity.private, message) }
  creds.signalIdentities = [
    {
      identifier: { name: jidOf(user, 'lid', id), deviceId: 0 },
      identifierKey: Buffer.concat([Buffer.from([5]), account.accountSignatureKey]),
    },
  ]
  creds.platform = 'android'
  creds.accountSyncCounter = 1
  creds.nextPreKeyId = prekeys + 1
  creds.firstUnuploadedPreKeyId = prekeys + 1
  return creds
}

/** The sandbox's side; `rows` is what the companion itself keeps. */
function seedSandbox(
  registry: Registry,
  keys: PreKeys,
  phone: string,
  count: number,
): { user: User; device: Device; rows: AuthRow[] } {
  const user = registry.ensure(phone, `Салон ${phone.slice(-4)}`, 'phone')
  const id = registry.reserveDevice(user)
  const creds = pairedCreds(user, id, count)
  const device: Device = {
    phone,
    id,
    keyIndex: id,
    noise: base64(creds.noiseKey.public),
    identity: base64(creds.signedIdentityKey.public),
    registrationId: creds.registrationId,
    signedPreKey: {
      id: creds.signedPreKey.keyId,
      pub: base64(creds.signedPreKey.keyPair.public),
      signature: base64(creds.signedPreKey.signature),
    },
    since: realSeconds(),
    synced: true,
  }
  registry.link(device)
  const pairs = Array.from({ length: count }, (_, n): [number, KeyPair] => [
    n + 1,
    Curve.generateKeyPair(),
  ])
  keys.upload(
    device,
    pairs.map(([keyId, pair]) => [keyId, base64(pair.public)]),
  )
  const appKey = randomBytes(6).toString('base64')
  creds.myAppStateKeyId = appKey
  const rows: AuthRow[] = [
    [CREDS, PAIRED, creds],
    ['app-state-sync-key', appKey, { keyData: randomBytes(32), timestamp: Date.now() }],
    ...pairs.map(([keyId, pair]): AuthRow => ['pre-key', String(keyId), pair]),
  ]
  return { user, device, rows }
}

async function seedDatabase(
  client: pg.Client,
  keyring: Keyring,
  session: string,
  rows: AuthRow[],
): Promise<void> {
  const sealed = rows.map(([type, id, value]) =>
    sealValue(keyring, session, type, id, encodeValue(type, value)),
  )
  await client.query('delete from bridge.auth where session_id = $1', [session])
  await client.query(
    `insert into bridge.auth (session_id, type, id, value)
     select $1, x.type, x.id, x.value
     from unnest($2::text[], $3::text[], $4::bytea[]) x(type, id, value)`,
    [session, rows.map(([type]) => type), rows.map(([, id]) => id), sealed],
  )
  await client.query(
    `insert into bridge.leases (session_id, wanted) values ($1, true)
     on conflict (session_id) do update set wanted = true`,
    [session],
  )
}

async function main(): Promise<void> {
  silenceLibsignal()
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      'first-session': { type: 'string' },
      'first-phone': { type: 'string', default: '79050000001' },
      prekeys: { type: 'string', default: '100' },
      state: { type: 'string' },
    },
  })
  const count = Number(positionals[0])
  const first = Number(values['first-session'])
  const prekeys = Number(values.prekeys)
  const dsn = process.env.BRIDGE_DATABASE_URL ?? process.env.DATABASE_URL
  const secret = process.env.AUTH_STATE_KEY
  const numbers = [count, first, prekeys].every((value) => Number.isInteger(value) && value > 0)
  if (!numbers || !values.state || !dsn || !secret) throw new Error(USAGE)
  const keyring = Keyring.parse(secret)
  const store = new Store(values.state)
  const registry = new Registry(store)
  const keys = new PreKeys(store, registry)
  const client = new pg.Client({ connectionString: dsn })
  await client.connect()
  try {
    for (let n = 0; n < count; n++) {
      const session = String(first + n)
      const phone = String(BigInt(values['first-phone']) + BigInt(n))
      const { user, device, rows } = seedSandbox(registry, keys, phone, prekeys)
      // The sandbox's side first: a companion without rows is harmless, rows without a companion mean 401.
      store.flush()
      await seedDatabase(client, keyring, session, rows)
      const done: Seeded = {
        session_id: session,
        phone,
        jid: jidOf(user, 'pn', device.id),
        lid: jidOf(user, 'lid', device.id),
      }
      process.stdout.write(`${JSON.stringify(done)}\n`)
    }
  } finally {
    await client.end()
    store.close()
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
})
