"""GET /docs: Swagger UI on one page that loads nothing from other hosts."""

from functools import cache
from importlib.resources import files

from creator_search.http import endpoint, lambda_handler
from fastapi.responses import HTMLResponse

router, route = endpoint("get_documentation")

# A relative URL, so that the page also works below a stage name.
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Creator Search API</title>
<style>{style}</style>
</head>
<body>
<div id="api"></div>
<script>{script}</script>
<script>
SwaggerUIBundle({{url: "openapi.json", dom_id: "#api", deepLinking: true, docExpansion: "list",
  validatorUrl: null, presets: [SwaggerUIBundle.presets.apis]}});
</script>
</body>
</html>
"""


@route(response_class=HTMLResponse)
def get_documentation() -> HTMLResponse:
    """The documentation of this API as an HTML page."""
    return HTMLResponse(_page())


@cache
def _page() -> str:
    static = files("fastapi_offline") / "static"
    script = (static / "swagger-ui-bundle.js").read_text().replace("</script", "<\\/script")
    return _PAGE.format(style=(static / "swagger-ui.css").read_text(), script=script)


handler = lambda_handler(router)
