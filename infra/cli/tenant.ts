import { AfterwriteError } from '../../shared/model/errors.ts';
import type { CommonOptions } from './options.ts';

export const TENANT_HELP = "only of this tenant: nothing of others is read ('' is for what belongs to none)";

/** Of what can tell by the events alone. */
export const EVENTS_TENANT_HELP = `${TENANT_HELP}; in a system without tenants, events whose item names it`;

/** What lies by tenant can be asked for by tenant where the system has any. Throws USAGE. */
export function checkTenant({ system, tenant }: Pick<CommonOptions, 'system'> & { readonly tenant?: string }): void {
  if (tenant !== undefined && !system.tenant)
    throw new AfterwriteError('USAGE', `${system.name} has no tenants`, { mend: "leave out '--tenant'" });
}
