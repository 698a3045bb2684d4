// SPDX-License-Identifier: Apache-2.0

/**
 * Resources that are released together, the last one first: whoever acquires several adds each as soon as it has it, and
 * releases all when a later one cannot be acquired.
 */
export class ResourceStack {
  readonly #releases: (() => unknown)[] = []

  /** Adds a resource with the way to release it, which may be asynchronous, and returns it. */
  add<T>(resource: T, release: (resource: T) => unknown): T {
    this.#releases.push(() => release(resource))
    return resource
  }

  /** Adds something to do at the end that belongs to no resource. */
  defer(release: () => unknown): void {
    this.#releases.push(release)
  }

  /** Releases everything, also when one of them fails; rejects with the first failure. A second call has nothing to do. */
  async release(): Promise<void> {
    const failures: unknown[] = []
    for (let next = this.#releases.pop(); next !== undefined; next = this.#releases.pop()) {
      try {
        await next()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures[0]
  }
}
