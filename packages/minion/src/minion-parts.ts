// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import {
  type Identity,
  type LiveOptions,
  type Logger,
  loadIdentity,
  type MinionOptions,
  type ResourceStack,
  type SaltError,
  silentLog,
} from '@halite/core'
import { ExecutorPool, leftoversFolder, memoryLimit, minionAsks } from '@halite/executor'
import { type FileClient, fileHasherEntry, fileReaderEntry } from '@halite/fileserver'
import type { DaemonServices } from '@halite/loader'
import { loads } from '@halite/protocol'
import { CallJournal } from './jobs/call-journal.ts'
import { JobQueue } from './jobs/job-queue.ts'
import { JobRunner, type JobSource } from './jobs/job-runner.ts'
import { ReturnJournal } from './jobs/return-journal.ts'
import { RunningJobs } from './jobs/running-jobs.ts'
import { MasterLinks } from './master-links.ts'
import { mastersContext } from './masters.ts'
import { MineSchedule } from './mine-schedule.ts'
import { MinionFacts } from './minion-facts.ts'
import { minionFiles } from './minion-files.ts'
import type { MinionInit } from './minion-init.ts'
import { MinionRestart } from './minion-restart.ts'
import { minionServices } from './minion-services.ts'
import { ReleaseTrial } from './release-trial.ts'
import { ReturnSender } from './return-sender.ts'

/** What a start of a minion gets: its init, and whom it notifies. */
export interface RunningMinionInit extends MinionInit {
  readonly live: LiveOptions<MinionOptions>
  /** Called once, when every master refused this minion and none will be retried. */
  readonly onRefused: (error: SaltError) => void
  /** Called once, when a job requests a restart of the daemon; absent without a supervisor that would start it again. */
  readonly onRestart?: (() => void) | undefined
}

/** The parts of a running minion: each is made after those it works with, and released before them. */
export class MinionParts {
  readonly options: MinionOptions
  readonly log: Logger
  readonly identity: Identity
  readonly facts: MinionFacts
  readonly running: RunningJobs
  readonly pool: ExecutorPool
  readonly runner: JobRunner
  readonly links: MasterLinks
  readonly files: FileClient
  readonly sender: ReturnSender
  readonly mine: MineSchedule
  readonly trial: ReleaseTrial
  readonly #init: RunningMinionInit
  readonly #journal: ReturnJournal
  readonly #calls: CallJournal
  readonly #restart: MinionRestart

  constructor(init: RunningMinionInit, resources: ResourceStack) {
    const { log = silentLog } = init
    const options = init.live.current
    this.#init = init
    this.options = options
    this.log = log
    this.identity = loadIdentity(join(options.pki_dir, 'minion_ed25519'))
    this.#journal = new ReturnJournal(join(options.cachedir, 'returns.journal'), log)
    resources.add(this.#journal, (journal) => journal.close())
    this.#calls = new CallJournal(options.cachedir, log)
    this.running = new RunningJobs(options.cachedir)
    this.links = resources.add(this.#makeLinks(), (links) => links.close())
    this.files = resources.add(this.#makeFiles(), (files) => files.close())
    this.facts = resources.add(this.#makeFacts(), (facts) => facts.close())
    this.pool = resources.add(this.#makePool(), (pool) => pool.close())
    this.runner = this.#makeRunner()
    this.sender = this.#makeSender()
    this.mine = resources.add(this.#makeMine(), (mine) => mine.close())
    this.trial = resources.add(this.#makeTrial(), (trial) => trial.close())
    this.#restart = resources.add(new MinionRestart(this.running, init.onRestart), (restart) =>
      restart.close(),
    )
  }

  /** Where jobs of a master come from, and where their returns go. */
  sourceOf(master: string): JobSource {
    return {
      master,
      started: (jid) => this.links.of(master)?.started(jid),
      returnReady: (ret) => this.sender.send(master, ret),
    }
  }

  #makeLinks(): MasterLinks {
    return new MasterLinks({
      ...this.#init,
      options: this.options,
      log: this.log.child({ part: 'link' }),
      identity: this.identity,
      grains: () => this.facts.grains,
      onJob: (load, master) =>
        void this.facts.pillar.ready.then(() => this.runner.receive(load, this.sourceOf(master))),
      onUp: (link) => {
        void this.facts.pillar.fetch(link)
        this.sender.sendAll()
        this.trial.reachedMaster(link.name)
      },
    })
  }

  #makeFiles(): FileClient {
    const { fileReader = fileReaderEntry, fileHasher = fileHasherEntry } = this.#init.files
    return minionFiles({
      log: this.log,
      options: this.options,
      master: () => this.links.firstUp,
      threads: { fileReader, fileHasher },
    })
  }

  #makeFacts(): MinionFacts {
    const { id, manifest, files } = this.#init
    return new MinionFacts({
      id,
      manifest,
      files,
      options: this.options,
      log: this.log,
      masters: () => this.links.all,
      onChange: (fact) => {
        this.pool.refresh(fact)
        if (fact === 'grains') this.links.sendGrains()
      },
    })
  }

  #makePool(): ExecutorPool {
    const { id, files } = this.#init
    return new ExecutorPool({
      files,
      id,
      log: this.log.child({ part: 'jobs' }),
      memoryLimit: () => memoryLimit(this.options.job_memory_max),
      asks: minionAsks(this.#services()),
      returnLimits: loads.returnLimits,
      leftovers: join(this.options.cachedir, leftoversFolder),
      facts: () => ({
        options: this.options,
        grains: this.facts.grains,
        pillar: this.facts.pillar.held,
        site: this.facts.site.modules,
      }),
    })
  }

  #makeRunner(): JobRunner {
    return new JobRunner({
      id: this.#init.id,
      options: this.options,
      registry: () => this.facts.registry,
      refreshModules: () => this.facts.refreshModules(),
      grains: () => this.facts.grains,
      pillar: () => this.facts.pillar.held,
      log: this.log.child({ part: 'jobs' }),
      services: this.#services(),
      pool: this.pool,
      queue: new JobQueue(this.options.process_count_max),
      running: this.running,
      journal: this.#journal,
    })
  }

  #makeSender(): ReturnSender {
    return new ReturnSender({
      journal: this.#journal,
      calls: this.#calls,
      receivers: () => this.links.all,
      log: this.log,
    })
  }

  #makeMine(): MineSchedule {
    return new MineSchedule({
      id: this.#init.id,
      options: this.options,
      pool: this.pool,
      isUp: () => this.links.firstUp !== undefined,
      pillar: () => this.facts.pillar.held,
      report: (call) => {
        this.#calls.add(this.links.firstUp?.fingerprint ?? '', call)
        this.sender.sendAll()
      },
      nowMs: () => performance.now(),
      log: this.log.child({ part: 'mine' }),
    })
  }

  #makeTrial(): ReleaseTrial {
    return new ReleaseTrial({
      id: this.#init.id,
      log: this.log.child({ part: 'update' }),
      fire: (tag, data) => mastersContext(() => this.links.all, this.log).fireEvent(tag, data, 10_000),
      answer: (jid, result) => this.runner.answer(jid, result, (master) => this.sourceOf(master)),
    })
  }

  /** The services of the daemon for its jobs. */
  #services(): DaemonServices {
    return minionServices({
      options: this.#init.options,
      log: this.log,
      links: () => this.links,
      facts: this.facts,
      files: this.files,
      running: this.running,
      restart: (jid) => this.#restart.request(jid),
    })
  }
}
