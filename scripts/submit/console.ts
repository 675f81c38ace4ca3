import type { Role } from './requests.ts';

/** Where people look at a job. */
export function jobUrl(region: string, role: Role, id: string): string {
  return `https://${consoleHost(region)}/batch/home?region=${region}#jobs/${role === 'array' ? 'array-job' : 'detail'}/${id}`;
}

/** Every partition has a console of its own. */
function consoleHost(region: string): string {
  if (region.startsWith('us-gov-')) return `${region}.console.amazonaws-us-gov.com`;
  if (region.startsWith('cn-')) return `${region}.console.amazonaws.cn`;
  return `${region}.console.aws.amazon.com`;
}
