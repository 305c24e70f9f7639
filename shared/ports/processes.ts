/** What can be known about processes of the same machine: saves waiting for a beat that can't come. */
export interface Processes {
  /** This process, for people: host and process id. */
  readonly process: string;
  /** Within which process ids mean the same; undefined where that is not known. */
  readonly machine: string | undefined;
  /** True only where it is certain that the process has ended. */
  isGone(other: { readonly process: string; readonly machine: string | undefined }): boolean;
}
