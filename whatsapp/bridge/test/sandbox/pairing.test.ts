/** Linking a companion with the real Baileys: QR, code, refusals. */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { after, before, test } from 'node:test'
import { Companion } from './companion.js'
import { ControlError, SandboxProcess, type State } from './process.js'

let sandbox: SandboxProcess
const companions: Companion[] = []
const companion = (reconnectOn?: number[]): Companion => {
  const made = new Companion(sandbox, reconnectOn)
  companions.push(made)
  return made
}
const refused = (status: number) => (error: unknown) =>
  error instanceof ControlError && error.status === status

before(async () => {
  sandbox = await SandboxProcess.start()
})
after(async () => {
  await Promise.all(companions.map((one) => one.close()))
  await sandbox.close()
})

test('pairs by QR, restarts with 515 and uploads its keys', async () => {
  const salon = companion()

  const linked = await salon.pair('79010000001', 'Лилия')

  assert.equal(linked.jid, '79010000001:1@s.whatsapp.net')
  assert.deepEqual(salon.closes, [515])
  assert.equal(salon.creds.me?.id, linked.jid)
  assert.equal(salon.creds.me?.lid, linked.lid)
  assert.equal(salon.creds.nextPreKeyId, 813)
  assert.equal(salon.creds.accountSyncCounter, 1)
  const { phones } = await sandbox.get<State>('state')
  assert.deepEqual(
    phones
      .find(({ phone }) => phone === '79010000001')
      ?.devices.map(({ id, connected }) => [id, connected]),
    [[1, true]],
  )
})

test('pairs by code; a wrong code is refused and the right one still works', async () => {
  const salon = companion()
  salon.connect()
  await salon.until('a QR', () => salon.qrs[0])
  const code = await salon.socket?.requestPairingCode('79010000002')
  assert.match(code ?? '', /^[0-9A-Z]{8}$/)

  await assert.rejects(
    sandbox.post('pair-code', { phone: '79010000002', code: 'WRONG123' }),
    refused(400),
  )
  const typed = `${code?.slice(0, 4)}-${code?.slice(4).toLowerCase()}`
  const linked = await sandbox.post<{ jid: string }>('pair-code', {
    phone: '79010000002',
    code: typed,
  })
  await salon.until('the first login', () => salon.drained || undefined)

  assert.equal(linked.jid, '79010000002:1@s.whatsapp.net')
  assert.equal(salon.creds.me?.id, linked.jid)
})

test('an unknown QR and a phone without a request are refused with 404', async () => {
  const qr = 'https://wa.me/settings/linked_devices#2@none,a,b,c,1'

  await assert.rejects(sandbox.post('scan', { qr, phone: '79010000003' }), refused(404))
  await assert.rejects(
    sandbox.post('pair-code', { phone: '79010000003', code: 'ABCD1234' }),
    refused(404),
  )

  const { phones } = await sandbox.get<State>('state')
  assert.equal(
    phones.some(({ phone }) => phone === '79010000003'),
    false,
  )
})

test('a used QR cannot be used twice and a fifth companion is refused', async () => {
  const phone = '79010000004'
  const four = [companion(), companion(), companion(), companion()]
  for (const one of four) await one.pair(phone)
  const fifth = companion().connect()
  const qr = await fifth.until('a QR', () => fifth.qrs[0])

  await assert.rejects(sandbox.post('scan', { qr, phone }), refused(409))
  await assert.rejects(sandbox.post('scan', { qr: four[0]?.qrs[0], phone }), refused(404))

  const { phones } = await sandbox.get<State>('state')
  const devices = phones.find((one) => one.phone === phone)?.devices
  assert.deepEqual(
    devices?.map(({ id }) => id),
    [1, 2, 3, 4],
  )
})

test('listens on loopback only', async () => {
  const outside = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')

  for (const { address } of outside) {
    const error = await new Promise<NodeJS.ErrnoException>((resolve, reject) => {
      const socket = connect(sandbox.port, address)
      socket.once('connect', () => reject(new Error(`${address} answers`)))
      socket.once('error', resolve)
    })
    assert.equal(error.code, 'ECONNREFUSED')
  }
  assert.equal(new URL(sandbox.url).hostname, '127.0.0.1')
})
