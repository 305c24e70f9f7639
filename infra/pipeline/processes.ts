import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Processes } from '../../shared/ports/processes.ts';

const NAME = /:(\d+)$/;

/** Processes of this machine: one that was killed here need not be waited for. */
export function machineProcesses(): Processes {
  const machine = thisMachine();
  return {
    process: `${hostname()}:${process.pid}`,
    machine,
    isGone: (other) => {
      const pid = NAME.exec(other.process)?.[1];
      return machine !== undefined && other.machine === machine && pid !== undefined && !isAlive(Number(pid));
    },
  };
}

/** Of this boot, and of the container: within it a process id means one process. Known on Linux only. */
function thisMachine(): string | undefined {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
