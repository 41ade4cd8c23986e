import * as oauth from "oauth4webapi";
import type { Flow, Settings, Tokens } from "./session";

/** The address for the authorization request (code, PKCE with S256), and what its answer is compared with. */
export async function begin(settings: Settings, redirectUri: string, path: string): Promise<{ url: URL; flow: Flow }> {
  const flow = { verifier: oauth.generateRandomCodeVerifier(), state: oauth.generateRandomState(), nonce: oauth.generateRandomNonce(), path };
  const url = new URL(settings.authorization_endpoint);
  const parameters = {
    response_type: "code",
    client_id: settings.client_id,
    redirect_uri: redirectUri,
    scope: "openid",
    state: flow.state,
    nonce: flow.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(flow.verifier),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return { url, flow };
}

/** Exchange the code in the address for tokens. Throws if the state, the nonce, the issuer or the audience is another. */
export async function exchange(settings: Settings, flow: Flow, redirectUri: string, address: URL): Promise<Tokens> {
  const { server, client } = parties(settings);
  const parameters = oauth.validateAuthResponse(server, client, address, flow.state);
  const response = await oauth.authorizationCodeGrantRequest(server, client, oauth.None(), parameters, redirectUri, flow.verifier, options(settings));
  const found = await oauth.processAuthorizationCodeResponse(server, client, response, { expectedNonce: flow.nonce, requireIdToken: true });
  return { access: found.access_token, refresh: found.refresh_token ?? null, identity: found.id_token ?? null, accepted: false };
}

/** Exchange the refresh token for new tokens. Throws. */
export async function refresh(settings: Settings, tokens: Tokens): Promise<Tokens> {
  const { server, client } = parties(settings);
  const response = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), tokens.refresh ?? "", options(settings));
  const found = await oauth.processRefreshTokenResponse(server, client, response);
  return { ...tokens, access: found.access_token, refresh: found.refresh_token ?? tokens.refresh, accepted: false };
}

export function reason(error: unknown): string {
  if (error instanceof oauth.AuthorizationResponseError) return error.error_description ?? `The issuer answered: ${error.error}`;
  if (error instanceof oauth.ResponseBodyError) return error.error_description ?? `The issuer answered: ${error.error}`;
  if (error instanceof oauth.OperationProcessingError) return "The issuer's answer does not belong to this sign-in.";
  return "The issuer did not answer.";
}

function parties({ issuer, authorization_endpoint, token_endpoint, client_id }: Settings) {
  const server: oauth.AuthorizationServer = { issuer, authorization_endpoint, token_endpoint };
  const client: oauth.Client = { client_id };
  return { server, client };
}

/** Tokens travel by TLS, except within one machine. */
function options({ token_endpoint }: Settings) {
  return { [oauth.allowInsecureRequests]: new URL(token_endpoint).hostname === "127.0.0.1" };
}
