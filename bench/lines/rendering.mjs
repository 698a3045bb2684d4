// SPDX-License-Identifier: Apache-2.0
// Templates and YAML: package definitions in a warm process, a template that looks things up, a large document.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseYaml } from '@halite/core'
import { RenderPipe, TemplateEngine } from '@halite/rendering'
import { startCluster } from '../cluster.mjs'
import { interleave, median, medianOf, timeProcess } from '../measure.mjs'
import { root } from '../programs.mjs'

const definitions = 300
const lookUpRounds = 2000
const documentBytes = 1_000_000

export async function renderingLines({ rounds }) {
  return [await definitionsLine(rounds), documentLine(rounds), await lookUpLine(rounds)]
}

/** Three hundred files of the size and kind of public package definitions, each seen for the first time. */
async function definitionsLine(rounds) {
  const pipe = new RenderPipe(new TemplateEngine({ cacheSize: 2 * definitions }))
  const cpu = []
  for (let round = 0; round <= rounds; round += 1) {
    const texts = Array.from({ length: definitions }, (_, index) => definition(`${round}-${index}`))
    const before = process.cpuUsage()
    for (const [index, text] of texts.entries()) {
      await pipe.render({ name: `${index}.sls`, text, context, calls })
    }
    if (round > 0) cpu.push(cpuMsSince(before))
  }
  return {
    id: 'render-definitions',
    name: `${definitions} package definitions rendered once, warm process`,
    value: median(cpu),
    unit: 'ms CPU',
    reach: { atMost: 400 },
  }
}

const context = {
  grains: { cpuarch: 'AMD64', osrelease: '2019Server' },
  pillar: {},
  opts: {},
  saltenv: 'base',
}
const calls = {
  has: (name) => name === 'environ.get' || name === 'config.get',
  call: (_name, [, fallback]) => fallback ?? 'C:\\Program Files',
}

/** A definition file of the size and kind of public ones. */
export function definition(name) {
  const versions = Array.from({ length: 12 }, (_, index) => `('${index}.0', '${name}')`).join(', ')
  return `{% if grains['cpuarch'] == 'AMD64' %}
    {% set arch = '64' %}
    {% set folder = salt['environ.get']('PROGRAMFILES') %}
{% else %}
    {% set arch = '32' %}
{% endif %}
{% set base = salt['config.get']('base', 'https://example.com/${name}') %}
package-${name}:
{% for version, build in [${versions}] %}
  '{{ version }}.{{ build | replace('-', '.') }}':
    full_name: 'Package {{ version.split('.')[0] }} ({{ arch }}-bit)'
    installer: '{{ base }}/{{ version }}/setup-{{ arch }}.exe'
    install_flags: '/S /D="{{ folder }}"'
    uninstaller: '{{ folder }}\\uninstall.exe'
    uninstall_flags: '/S'
    msiexec: {{ loop.index is odd }}
    locale: en_US
    reboot: False
{% endfor %}
`
}

function documentLine(rounds) {
  const entry = (index) =>
    `host-${index}:\n  address: 10.0.${index % 256}.1\n  roles: [web, "db ${index}"]\n  limits: {cpu: 1.5, memory: ${index}}\n  note: |\n    first line\n    second line\n`
  let text = ''
  for (let index = 0; text.length < documentBytes; index += 1) text += entry(index)
  const cpu = []
  for (let round = 0; round <= rounds; round += 1) {
    const before = process.cpuUsage()
    parseYaml(text, 'bench')
    if (round > 0) cpu.push(cpuMsSince(before))
  }
  return {
    id: 'yaml-1mb',
    name: '1 MB of YAML, warm process',
    value: median(cpu),
    unit: 'ms CPU',
    reach: { atMost: 150 },
  }
}

/** `salt-call --local` with a template that calls a function twice in each of its rounds. */
async function lookUpLine(rounds) {
  const cluster = await startCluster({ minions: ['m1'], start: false })
  try {
    const path = join(cluster.directory, 'look-ups.jinja')
    mkdirSync(cluster.directory, { recursive: true })
    writeFileSync(
      path,
      `{% for i in range(${lookUpRounds}) %}{{ salt['pillar.get']('a:' ~ i, i) }}{{ salt.grains.get('os') }}\n{% endfor %}`,
    )
    const command = [process.execPath, join(root, 'bin', 'salt-call')]
    const words = [
      '--local',
      '-c',
      cluster.configDir('m1'),
      'slsutil.renderer',
      path,
      'default_renderer=jinja',
    ]
    const works = {
      ours: () => timeProcess([...command, ...words]),
      bare: () => timeProcess([process.execPath, '-e', '0']),
    }
    const { ours, bare } = await interleave(works, { rounds, warmUp: 1 })
    const failed = ours.find(({ code }) => code !== 0)
    if (failed !== undefined) throw new Error(`salt-call failed: ${failed.stderr}${failed.stdout}`)
    return {
      id: 'render-look-ups',
      name: `a template of ${lookUpRounds} rounds with two look-ups each, salt-call --local`,
      value: medianOf(ours, 'wallMs'),
      unit: 'ms',
      baseline: medianOf(bare, 'wallMs'),
      against: 'node -e 0',
      cpu: medianOf(ours, 'cpuMs'),
      baselineCpu: medianOf(bare, 'cpuMs'),
      reach: { atMost: 250 },
    }
  } finally {
    await cluster.close()
  }
}

function cpuMsSince(before) {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
