/** What is worked on again and again has an end: how many times, on how many sockets, and what is told then. */
import '../../src/libsignal-preload.js'
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { proto, type SignalDataSet, type WASocket } from 'baileys'
import { makeLog } from '../../src/log.js'
import { MediaHosts } from '../../src/media/transfer.js'
import { PEER_WORK, PeerWorker } from '../../src/session/peer-work.js'
import { Accounts, CHAT } from './support/accounts.js'
import { until } from './support/wait.js'

const { Type } = proto.Message.ProtocolMessage

describe('work that never succeeds', () => {
  let accounts: Accounts
  let session = 0
  before(async () => {
    accounts = await Accounts.create()
  })
  after(() => accounts.end())

  it('is told to the salon, when it was a content: the phone was asked four times', async () => {
    const asked = await workInVain({ key: { remoteJid: CHAT, id: 'A' } }, [CHAT])

    assert.equal(asked, 4)
    const rows = await accounts.scratch.query(
      'select kind, chat, message_id from bridge.events where session_id = $1',
      [session],
    )
    assert.deepEqual(rows, [{ kind: 'undecryptable', chat: CHAT, message_id: 'A' }])
  })

  it('is given up after eight times, when it was a history that lies nowhere', async () => {
    const protocolMessage = { type: Type.HISTORY_SYNC_NOTIFICATION, historySyncNotification: {} }
    const tried = await workInVain({ key: { id: 'B' }, message: { protocolMessage } })

    assert.equal(tried, 8)
    assert.deepEqual(await accounts.messageIds(session), [])
  })

  /** On one socket after the other, until the row is gone; how often WhatsApp heard of it. */
  const workInVain = async (info: proto.IWebMessageInfo, chats?: string[]): Promise<number> => {
    session += 1
    const account = await accounts.open(session)
    const message = Buffer.from(proto.WebMessageInfo.encode(info).finish())
    const work = { attempts: 0, message, ...(chats && { chats }) }
    await account.keys.set({ [PEER_WORK]: { '1': work } } as unknown as SignalDataSet)
    let heard = 0
    while ((await accounts.keyCount(session)) > 0) {
      const before = heard
      let open = true
      const hear = async (): Promise<void> => {
        heard += 1
      }
      const sock = { requestPlaceholderResend: hear, sendReceipt: hear } as unknown as WASocket
      const media = { hosts: new MediaHosts(undefined), agent: undefined }
      const isOpen = (): boolean => open
      const worker = new PeerWorker({ account, sock, media, isOpen, log: makeLog('silent') })
      worker.wake()
      await until(
        'an attempt, or the end',
        async () => heard > before || (await accounts.keyCount(session)) === 0,
      )
      open = false
      worker.stop()
    }
    return heard
  }
})
