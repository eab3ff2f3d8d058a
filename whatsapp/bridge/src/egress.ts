/** Which way out each session takes: its own proxy, else this bridge's, else none. */
import type { Agent } from 'node:https'
import type { Config } from './config.js'
import type { Db } from './db.js'
import { Refusal } from './errors.js'
import { proxyAgent } from './proxy.js'
import { proxyPlace } from './store/codec.js'

const READ = 'select proxy from bridge.leases where session_id = $1 and proxy is not null'

const WRITE = `
insert into bridge.leases (session_id, wanted, proxy) values ($1, false, $2)
on conflict (session_id) do update set proxy = excluded.proxy`

export class Egress {
  private readonly shared: Agent | undefined

  constructor(
    private readonly db: Db,
    private readonly config: Pick<Config, 'keyring' | 'proxyUrl' | 'socketUrl'>,
  ) {
    this.shared = config.proxyUrl && this.agent(config.proxyUrl)
  }

  /** Read anew for every connection. Throws when it cannot be read: never past a proxy that somebody set. */
  async agentFor(sessionId: string): Promise<Agent | undefined> {
    const [row] = await this.db.query<{ proxy: Buffer }>(READ, [sessionId])
    if (!row) return this.shared
    const url = this.config.keyring.open(proxyPlace(sessionId), row.proxy).toString('utf8')
    return this.agent(new URL(url))
  }

  /** Stored sealed: it may hold a password. null: the bridge's own way again. Throws Refusal. */
  async set(sessionId: string, url: string | null): Promise<void> {
    const sealed = url === null ? null : this.seal(sessionId, url)
    await this.db.query(WRITE, [sessionId, sealed])
  }

  private seal(sessionId: string, url: string): Buffer {
    const parsed = URL.canParse(url) ? new URL(url) : undefined
    if (!parsed?.hostname || !['http:', 'socks5:'].includes(parsed.protocol)) {
      throw new Refusal(422, 'bad_proxy', 'A proxy is http://… or socks5://… with host and port.')
    }
    return this.config.keyring.seal(proxyPlace(sessionId), Buffer.from(parsed.toString(), 'utf8'))
  }

  private agent(url: URL): Agent {
    return proxyAgent(url, !this.config.socketUrl?.startsWith('ws:'))
  }
}
