import { S3Client } from '@aws-sdk/client-s3';

/** `unsent`: fails before sending. `unanswered`: is sent, and the answer is lost. `killed`: this call and all later ones are not sent. */
export type Fault = 'unsent' | 'unanswered' | 'killed';

export interface Call {
  /** From 1, over all services. */
  readonly number: number;
  /** `DynamoDB_20120810.PutItem`, `PUT /bucket/key`. */
  readonly name: string;
  /** Decoded when asked for. */
  body(): string;
}

/** What goes wrong, and with which call: the first that fits, and no other, unless it happens `again`. */
export interface Breakage {
  readonly fault: Fault;
  hits(call: Call): boolean;
  readonly again?: boolean;
}

export const callNumber = (fault: Fault, at: number): Breakage => ({ fault, hits: ({ number }) => number === at });

/** The call of a number, and every so many calls after it. */
export const everyCall = (fault: Fault, at: number, step: number): Breakage => ({
  fault,
  hits: ({ number }) => number >= at && (number - at) % step === 0,
  again: true,
});

type Handler = S3Client['config']['requestHandler'];
type Arguments = Parameters<Handler['handle']>;
type Answer = Awaited<ReturnType<Handler['handle']>>;

/** The SDK's own handler, taken from a client so that no package of its inside is named here. */
const ownHandler = (): Handler => new S3Client({ region: 'us-east-1' }).config.requestHandler;

/**
 * The door to the outside of one 'process': counts its calls over all services, and breaks some of them.
 * States: alive -> (a call was broken) -> alive, or dead where the fault is a kill.
 */
export class FaultyHandler {
  /** Numbers and names of the broken calls. */
  readonly broken: { readonly number: number; readonly name: string }[] = [];
  readonly metadata = { handlerProtocol: 'http/1.1' };
  /** Resolves at the kill. */
  readonly death: Promise<'killed'>;
  readonly #inner = ownHandler();
  readonly #breakage: Breakage | undefined;
  readonly #underWay = new Set<Promise<unknown>>();
  #calls = 0;
  #die: () => void = () => {};
  #dead = false;

  constructor(breakage?: Breakage) {
    this.#breakage = breakage;
    this.death = new Promise((resolve) => {
      this.#die = () => resolve('killed');
    });
  }

  get calls(): number {
    return this.#calls;
  }

  async handle(...given: Arguments): Promise<Answer> {
    this.#calls++;
    const isOver = this.#dead || (this.broken.length > 0 && !this.#breakage?.again);
    const fault = isOver ? undefined : this.#breakage;
    const call = fault && { number: this.#calls, name: nameOf(given[0]), body: () => textOf(given[0].body) };
    if (call && fault.hits(call)) {
      this.broken.push({ number: call.number, name: call.name });
      return this.#break(fault.fault, given);
    }
    if (this.#dead) throw afterDeath();
    return this.#send(given);
  }

  /** What was sent before a kill may still arrive: resolves when it has. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }

  destroy(): void {
    this.#inner.destroy?.();
  }

  async #break(fault: Fault, given: Arguments): Promise<never> {
    if (fault === 'killed') {
      this.#dead = true;
      this.#die();
      throw afterDeath();
    }
    if (fault === 'unsent') throw wireError('ECONNREFUSED', 'connect ECONNREFUSED');
    const { response } = await this.#send(given);
    response.body?.resume?.();
    throw wireError('ECONNRESET', 'socket hang up');
  }

  #send(given: Arguments): Promise<Answer> {
    const answer = this.#inner.handle(...given);
    this.#underWay.add(answer);
    const done = (): void => void this.#underWay.delete(answer);
    answer.then(done, done);
    return answer;
  }
}

/** Not to be retried: a dead process does nothing. */
const afterDeath = (): Error => Object.assign(new Error('the process is dead'), { name: 'Killed' });

const wireError = (code: string, message: string): Error => Object.assign(new Error(message), { code });

function nameOf(request: Arguments[0]): string {
  const { headers, method, path } = request;
  return headers?.['x-amz-target'] ?? `${method} ${path}`;
}

const textOf = (body: unknown): string =>
  typeof body === 'string' ? body : body instanceof Uint8Array ? new TextDecoder().decode(body) : '';
