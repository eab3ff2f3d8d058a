/** Tells the demo desk what changed: POSTs in order, one at a time per listener, no retry. */

export interface Change {
  type: 'chat' | 'device'
  phone: string
  [detail: string]: string | number
}

interface Listener {
  /** Changes as JSON: the same news waiting twice is told once. */
  waiting: Set<string>
  busy: boolean
}

export class Listeners {
  private listeners = new Map<string, Listener>()

  set(urls: string[]): void {
    this.listeners = new Map(urls.map((url) => [url, { waiting: new Set(), busy: false }]))
  }

  get(): string[] {
    return [...this.listeners.keys()]
  }

  tell(change: Change): void {
    for (const [url, listener] of this.listeners) {
      listener.waiting.add(JSON.stringify(change))
      if (!listener.busy) void this.work(url, listener)
    }
  }

  private async work(url: string, listener: Listener): Promise<void> {
    listener.busy = true
    for (const change of listener.waiting) {
      listener.waiting.delete(change)
      await post(url, change)
    }
    listener.busy = false
  }
}

async function post(url: string, change: string): Promise<void> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: change,
      signal: AbortSignal.timeout(2000),
    })
    await answer.arrayBuffer()
  } catch {
    // A listener that is away misses news; it asks for the state when it is back.
  }
}
