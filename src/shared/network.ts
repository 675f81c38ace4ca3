/** Codes of errors of Node's and undici's that tell that there was no connection. */
const NO_CONNECTION =
  /^(EAI_\w+|ENOTFOUND|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT)$/;

/** Whether nothing can have been sent of a request that failed so. Whatever fails while a name is looked up is no
 * answer about the name. */
export function isUnsent(error: { readonly code: string | undefined; readonly isLookup: boolean }): boolean {
  return error.isLookup || NO_CONNECTION.test(error.code ?? '');
}
