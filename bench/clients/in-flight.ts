/** Does something with every item, so many at once. Leaner than p-map: what reads are compared with shall not be slowed
 * down by what they are driven with. */
export async function eachInFlight<T>(
  items: readonly T[],
  inFlight: number,
  act: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < items.length) await act(items[next++] as T);
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
}
