/** The sandbox as a process of its own, and its control API, for tests. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { DEADLINE_MS } from '../bridge/support/wait.js'

const MAIN = join(dirname(fileURLToPath(import.meta.url)), '../../sandbox/main.js')

export interface InboxMessage {
  seq: number
  id: string
  direction: 'in' | 'out'
  text: string
  kind: string
  t: number
  status: number
  duplicates: number
  reaction_to?: string
}

export interface Inbox {
  messages: InboxMessage[]
  next: number
  waiting: { id: string; error: string; decrypt_errors: number }[]
}

export interface State {
  phones: { phone: string; lid: string; devices: { id: number; connected: boolean }[] }[]
  customers: { phone: string; name: string; lid: string }[]
  waiting_qr: number
  totals: { retries_asked: number; retries_answered: number; errors: number }
}

export class ControlError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message)
  }
}

export class SandboxProcess {
  readonly dir = mkdtempSync(join(tmpdir(), 'wa-sandbox-'))
  url = ''
  private child: ChildProcess | undefined

  static async start(env: Record<string, string> = {}): Promise<SandboxProcess> {
    const sandbox = new SandboxProcess(env)
    await sandbox.run(0)
    return sandbox
  }

  private constructor(private readonly env: Record<string, string>) {}

  get socketUrl(): string {
    return `${this.url.replace('http', 'ws')}/ws/chat`
  }

  get port(): number {
    return Number(new URL(this.url).port)
  }

  /** kill -9, then a new process on the same port and state. */
  async restart(): Promise<void> {
    const { port } = this
    await this.kill()
    await this.run(port)
  }

  async kill(): Promise<void> {
    const { child } = this
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  async close(): Promise<void> {
    await this.kill()
    rmSync(this.dir, { recursive: true, force: true })
  }

  async get<T>(path: string): Promise<T> {
    return answer<T>(await fetch(`${this.url}/control/${path}`))
  }

  async post<T = unknown>(path: string, body: object = {}): Promise<T> {
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }
    return answer<T>(await fetch(`${this.url}/control/${path}`, init))
  }

  async say(customer: string, salon: string, what: object): Promise<string> {
    const path = `customers/${customer}/send`
    return (await this.post<{ id: string }>(path, { to: salon, ...what })).id
  }

  inbox(customer: string, salon: string, after = 0, wait = 0): Promise<Inbox> {
    return this.get(`customers/${customer}/inbox?salon=${salon}&after=${after}&wait=${wait}`)
  }

  /** The messages up to the n-th that came from the salon; waits for it. */
  async received(customer: string, salon: string, count: number): Promise<InboxMessage[]> {
    const deadline = Date.now() + DEADLINE_MS
    let after = 0
    let all: InboxMessage[] = []
    while (all.length < count) {
      if (Date.now() > deadline) throw new Error(`${customer} got ${all.length} of ${count}`)
      const page = await this.inbox(customer, salon, after, 2)
      after = page.next
      all = [...all, ...page.messages.filter(({ direction }) => direction === 'in')]
    }
    return all
  }

  private async run(port: number): Promise<void> {
    const args = [MAIN, '--port', String(port), '--state', this.dir]
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...this.env },
    })
    this.child = child
    for await (const line of createInterface({ input: child.stdout })) {
      const ready = /^ready (http:\/\/\S+)$/.exec(line)
      if (!ready?.[1]) continue
      this.url = ready[1]
      return
    }
    throw new Error('the sandbox ended before it was ready')
  }
}

async function answer<T>(response: Response): Promise<T> {
  const json = (await response.json()) as T & { error?: string }
  if (!response.ok) throw new ControlError(response.status, json.error ?? '')
  return json
}
