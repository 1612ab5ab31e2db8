import { formatMoney } from '../../kernel/money.ts'
import { documentOf, type HtmlAnswer } from './document.tsx'
import type { PageModel } from './page-model.ts'
import { Page } from './page-view.tsx'
import { closedTitle, returnSeconds } from './result-view.tsx'
import { safeUrl } from './return-address.ts'
import { baseStyle, pageStyle } from './style.ts'
import { fill, texts } from './texts/language.ts'
import type { Texts } from './texts/texts.ts'

const style = baseStyle + pageStyle

function titleOf(t: Texts, model: PageModel): string {
  if (!('order' in model)) return t[model.state].title
  const { order } = model
  switch (model.state) {
    case 'redirecting':
      return (model.to === 'bank' ? t.to_bank : t.to_shop).title
    case 'form':
    case 'saved_card': {
      const amount = formatMoney(order.amount, order.currency, model.lang)
      const what = order.amount === 0n ? t.save_card : fill(t.pay, { amount })
      const failed = model.refusal || ('errors' in model && Object.keys(model.errors).length > 0)
      return `${failed ? `${t.error_prefix} · ` : ''}${what} · ${order.merchant}`
    }
    default:
      return `${closedTitle(t, model).title} · ${order.merchant}`
  }
}

function statusOf(model: PageModel): number {
  if (model.state === 'not_found') return 404
  if (model.state === 'error') return 500
  if (model.state === 'unavailable') return 503
  return model.state === 'form' && Object.keys(model.errors).length > 0 ? 422 : 200
}

/** Without a script the browser follows the same ways by itself. */
function refreshOf(model: PageModel) {
  if (!('order' in model)) return undefined
  const to = safeUrl(model.state === 'redirecting' ? model.url : model.order.return_url)
  if (model.state === 'redirecting') return to ? { seconds: 0, url: to } : undefined
  if (model.state === 'checking') {
    return { seconds: returnSeconds, url: `${model.address}?lang=${model.lang}` }
  }
  return model.state === 'paid' && !model.stay && to
    ? { seconds: returnSeconds, url: to }
    : undefined
}

/** The whole answer for a state of the payment page: one document and its headers. Pure. */
export function renderPage(model: PageModel): HtmlAnswer {
  const t = texts[model.lang]
  return documentOf({
    status: statusOf(model),
    lang: model.lang,
    title: titleOf(t, model),
    style,
    body: <Page t={t} model={model} />,
    refresh: refreshOf(model),
  })
}
