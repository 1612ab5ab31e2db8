import type { Api } from './document.ts'

/**
 * Starts the reader on the document that the page names. A file of its own: the policy takes no
 * inline script.
 */
export const script = `
const { url } = document.body.dataset
const dark = matchMedia('(prefers-color-scheme: dark)')
const shade = () => document.documentElement.classList.toggle('dark-mode', dark.matches)
dark.addEventListener('change', shade)
shade()
SwaggerUIBundle({
  url,
  dom_id: '#reference',
  layout: 'BaseLayout',
  deepLinking: true,
  filter: true,
  docExpansion: 'list',
  defaultModelRendering: 'model',
  defaultModelExpandDepth: 2,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  validatorUrl: null,
})
`

export const style = `
:root{color-scheme:light dark;--ink:#15181e;--bg:#fff;--line:#dfe2e8;--accent:#0b6650}
:root.dark-mode{--ink:#eef0f4;--bg:#1c2022;--line:#353b40;--accent:#4fd1a5}
*,::before,::after{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);
font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
.top{display:flex;flex-wrap:wrap;gap:8px 20px;align-items:center;
padding:12px 20px;border-bottom:1px solid var(--line)}
.top strong{font-size:18px;margin-right:auto}
.top a{color:inherit;padding:6px 0;text-underline-offset:4px}
.top a[aria-current]{color:var(--accent);font-weight:600}
noscript p{margin:20px}
.swagger-ui,.swagger-ui :is(.info .title,.opblock-tag,.opblock .opblock-summary-description,
.opblock-description-wrapper p,table thead tr th,.btn,.info p,.renderedMarkdown p,.tab li,
.response-col_status,.parameter__name,.opblock .opblock-section-header h4,label,select)
{font-family:system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
.swagger-ui .info{margin:28px 0 12px}
.swagger-ui .info .title{font-size:28px;overflow-wrap:anywhere}
.swagger-ui .scheme-container{padding:12px 0;box-shadow:none;background:none;
border-bottom:1px solid var(--line)}
.swagger-ui .wrapper{max-width:1180px}
.swagger-ui .model-box{width:100%}
.swagger-ui .opblock-tag{font-size:20px;text-transform:capitalize}
.swagger-ui .renderedMarkdown p,.swagger-ui .info p{max-width:76ch;margin-left:0}
@media(max-width:640px){
.swagger-ui .wrapper{padding:0 12px}
.swagger-ui .info hgroup.main a{overflow-wrap:anywhere}
.swagger-ui .opblock .opblock-summary{flex-wrap:wrap}
.swagger-ui .opblock .opblock-summary-path{max-width:none}
.swagger-ui .opblock .opblock-summary-description{flex-basis:100%;padding-left:6px}
.swagger-ui table.model tr.property-row td,.swagger-ui .parameters-col_name{overflow-wrap:anywhere}
.swagger-ui .opblock-body,.swagger-ui .model-box{overflow-x:auto}
}
`

const names: Record<Api, string> = { v2: 'Version 2', v1: 'Version 1', stan: 'Stan' }
export const addresses: Record<Api, { page: string; document: string }> = {
  v2: { page: '/docs', document: '/openapi.json' },
  v1: { page: '/docs/v1', document: '/openapi/v1.json' },
  stan: { page: '/docs/stan', document: '/openapi/stan.json' },
}

/** The page that reads an API's document. `files` is the address of the folder of its files. */
export function pageOf(api: Api, files: string): string {
  const { document } = addresses[api]
  const link = (it: Api): string => {
    const current = it === api ? ' aria-current="page"' : ''
    return `<a href="${addresses[it].page}"${current}>${names[it]}</a>`
  }
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>Obole API, ${api === 'stan' ? names.stan : names[api].toLowerCase()}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${files}/swagger-ui.css">
<link rel="stylesheet" href="${files}/reader.css">
</head>
<body data-url="${document}">
<header class="top"><strong>Obole API</strong>${link('v2')}${link('v1')}${link('stan')}</header>
<noscript>
<p>This page needs JavaScript. The same can be read in <a href="${document}">its document</a>.</p>
</noscript>
<main id="reference"></main>
<script src="${files}/swagger-ui-bundle.js"></script>
<script src="${files}/reader.js"></script>
</body>
</html>
`
}
