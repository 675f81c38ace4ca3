/** Solves A·x = b. A is symmetric and positive definite, its lower triangle given row-major. Both are overwritten. */
export function solveCholesky(a: Float64Array, b: Float64Array): Float64Array {
  const width = b.length;
  const at = (i: number, j: number) => a[i * width + j] as number;
  for (let i = 0; i < width; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let sum = at(i, j);
      for (let k = 0; k < j; k += 1) sum -= at(i, k) * at(j, k);
      a[i * width + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / at(j, j);
    }
  }
  for (let i = 0; i < width; i += 1) {
    let sum = b[i] as number;
    for (let k = 0; k < i; k += 1) sum -= at(i, k) * (b[k] as number);
    b[i] = sum / at(i, i);
  }
  for (let i = width - 1; i >= 0; i -= 1) {
    let sum = b[i] as number;
    for (let k = i + 1; k < width; k += 1) sum -= at(k, i) * (b[k] as number);
    b[i] = sum / at(i, i);
  }
  return b;
}
