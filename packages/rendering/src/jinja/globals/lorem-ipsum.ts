// SPDX-License-Identifier: Apache-2.0
import { capitalized } from '../methods/text-case.ts'
import { valueError } from '../runtime/native.ts'
import { Markup } from '../runtime/objects.ts'
import type { Runtime } from '../runtime/runtime.ts'

const vocabulary =
  'a ac accumsan ad adipiscing aenean aliquam aliquet amet ante aptent arcu at auctor augue bibendum blandit commodo condimentum congue consectetuer consequat convallis cras cubilia cum curabitur cursus dapibus diam dictum dignissim dis dolor donec dui duis egestas eget eleifend elementum elit enim erat eros est et etiam eu euismod facilisi faucibus felis fermentum feugiat fringilla fusce gravida habitant hendrerit iaculis id imperdiet in inceptos integer interdum ipsum justo lacinia lacus laoreet lectus leo libero ligula litora lobortis lorem luctus maecenas magna malesuada massa mattis mauris metus mi molestie mollis montes morbi nam nascetur natoque nec neque netus nibh nisi nisl non nonummy nostra nulla nullam nunc odio orci ornare parturient pede pellentesque penatibus per pharetra phasellus placerat platea porta porttitor posuere potenti praesent pretium primis proin pulvinar purus quam quis quisque rhoncus ridiculus risus rutrum sagittis sapien scelerisque sed sem semper senectus sit sociis sodales sollicitudin suscipit suspendisse tellus tempor tempus tincidunt torquent tortor tristique turpis ullamcorper ultrices ultricies urna ut varius vehicula vel velit venenatis vestibulum vitae vivamus viverra volutpat vulputate'.split(
    ' ',
  )

interface LoremOptions {
  readonly count: number
  readonly html: boolean
  /** Words of a paragraph: at least, and fewer than. */
  readonly min: number
  readonly max: number
}

/** Jinja's `lipsum`: paragraphs of words that mean nothing. */
export function loremIpsum(rt: Runtime, { count, html, min, max }: LoremOptions): unknown {
  if (max <= min) throw valueError(`empty range for randrange() (${min}, ${max}, ${max - min})`)
  rt.budget.charge(Math.max(0, count) * max * 8)
  const paragraphs = Array.from({ length: Math.max(0, count) }, () =>
    paragraph(rt, min + rt.services.random(max - min)),
  )
  return html ? new Markup(paragraphs.map((text) => `<p>${text}</p>`).join('\n')) : paragraphs.join('\n\n')
}

function paragraph(rt: Runtime, size: number): string {
  const words: string[] = []
  let left = 0
  while (words.length < size) {
    if (left <= 0) left = 5 + rt.services.random(12)
    const isFirst = words.length === 0 || words.at(-1)?.endsWith('.') === true
    const word = vocabulary[rt.services.random(vocabulary.length)] ?? ''
    left--
    words.push((isFirst ? capitalized(word) : word) + (left === 0 || words.length === size - 1 ? '.' : ''))
  }
  return words.join(' ')
}
