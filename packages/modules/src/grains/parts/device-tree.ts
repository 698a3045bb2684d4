// SPDX-License-Identifier: Apache-2.0

/**
 * The grains of a device tree: `model` is `maker,product` or the product alone (Devicetree Specification 2.3.2);
 * `serial-number` is what ARM has, `system-id` what POWER has.
 */
export function deviceTreeGrains(read: (name: string) => string | undefined): Record<string, string> {
  const text = (name: string) => read(name)?.replace(/\0+$/, '') || undefined
  const serialnumber = text('serial-number') ?? text('system-id')
  return {
    ...modelGrains(text('model')),
    ...(serialnumber === undefined ? {} : { serialnumber }),
  }
}

function modelGrains(model: string | undefined): Record<string, string> {
  if (model === undefined) return {}
  const comma = model.indexOf(',')
  if (comma === -1) return { productname: model }
  return { manufacturer: model.slice(0, comma), productname: model.slice(comma + 1) }
}
