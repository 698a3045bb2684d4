// SPDX-License-Identifier: Apache-2.0
// Salt itself beside us: measured when it is asked for and can be had, else as recorded on a machine of this kind.

/** Salt 3007.10 on two cores, Debian 12, Python 3.11; medians. By the id of the line. */
const recorded = {
  'salt-call': '0.434 s',
  'salt-ping': '0.478 s',
  calls: '12 /s',
  'command-rate': '12 /s',
  publish: '64 /s',
  returns: '~20 /s',
  'scatter-1000-wall': 'cannot',
  'scatter-9600-wall': 'cannot',
  'minion-pss': '71 MiB',
  'master-pss': '233 MiB with 1 minion',
  'minion-start': '0.91 s',
  'dead-minion': '13.7 s',
}

/** The recorded figures. */
export function recordedFigures(notes = []) {
  return { source: '3007.10, recorded', figures: recorded, notes }
}

/** The same lines measured with an installed Salt, or one from PyPI; the recorded ones, with the reason, if there isn't one. */
export async function peerFigures() {
  const { measureSalt } = await import('./peer/salt.mjs')
  try {
    const { version, figures } = await measureSalt()
    return { source: `${version}, measured`, figures: { ...figures }, notes: [] }
  } catch (error) {
    return recordedFigures([`not measured: ${error.message.split('\n')[0]}`])
  }
}
