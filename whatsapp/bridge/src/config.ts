/** The environment, read once at start. Every fault is one sentence that says what to set. */
import { Keyring } from './crypto.js'

export interface Config {
  databaseUrl: string
  /** Name of this bridge in `nodes` and `leases`: keep it over restarts, it retakes its sessions at once. */
  bridgeId: string
  token: string
  host: string
  port: number
  /** Where other parts reach this bridge; undefined = http:// and the address it listens on. */
  advertiseUrl: string | undefined
  /** Whom to ring after new events; undefined = nobody, Django sweeps. */
  ringUrl: string | undefined
  leaseMs: number
  keyring: Keyring
  /** undefined = the real WhatsApp. */
  socketUrl: string | undefined
  proxyUrl: URL | undefined
  logLevel: string
  clockOffsetFile: string | undefined
}

export class ConfigError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(faults.join(' '))
  }
}

type Env = Readonly<Record<string, string | undefined>>

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[?::1\]?)$/i

/** Throws ConfigError with all faults at once. */
export function parseConfig(env: Env): Config {
  const faults: string[] = []
  const attempt = <T>(read: () => T, fallback: T): T => {
    try {
      return read()
    } catch (error) {
      faults.push((error as Error).message)
      return fallback
    }
  }
  const value = (name: string): string | undefined => env[name]?.trim() || undefined
  const required = (name: string, what: string): string =>
    attempt(() => {
      const text = value(name)
      if (!text) throw new Error(`${name} is not set: ${what}.`)
      return text
    }, '')
  const url = (name: string, protocols: readonly string[]): URL | undefined =>
    attempt(() => {
      const text = value(name)
      if (!text) return undefined
      const parsed = URL.canParse(text) ? new URL(text) : undefined
      if (!parsed || !protocols.includes(parsed.protocol)) {
        throw new Error(`${name} must be a URL that begins with ${protocols.join('// or ')}//.`)
      }
      return parsed
    }, undefined)

  const listen = attempt(() => parseListen(value('BRIDGE_LISTEN') ?? '127.0.0.1:3001'), {
    host: '',
    port: 0,
  })
  const keyText = required('AUTH_STATE_KEY', 'base64 of 32 random bytes, it encrypts WhatsApp keys')
  const keyring = keyText ? attempt(() => Keyring.parse(keyText), undefined) : undefined
  const socketUrl = url('WHATSAPP_SOCKET_URL', ['ws:', 'wss:'])
  if (socketUrl && (value('DJANGO_ENV') ?? value('NODE_ENV')) === 'production') {
    faults.push(
      LOOPBACK.test(socketUrl.hostname)
        ? 'WHATSAPP_SOCKET_URL points at this machine: unset it in production, sandboxes do not belong there.'
        : 'WHATSAPP_SOCKET_URL must be unset in production: only WhatsApp itself is spoken to there.',
    )
  }
  const config: Config = {
    databaseUrl: required(
      'BRIDGE_DATABASE_URL',
      'the PostgreSQL address of the role that owns schema bridge',
    ),
    bridgeId: required('BRIDGE_ID', 'a name for this bridge that stays the same over restarts'),
    token: required('BRIDGE_TOKEN', 'the secret that Django and the bridge share'),
    ...listen,
    advertiseUrl: url('BRIDGE_ADVERTISE_URL', ['http:', 'https:'])?.toString().replace(/\/$/, ''),
    ringUrl: url('BRIDGE_RING_URL', ['http:', 'https:'])?.toString(),
    leaseMs: attempt(() => parseLease(value('BRIDGE_LEASE_SECONDS') ?? '30'), 0),
    keyring: keyring as Keyring,
    socketUrl: socketUrl?.toString(),
    proxyUrl: url('WHATSAPP_PROXY_URL', ['http:', 'socks5:']),
    logLevel: attempt(() => parseLevel(value('LOG_LEVEL') ?? 'info'), 'info'),
    clockOffsetFile: value('CLOCK_OFFSET_FILE'),
  }
  if (faults.length > 0) throw new ConfigError(faults)
  return config
}

function parseListen(text: string): { host: string; port: number } {
  const match = /^(\[[0-9a-f:]+\]|[^:\s]+):(\d{1,5})$/i.exec(text)
  const port = Number(match?.[2])
  if (!match?.[1] || port > 65_535) throw new Error('BRIDGE_LISTEN must look like 127.0.0.1:3001.')
  return { host: match[1].replace(/^\[|\]$/g, ''), port }
}

function parseLease(text: string): number {
  const seconds = Number(text)
  if (!(seconds >= 1 && seconds <= 600)) {
    throw new Error('BRIDGE_LEASE_SECONDS must be a number of seconds from 1 to 600.')
  }
  return seconds * 1000
}

function parseLevel(text: string): string {
  const level = text.toLowerCase() === 'warning' ? 'warn' : text.toLowerCase()
  if (!LOG_LEVELS.includes(level)) {
    throw new Error(`LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}.`)
  }
  return level
}
