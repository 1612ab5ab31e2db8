import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { EvidenceIn } from '@obole/contract/v2/disputes.js'
import { limits } from '../kernel/limits.ts'
import { Refusal } from '../kernel/problem.ts'
import { assertFiles, type EvidenceFile, textOf } from './evidence.ts'

const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0])
const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0])
const pdf = Buffer.from('%PDF-1.7\n')
const note = Buffer.from('Livré à Zoé,\r\n\tsigned 😀')

const contents = {
  'application/pdf': pdf,
  'image/png': png,
  'image/jpeg': jpeg,
  'text/plain': note,
}

const file = (it: Partial<EvidenceFile> = {}): EvidenceFile => ({
  name: 'note.txt',
  type: 'text/plain',
  content: note,
  ...it,
})

/** Where the first of these files is at fault; nothing when all are taken. */
function faultOf(files: EvidenceFile[], there = 0): string | undefined {
  try {
    assertFiles(files, there)
    return undefined
  } catch (error) {
    assert.ok(error instanceof Refusal && error.code === 'invalid_request')
    return error.detail.loc?.join('.')
  }
}

describe('a file of evidence', () => {
  it('has a content that begins as its type does', () => {
    for (const [type, content] of Object.entries(contents)) {
      assert.equal(faultOf([file({ type, content })]), undefined, type)
      for (const [other, of] of Object.entries(contents)) {
        // A PDF may well be written in plain text.
        if (other === type || (type === 'text/plain' && of === pdf)) continue
        const fault = faultOf([file(), file({ type, content: of })])
        assert.equal(fault, 'body.files.1.content', `${type} with ${other}`)
      }
      const cut = content.subarray(0, type === 'text/plain' ? 0 : 2)
      assert.equal(faultOf([file({ type, content: cut })]), 'body.files.0.content')
    }
  })

  it('of text is UTF-8 without control characters', () => {
    for (const bytes of ['00', '4100', '1b5b41', 'e9', 'c328', 'eda080', 'c285']) {
      const content = Buffer.from(bytes, 'hex')
      assert.equal(faultOf([file({ content })]), 'body.files.0.content', bytes)
    }
  })

  it('of another type than those is not taken, however it is spelled', () => {
    for (const type of ['text/html', 'image/svg+xml', 'TEXT/PLAIN', '__proto__', 'toString', '']) {
      assert.equal(faultOf([file({ type })]), 'body.files.0.content', type)
    }
  })

  it('has a name that is no path, and reads as it is written', () => {
    const hostile = [
      '../../etc/passwd',
      'a/b.pdf',
      'C:\\boot.ini',
      '.',
      '..',
      'a\u0000.pdf',
      'a\nb.pdf',
      'a\u0085.pdf',
      'a\u2028.pdf',
      'invoice\u202efdp.exe',
      'a\u2066b',
    ]
    for (const name of hostile) {
      assert.equal(faultOf([file({ name })]), 'body.files.0.name', JSON.stringify(name))
    }
    for (const name of ['reçu n°1 (2).pdf', '.htaccess', '...', '領収書.png', '😀']) {
      assert.equal(faultOf([file({ name })]), undefined, name)
    }
  })
})

describe('files of evidence', () => {
  const many = (number: number) => Array.from({ length: number }, () => file())

  it('are ten at most, with those that are there', () => {
    assert.equal(faultOf(many(10)), undefined)
    assert.equal(faultOf(many(11)), 'body.files')
    assert.equal(faultOf(many(3), 7), undefined)
    assert.equal(faultOf(many(3), 8), 'body.files')
  })

  it('of one call hold so many bytes together and no more', () => {
    const half = Buffer.alloc(limits.evidence_bytes_max / 2, 'a')
    const more = Buffer.alloc(half.length + 1, 'a')
    assert.equal(faultOf([file({ content: half }), file({ content: half })]), undefined)
    assert.equal(faultOf([file({ content: half }), file({ content: more })]), 'body.files')
  })

  it('of the most bytes fit a body beside the longest text', () => {
    const { files, text } = EvidenceIn.properties
    const { maxItems } = files as { maxItems?: number }
    assert.equal(maxItems, limits.evidence_files_max)
    const { maxLength } = files.items.properties.content as { maxLength?: number }
    assert.equal(maxLength, (limits.evidence_bytes_max / 3) * 4)
    const longest = 4 * ((text as { maxLength?: number }).maxLength ?? Number.NaN)
    const names = limits.evidence_files_max * (4 * 255 + 100)
    assert.ok(maxLength + longest + names < limits.body_bytes_max)
  })
})

describe('the text of evidence', () => {
  it('is the latest that was given', () => {
    const of = { name: 'a.txt', type: 'text/plain', size: 1 }
    const items = [
      { id: 'evdc_1', text: 'first' },
      { id: 'evdc_2', text: 'second' },
      { id: 'evdc_3', text: null, ...of },
    ]
    assert.equal(textOf(items), 'second')
    assert.equal(textOf(items.slice(2)), null)
  })
})
