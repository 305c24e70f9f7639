// It ships no types. Only what the bench uses; a stream of Highland's is opaque to it.

declare module 'aws-lambda-stream/from/dynamodb' {
  type Stream = { through<Result>(step: (stream: Stream) => Result): Result };
  export function fromDynamodb(event: { Records: unknown[] }, options: { pkFn: string; skFn: string }): Stream;
}

declare module 'aws-lambda-stream/pipelines' {
  import type { fromDynamodb } from 'aws-lambda-stream/from/dynamodb';

  type Stream = ReturnType<typeof fromDynamodb>;
  export function initializeFrom(rules: readonly object[]): object;
  export function initialize(
    pipelines: object,
    options?: object,
  ): { assemble(head: Stream, includeFaultHandler?: boolean): Stream };
}

declare module 'aws-lambda-stream/flavors/materialize' {
  export function materialize(rule: object): (stream: object) => object;
}

declare module 'aws-lambda-stream/utils/handler' {
  export function toPromise(stream: object): Promise<unknown>;
}
