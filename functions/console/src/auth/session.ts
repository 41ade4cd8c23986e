/** The token of the signed-in user; null in the local system, which needs none. Kept in memory only. */
export async function accessToken(): Promise<string | null> {
  return null;
}
