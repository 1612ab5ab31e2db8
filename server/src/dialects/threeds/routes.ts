import type { FastifyInstance, FastifyRequest } from 'fastify'
import { findAccount } from '../../accounts/store.ts'
import {
  attemptAuthentication,
  countWrongCode,
} from '../../authentications/attempt-authentication.ts'
import { isOpen } from '../../authentications/authentication.ts'
import { type Authentication, findByToken } from '../../authentications/store.ts'
import { assert } from '../../kernel/assert.ts'
import { limits } from '../../kernel/limits.ts'
import { Refusal } from '../../kernel/problem.ts'
import { readPayment } from '../../payments/read-payment.ts'
import {
  type SettleAuthentication,
  settleAuthentication,
} from '../../payments/settle-authentication.ts'
import { loggable } from '../../platform/log.ts'
import { originsOf } from '../../platform/origins.ts'
import type { Ctx } from '../../processors/ctx.ts'
import { contextOf, type Services } from '../operation-route.ts'
import { formToken, isFormToken } from '../page/form-token.ts'
import { canceledByPayer } from '../page/payable.ts'
import { sendHtml } from '../page/send-html.ts'
import { chooseLang } from '../page/texts/language.ts'
import {
  type ChallengeAction,
  type ChallengeModel,
  challengeActions,
  renderChallenge,
} from './challenge-view.tsx'

/** What an answer of the payer to the test bank does to the session. */
const settlements: Record<ChallengeAction, Omit<SettleAuthentication, 'id'>> = {
  accept: { result: 'succeed' },
  refuse: { result: 'decline', message: 'Refused by the bank of the payer' },
  cancel: { result: 'decline', message: canceledByPayer },
  error: { result: 'fail', message: 'The bank of the payer could not answer' },
  expire: { result: 'expire', early: true, message: 'The payer did not answer in time' },
}

interface Visit {
  ctx: Ctx
  session: Authentication
  lang: ChallengeModel['lang']
  address: string
  /** The origin of the payment page. */
  page: string
}

const uuid = /^(test_)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

function langOf(request: FastifyRequest): ChallengeModel['lang'] {
  const { lang } = request.query as { lang?: string | string[] }
  return chooseLang([lang].flat().at(-1), request.headers['accept-language'])
}

async function visitOf(services: Services, request: FastifyRequest): Promise<Visit | undefined> {
  const { token = '' } = request.params as { token?: string }
  const named = uuid.exec(token)
  const session = named?.[2] ? await findByToken(services.db, named[2]) : undefined
  // A live session never opens the test bank, nor a test one by a live address.
  if (!session || session.live || !named?.[1]) return undefined
  return {
    ctx: await contextOf(services, { ...session, request_id: request.id }),
    session,
    lang: langOf(request),
    address: request.url.split('?', 1)[0] ?? '/',
    page: originsOf(services.origins, request).payment,
  }
}

/** The session is over: on to where the payment goes on, if there is such a place. */
function over({ session, lang, address, page }: Visit): ChallengeModel {
  if (!session.return_url) return { lang, address, state: 'over' }
  // Our own page goes on in the language that the payer chose; a shop's address stays as it is.
  const ours = session.return_url.startsWith(`${page}/`)
  return { lang, address, state: 'done', url: session.return_url + (ours ? `?lang=${lang}` : '') }
}

type WrongCode = Extract<ChallengeModel, { state: 'challenge' }>['error']

async function challenge(visit: Visit, error: WrongCode): Promise<ChallengeModel> {
  const { ctx, session, lang, address } = visit
  const { payment, card } = await readPayment(ctx, session.payment)
  const account = await findAccount(ctx.db, session.account)
  assert(card && session.code, 'a session that was offered has a card and a code')
  return {
    lang,
    address,
    state: 'challenge',
    csrf: formToken(ctx.vault, session.id, ctx.now),
    merchant: account?.name ?? '',
    amount: payment.amount,
    currency: payment.currency,
    brand: card.brand,
    last4: card.last4,
    at: ctx.now,
    code: session.code,
    error,
    tries_left: limits.code_tries_max - session.tries,
  }
}

/** A wrong code is counted; after the last one the bank declines. */
async function wrongCode(visit: Visit, code: string): Promise<ChallengeModel> {
  const { ctx, session } = visit
  if (code === '') return challenge(visit, 'missing')
  const counted = (await countWrongCode(ctx, { id: session.id })) ?? session
  if (counted.tries < limits.code_tries_max)
    return challenge({ ...visit, session: counted }, 'wrong')
  await settleAuthentication(ctx, { id: session.id, ...settlements.refuse })
  return over(visit)
}

async function answered(visit: Visit, form: Record<string, string>): Promise<ChallengeModel> {
  const { ctx, session } = visit
  const action = challengeActions.find((it) => it === form.action)
  const known = isFormToken(ctx.vault, session.id, ctx.now, form.csrf ?? '')
  if (!action || !known) return challenge(visit, null)
  const code = (form.code ?? '').normalize('NFKC').replace(/[\s-]/g, '')
  if (action === 'accept' && code !== session.code) return wrongCode(visit, code)
  try {
    await settleAuthentication(ctx, { id: session.id, ...settlements[action] })
  } catch (error) {
    // The intent was paid from another tab, or changed: its page tells.
    if (!(error instanceof Refusal)) throw error
  }
  return over(visit)
}

const bodyOf = (request: FastifyRequest): Record<string, string> =>
  Object.fromEntries(new URLSearchParams((request.body as Buffer | undefined)?.toString() ?? ''))

async function modelOf(visit: Visit, request: FastifyRequest): Promise<ChallengeModel> {
  const { ctx, session } = visit
  if (!isOpen(session, ctx.now)) return over(visit)
  if (request.method === 'POST') return answered(visit, bodyOf(request))
  // Who only asks for the headers is not at the bank yet.
  if (request.method === 'GET') await attemptAuthentication(ctx, { id: session.id })
  return challenge(visit, null)
}

/** The same for whatever is not there; its links stay where they are. */
const nothing = (request: FastifyRequest): ChallengeModel => ({
  lang: langOf(request),
  address: '',
  state: 'not_found',
})

/**
 * Adds the page of the test bank, under the addresses that payments of each API hand out. What the
 * browser sends decides nothing but the challenge itself: the session is found by its token, the
 * payment by the session.
 */
export function mountChallenge(app: FastifyInstance, services: Services): void {
  app.setErrorHandler((error, request, reply) => {
    const { statusCode: status = 500 } = error as { statusCode?: number }
    if (status >= 500) services.log.error({ request_id: request.id, ...loggable(error) })
    return sendHtml(request, reply, { ...renderChallenge(nothing(request)), status })
  })
  for (const version of ['v1', 'v2']) {
    app.route({
      method: ['GET', 'POST'],
      url: `/${version}/redirect/:token`,
      handler: async (request, reply) => {
        const visit = await visitOf(services, request)
        const model = visit ? await modelOf(visit, request) : nothing(request)
        return sendHtml(request, reply, renderChallenge(model))
      },
    })
  }
}
