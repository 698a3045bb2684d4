// SPDX-License-Identifier: Apache-2.0
import { floatOf } from '@halite/core'
import type { ExecContext } from '@halite/loader'

type Table = Readonly<Record<string, unknown>>

/** The load of the last 1, 5 and 15 minutes. */
export async function loadAverages(ctx: ExecContext): Promise<Table> {
  const [one, five, fifteen] = (await ctx.fs.readText('/proc/loadavg')).split(' ')
  return { '1-min': load(one), '5-min': load(five), '15-min': load(fifteen) }
}

const load = (text: string | undefined) => floatOf(Number(text))

/** How the processors spent their time. */
export async function cpuStats(ctx: ExecContext): Promise<Table> {
  const rows = await rowsOf(ctx, '/proc/stat')
  return Object.fromEntries(rows.map(([name = '', ...values]) => [name, cpuRow(name, values)]))
}

const cpuColumns = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal']

function cpuRow(name: string, values: readonly string[]): unknown {
  if (name === 'cpu') return Object.fromEntries(cpuColumns.map((column, at) => [column, number(values[at])]))
  const [total, ...others] = values.map(number)
  if (name === 'intr') return { total, irqs: others }
  return name === 'softirq' ? { total, softirqs: others } : total
}

/** How the memory is used. */
export async function memoryInfo(ctx: ExecContext): Promise<Table> {
  const rows = await rowsOf(ctx, '/proc/meminfo')
  return Object.fromEntries(
    rows.map(([name = '', value, unit]) => [
      name.replace(':', ''),
      unit === undefined ? { value } : { value, unit },
    ]),
  )
}

/** What the processors are; where they differ, what the last one is. */
export async function cpuInfo(ctx: ExecContext): Promise<Table> {
  const lines = await ctx.fs.readLines('/proc/cpuinfo')
  const pairs = lines
    .filter((line) => line.includes(':'))
    .map((line) => {
      const at = line.indexOf(':')
      const [name, value] = [line.slice(0, at).trim(), line.slice(at + 1).trim()]
      return [name, name === 'flags' ? wordsOf(value) : value]
    })
  return Object.fromEntries(pairs)
}

const diskColumns = [
  'major',
  'minor',
  'device',
  'reads_issued',
  'reads_merged',
  'sectors_read',
  'ms_spent_reading',
  'writes_completed',
  'writes_merged',
  'sectors_written',
  'ms_spent_writing',
  'io_in_progress',
  'ms_spent_in_io',
  'weighted_ms_spent_in_io',
]

/** What the disks read and wrote. */
export async function diskStats(ctx: ExecContext): Promise<Table> {
  const rows = await rowsOf(ctx, '/proc/diskstats')
  return Object.fromEntries(
    rows.map((row) => [
      row[2],
      Object.fromEntries(diskColumns.map((column, at) => [column, number(row[at])])),
    ]),
  )
}

/** The counters of the virtual memory. */
export async function vmStats(ctx: ExecContext): Promise<Table> {
  const rows = await rowsOf(ctx, '/proc/vmstat')
  return Object.fromEntries(rows.map(([name, value]) => [name, number(value)]))
}

/** The counters of the network protocols: a line of names, then one of values, each after the name of the protocol. */
export async function netStats(ctx: ExecContext): Promise<Table> {
  const rows = await rowsOf(ctx, '/proc/net/netstat')
  const tables: Record<string, Table> = {}
  for (const [at, [protocol = '', ...values]] of rows.entries()) {
    const [before, ...names] = rows[at - 1] ?? []
    if (before !== protocol) continue
    const counters = names.map((name, column) => [name, number(values[column])])
    tables[protocol.replace(':', '')] = Object.fromEntries(counters)
  }
  return tables
}

const counters = (direction: string, names: string) => names.split(' ').map((name) => `${direction}_${name}`)
const deviceColumns = [
  ...counters('rx', 'bytes packets errs drop fifo frame compressed multicast'),
  ...counters('tx', 'bytes packets errs drop fifo colls carrier compressed'),
]

/** What the network interfaces received and sent. */
export async function netDevices(ctx: ExecContext): Promise<Table> {
  const lines = await ctx.fs.readLines('/proc/net/dev')
  const rows = lines.flatMap((line) => {
    const [, iface, rest] = /^\s*(\S+?):\s*(\d.*)$/.exec(line) ?? []
    return iface === undefined ? [] : [{ iface, values: wordsOf(rest ?? '') }]
  })
  const pairs = rows.map(({ iface, values }) => {
    const counted = deviceColumns.map((column, at) => [column, number(values[at])])
    return [iface, { iface, ...Object.fromEntries(counted) }]
  })
  return Object.fromEntries(pairs)
}

async function rowsOf(ctx: ExecContext, path: string): Promise<string[][]> {
  const lines = await ctx.fs.readLines(path)
  return lines.filter((line) => line.trim() !== '').map(wordsOf)
}

function wordsOf(line: string): string[] {
  const words = line.trim()
  return words === '' ? [] : words.split(/\s+/)
}

/** A number where the text is one; counters beyond 2^53 too. */
function number(text = ''): unknown {
  if (!/^-?\d+$/.test(text)) return text
  return Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text)
}
