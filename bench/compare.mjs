// SPDX-License-Identifier: Apache-2.0

/** How much CPU per operation, divided by the baseline's in the same run, may grow from one result to the next. */
const limit = 1.15

/**
 * Says of each line whether it meets its reach, and how its CPU stands against the previous result; `grown` lists those
 * that grew beyond the limit.
 */
export function compare(lines, before) {
  const known = new Map(before.lines.map((line) => [line.id, line]))
  const compared = lines.map((line) => judged(line, known.get(line.id)))
  return { compared, grown: compared.filter(({ growth }) => growth > limit).map(({ name }) => name) }
}

function judged(line, previous) {
  const ratio = line.value / line.baseline
  const cpuRatio = line.cpu / line.baselineCpu
  return {
    ...line,
    ...(Number.isFinite(ratio) ? { ratio } : {}),
    ...(Number.isFinite(cpuRatio) ? { cpuRatio } : {}),
    ...(Number.isFinite(cpuRatio / previous?.cpuRatio) ? { growth: cpuRatio / previous.cpuRatio } : {}),
    ...(line.reach === undefined ? {} : { met: line.failed !== true && isMet(line, ratio) }),
  }
}

function isMet({ value, reach }, ratio) {
  if (reach.ratio !== undefined) return ratio <= reach.ratio
  return reach.atMost === undefined ? value >= reach.atLeast : value <= reach.atMost
}
