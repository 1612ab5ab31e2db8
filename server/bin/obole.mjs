#!/usr/bin/env node
import { existsSync } from 'node:fs'

const main = new URL('../dist/src/app/main.js', import.meta.url)
// A fresh checkout has sources only. A packed installation has the compiled files, and no scripts
// folder.
if (!existsSync(main)) await (await import('../../scripts/prepare.mjs')).prepare()
await import(main.href)
