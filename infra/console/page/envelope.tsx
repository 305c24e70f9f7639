import { useEffect, useRef } from 'preact/hooks';
import { get } from './api.ts';
import { moment } from './format.ts';
import { Empty, Trouble, useAsked } from './parts.tsx';

interface Whole {
  readonly metadata: {
    readonly type: string;
    readonly version: number;
    readonly time: string;
    readonly subject: string;
    readonly id: string;
    readonly origin: { readonly cause: string };
  };
  readonly data: unknown;
}

/** One event as it was published: `detail` of EventBridge. */
export function Envelope({ id, onClose }: { id: string; onClose: () => void }) {
  const panel = useRef<HTMLElement>(null);
  const { answer, problem } = useAsked((signal) => get<Whole>('/api/event', { id }, signal), [id]);
  const isThis = answer !== undefined && !problem;
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') onClose();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, [onClose]);
  return (
    <section class="envelope" aria-label="Envelope" ref={panel}>
      <div class="card-head">
        <h2>{answer?.metadata.type ?? 'Event'}</h2>
        <button type="button" class="quiet" onClick={onClose} aria-label="Close the envelope">
          ✕
        </button>
      </div>
      {problem && <Trouble problem={problem} />}
      {!answer && !problem && <Empty title="Reading …" />}
      {isThis && (
        <>
          <dl class="texts">
            <Fact name="subject">{answer.metadata.subject}</Fact>
            <Fact name="time">{`${moment(answer.metadata.time)} UTC`}</Fact>
            <Fact name="version">{String(answer.metadata.version)}</Fact>
            <Fact name="cause">{answer.metadata.origin.cause}</Fact>
          </dl>
          <h3>data</h3>
          <Json value={answer.data} />
          <h3>metadata</h3>
          <Json value={answer.metadata} />
        </>
      )}
    </section>
  );
}

function Fact({ name, children }: { name: string; children: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Json({ value }: { value: unknown }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
    <pre class="json" tabIndex={0}>
      {JSON.stringify(value, null, 2)}
    </pre>
  );
}
