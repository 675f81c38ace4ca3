/** Makes an AWS client in the region that the SDK finds configured, or else in AWS_DEFAULT_REGION (which other AWS
 * tools read and the SDK does not), or else in us-east-1. */
export async function inRegion<C extends { readonly config: { region(): Promise<string> } }>(
  make: (region?: string) => C,
  env = process.env,
): Promise<C> {
  const client = make();
  const configured = await client.config.region().catch(() => undefined);
  return configured ? client : make(env.AWS_DEFAULT_REGION?.trim() || 'us-east-1');
}
