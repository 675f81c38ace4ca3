const CENTRAL = [3.3871327179, 5.0434271938e1, 1.5929113202e2, 5.910937472e1];
const CENTRAL_BELOW = [1, 1.7895169469e1, 7.8757757664e1, 6.71875636e1];
const MIDDLE = [1.4234372777, 2.75681539, 1.3067284816, 1.7023821103e-1];
const MIDDLE_BELOW = [1, 7.370016425e-1, 1.2021132975e-1];
const TAIL = [6.657905115, 3.081226386, 4.2868294337e-1, 1.7337203997e-2];
const TAIL_BELOW = [1, 2.4197894225e-1, 1.2258202635e-2];

/** The standard normal quantile of a probability in (0, 1), to seven digits (M. J. Wichura, algorithm AS 241,
 * Applied Statistics 37, 1988, PPND7). */
export function normalQuantile(probability: number): number {
  const centred = probability - 0.5;
  if (Math.abs(centred) <= 0.425) {
    const r = 0.180625 - centred * centred;
    return (centred * polynomial(CENTRAL, r)) / polynomial(CENTRAL_BELOW, r);
  }
  const r = Math.sqrt(-Math.log(centred < 0 ? probability : 1 - probability));
  const size =
    r <= 5
      ? polynomial(MIDDLE, r - 1.6) / polynomial(MIDDLE_BELOW, r - 1.6)
      : polynomial(TAIL, r - 5) / polynomial(TAIL_BELOW, r - 5);
  return Math.sign(centred) * size;
}

/** Student's t quantile of a probability in (0, 1), for four degrees of freedom or more. Between 0.005 and 0.995 the
 * error is below one percent (Cornish and Fisher's expansion: Abramowitz and Stegun, 26.7.5). */
export function studentQuantile(probability: number, degrees: number): number {
  const z = normalQuantile(probability);
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
    (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92_160,
  ];
  return terms.reduce((sum, term, index) => sum + term / degrees ** (index + 1), z);
}

/** Quantile of values sorted ascending, between neighbours (Hyndman and Fan's type 6). */
export function sortedQuantile(sorted: Float64Array, probability: number): number {
  const place = Math.min(Math.max((sorted.length + 1) * probability - 1, 0), sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (high - low) * (place - below);
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}
