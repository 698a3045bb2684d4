// SPDX-License-Identifier: Apache-2.0
import { pack, unpack } from '@halite/core'
import {
  type Accept,
  decodeAccept,
  decodeDown,
  decodeHello,
  decodeLocalAccept,
  decodeLocalHello,
  decodeNotice,
  decodeRequest,
  EpochOpener,
  EpochSealer,
  encodeAccept,
  encodeAcknowledgement,
  encodeBytesReply,
  encodeError,
  encodeHello,
  encodeNotice,
  encodePush,
  encodeReply,
  encodeRequest,
  localSessionKeys,
  MasterSeals,
  masterKeyOf,
  type Notice,
  PeerSeals,
  type SessionKeys,
  sealedCounter,
  sessionKeysOf,
} from '@halite/protocol'
import {
  accept,
  acceptFrame,
  filled,
  grant,
  hello,
  helloFrame,
  localAcceptFrame,
  localHelloFrame,
  master,
  masterEphemeral,
  minion,
  minionEphemeral,
  sessionId,
  shared,
  userKey,
} from './fixed.ts'

/** One frame of the record: how it is made, and what it says to who reads it. */
export interface Recorded {
  readonly meaning: string
  readonly make: () => Buffer
  readonly read: (frame: Buffer) => unknown
}

const keys = sessionKeysOf(shared, helloFrame, acceptFrame)
const localKeys = localSessionKeys(shared, userKey, [localHelloFrame, localAcceptFrame])
const cookie = filled(0x26, 24)
const jid = '20261120045348714672'
const job = { jid, fun: 'test.ping', arg: [], tgt: '*', tgt_type: 'glob', ret: '', user: 'root' }
/** What a later version may add is made up here: a receiver of this version ignores it. */
const later = { later_text: 'x', later_map: { any: ['thing', 1] } }
const laterJob = { ...job, ...later }
const openReply = {
  topic: filled(0x34, 16),
  publishPort: 4505,
  epoch: grant,
  heartbeat: 15,
  masterId: 'm_master',
}
const laterReply = { ...openReply, epoch: { ...grant, ...later }, ...later }
const returned = { jid, return: pack(true), retcode: 0, success: true }
const called = { ...returned, fun: 'test.ping', fun_args: [] }
const wantedFile = { saltenv: 'base', path: 'web/init.sls' }
const hashedFile = {
  size: 524_297,
  mode: 0o644,
  mtime: 1_794_000_000.5,
  version: 'roots/1.2.3',
  hash_type: 'sha256',
  hsum: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
}
const changedFile = { code: 'FILE_CHANGED', message: 'it changed', hint: undefined }
const denied = { code: 'REQUEST_DENIED', message: 'no', hint: undefined }

/** Every party of the record: who reads it can make each frame again, byte for byte. */
export const parties = {
  identities: {
    minion: { seed: filled(0x01), public: minion.raw },
    master: { seed: filled(0x02), public: master.raw },
  },
  exchange: {
    minion: { secret: filled(0x11), public: minionEphemeral.publicRaw },
    master: { secret: filled(0x12), public: masterEphemeral.publicRaw },
    shared,
  },
  session: { id: sessionId, ...exported(keys) },
  localSession: { id: sessionId, userKey, ...exported(localKeys) },
  epoch: grant,
}

function exported({ up, down }: SessionKeys): { upKey: Buffer; downKey: Buffer } {
  return { upKey: up.export(), downKey: down.export() }
}

