import { AfterwriteError } from '../../../shared/model/errors.ts';

export const notParked = (key: string): AfterwriteError =>
  new AfterwriteError('NOT_FOUND', `nothing of '${key}' is parked`, { mend: "list what is: 'afterwrite parked ls'" });
