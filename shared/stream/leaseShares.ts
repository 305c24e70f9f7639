import type { Lease } from '../state/leases.ts';

/** What a worker sees when it looks around. */
export interface Sight {
  readonly owner: string;
  /** Those that are alive beside it. */
  readonly others: ReadonlySet<string>;
  readonly leases: readonly Lease[];
  /** What it could do; `shared`: each takes its part of these, of the rest whoever comes first. */
  readonly jobs: ReadonlyMap<string, { readonly shared: boolean }>;
  /** Jobs that it does, with the name under which it took each. */
  readonly held: ReadonlyMap<string, string>;
}

/** What it does about it. */
export interface Moves {
  /** Somebody else has them. */
  readonly lost: string[];
  /** More than its part. */
  readonly surplus: string[];
  readonly take: { readonly job: string; readonly from: string | undefined }[];
  /** Leases of the dead that nobody here has a use for. */
  readonly clear: Lease[];
}

/** A part is the jobs by the workers alive, rounded up: every worker counts alike, and nothing is left over. */
export function planMoves({ owner, others, leases, jobs, held }: Sight): Moves {
  const ownerOf = new Map(leases.map((lease) => [lease.job, lease.owner]));
  const isFree = (job: string): boolean => !others.has(ownerOf.get(job) ?? '');
  const isShared = (job: string): boolean => jobs.get(job)?.shared === true;
  const shared = [...jobs.keys()].filter(isShared).sort();
  const mine = shared.filter((job) => held.has(job));
  const part = Math.ceil(shared.length / (others.size + 1));
  const free = [...jobs.keys()].filter((job) => !held.has(job) && isFree(job));
  const taken = free
    .filter(isShared)
    .sort()
    .slice(0, Math.max(0, part - mine.length));
  return {
    lost: [...held].filter(([job, name]) => name !== owner || ownerOf.get(job) !== name).map(([job]) => job),
    surplus: mine.slice(part),
    take: [...free.filter((job) => !isShared(job)), ...taken].map((job) => ({ job, from: ownerOf.get(job) })),
    clear: leases.filter(({ job }) => isFree(job) && !held.has(job) && !jobs.has(job)),
  };
}
