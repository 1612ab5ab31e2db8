import type { ComponentChildren } from 'preact'

interface IconProps {
  size?: number
  class?: string
}

const line = (children: ComponentChildren, { size = 20, class: name }: IconProps) => (
  <svg
    width={size}
    height={size}
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    stroke-width="2"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
    class={name}
  >
    {children}
  </svg>
)

export const CardIcon = (props: IconProps) =>
  line(
    <>
      <rect x="3" y="5" width="18" height="14" rx="1.5" />
      <path d="M3 10h18M7 15h3" />
    </>,
    props,
  )

export const BankIcon = (props: IconProps) =>
  line(<path d="M3 9.5 12 4l9 5.5H3zM5.5 10v7M10 10v7M14 10v7M18.5 10v7M3 20h18" />, props)

export const LockIcon = (props: IconProps) =>
  line(<path d="M6 11h12v9H6zM8.5 11V7.5a3.5 3.5 0 0 1 7 0V11" />, props)

export const TestIcon = (props: IconProps) =>
  line(<path d="M9 3h6M10 3v6l-5 9a2 2 0 0 0 1.8 3h10.4a2 2 0 0 0 1.8-3l-5-9V3M7.5 15h9" />, props)

export const AlertIcon = (props: IconProps) =>
  line(<path d="M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7.5v5.5M12 16.5v.01" />, props)

export const CheckIcon = (props: IconProps) => line(<path d="m5 12.5 4.5 4.5L19 7.5" />, props)

export const CrossIcon = (props: IconProps) => line(<path d="m7 7 10 10M17 7 7 17" />, props)

export const ClockIcon = (props: IconProps) =>
  line(<path d="M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3 2" />, props)

export const TurnIcon = (props: IconProps) => line(<path d="M20 12a8 8 0 1 1-5-7.4" />, props)

export const BackIcon = (props: IconProps) =>
  line(<path d="m8 5-4 4 4 4M4 9h10a5.5 5.5 0 0 1 0 11H8" />, props)

export const ArrowIcon = (props: IconProps) => line(<path d="M5 12h14M13 6l6 6-6 6" />, props)

const marks = {
  visa: { name: 'Visa', ground: '#fff', ink: '#1434cb', text: 'VISA' },
  mastercard: { name: 'Mastercard', ground: '#fff', ink: '', text: '' },
  cb: { name: 'CB', ground: '#0a5a8c', ink: '#fff', text: 'CB' },
  amex: { name: 'American Express', ground: '#016fd0', ink: '#fff', text: 'AMEX' },
  jcb: { name: 'JCB', ground: '#fff', ink: '#0b4ea2', text: 'JCB' },
} as const
export type Mark = keyof typeof marks

const isMark = (brand: string): brand is Mark => brand in marks

export const brandName = (brand: string): string =>
  isMark(brand) ? marks[brand].name : brand.charAt(0).toUpperCase() + brand.slice(1)

/**
 * The small mark of a card brand; a plain card for a brand that has none here. Its name stands
 * beside it as text.
 */
export function BrandMark({
  brand,
  ...rest
}: {
  brand: string
  'data-brand'?: string
  hidden?: boolean
}) {
  if (!isMark(brand)) return <CardIcon />
  const { ground, ink, text, name } = marks[brand]
  return (
    <svg width="34" height="22" viewBox="0 0 34 22" aria-hidden="true" data-name={name} {...rest}>
      <rect
        x=".5"
        y=".5"
        width="33"
        height="21"
        rx="4"
        fill={ground}
        stroke="#8b93a2"
        stroke-opacity=".6"
      />
      {brand === 'mastercard' ? (
        <>
          <circle cx="13.5" cy="11" r="6.2" fill="#eb001b" />
          <circle cx="20.5" cy="11" r="6.2" fill="#f79e1b" />
          <path d="M17 5.9a6.2 6.2 0 0 1 0 10.2 6.2 6.2 0 0 1 0-10.2z" fill="#ff5f00" />
        </>
      ) : (
        <text
          x="17"
          y="14.6"
          text-anchor="middle"
          font-family="Arial,Helvetica,sans-serif"
          font-size={text.length > 3 ? 9.6 : 10.5}
          font-weight="800"
          font-style={brand === 'visa' ? 'italic' : undefined}
          fill={ink}
        >
          {text}
        </text>
      )}
    </svg>
  )
}

export const idleMarks: readonly Mark[] = ['cb', 'visa', 'mastercard']
export const typedMarks: readonly Mark[] = ['visa', 'mastercard', 'amex', 'jcb']
