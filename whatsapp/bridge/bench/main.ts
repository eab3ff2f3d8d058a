/**
 * `node dist/bench/main.js [PART…]` with TEST_DATABASE_URL: load, kills, race, store, cycles; all when none is named.
 * "store" needs `--kill-url URL`: POST there kills PostgreSQL and answers when it is back; "store" and "kills" need
 * `--template DATABASE --python PATH` for Django's inbox. `python -m tests.bench.bench_bridge` gives all three.
 * `--rounds N` of "load" (3), `--kills N` with a short lease (100), `--cycles N` (1,000). Everything is on loopback
 * and ends by itself.
 */
import '../src/libsignal-preload.js'
import { parseArgs } from 'node:util'
import { cycles } from './cycles.js'
import { killLoop } from './kills.js'
import { type Load, loadRound } from './load.js'
import { median } from './proc.js'
import { race } from './race.js'
import { killStore, restore } from './store.js'

const PRODUCTION_LEASE = 30
const SHORT_LEASE = 2
const PRODUCTION_KILLS = 5
const STORE_KILLS = 15

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '3' },
    kills: { type: 'string', default: '100' },
    cycles: { type: 'string', default: '1000' },
    'kill-url': { type: 'string', default: '' },
    template: { type: 'string', default: '' },
    python: { type: 'string', default: '' },
  },
})

const django = { template: values.template, python: values.python }

// Children and scratch data go with us when we are asked to end.
process.on('SIGTERM', () => process.exit(1))

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const row = (...cells: (string | number)[]): void => say(`| ${cells.join(' | ')} |`)
const round = (value: number, digits = 1): string => value.toFixed(digits)

async function load(): Promise<void> {
  const rounds: { bridge: Load; bare: Load }[] = []
  for (let n = 0; n < Number(values.rounds); n += 1) {
    const one = await loadRound()
    rounds.push(one)
    process.stderr.write(`${JSON.stringify(one)}\n`)
  }
  const of = (who: 'bridge' | 'bare', what: keyof Load): number =>
    median(rounds.map((one) => one[who][what]))
  row(`200 sessions, median of ${rounds.length}`, 'bridge', 'bare Baileys', 'ratio', 'bar')
  row('---', '---', '---', '---', '---')
  const line = (name: string, what: keyof Load, unit: string, bar: string, digits = 1): void => {
    const [bridge, bare] = [of('bridge', what), of('bare', what)]
    row(
      name,
      `${round(bridge, digits)} ${unit}`,
      `${round(bare, digits)} ${unit}`,
      round(bridge / bare, 2),
      bar,
    )
  }
  line('RSS with 50', 'few', 'MB', '')
  line('RSS with 200', 'many', 'MB', '')
  line('RSS a session, 50 to 200', 'slope', 'MB', '1.25', 3)
  line('idle, of one core', 'idle', '%', '1.5', 2)
  line('CPU of a message in and its answer', 'cpu', 'ms', '1.5', 2)
  line('echo p50', 'p50', 'ms', '')
  line('echo p95', 'p95', 'ms', '2')
  line('echoes a second', 'perSecond', '', '')
  row('answers that never came', of('bridge', 'missing'), of('bare', 'missing'), '', '0')
  line('stored credentials to all online', 'opened', 'ms', '', 0)
  line('all back after every line was cut', 'back', 'ms', '60 s', 0)
  line('peak then, to settled', 'peak', '×', '2 ×', 2)
}

async function kills(): Promise<void> {
  row(
    'kill -9',
    'kills',
    'written',
    'lost',
    'doubled',
    'unanswered',
    'unreadable',
    'QR',
    'takeover',
  )
  row(...Array(9).fill('---'))
  const runs = [
    ['same bridge, lease 2 s', Number(values.kills), SHORT_LEASE, false],
    ['same bridge, lease 30 s', PRODUCTION_KILLS, PRODUCTION_LEASE, false],
    ['owner of two, lease 2 s', Number(values.kills), SHORT_LEASE, true],
    ['owner of two, lease 30 s', PRODUCTION_KILLS, PRODUCTION_LEASE, true],
  ] as const
  for (const [name, count, lease, heirs] of runs) {
    const r = await killLoop(count, lease, heirs, django)
    const slowest = r.takeover === undefined ? 'at once' : `≤ ${round(r.takeover)} s`
    row(name, r.kills, r.written, r.lost, r.doubled, r.unanswered, r.unreadable, r.qr, slowest)
  }
}

async function ratchets(): Promise<void> {
  row('ratchet race', 'messages', 'answered', 'errors at phones', 'unreadable', 'seconds')
  row(...Array(6).fill('---'))
  for (const [accounts, customers] of [
    [1, 20],
    [4, 5],
  ] as const) {
    const r = await race(accounts, customers)
    const name = `${accounts} account${accounts > 1 ? 's with the same' : ','} ${customers} customers`
    row(name, r.messages, r.answered, r.errors, r.unreadable, round(r.seconds))
  }
}

async function store(): Promise<void> {
  const kill = async (): Promise<void> => {
    const response = await fetch(values['kill-url'], { method: 'POST' })
    if (!response.ok) throw new Error(`PostgreSQL did not come back: ${response.status}`)
  }
  const outages = await killStore(STORE_KILLS, kill, django)
  row('kill -9 of PostgreSQL', 'kills', 'written', 'lost', 'doubled', 'QR')
  row(...Array(6).fill('---'))
  row('under a backlog', outages.kills, outages.written, outages.lost, outages.doubled, outages.qr)
  const r = await restore()
  row(
    'backup, 20 each way, restore, 20 each way',
    'written',
    'stored',
    'answered',
    'asked again by us',
    'by the phone',
    'QR',
  )
  row(...Array(7).fill('---'))
  row('after the restore', r.written, r.stored, r.answered, r.askedAgain, r.askedFor, r.qr)
}

async function openings(): Promise<void> {
  const measured = await cycles(Number(values.cycles))
  row('stops and starts', ...measured.map((at) => at.cycles))
  row(...Array(measured.length + 1).fill('---'))
  row('RSS, MB', ...measured.map(({ rss }) => round(rss)))
  row('heap in use after a collection, MB', ...measured.map(({ heap }) => round(heap, 2)))
}

const PARTS = { race: ratchets, store, kills, cycles: openings, load }

for (const [name, part] of Object.entries(PARTS)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  await part()
  say('')
}
process.exit(0)
