/** Figures for Prometheus: counted where things happen, written as text when asked. No number and no text of anybody. */
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks'
import type { Payloads } from './contract.js'
import { type SessionState, STATES } from './session/states.js'
import type { EventRow } from './store/rows.js'

type Labels = Readonly<Record<string, string>>

/** Counters by name; what they mean is their help line. */
const COUNTERS = {
  messages_in: 'Messages stored, from customers and from the salons own devices.',
  messages_out: 'Send commands by outcome; "error" is what WhatsApp said when it refused.',
  decrypt_failures: 'Messages that could not be read and were asked for again.',
  connections: 'Sockets that became open; "fresh" right after a pairing, else a reconnect.',
  endings: 'Sockets that ended, by reason; "store_failed": cut because PostgreSQL failed.',
} as const
type Counter = keyof typeof COUNTERS

/** How often the loop is asked for its delay: each time wakes an idle process. */
const LAG_EVERY_MS = 200

/** WhatsApp's own words become labels only in this form: their number must stay small. */
const WORD = /^[a-z0-9_]{1,30}$/i

export class Metrics {
  private readonly counts = new Map<Counter, Map<string, number>>()
  private readonly lag: IntervalHistogram = monitorEventLoopDelay({ resolution: LAG_EVERY_MS })

  constructor(private readonly bridgeId: string) {
    this.lag.enable()
  }

  count(counter: Counter, labels: Labels = {}): void {
    const series = this.counts.get(counter) ?? new Map<string, number>()
    const key = written(labels)
    series.set(key, (series.get(key) ?? 0) + 1)
    this.counts.set(counter, series)
  }

  /** New rows were committed. */
  stored(events: readonly EventRow[]): void {
    for (const { kind, payload, internal } of events) {
      if (internal) continue
      if (kind === 'message') this.count('messages_in')
      else if (kind === 'undecryptable') this.count('decrypt_failures')
      else if (kind === 'connected') {
        this.count('connections', { fresh: String((payload as Payloads['connected']).fresh) })
      }
    }
  }

  /** The exposition text; the lag of the event loop is that since the last call. */
  text(states: readonly SessionState[]): string {
    const { rss, heapUsed } = process.memoryUsage()
    const { user, system } = process.cpuUsage()
    const gauge = (name: string, help: string, rows: [Labels, number][]): string =>
      block(
        name,
        'gauge',
        help,
        rows.map(([labels, value]) => [written(labels), value]),
      )
    const lag = ([50, 99] as const).map((percent): [Labels, number] => [
      { quantile: String(percent / 100) },
      // What is measured is the time from one question to the next.
      Math.max(0, (this.lag.percentile(percent) || 0) / 1e6 - LAG_EVERY_MS) / 1e3,
    ])
    this.lag.reset()
    const byState = STATES.map((state): [Labels, number] => [
      { state },
      states.filter((one) => one === state).length,
    ])
    const counters = Object.entries(COUNTERS).map(([name, help]) =>
      block(`bridge_${name}_total`, 'counter', help, [
        ...(this.counts.get(name as Counter) ?? new Map([['', 0]])),
      ]),
    )
    return [
      gauge('bridge_info', 'This bridge.', [[{ bridge: this.bridgeId }, 1]]),
      gauge('bridge_sessions', 'Sessions known here, by state.', byState),
      ...counters,
      gauge('bridge_event_loop_lag_seconds', 'Delay of the event loop.', lag),
      gauge('process_resident_memory_bytes', 'Resident memory.', [[{}, rss]]),
      gauge('nodejs_heap_size_used_bytes', 'Heap in use.', [[{}, heapUsed]]),
      block('process_cpu_seconds_total', 'counter', 'User and system time.', [
        ['', (user + system) / 1e6],
      ]),
    ].join('')
  }
}

/** A label's value out of what came from outside. */
export function word(text: string | undefined): string {
  return text && WORD.test(text) ? text : 'other'
}

function written(labels: Labels): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${value.replace(/[\\"\n]/g, '_')}"`,
  )
  return pairs.length > 0 ? `{${pairs.join(',')}}` : ''
}

function block(name: string, type: string, help: string, rows: [string, number][]): string {
  const lines = rows.map(([labels, value]) => `${name}${labels} ${value}\n`)
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`
}
