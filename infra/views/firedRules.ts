import { type ClaimStore, toOutgoing } from '../../events/claim.ts';
import type { Envelope } from '../../events/envelope.ts';
import type { BusRule } from '../../shared/aws/busRules.ts';
import { compile } from '../local/eventbridge/pattern/compile.ts';
import { fieldsOf } from '../local/eventbridge/pattern/fields.ts';
import { matches } from '../local/eventbridge/pattern/match.ts';
import { InvalidPattern, type Json, type Pattern } from '../local/eventbridge/pattern/pattern.ts';
import { arriving } from './matchedEvents.ts';

interface Looked {
  readonly name: string;
  /** Undefined where it can't be read here. */
  readonly pattern: Pattern | undefined;
  fired: number;
}

/** Counts which rules of a bus replayed events would fire. A disabled rule fires on nothing. */
export class FiredRules {
  readonly #rules: readonly Looked[];
  readonly #system: string;
  readonly #claims: Pick<ClaimStore, 'bucket' | 'prefixOf'>;
  readonly #place: { region: string; account: string };

  constructor(
    rules: readonly BusRule[],
    about: { system: string; claims: Pick<ClaimStore, 'bucket' | 'prefixOf'>; region: string; account: string },
  ) {
    const enabled = rules.filter((rule) => rule.enabled);
    this.#rules = enabled.map(({ name, pattern }) => ({ name, pattern: readable(pattern), fired: 0 }));
    this.#system = about.system;
    this.#claims = about.claims;
    this.#place = about;
  }

  /** A rule sees that it is a replay, and does not see data that was claimed. */
  look({ metadata, data }: Envelope): void {
    const marked = { metadata: { ...metadata, replay: { id: 'dry-run' } }, data };
    const { envelope } = toOutgoing(this.#system, marked, this.#claims);
    const fields = fieldsOf(arriving(this.#system, envelope, this.#place) as unknown as Json);
    for (const rule of this.#rules) if (rule.pattern && matches(rule.pattern, fields)) rule.fired++;
  }

  /** `events` is null where a rule's pattern can't be read here. */
  get fired(): { rule: string; events: number | null }[] {
    return this.#rules.map(({ name, pattern, fired }) => ({ rule: name, events: pattern ? fired : null }));
  }
}

function readable(pattern: string): Pattern | undefined {
  try {
    return compile(pattern);
  } catch (error) {
    if (error instanceof InvalidPattern) return undefined;
    throw error;
  }
}
