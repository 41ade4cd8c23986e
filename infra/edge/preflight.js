// CloudFront Function, viewer request: answers the preflight requests of browsers. ORIGIN is replaced at synthesis.
function handler(event) {
  var request = event.request;
  var origin = request.headers.origin;
  if (request.method !== 'OPTIONS' || !origin || origin.value !== ORIGIN) {
    return request;
  }
  return {
    statusCode: 204,
    statusDescription: 'No Content',
    headers: {
      'access-control-allow-origin': { value: ORIGIN },
      'access-control-allow-methods': { value: METHODS },
      'access-control-allow-headers': { value: HEADERS },
      'access-control-max-age': { value: '7200' },
      vary: { value: 'Origin' },
    },
  };
}
