// SPDX-License-Identifier: Apache-2.0

/** Which forms a text may take, by PyYAML's rules. */
export interface ScalarAnalysis {
  readonly multiline: boolean
  readonly flowPlain: boolean
  readonly blockPlain: boolean
  readonly singleQuoted: boolean
}

const breaks = /[\r\n\x85\u2028\u2029]/
const unprintable = /[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/u
const beyondAscii = /[^\n\x20-\x7e]/

/** Looks at a text once, as libyaml's emitter does, which PyYAML uses, before it chooses how to write it. */
export function analyze(text: string, unicode: boolean): ScalarAnalysis {
  if (text === '') return { multiline: false, flowPlain: false, blockPlain: true, singleQuoted: true }
  const indicators = indicatorsOf(text)
  const special = (unicode ? unprintable : beyondAscii).test(text)
  const hasBreaks = breaks.test(text)
  const edge = /^[ \n\u2028\u2029]|[ \n\u2028\u2029]$/.test(text)
  const spaceBeside = / [\n\u2028\u2029]|[\n\u2028\u2029] /.test(text)
  const plain = !edge && !hasBreaks && !special
  return {
    multiline: hasBreaks,
    flowPlain: plain && !indicators.flow,
    blockPlain: plain && !indicators.block,
    singleQuoted: !spaceBeside && !special,
  }
}

function indicatorsOf(text: string): { readonly flow: boolean; readonly block: boolean } {
  if (/^(?:---|\.\.\.)/.test(text)) return { flow: true, block: true }
  let [flow, block] = [false, false]
  const first = text.charAt(0)
  if ('#,[]{}&*!|>\'"%@`'.includes(first)) [flow, block] = [true, true]
  const followedBySpace = text.length === 1 || /[\0 \t\r\n\x85\u2028\u2029]/.test(text.charAt(1))
  if ('?:'.includes(first)) [flow, block] = [true, block || followedBySpace]
  if (first === '-' && followedBySpace) [flow, block] = [true, true]
  const rest = text.slice(1)
  if (/[,?[\]{}]/.test(rest)) flow = true
  if (rest.includes(':')) {
    flow = true
    if (/:(?:$|[\0 \t\r\n\x85\u2028\u2029])/.test(rest)) block = true
  }
  if (/[\0 \t\r\n\x85\u2028\u2029]#/.test(text)) [flow, block] = [true, true]
  return { flow, block }
}

const typed = new RegExp(
  [
    'yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF',
    '[-+]?(?:[0-9][0-9_]*)\\.[0-9_]*(?:[eE][-+][0-9]+)?|\\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?',
    '[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\\.[0-9_]*|[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN)',
    '[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+',
    '<<|=|~|null|Null|NULL|',
    '[0-9]{4}-[0-9]{2}-[0-9]{2}',
    '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \\t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]*)?(?:[ \\t]*(?:Z|[-+][0-9]{1,2}(?::?[0-9]{2})?))?',
  ]
    .map((part) => `(?:${part})`)
    .join('|')
    .replace(/^/, '^(?:')
    .concat(')$'),
)

/** Whether plain text would read back as something other than text. */
export function readsAsOther(text: string): boolean {
  return typed.test(text)
}
