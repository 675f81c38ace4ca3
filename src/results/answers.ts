/** Every verdict as the answer to: does it decide the same? */
export const ANSWERS = {
  explained: 'yes',
  interchangeable: 'yes',
  not_explained: 'no',
  not: 'no',
  inconclusive: 'not known yet',
} as const;
