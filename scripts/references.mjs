// SPDX-License-Identifier: Apache-2.0
// Writes every package's tsconfig.json, and the root's, from the package.json files, so that TypeScript's
// project references and npm's dependencies cannot disagree.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

const compilerOptions = {
  target: 'es2023',
  lib: ['es2024', 'esnext.disposable'],
  types: ['node'],
  module: 'nodenext',
  moduleResolution: 'nodenext',
  customConditions: ['source'],
  strict: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  noFallthroughCasesInSwitch: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  erasableSyntaxOnly: true,
  rewriteRelativeImportExtensions: true,
  composite: true,
  declaration: true,
  sourceMap: true,
  skipLibCheck: true,
}

/** Names of all packages, sorted. */
export function packageNames() {
  return readdirSync(join(root, 'packages')).sort()
}

/** The packages of ours that `name` declares as dependencies. */
export function dependenciesOf(name) {
  const manifest = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'))
  const declared = { ...manifest.dependencies, ...manifest.devDependencies }
  return Object.keys(declared)
    .filter((dependency) => dependency.startsWith('@halite/'))
    .map((dependency) => dependency.slice('@halite/'.length))
    .sort()
}

/** Path → text of every tsconfig.json this project has. */
export function referenceFiles() {
  const files = new Map()
  for (const name of packageNames()) {
    files.set(`packages/${name}/tsconfig.json`, {
      extends: '../../tsconfig.json',
      compilerOptions: { rootDir: 'src', outDir: 'dist', tsBuildInfoFile: 'dist/.tsbuildinfo' },
      include: ['src'],
      references: dependenciesOf(name).map((dependency) => ({ path: `../${dependency}` })),
    })
  }
  files.set('tsconfig.json', {
    compilerOptions,
    files: [],
    references: packageNames().map((name) => ({ path: `packages/${name}` })),
  })
  return new Map([...files].map(([path, value]) => [path, `${JSON.stringify(value, null, 2)}\n`]))
}
