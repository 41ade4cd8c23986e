// CloudFront Function, viewer request: the console's pages have addresses of their own, but one file.
function handler(event) {
  var request = event.request;
  // Files are in /assets or at the root; a creator's name may have a dot too.
  if (request.uri.indexOf('/assets/') !== 0 && !/^\/[^/]+\.[a-z]+$/.test(request.uri)) {
    request.uri = '/index.html';
  }
  return request;
}
