// SPDX-License-Identifier: Apache-2.0
// Measures scatter-gather over the number of minions and draws it: `node bench/plot.mjs` writes docs/scatter-gather.svg and
// bench/results/scatter.json; `node bench/plot.mjs --draw` only draws what was measured last.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fittingCount } from './fleet.mjs'
import { measureScatter } from './lines/scatter.mjs'

const counts = [100, 300, 1000, 2000, 4800, 9600]
const data = join(import.meta.dirname, 'results', 'scatter.json')
const picture = join(import.meta.dirname, '..', 'docs', 'scatter-gather.svg')
const panel = { width: 340, height: 240, left: 60, top: 40, gap: 90 }
const colors = { product: '#1f6feb', bare: '#8b949e' }

if (!process.argv.includes('--draw'))
  writeFileSync(data, `${JSON.stringify(await measureAll(), undefined, 2)}\n`)
writeFileSync(picture, drawing(JSON.parse(readFileSync(data, 'utf8'))))
process.exit(0)

async function measureAll() {
  const points = []
  for (const wanted of counts) {
    const point = await measureScatter(fittingCount(wanted), { rounds: 5 }).catch((error) => {
      process.stderr.write(`${wanted} minions: ${error.message}\n`)
    })
    if (point === undefined) continue
    process.stderr.write(`${JSON.stringify(point)}\n`)
    points.push(
      Object.fromEntries(Object.entries(point).map(([name, value]) => [name, Number(value.toFixed(1))])),
    )
  }
  return points
}

function drawing(points) {
  const width = panel.left + 2 * panel.width + panel.gap + 30
  const height = panel.top + panel.height + 70
  const wall = chart(points, {
    field: 'WallMs',
    title: 'time until every return is in, ms',
    isLog: true,
    x: panel.left,
  })
  const cpu = chart(points, {
    field: 'CpuUs',
    title: 'CPU of the master for each return, µs',
    isLog: false,
    x: panel.left + panel.width + panel.gap,
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<title>Scatter-gather: time and master CPU against the number of minions</title>
<rect width="100%" height="100%" fill="#ffffff"/>
${wall}
${cpu}
${legend(height - 14)}
</svg>
`
}

function chart(points, { field, title, isLog, x }) {
  const most = Math.max(...points.flatMap((point) => [point[`product${field}`], point[`bare${field}`]]))
  const scaleX = scale([points[0].count, points.at(-1).count], [x, x + panel.width], true)
  const bottom = panel.top + panel.height
  const scaleY = scale(isLog ? [1, most * 1.3] : [0, most * 1.15], [bottom, panel.top], isLog)
  const parts = [text(x, panel.top - 16, title, 'start')]
  for (const value of ticks(isLog, most)) {
    parts.push(
      `<path d="M${x} ${at(scaleY(value))}h${panel.width}" stroke="#d0d7de"/>`,
      text(x - 6, scaleY(value) + 4, value, 'end'),
    )
  }
  for (const { count } of points)
    parts.push(text(scaleX(count), bottom + 18, count.toLocaleString('en'), 'middle'))
  parts.push(text(x + panel.width / 2, bottom + 36, 'minions', 'middle'))
  for (const name of Object.keys(colors))
    parts.push(
      curve(
        points.map((point) => [scaleX(point.count), scaleY(point[`${name}${field}`])]),
        colors[name],
      ),
    )
  return parts.join('\n')
}

function scale([low, high], [from, to], isLog) {
  const place = isLog ? Math.log : (value) => value
  return (value) => from + ((place(value) - place(low)) / (place(high) - place(low))) * (to - from)
}

function ticks(isLog, most) {
  if (isLog) return [1, 10, 100, 1000, 10_000].filter((value) => value <= most * 1.3)
  const step = most > 150 ? 50 : most > 60 ? 20 : 10
  return Array.from({ length: Math.floor((most * 1.15) / step) + 1 }, (_, index) => index * step)
}

function curve(points, color) {
  const path = points.map(([x, y]) => `${at(x)} ${at(y)}`).join('L')
  const dots = points.map(([x, y]) => `<circle cx="${at(x)}" cy="${at(y)}" r="3" fill="${color}"/>`)
  return `<path d="M${path}" fill="none" stroke="${color}" stroke-width="2"/>${dots.join('')}`
}

function legend(y) {
  return [
    `<rect x="${panel.left}" y="${y - 9}" width="12" height="4" fill="${colors.product}"/>`,
    text(panel.left + 18, y - 3, 'salt-master from bin/, simulated minions', 'start'),
    `<rect x="${panel.left + 300}" y="${y - 9}" width="12" height="4" fill="${colors.bare}"/>`,
    text(
      panel.left + 318,
      y - 3,
      'bare zeromq sockets, the same frames sealed and packed, no acknowledgement',
      'start',
    ),
  ].join('\n')
}

function text(x, y, content, anchor) {
  return `<text x="${at(x)}" y="${at(y)}" text-anchor="${anchor}" fill="#24292f">${content}</text>`
}

function at(value) {
  return Number(value.toFixed(1))
}
