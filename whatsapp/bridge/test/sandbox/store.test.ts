/** The journal: what was flushed is there again, a torn line is not, compaction loses nothing. */
import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Store } from '../../sandbox/store.js'

const dirs: string[] = []
const newDir = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'wa-store-'))
  dirs.push(dir)
  return dir
}
after(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true })
})

const rowsOf = (dir: string, table: string): [string, unknown][] => {
  const store = new Store(dir)
  const rows = [...store.table(table).rows]
  store.close()
  return rows
}

test('flushed rows are there again, deleted and merely staged ones are not', () => {
  const dir = newDir()
  const store = new Store(dir)
  const table = store.table<number>('t')
  table.set('kept', 1)
  table.set('gone', 2)
  table.delete('gone')
  table.stage('staged', 3)
  store.flush()

  assert.deepEqual(rowsOf(dir, 't'), [['kept', 1]])
  store.close()
})

test('a line cut short is forgotten and the journal goes on after it', () => {
  const dir = newDir()
  const first = new Store(dir)
  first.table<string>('t').set('a', 'один')
  first.close()
  appendFileSync(join(dir, 'journal.jsonl'), '[["t","b","дв')

  const second = new Store(dir)
  second.table<string>('t').set('c', 'три')
  second.close()

  assert.deepEqual(rowsOf(dir, 't'), [
    ['a', 'один'],
    ['c', 'три'],
  ])
})

test('compaction keeps the live rows in order and shrinks the file', () => {
  const dir = newDir()
  const store = new Store(dir, 10_000)
  const table = store.table<{ text: string }>('t')
  for (let n = 0; n < 2000; n++) {
    table.set(`k${n % 10}`, { text: `значение ${n}` })
    store.flush()
  }
  table.set('last', { text: 'конец' })
  store.close()

  const rows = rowsOf(dir, 't')
  assert.equal(rows.length, 11)
  assert.deepEqual(rows[0], ['k0', { text: 'значение 1990' }])
  assert.deepEqual(rows[10], ['last', { text: 'конец' }])
  assert.ok(statSync(join(dir, 'journal.jsonl')).size < 30_000)
})
