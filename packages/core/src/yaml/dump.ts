// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module'
import type * as JsYaml from 'js-yaml'
import { messageOf, SaltError } from '../errors.ts'
import { dumpSchema, type YamlLibrary } from './dump-schema.ts'

/** How a value is written. */
export interface DumpYamlOptions {
  /** Spaces per level; default 2. */
  readonly indent?: number
}

/**
 * Writes plain data as Python's safe dumper does in block style, without folding long lines: keys in their order, lists
 * not indented below their key, text that would read back as something else in quotes.
 * Throws `YAML_INVALID` for what is not plain data: undefined, functions, instances of classes.
 */
export function dumpYaml(value: unknown, options: DumpYamlOptions = {}): string {
  const yaml = library()
  try {
    return yaml.dump(value, {
      schema: dumpSchema(yaml),
      indent: options.indent ?? 2,
      seqNoIndent: true,
      lineWidth: -1,
      noRefs: true,
      scalarStyleRules: styleRules(yaml),
    })
  } catch (cause) {
    throw new SaltError('YAML_INVALID', `value cannot be written as YAML: ${messageOf(cause)}`, { cause })
  }
}

/**
 * js-yaml takes 5 ms to load, which a command that writes no YAML must not pay: hence `require`. The bundler follows the
 * first form; the second serves plain ESM, where a `require` that happens to be there looks from somebody else's directory.
 */
const library: () => YamlLibrary = (() => {
  let loaded: YamlLibrary | undefined
  return () => {
    loaded ??= loadLibrary()
    return loaded
  }
})()

function loadLibrary(): YamlLibrary {
  return (import.meta as { bundled?: boolean }).bundled
    ? require('js-yaml')
    : createRequire(import.meta.url)('js-yaml')
}

/** PyYAML's choice of quotes: single where they do, also for text of several lines. */
function styleRules({
  DEFAULT_SCALAR_STYLE_RULES: rules,
  SCALAR_STYLE,
}: YamlLibrary): JsYaml.ScalarStyleRule[] {
  const quoteLines: JsYaml.ScalarStyleRule = (layout) => {
    if (layout.style === SCALAR_STYLE.PLAIN && layout.node.value.includes('\n'))
      layout.style = SCALAR_STYLE.SINGLE_QUOTED
  }
  // Blanks behind a line break would be lost in single quotes: a reader folds them.
  const keepBlanks: JsYaml.ScalarStyleRule = (layout) => {
    if (layout.style === SCALAR_STYLE.SINGLE_QUOTED && /\n /.test(layout.node.value))
      layout.style = SCALAR_STYLE.DOUBLE_QUOTED
  }
  return [
    rules.doubleQuoteForInvisibles,
    quoteLines,
    rules.quoteInvalidPlain,
    rules.fallbackToDoubleQuoted,
    keepBlanks,
  ]
}
