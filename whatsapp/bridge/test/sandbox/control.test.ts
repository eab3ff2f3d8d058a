/** The control API refuses what makes no sense and says why. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ControlError, SandboxProcess, type State } from './process.js'

let sandbox: SandboxProcess

before(async () => {
  sandbox = await SandboxProcess.start()
})
after(() => sandbox.close())

const CASES: [what: string, path: string, body: object, status: number][] = [
  ['a phone with letters', 'customers/79abc/send', { to: '79010000001', text: 'x' }, 400],
  ['nothing to send', 'customers/79160000001/send', { to: '79010000001' }, 400],
  ['no addressee', 'customers/79160000001/send', { text: 'x' }, 400],
  ['a text that is a number', 'customers/79160000001/send', { to: '79010000001', text: 5 }, 400],
  ['a message to oneself', 'customers/79160000001/send', { to: '79160000001', text: 'x' }, 400],
  [
    'an unknown address mode',
    'customers/79160000001/send',
    { to: '79010000001', text: 'x', address: 'sms' },
    400,
  ],
  [
    'too many copies',
    'customers/79160000001/send',
    { to: '79010000001', text: 'x', copies: 1000 },
    400,
  ],
  [
    'a handset that does not exist',
    'phones/79990000000/send',
    { to: '79010000001', text: 'x' },
    404,
  ],
  ['a logout of a phone that does not exist', 'phones/79990000000/logout', {}, 404],
  ['an upgrade mode that is no status', 'upgrade', { mode: 'broken' }, 400],
  ['listeners that are no list', 'listeners', { urls: 'http://127.0.0.1:1/' }, 400],
  ['a route that does not exist', 'nothing', {}, 404],
]

for (const [what, path, body, status] of CASES) {
  test(`refuses ${what} with ${status}`, async () => {
    await assert.rejects(
      sandbox.post(path, body),
      (error) => error instanceof ControlError && error.status === status && error.message !== '',
    )
  })
}

test('an empty text, emoji and ten thousand characters are kept as they are', async () => {
  const texts = ['', '👩‍🦰💅', 'ы'.repeat(10_000)]
  for (const text of texts) await sandbox.say('79160000002', '79010000002', { text })

  const { messages } = await sandbox.inbox('79160000002', '79010000002')

  assert.deepEqual(
    messages.map(({ text }) => text),
    texts,
  )
  assert.deepEqual(
    messages.map(({ seq }) => seq),
    [1, 2, 3],
  )
})

test('an inbox can be read from a seq on and waits for news', async () => {
  await sandbox.say('79160000003', '79010000003', { text: 'раз' })
  const waiting = sandbox.inbox('79160000003', '79010000003', 1, 5)
  await sandbox.say('79160000003', '79010000003', { text: 'два' })

  const page = await waiting

  assert.deepEqual([page.messages.map(({ text }) => text), page.next], [['два'], 2])
})

test('state survives kill -9', async () => {
  await sandbox.say('79160000004', '79010000004', { text: 'останется', name: 'Вера' })
  const before = await sandbox.get<State>('state')

  await sandbox.restart()

  const later = await sandbox.get<State>('state')
  assert.deepEqual(later.customers, before.customers)
  assert.equal((await sandbox.inbox('79160000004', '79010000004')).messages[0]?.text, 'останется')
})
