/**
 * What the bridge is compared with: the same salons on plain Baileys, keys and credentials in memory, no journal, no
 * leases, no API. `bare.js COUNT` reads its credentials from the arena's database once and answers every message.
 */
import '../src/libsignal-preload.js'
import makeWASocket, {
  type AuthenticationCreds,
  type SignalDataSet,
  type SignalKeyStore,
  type SocketConfig,
} from 'baileys'
import pg from 'pg'
import { Keyring } from '../src/crypto.js'
import { Slots } from '../src/session/slots.js'
import { CREDS, decodeValue, openValue, PAIRED } from '../src/store/codec.js'

const OPENINGS = 5
const AGAIN_MS = 1_000

type Logger = SocketConfig['logger']
const SILENT: Logger = {
  level: 'silent',
  child: () => SILENT,
  trace: () => {},
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
}

interface Auth {
  creds: AuthenticationCreds
  rows: Map<string, unknown>
}

async function load(count: number): Promise<Auth[]> {
  const keyring = Keyring.parse(process.env.AUTH_STATE_KEY ?? '')
  const client = new pg.Client(process.env.DATABASE_URL)
  await client.connect()
  const { rows } = await client.query<{ s: string; type: string; id: string; value: Buffer }>(
    'select session_id::text as s, type, id, value from bridge.auth where session_id <= $1',
    [count],
  )
  await client.end()
  const auths = new Map<string, Auth>()
  for (const { s, type, id, value } of rows) {
    const auth = auths.get(s) ?? { creds: undefined as never, rows: new Map() }
    const decoded = decodeValue(type, openValue(keyring, s, type, id, value))
    if (type === CREDS && id === PAIRED) auth.creds = decoded as AuthenticationCreds
    else auth.rows.set(`${type}|${id}`, decoded)
    auths.set(s, auth)
  }
  return [...auths.values()]
}

function memoryKeys(rows: Map<string, unknown>): SignalKeyStore {
  return {
    get: async (type, ids) => {
      const found = ids.flatMap((id) => {
        const value = rows.get(`${type}|${id}`)
        return value === undefined ? [] : [[id, value]]
      })
      return Object.fromEntries(found)
    },
    set: async (data: SignalDataSet) => {
      for (const [type, entries] of Object.entries(data)) {
        for (const [id, value] of Object.entries(entries)) {
          if (value === null) rows.delete(`${type}|${id}`)
          else rows.set(`${type}|${id}`, value)
        }
      }
    },
  }
}

const slots = new Slots(OPENINGS)

async function open({ creds, rows }: Auth): Promise<void> {
  const release = await slots.acquire()
  const sock = makeWASocket({
    auth: { creds, keys: memoryKeys(rows) },
    waWebSocketUrl: process.env.WHATSAPP_SOCKET_URL ?? '',
    logger: SILENT,
    syncFullHistory: false,
    markOnlineOnConnect: false,
  })
  sock.ev.on('creds.update', (update) => Object.assign(creds, update))
  sock.ev.on('connection.update', ({ connection }) => {
    if (connection === 'open') release()
    if (connection === 'close') {
      release()
      setTimeout(() => void open({ creds, rows }), AGAIN_MS)
    }
  })
  sock.ev.on('messages.upsert', ({ messages }) => {
    for (const { key, message } of messages) {
      const text = message?.conversation ?? message?.extendedTextMessage?.text
      if (key.fromMe || !key.remoteJid || !text) continue
      void sock.sendMessage(key.remoteJid, { text: `эхо ${text}` }).catch(() => {})
    }
  })
}

process.on('unhandledRejection', () => {})
process.on('SIGTERM', () => process.exit(0))
const auths = await load(Number(process.argv[2]))
for (const auth of auths) void open(auth)
process.stdout.write('ready bare\n')
