// SPDX-License-Identifier: Apache-2.0
// `node bench/values.mjs`: packing and unpacking beside msgpackr, in one run: the least time of interleaved rounds, which is
// what disturbances leave alone. msgpackr is given what every decode needs in front of it, a walk over the headers; it knows
// neither whole floats nor keys that are no text, so the values of this comparison have none, apart from the last.
import { mapOf, pack, unpack } from '@halite/core'
import { Packr } from 'msgpackr'
import { checkStructure } from './baseline/check-structure.mjs'

const settings = { useRecords: false, variableMapSize: true, int64AsType: 'auto', encodeUndefinedAsNil: true }
const packr = new Packr(settings)
const mapsPackr = new Packr({ ...settings, mapsAsObjects: false })
const rounds = 40

const base = {
  pack: (value) => packr.pack(value),
  unpack: (bytes) => {
    checkStructure(bytes, 64, 1_000_000)
    return packr.unpack(bytes)
  },
}
const maps = {
  unpack: (bytes) => {
    checkStructure(bytes, 64, 1_000_000)
    return mapsPackr.unpack(bytes)
  },
}

for (const [name, value] of Object.entries(values())) report(name, value)

function report(name, value) {
  const bytes = Buffer.from(pack(value))
  const repeats = Math.max(2, Math.floor(300_000 / bytes.length))
  const works = {
    basePack: () => base.pack(value),
    ownPack: () => pack(value),
    baseUnpack: () => base.unpack(bytes),
    mapsUnpack: () => maps.unpack(bytes),
    ownUnpack: () => unpack(bytes),
  }
  const best = Object.fromEntries(Object.keys(works).map((work) => [work, Number.POSITIVE_INFINITY]))
  for (let round = 0; round < rounds; round += 1) {
    for (const [work, run] of Object.entries(works)) best[work] = Math.min(best[work], timeOf(run, repeats))
  }
  const line = (base, own) =>
    `${us(best[base])} → ${us(best[own])} µs (${(best[own] / best[base]).toFixed(2)})`
  const plain = `${name.padEnd(16)} ${String(bytes.length).padStart(8)} bytes   pack ${line('basePack', 'ownPack')}`
  console.log(`${plain}   unpack ${line('baseUnpack', 'ownUnpack')}   all as Map ${us(best.mapsUnpack)}`)
}

function timeOf(run, repeats) {
  const start = performance.now()
  for (let time = 0; time < repeats; time += 1) run()
  return ((performance.now() - start) * 1000) / repeats
}

function us(microseconds) {
  return microseconds.toFixed(2)
}

function values() {
  const jid = '20261127033626123456'
  const ret = { jid, return: Buffer.from([0xc3]), retcode: 0, success: true }
  return {
    return: [7, '_return', ret],
    job: {
      jid,
      fun: 'test.ping',
      arg: [],
      tgt: '*',
      tgt_type: 'glob',
      ret: '',
      user: 'root',
      master_id: 'm',
    },
    event: {
      tag: `salt/job/${jid}/ret/web1`,
      data: { ...ret, id: 'web1', fun: 'test.ping', _stamp: '2026-11-27' },
    },
    'cmd.run_all': { stdout: 'x'.repeat(150), stderr: '', pid: 12_345, retcode: 0, when: '2026-11-20' },
    'pillar of 1 MB': pillar((port) => `port${port}`),
    'keys of integers': pillar((port) => port),
  }
}

function pillar(keyOf) {
  const users = Array.from({ length: 4000 }, (_, index) => [
    `user${index}`,
    {
      uid: 1000 + index,
      groups: ['admin', 'dev', 'ops'],
      shell: '/bin/bash',
      home: `/home/user${index}`,
      fullname: `Jürgen Müller ${index}`,
      ratio: 1.5 + index,
      active: index % 2 === 0,
      note: `some longer text that describes what this entry is for, number ${index}`,
    },
  ])
  const ports = Array.from({ length: 4000 }, (_, index) => [keyOf(index), `service-${index}`])
  return { users: Object.fromEntries(users), pkgs: ports.map(([, name]) => name), ports: mapOf(ports) }
}
