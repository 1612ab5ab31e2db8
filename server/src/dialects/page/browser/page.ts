/**
 * The script of the payment page and of the test bank's page. It is inlined into the document, so
 * it stands alone: no imports. Everything works without it; it only makes it quicker and kinder.
 */
{
  const root = document.documentElement
  const page = document.querySelector<HTMLElement>('.page')
  const find = <E extends HTMLElement = HTMLElement>(selector: string) =>
    document.querySelector<E>(selector)
  const framed = window.parent !== window
  root.classList.add('js')
  if (framed) root.classList.add('framed')

  // Telling the window around us. Shops ignore a message without status, width and height.

  const wantedWidth = 480
  const tell = (status: string): void => {
    if (!framed || !page) return
    const height = Math.ceil(page.getBoundingClientRect().height)
    const { return: url = null, paymentStatus = null } = page.dataset
    window.parent.postMessage({ status, width: wantedWidth, height, url, paymentStatus }, '*')
  }

  const tellAll = (): void => {
    for (const status of page?.dataset.messages?.split(' ') ?? []) tell(status)
    let told = page?.offsetHeight
    if (framed && page && 'ResizeObserver' in window) {
      new ResizeObserver(() => {
        if (page.offsetHeight !== told) tell('resize')
        told = page.offsetHeight
      }).observe(page)
    }
  }

  // Going elsewhere: to the bank in this window, to the shop in the top one.

  const goToShop = (url: string): void => {
    if (!framed) {
      location.replace(url)
      return
    }
    try {
      if (window.top) window.top.location.href = url
    } catch {
      // The frame may not move its top window: the parent was told `finished` and decides.
    }
  }

  const leave = (): void => {
    const { go, goUrl, again } = page?.dataset ?? {}
    if (goUrl) go === 'shop' ? goToShop(goUrl) : location.replace(goUrl)
    if (again) setTimeout(() => location.replace(again), 3000)
  }

  const countDown = (): void => {
    const line = find('[data-count]')
    const seconds = find('[data-seconds]')
    const url = page?.dataset.return
    if (!line || !seconds || !url) return
    let left = Number(line.dataset.count)
    const timer = setInterval(() => {
      left -= 1
      seconds.textContent = String(left)
      if (left > 0) return
      clearInterval(timer)
      goToShop(url)
    }, 1000)
    const stop = (): void => {
      clearInterval(timer)
      line.hidden = true
    }
    find('[data-stay]')?.addEventListener('click', (event) => {
      event.preventDefault()
      stop()
      find('h1')?.focus()
    })
    // Who begins to explore the page is not pulled away from it.
    addEventListener('keydown', (event) => event.key === 'Tab' && stop())
    addEventListener('pagehide', () => clearInterval(timer))
  }

  // Typing: groups that follow the caret, whatever was pasted.

  const plain = (text: string): string => text.normalize('NFKC').toUpperCase()
  const digits = (text: string): string => plain(text).replace(/\D/g, '')
  const signs = (text: string): string => plain(text).replace(/[^0-9A-Z]/g, '')
  const fours = (text: string): string => text.replace(/.{4}(?=.)/g, '$& ')
  const byBrand = (number: string): string =>
    /^3[47]/.test(number)
      ? number.replace(/^(.{4})(.{1,6})?(.*)$/, (_, a, b = '', c) => [a, b, c].join(' ').trim())
      : fours(number)

  /** Rewrites an input in groups and puts the caret back behind the same sign. */
  const grouped = (
    id: string,
    clean: (text: string) => string,
    group: (text: string) => string,
    then?: (text: string) => void,
  ): void => {
    const input = find<HTMLInputElement>(`#${id}`)
    if (!input) return
    const write = (): void => {
      const focused = document.activeElement === input
      const before = clean(input.value.slice(0, input.selectionStart ?? input.value.length)).length
      const text = clean(input.value)
      const next = group(text)
      if (next !== input.value) {
        input.value = next
        let caret = 0
        for (let seen = 0; caret < next.length && seen < before; caret++) {
          if (clean(next.charAt(caret))) seen++
        }
        if (focused) input.setSelectionRange(caret, caret)
      }
      then?.(text)
    }
    input.addEventListener('input', (event) => !(event as InputEvent).isComposing && write())
    input.addEventListener('compositionend', write)
    if (input.value) write()
    else then?.('')
  }

  const brands: [RegExp, string][] = [
    [/^4/, 'visa'],
    [/^(5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, 'mastercard'],
    [/^3[47]/, 'amex'],
    [/^35(2[89]|[3-8])/, 'jcb'],
  ]
  const showBrand = (number: string): void => {
    const brand = brands.find(([start]) => start.test(number))?.[1]
    const shown = number ? brand : 'idle'
    let name = ''
    for (const mark of document.querySelectorAll<SVGElement>('[data-brand]')) {
      const on = mark.dataset.brand === shown
      mark.toggleAttribute('hidden', !on)
      if (on && number) name = mark.dataset.name ?? ''
    }
    const label = find('[data-brand-name]')
    if (label && label.textContent !== name) label.textContent = name
  }

  const typeExpiry = (): void => {
    const input = find<HTMLInputElement>('#expiry')
    input?.addEventListener('input', (event) => {
      if ((event as InputEvent).inputType?.startsWith('delete')) return
      if (input.selectionStart !== input.value.length) return
      const text = plain(input.value).replace(/^\s*([2-9])$/, '0$1')
      const [, month = '', rest = ''] = /^(\d{2})[^\d]*(\d*)$/.exec(text) ?? []
      const lone = /^(\d)\s*[/.-]$/.exec(text)
      if (lone) input.value = `0${lone[1]} / `
      else if (month) input.value = `${month} / ${rest}`
    })
  }

  // Finding a slip before it is sent, so that the security code need not be typed again.

  const luhn = (number: string): boolean =>
    [...number].reverse().reduce((sum, digit, place) => {
      const weighted = Number(digit) * (place % 2 ? 2 : 1)
      return sum + (weighted > 9 ? weighted - 9 : weighted)
    }, 0) %
      10 ===
    0

  const mod97 = (iban: string): number =>
    [...(iban.slice(4) + iban.slice(0, 4))].reduce(
      (rest, sign) => Number(`${rest}${parseInt(sign, 36)}`) % 97,
      0,
    )

  const slips: Record<string, (text: string) => string> = {
    number: (text) => {
      const number = digits(text)
      if (!number) return 'missing'
      const least = /^3[47]/.test(number) ? 15 : /^([24]|5[1-5]|35)/.test(number) ? 16 : 13
      if (number.length < least) return 'short'
      return number.length > 19 || !luhn(number) ? 'invalid' : ''
    },
    expiry: (text) => {
      if (!text.trim()) return 'missing'
      const [, month = '', year = ''] = /^\s*(\d\d?)\D*(\d\d|20\d\d)\s*$/.exec(plain(text)) ?? []
      if (Number(month) < 1 || Number(month) > 12) return 'invalid'
      return Date.now() > new Date(2000 + Number(year.slice(-2)), Number(month), 2).getTime()
        ? 'past'
        : ''
    },
    csc: (text) => {
      const code = digits(text)
      return !code ? 'missing' : code.length < 3 ? 'invalid' : ''
    },
    iban: (text) => {
      const iban = signs(text).replace(/^IBAN/, '')
      if (!iban) return 'missing'
      if (!/^[A-Z]{2}/.test(iban)) return 'country'
      return iban.length < 15 || mod97(iban) !== 1 ? 'invalid' : ''
    },
    holder: (text) => (text.trim() ? '' : 'missing'),
    code: (text) => (digits(text).length === 6 ? '' : 'missing'),
  }

  const slipOf = (input: HTMLInputElement): string => {
    const slip = slips[input.name]?.(input.value)
    const lines = input.dataset.errors?.split('\n') ?? []
    const line = slip && lines.find((it) => it.startsWith(`${input.name}_${slip}|`))
    return line ? line.slice(line.indexOf('|') + 1) : ''
  }

  const showSlip = (input: HTMLInputElement, text: string): void => {
    const id = `${input.id}-error`
    let line = document.getElementById(id)
    const described = (input.getAttribute('aria-describedby') ?? '')
      .split(' ')
      .filter((it) => it && it !== id)
    if (!text) {
      line?.remove()
      input.removeAttribute('aria-invalid')
    } else {
      if (!line) {
        line = document.createElement('p')
        line.className = 'err'
        line.id = id
        input.closest('.field')?.append(line)
      }
      line.textContent = text
      input.setAttribute('aria-invalid', 'true')
      described.push(id)
    }
    if (described.length) input.setAttribute('aria-describedby', described.join(' '))
    else input.removeAttribute('aria-describedby')
  }

  /** Sums up several slips at the top, as the server does, and leads to each. */
  const sumUp = (form: HTMLFormElement, wrong: readonly HTMLInputElement[]): HTMLElement => {
    const box = document.createElement('div')
    box.id = 'problem'
    box.className = 'alert'
    box.tabIndex = -1
    box.setAttribute('role', 'alert')
    const title = document.createElement('h2')
    title.textContent = (form.dataset.summary ?? '').replace('{count}', String(wrong.length))
    const list = document.createElement('ul')
    for (const input of wrong) {
      const link = document.createElement('a')
      link.href = `#${input.id}`
      link.textContent = document.getElementById(`${input.id}-error`)?.textContent ?? ''
      const line = document.createElement('li')
      line.append(link)
      list.append(line)
    }
    box.append(title, list)
    form.prepend(box)
    return box
  }

  const isShown = (input: HTMLElement): boolean => input.offsetParent !== null

  const guard = (form: HTMLFormElement): void => {
    const inputs = [...form.querySelectorAll<HTMLInputElement>('input[data-errors]')]
    const status = form.querySelector<HTMLElement>('[data-working]')
    const free = (busy: boolean): void => {
      form.classList.toggle('busy', busy)
      if (status) status.textContent = busy ? (status.dataset.working ?? '') : ''
      status?.classList.toggle('vh', !busy)
      for (const button of form.querySelectorAll('button[type=submit]')) {
        if (busy) button.setAttribute('aria-disabled', 'true')
        else button.removeAttribute('aria-disabled')
      }
    }
    form.addEventListener('submit', (event) => {
      if (form.classList.contains('busy')) return event.preventDefault()
      const skips = (event.submitter as HTMLButtonElement | null)?.dataset.skip !== undefined
      const wrong = skips ? [] : inputs.filter((input) => isShown(input) && slipOf(input))
      for (const input of skips ? [] : inputs) {
        showSlip(input, wrong.includes(input) ? slipOf(input) : '')
      }
      const [first, ...others] = wrong
      if (!first) return free(true)
      event.preventDefault()
      find('#problem')?.remove()
      // One is led to; several are told together first.
      if (others.length && form.dataset.summary) sumUp(form, wrong).focus()
      else first.focus()
    })
    for (const input of inputs) {
      // Late to complain, quick to forgive. Only on the way to another field: a line that appears
      // while the button is being pressed would move the button away from under the finger.
      input.addEventListener('focusout', ({ relatedTarget: next }) => {
        if (input.value && next instanceof HTMLInputElement) showSlip(input, slipOf(input))
      })
      input.addEventListener('input', () => {
        if (input.hasAttribute('aria-invalid') && !slipOf(input)) showSlip(input, '')
      })
    }
    addEventListener('pageshow', (event) => event.persisted && free(false))
  }

  const offerTestNumbers = (): void => {
    for (const button of document.querySelectorAll<HTMLElement>('[data-fill]')) {
      button.hidden = false
      button.addEventListener('click', () => {
        const values = new URLSearchParams(button.dataset.fill)
        if (values.has('number')) {
          values.set('expiry', `12 / ${(new Date().getFullYear() + 3) % 100}`)
          values.set('csc', '123')
        }
        for (const [name, value] of values) {
          const input = find<HTMLInputElement>(`#${name}`)
          if (!input) continue
          input.value = value
          input.dispatchEvent(new Event('input', { bubbles: true }))
          showSlip(input, '')
        }
        find('form[data-pay] .btn')?.focus()
      })
    }
  }

  grouped('number', digits, byBrand, showBrand)
  grouped('iban', signs, fours)
  typeExpiry()
  offerTestNumbers()
  for (const form of document.querySelectorAll<HTMLFormElement>('form[method=post]')) guard(form)
  find('#problem')?.focus()
  tellAll()
  leave()
  countDown()
}
