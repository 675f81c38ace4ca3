const MAX_LENGTH = 60;

/** An id for the page for each of these names: the same as long as the names are. */
export function anchorsOf(prefix: string, names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const plain = `${prefix}-${name.slice(0, MAX_LENGTH).replaceAll(/[^A-Za-z0-9_]+/g, '-')}`;
    let anchor = plain;
    for (let again = 2; taken.has(anchor); again++) anchor = `${plain}-${again}`;
    taken.add(anchor);
    return anchor;
  });
}