/** Frame kind → frames of the record, in the order of their counters. */
export const recorded: Readonly<Record<string, readonly Recorded[]>> = {
  hello: [
    { meaning: 'a daemon greets', make: () => helloFrame, read: decodeHello },
    {
      meaning: 'salt-call greets, with the cookie it was asked for',
      make: () => encodeHello({ ...hello, role: 'call', cookie }, minion.key),
      read: decodeHello,
    },
  ],
  accept: [
    { meaning: 'the key is accepted: here is a session', make: () => acceptFrame, read: readAccept },
    {
      meaning: 'the key waits for somebody to accept it',
      make: () => encodeAccept({ ...accept, status: 'pending' }, helloFrame, master.key),
      read: readAccept,
    },
    {
      meaning: 'the same by a master of a later version',
      make: () => encodeAccept({ ...accept, later_text: 'x' } as Accept, helloFrame, master.key),
      read: readAccept,
    },
  ],
  notice: [
    notice('under load: greet again with this cookie', { notice: 'cookie', cookie }),
    notice('the version of your frame is not spoken here', { notice: 'version', min: 1 }),
    notice('too many greetings wait', { notice: 'busy' }),
    notice('there is no such session', { notice: 'unknownSession', session: sessionId }),
    notice('the state of your key changed', { notice: 'helloAgain' }),
  ],
  'local-hello': [{ meaning: 'a local client greets', make: () => localHelloFrame, read: decodeLocalHello }],
  'local-accept': [
    {
      meaning: 'the user key was proven: here is a session',
      make: () => localAcceptFrame,
      read: (frame) => decodeLocalAccept(frame, localHelloFrame, userKey),
    },
  ],
  up: [
    up(1, '_open', { grains: { os: 'Debian' } }),
    up(2, '_started', { jid }),
    up(3, '_return', returned),
    up(4, '_call', called),
    up(5, '_file_envs', {}),
    up(6, '_file_find', wantedFile),
    up(7, '_file_hash_and_stat', wantedFile),
    up(8, '_file_list', { saltenv: 'base', form: 'files', prefix: 'web/', page: 0, held: null }),
    up(9, '_serve_file', { ...wantedFile, version: 'roots/1.2.3', loc: 524_288, length: 9 }),
    {
      meaning: 'the request ping of a local client',
      make: () =>
        new PeerSeals(sessionId, localKeys).up.seal(encodeRequest({ number: 1, name: 'ping', load: {} })),
      read: (frame) => opened(frame, decodeRequest(new MasterSeals(sessionId, localKeys).up.open(frame))),
    },
  ],
  down: [
    down(1, 'the reply to _open', encodeReply(1, openReply)),
    down(2, 'the push of a job', encodePush('job', job)),
    down(3, 'a refusal of request 3', encodeError(3, denied)),
    down(4, 'what requests 4 and 5 sent is kept', encodeAcknowledgement([4, 5])),
    down(5, 'the push of a job by a master of a later version', encodePush('job', laterJob)),
    down(6, 'the reply to _open by a master of a later version', encodeReply(6, laterReply)),
    down(7, 'the environments there are', encodeReply(5, ['base', 'dev'])),
    down(8, 'there is no such file', encodeReply(6, undefined)),
    down(9, 'a file that was found, with its hash', encodeReply(7, hashedFile)),
    down(10, 'the same by a master of a later version', encodeReply(7, { ...hashedFile, ...later })),
    down(11, 'a page of a list', encodeReply(8, { revision: 'r1', pages: 1, items: pack(['web/init.sls']) })),
    down(12, 'a range of a file', Buffer.concat(encodeBytesReply(9, Buffer.from('the bytes')))),
    down(13, 'it is another version by now', encodeError(9, changedFile)),
  ],
  publication: [
    publication(1, 'a heartbeat before the first job', (sealer) => sealer.heartbeat()),
    publication(2, 'a job for everybody', (sealer) => sealer.job(job).frame),
    publication(3, 'a heartbeat that names the job before it', (sealer) => sealer.heartbeat()),
    publication(4, 'a job by a master of a later version', (sealer) => sealer.job(laterJob).frame),
  ],
  probe: [
    {
      meaning: 'is your publish path open?',
      make: () => new MasterSeals(sessionId, keys).probe.seal(pack([])),
      read: (frame) => opened(frame, unpack(new PeerSeals(sessionId, keys).probe.open(frame))),
    },
  ],
}

function readAccept(frame: Buffer): unknown {
  return decodeAccept(frame, helloFrame)
}

function notice(meaning: string, said: Notice): Recorded {
  return { meaning, make: () => encodeNotice(said), read: decodeNotice }
}

function up(counter: number, name: string, load: unknown): Recorded {
  return {
    meaning: `the request ${name} of a minion`,
    make: () =>
      nth(counter, new PeerSeals(sessionId, keys).up, encodeRequest({ number: counter, name, load })),
    read: (frame) => opened(frame, decodeRequest(new MasterSeals(sessionId, keys).up.open(frame))),
  }
}

function down(counter: number, meaning: string, body: Buffer): Recorded {
  return {
    meaning,
    make: () => nth(counter, new MasterSeals(sessionId, keys).down, body),
    read: (frame) => opened(frame, decodeDown(new PeerSeals(sessionId, keys).down.open(frame))),
  }
}

/** What the `counter`th frame of a sealer looks like when it holds `body`. */
function nth(counter: number, sealer: PeerSeals['up'], body: Buffer): Buffer {
  for (let before = 1; before < counter; before += 1) sealer.seal(body)
  return sealer.seal(body)
}

function publication(n: number, meaning: string, make: (sealer: EpochSealer) => Buffer): Recorded {
  return {
    meaning,
    make: () => {
      const sealer = new EpochSealer(master.key, grant)
      for (let before = 1; before < n; before += 1) {
        if (before === 2) sealer.job(job)
        else sealer.heartbeat()
      }
      return make(sealer)
    },
    read: (frame) => new EpochOpener(grant, masterKeyOf(master.raw)).open(frame),
  }
}

function opened(frame: Buffer, body: unknown): unknown {
  return { counter: sealedCounter(frame), body }
}
