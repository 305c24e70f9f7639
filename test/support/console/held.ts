import { EventEmitter, once } from 'node:events';

export interface Held {
  /** Awaited by what answers. */
  turn(): Promise<void>;
  /** Once somebody has asked: what lets the answer go. To be called before anybody asks. */
  asked(): Promise<() => void>;
}

/** An answer that is given when a test says so. */
export function held(): Held {
  const asks = new EventEmitter();
  return {
    turn: () => new Promise((answer) => void asks.emit('asked', answer)),
    asked: async () => {
      const [answer] = await once(asks, 'asked');
      return answer;
    },
  };
}
