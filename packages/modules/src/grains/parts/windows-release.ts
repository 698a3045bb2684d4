// SPDX-License-Identifier: Apache-2.0

/**
 * `osrelease` of Windows from its caption: `Microsoft Windows Server 2019 Standard` → `2019Server`,
 * `… 2012 R2 …` → `2012ServerR2`, `Windows 10 Pro` → `10`. `Unknown` when no release is in it.
 */
export function windowsRelease(caption: string): string {
  const words = caption.split(' ')
  if (!caption.includes('Server')) {
    return words.filter((word) => /^(?:\d+(?:\.\d+)?|Thin|Vista|XP)$/.test(word)).at(-1) ?? 'Unknown'
  }
  const year = words.find((word) => /^\d+$/.test(word)) ?? 'Unknown'
  return `${year}Server${words.find((word) => /^R\d+$/.test(word)) ?? ''}`
}

/** `osrelease_info`: `2012ServerR2` → `[2012, 2]`, `8.1` → `[8, 1]`. */
export function windowsReleaseInfo(release: string): (string | number)[] {
  const parts = release.includes('Server') ? release.split(/ServerR?/) : release.split('.')
  return parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part))
}
