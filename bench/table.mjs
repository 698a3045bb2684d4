// SPDX-License-Identifier: Apache-2.0

/** Prints the lines as a Markdown table, with what Salt takes for the same. */
export function printTable(lines, peer) {
  const rows = lines.map((line) => rowOf(line, peer.figures[line.id] ?? ''))
  const head = [
    'what',
    'measured',
    'baseline',
    'ratio',
    'CPU ratio (last run = 1)',
    'reach',
    '',
    `Salt (${peer.source})`,
  ]
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column].length)))
  const text = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`
  console.log([text(head), text(widths.map((width) => '-'.repeat(width))), ...rows.map(text)].join('\n'))
  for (const { name, notes = [] } of lines)
    if (notes.length > 0) console.log(`- ${name}: ${notes.join('; ')}`)
  const ids = new Set(lines.map(({ id }) => id))
  const others = Object.entries(peer.figures).filter(([id]) => !ids.has(id))
  if (others.length > 0)
    console.log(`- Salt, lines not run here: ${others.map(([id, text]) => `${id} ${text}`).join(', ')}`)
  for (const note of peer.notes) console.log(`- Salt: ${note}`)
}

function rowOf(line, salt) {
  const { name, value, unit, baseline, against, ratio, cpuRatio, growth, met } = line
  const growthText = growth === undefined ? '' : ` (${growth.toFixed(2)})`
  return [
    name,
    value === undefined ? '–' : quantity(value, unit),
    baseline === undefined ? '' : `${quantity(baseline, unit)}, ${against}`,
    ratio === undefined ? '' : ratio.toFixed(2),
    cpuRatio === undefined ? '' : `${cpuRatio.toFixed(2)}${growthText}`,
    reachText(line),
    met === undefined ? '' : met ? 'met' : 'MISSED',
    salt,
  ]
}

function reachText({ reach, unit }) {
  if (reach === undefined) return ''
  if (reach.ratio !== undefined) return `≤ ${reach.ratio} ×`
  return reach.atMost === undefined
    ? `≥ ${quantity(reach.atLeast, unit)}`
    : `≤ ${quantity(reach.atMost, unit)}`
}

function quantity(value, unit) {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2
  return `${value.toLocaleString('en', { maximumFractionDigits: digits })} ${unit}`
}
