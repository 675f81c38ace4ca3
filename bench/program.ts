/** A module of the built program, which is what runs; `M` is the type of its source. */
export async function built<M>(path: string): Promise<M> {
  return (await import(new URL(`../dist/${path}`, import.meta.url).href)) as M;
}
