/** Of a call, and of its answer. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

/** A function that is called and waited for. Throws FUNCTION_MISSING, THROTTLED (retry), ENDPOINT_UNREACHABLE. */
export interface RemoteFunction {
  readonly name: string;
  /** Whether it is there, and may be called: it is not. */
  describe(): Promise<void>;
  /**
   * Calls it once. Throws FUNCTION_FAILED (retry) where it threw or took too long: what it has done till then is not known.
   * @param payload JSON text of at most MAX_PAYLOAD_BYTES
   * @returns its answer, parsed; undefined where it gave none
   */
  call(payload: string): Promise<unknown>;
}
